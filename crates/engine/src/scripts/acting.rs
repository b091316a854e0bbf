//! Whether anybody of this server acts at this moment, which no row says.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts turns as they begin and end.
#[derive(Debug, Default)]
pub(crate) struct Acting {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A turn; it is over when this is dropped.
pub(crate) struct Turn<'a>(&'a Acting);

impl Acting {
    /// Begins a turn.
    pub(crate) fn begin(&self) -> Turn<'_> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        Turn(self)
    }

    /// How many turns there were so far, if none goes on. What was read between two equal answers
    /// was not changed by a turn meanwhile.
    pub(crate) fn turns_if_quiet(&self) -> Option<u64> {
        let ended = self.ended.load(Ordering::SeqCst);
        (self.begun.load(Ordering::SeqCst) == ended).then_some(ended)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}
