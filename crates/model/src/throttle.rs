//! Throttles: how long somebody waits after failing too often.

use std::time::Duration;

use crate::Timestamp;

/// Failures after which nobody has to wait yet, for one account.
pub const FREE_TRIES_OF_NAME: u32 = 5;
/// Failures after which nobody has to wait yet, for one address; many people may share one.
pub const FREE_TRIES_OF_ADDRESS: u32 = 20;
/// The first wait; each further failure doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait, so that nobody can lock an account for good by failing on purpose.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// How long a failure is remembered.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// Failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    /// None so far.
    pub const fn none() -> Self {
        Self { count: 0, last: Timestamp(0) }
    }

    /// How long to wait before the next try, if at all.
    pub fn wait(self, free: u32, now: Timestamp) -> Option<Duration> {
        let over = self.count.checked_sub(free)?;
        let wait = FIRST_WAIT.saturating_mul(1 << over.min(16)).min(LONGEST_WAIT);
        let end = self.last.after(wait);
        (now < end).then(|| end.since(now))
    }

    /// After one more.
    pub fn failed(self, now: Timestamp) -> Self {
        let before = if self.is_over(now) { 0 } else { self.count };
        Self { count: before.saturating_add(1), last: now }
    }

    /// After one that turned out to be none.
    pub fn forgiven(self) -> Self {
        Self { count: self.count.saturating_sub(1), ..self }
    }

    /// Whether nobody needs to remember them any more.
    pub fn is_over(self, now: Timestamp) -> bool {
        self.count == 0 || now >= self.last.after(REMEMBERED)
    }

    /// When the last one was.
    pub fn last(self) -> Timestamp {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_late_double_and_end() {
        let now = Timestamp::from_seconds(1000);
        let mut failures = Failures::none();
        let mut waits = Vec::new();
        for _ in 0..12 {
            failures = failures.failed(now);
            waits.push(failures.wait(FREE_TRIES_OF_NAME, now).map_or(0, |wait| wait.as_secs()));
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(failures.wait(FREE_TRIES_OF_NAME, now.after(LONGEST_WAIT)), None);
        let later = now.after(REMEMBERED);
        assert!(failures.is_over(later));
        assert_eq!(failures.failed(later).wait(FREE_TRIES_OF_NAME, later), None);
    }
}
