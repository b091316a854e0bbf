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

/// Why a lane is not on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The webhook is off.
    Off,
    /// An operator holds the webhook back.
    Paused,
    /// The receiver has to answer a greeting first.
    Unproven,
    /// A letter is out; if its server was killed, somebody else takes over then.
    AtWork(Timestamp),
    /// Its head failed and is tried again then.
    Retry(Timestamp),
    /// The receiver failed too often and is left alone until then.
    Rest(Timestamp),
    /// Others are before it.
    Turn,
}

impl Wait {
    /// Why a lane waits that is due at this time, or leased until then.
    pub fn of(webhook: &Webhook, due_at: Timestamp, is_leased: bool, now: Timestamp) -> Self {
        match webhook.state {
            WebhookState::Off => return Self::Off,
            WebhookState::On | WebhookState::Unproven if is_leased && due_at > now => {
                return Self::AtWork(due_at);
            }
            WebhookState::On | WebhookState::Unproven if webhook.paused => return Self::Paused,
            WebhookState::Unproven => return Self::Unproven,
            WebhookState::On => {}
        }
        match webhook.health.rests_until {
            Some(until) if until > now.max(due_at) => Self::Rest(until),
            _ if due_at > now => Self::Retry(due_at),
            _ => Self::Turn,
        }
    }

    /// The word in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Paused => "paused",
            Self::Unproven => "unproven",
            Self::AtWork(_) => "at_work",
            Self::Retry(_) => "retry",
            Self::Rest(_) => "rest",
            Self::Turn => "turn",
        }
    }

    /// Until when, if that is known.
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::AtWork(until) | Self::Retry(until) | Self::Rest(until) => Some(until),
            Self::Off | Self::Paused | Self::Unproven | Self::Turn => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_waits_for_whatever_is_the_last_to_end() {
        let now = Timestamp(100);
        let mut webhook = Webhook {
            id: WebhookId(1),
            owner: Party::App(crate::AppId(1)),
            post: None,
            url: None,
            state: WebhookState::On,
            note: None,
            paused: false,
            health: Health::default(),
        };
        assert_eq!(Wait::of(&webhook, now, false, now), Wait::Turn);
        let later = Timestamp(200);
        assert_eq!(Wait::of(&webhook, later, false, now), Wait::Retry(later));
        assert_eq!(Wait::of(&webhook, later, true, now), Wait::AtWork(later));
        assert_eq!(Wait::of(&webhook, now, true, now), Wait::Turn);
        let latest = Timestamp(300);
        webhook.health.rests_until = Some(latest);
        assert_eq!(Wait::of(&webhook, later, false, now), Wait::Rest(latest));
        webhook.paused = true;
        assert_eq!(Wait::of(&webhook, later, false, now), Wait::Paused);
        webhook.state = WebhookState::Off;
        assert_eq!(Wait::of(&webhook, later, true, now), Wait::Off);
    }

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
