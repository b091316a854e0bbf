//! Webhooks: who hears of events, where, and how it went so far.

use std::time::Duration;

use crate::{Party, PostToken, RetryPlan, Timestamp, WebhookId};

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
    /// Lanes that were due before then are *covered*: a failure answers for them, and they wait for
    /// what becomes of those that fall due later.
    pub covered_until: Option<Timestamp>,
}

/// Of so many failures in a row, one is for a covered lane, so that a letter that nobody could take
/// does not speak for all others for ever.
pub const COVERED_EVERY: i64 = 3;

/// Failures after which a receiver is left alone but for a probe now and then.
const FAILURES_TO_REST: i64 = 5;
/// How long it is left alone, from the beginning of an attempt that failed.
const REST: Duration = Duration::from_secs(30);
/// Attempts under way at once at a receiver that answers.
const CONCURRENT_HEALTHY: usize = 8;
/// Attempts under way at once at a receiver that has yet to answer, or failed last time.
const CONCURRENT_DOUBTFUL: usize = 1;

impl Health {
    /// After an attempt that began then and failed.
    ///
    /// Of a receiver that rests it answers for every lane that was due when it began, unless it was
    /// an attempt for a covered lane, which speaks for itself.
    pub fn failed(self, started_at: Timestamp, now: Timestamp, for_covered: bool) -> Self {
        let failures = self.failures.saturating_add(1);
        let failing_since = self.failing_since.or(Some(now));
        if failures < FAILURES_TO_REST {
            return Self { failures, failing_since, ..Self::default() };
        }
        let covered = if for_covered { None } else { Some(started_at) };
        Self {
            failures,
            failing_since,
            rests_until: self.rests_until.max(Some(started_at.after(REST))),
            covered_until: self.covered_until.max(covered),
        }
    }

    /// Whether the next attempt may be for a covered lane although others will fall due.
    pub fn is_turn_of_covered(self) -> bool {
        self.failures % COVERED_EVERY == 0
    }

    /// Whether a failure answered for a lane that is due at this time.
    pub fn covers(self, due_at: Timestamp) -> bool {
        self.covered_until.is_some_and(|until| due_at < until)
    }

    /// Whether nothing arrived for as long as the plan has patience.
    pub fn is_out_of_patience(self, plan: RetryPlan, now: Timestamp) -> bool {
        self.failing_since.is_some_and(|since| now.since(since) >= plan.patience())
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
    /// The receiver fails, and is tried again then.
    Rest(Timestamp),
    /// Others are before it.
    Turn,
}

impl Wait {
    /// Why a lane waits that is due at this time, or leased until then, at a webhook that is told
    /// something next at `next`.
    pub fn of(
        webhook: &Webhook,
        (due_at, is_leased): (Timestamp, bool),
        next: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        match webhook.state {
            WebhookState::Off => return Self::Off,
            WebhookState::On | WebhookState::Unproven if is_leased && due_at > now => {
                return Self::AtWork(due_at);
            }
            WebhookState::On | WebhookState::Unproven if webhook.paused => return Self::Paused,
            WebhookState::Unproven => return Self::Unproven,
            WebhookState::On => {}
        }
        let health = webhook.health;
        let rests_until = if health.covers(due_at) { next } else { health.rests_until };
        match rests_until {
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
        let wait = |webhook: &Webhook, due_at, is_leased| {
            Wait::of(webhook, (due_at, is_leased), Some(Timestamp(400)), now)
        };
        assert_eq!(wait(&webhook, now, false), Wait::Turn);
        let later = Timestamp(200);
        assert_eq!(wait(&webhook, later, false), Wait::Retry(later));
        assert_eq!(wait(&webhook, later, true), Wait::AtWork(later));
        assert_eq!(wait(&webhook, now, true), Wait::Turn);
        let latest = Timestamp(300);
        webhook.health.rests_until = Some(latest);
        assert_eq!(wait(&webhook, later, false), Wait::Rest(latest));
        webhook.health.covered_until = Some(Timestamp(101));
        assert_eq!(wait(&webhook, later, false), Wait::Rest(latest));
        assert_eq!(wait(&webhook, now, false), Wait::Rest(Timestamp(400)));
        webhook.paused = true;
        assert_eq!(wait(&webhook, later, false), Wait::Paused);
        webhook.state = WebhookState::Off;
        assert_eq!(wait(&webhook, later, true), Wait::Off);
    }

    #[test]
    fn a_failing_receiver_is_probed_one_at_a_time_and_then_rests() {
        let mut health = Health::default();
        assert_eq!(health.capacity(Timestamp(0)), CONCURRENT_HEALTHY);
        health = health.failed(Timestamp(0), Timestamp(0), false);
        assert_eq!(health.capacity(Timestamp(0)), CONCURRENT_DOUBTFUL);
        for _ in 1..FAILURES_TO_REST {
            health = health.failed(Timestamp(1), Timestamp(9), false);
        }
        assert_eq!(health.capacity(Timestamp(1)), 0);
        // The rest begins with the attempt, however long that took.
        assert_eq!(health.capacity(Timestamp(1).after(REST)), CONCURRENT_DOUBTFUL);
        assert_eq!(health.failing_since, Some(Timestamp(0)));
        assert_eq!(health.succeeded().capacity(Timestamp(1)), CONCURRENT_HEALTHY);
    }

    #[test]
    fn a_failure_answers_for_what_was_due_when_it_began_once_the_receiver_rests() {
        let mut health = Health::default();
        for at in 1..FAILURES_TO_REST {
            health = health.failed(Timestamp(at), Timestamp(at), false);
            assert!(!health.covers(Timestamp(0)));
        }
        health = health.failed(Timestamp(10), Timestamp(20), false);
        assert!(health.covers(Timestamp(9)) && !health.covers(Timestamp(10)));
        health = health.failed(Timestamp(30), Timestamp(30), true);
        assert!(!health.covers(Timestamp(10)), "a covered lane speaks for itself");
        assert_eq!(health.rests_until, Some(Timestamp(30).after(REST)));
        assert!(!health.succeeded().covers(Timestamp(0)));
    }
}
