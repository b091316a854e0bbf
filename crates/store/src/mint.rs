//! The mint of message ids.

use std::sync::atomic::{AtomicI64, Ordering};

use peyk_model::{MessageId, Timestamp};

/// Gives out message ids near the current microsecond, each once and each greater than the last.
///
/// One server's ids are unique by construction. Where several servers share a database, its unique
/// index decides, and the transaction that came second runs again with a new id.
pub struct Mint {
    last: AtomicI64,
}

impl Mint {
    /// A mint whose ids come after `last`.
    pub(crate) fn after(last: i64) -> Self {
        Self { last: AtomicI64::new(last) }
    }

    /// Gives out again what a World needs that is loaded anew, and tells the last id before that,
    /// which is to be skipped before anything else is said. Nobody may be minting meanwhile.
    pub fn restart(&self) -> i64 {
        self.last.swap(0, Ordering::Relaxed)
    }

    /// Makes sure that no id up to `last` is given out.
    pub fn skip(&self, last: i64) {
        self.last.fetch_max(last, Ordering::Relaxed);
    }

    /// The next id: this microsecond, or one more than the last id if that is later.
    pub fn message_id(&self, now: Timestamp) -> MessageId {
        let next = |last: i64| Some(now.0.max(last + 1));
        let before = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next)
            .expect("the closure always gives a next id");
        MessageId(now.0.max(before + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_clock_and_never_repeat() {
        let mint = Mint::after(0);
        assert_eq!(mint.message_id(Timestamp(100)), MessageId(100));
        assert_eq!(mint.message_id(Timestamp(100)), MessageId(101));
        assert_eq!(mint.message_id(Timestamp(50)), MessageId(102));
        assert_eq!(mint.message_id(Timestamp(200)), MessageId(200));
    }
}
