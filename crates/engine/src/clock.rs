//! The clock: the machine's, or one that tests move by hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use peyk_model::Timestamp;

/// Where the server gets the time from.
#[derive(Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved.
    Manual(AtomicI64),
}

impl Clock {
    /// A clock that stands at this time.
    pub fn standing_at(now: Timestamp) -> Self {
        Self::Manual(AtomicI64::new(now.0))
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
                let micros = since_1970.unwrap_or_default().as_micros();
                Timestamp(i64::try_from(micros).unwrap_or(i64::MAX))
            }
            Self::Manual(now) => Timestamp(now.load(Ordering::Relaxed)),
        }
    }

    /// Moves a standing clock forward; the machine's clock goes on by itself.
    pub fn advance(&self, by: Duration) {
        match self {
            Self::System => {}
            Self::Manual(now) => {
                let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
                now.fetch_add(by, Ordering::Relaxed);
            }
        }
    }
}
