//! Webhooks: who hears of events, where, and how it went so far.

use std::time::Duration;

use crate::{Party, PostToken, Timestamp, WebhookId};

/// Where an app or a business hears of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The id inside the server.
    pub id: WebhookId,
    /// Whose it is.
    pub owner: Party,
    /// The one post it is about, where an app registered it in the oldest way.
    pub post: Option<PostToken>,
    /// Where events are posted; without an address they are only kept for feeds.
    pub url: Option<String>,
    /// Whether it is in use.
    pub state: WebhookState,
    /// Why it is off, or what went wrong last.
    pub note: Option<String>,
    /// Whether an operator holds it back for now.
    pub paused: bool,
    /// How it has been doing.
    pub health: Health,
}

crate::permission::words! {
    /// Whether a webhook is in use.
    WebhookState {
        /// It has to answer a greeting first; events gather meanwhile.
        Unproven = "unproven",
        /// Events are posted.
        On = "on",
        /// Nothing is posted or gathered until it is switched on again.
        Off = "off",
    }
}

/// How a receiver has been doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// Failures since the last success.
    pub failures: i64,
    /// Since when it has been failing.
    pub failing_since: Option<Timestamp>,
    /// Until when it is left alone.
    pub rests_until: Option<Timestamp>,
}

/// Failures after which a receiver is left alone but for a probe now and then.
const FAILURES_TO_REST: i64 = 5;
/// How long it is left alone before the next probe.
const REST: Duration = Duration::from_secs(30);
/// Attempts under way at once at a receiver that answers.
const CONCURRENT_HEALTHY: usize = 8;
/// Attempts under way at once at a receiver that has yet to answer, or failed last time.
const CONCURRENT_DOUBTFUL: usize = 1;

impl Health {
    /// After an attempt that failed.
    pub fn failed(self, now: Timestamp) -> Self {
        let failures = self.failures.saturating_add(1);
        let rests_until = (failures >= FAILURES_TO_REST).then(|| now.after(REST));
        Self { failures, failing_since: self.failing_since.or(Some(now)), rests_until }
    }

    /// After an attempt that arrived.
    pub fn succeeded(self) -> Self {
        Self::default()
    }

    /// How many attempts may be under way at once.
    pub fn capacity(self, now: Timestamp) -> usize {
        match self.rests_until {
            Some(until) if until > now => 0,
            _ if self.failures > 0 => CONCURRENT_DOUBTFUL,
            _ => CONCURRENT_HEALTHY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_receiver_is_probed_one_at_a_time_and_then_rests() {
        let mut health = Health::default();
        assert_eq!(health.capacity(Timestamp(0)), CONCURRENT_HEALTHY);
        health = health.failed(Timestamp(0));
        assert_eq!(health.capacity(Timestamp(0)), CONCURRENT_DOUBTFUL);
        for _ in 1..FAILURES_TO_REST {
            health = health.failed(Timestamp(1));
        }
        assert_eq!(health.capacity(Timestamp(1)), 0);
        assert_eq!(health.capacity(Timestamp(1).after(REST)), CONCURRENT_DOUBTFUL);
        assert_eq!(health.failing_since, Some(Timestamp(0)));
        assert_eq!(health.succeeded().capacity(Timestamp(1)), CONCURRENT_HEALTHY);
    }
}
