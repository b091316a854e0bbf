//! The bell that tells waiting tasks that something was committed.

use tokio::sync::watch;

/// Rings after commits. A ring is a hint: whoever hears it reads the store from its own cursor.
#[derive(Debug)]
pub struct Bell {
    happened: watch::Sender<u64>,
    deliverable: watch::Sender<u64>,
}

/// Who is to hear of a commit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rung {
    /// Those who follow what happens.
    pub(crate) happened: bool,
    /// Those who deliver: most of what happens is told to nobody, and they need not look.
    pub(crate) deliverable: bool,
}

impl Rung {
    pub(crate) const EVERYBODY: Self = Self { happened: true, deliverable: true };

    /// Everybody who is to hear of either.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            happened: self.happened || other.happened,
            deliverable: self.deliverable || other.deliverable,
        }
    }
}

impl Bell {
    pub(crate) fn new() -> Self {
        Self { happened: watch::Sender::new(0), deliverable: watch::Sender::new(0) }
    }

    /// Wakes those who are to hear of a commit.
    pub(crate) fn ring_for(&self, rung: Rung) {
        if rung.happened {
            count_up(&self.happened);
        }
        if rung.deliverable {
            count_up(&self.deliverable);
        }
    }

    /// Wakes everybody who listens.
    pub fn ring(&self) {
        self.ring_for(Rung::EVERYBODY);
    }

    /// A new listener, which hears of everything that happens from now on.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.happened.subscribe()
    }

    /// A new listener, which hears from now on whenever something may have to be delivered.
    pub fn listen_for_deliveries(&self) -> watch::Receiver<u64> {
        self.deliverable.subscribe()
    }
}

fn count_up(count: &watch::Sender<u64>) {
    count.send_modify(|count| *count = count.wrapping_add(1));
}
