//! The bell that tells waiting tasks that something was committed.

use tokio::sync::watch;

/// Rings after commits. A ring is a hint: whoever hears it reads the store from its own cursor.
#[derive(Debug)]
pub struct Bell(watch::Sender<u64>);

impl Bell {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// Wakes everybody who listens.
    pub fn ring(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// A new listener, which hears every ring from now on.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
