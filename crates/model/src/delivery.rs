//! Deliveries: one event on its way to one webhook.

use std::time::Duration;

use crate::{EventId, Timestamp, WebhookId};

/// One event on its way to one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Where it goes.
    pub webhook: WebhookId,
    /// What it tells.
    pub event: EventId,
    /// Deliveries of one lane arrive one after another: the conversation's id, or zero.
    pub lane: i64,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was tried first since it was last put into the lane.
    pub first_attempt: Option<Timestamp>,
    /// What the subscriber wants to see again, as JSON.
    pub metadata: Option<String>,
}

crate::permission::words! {
    /// How far a delivery is.
    DeliveryState {
        /// It was not tried yet.
        Pending = "pending",
        /// It was tried and will be tried again.
        Retrying = "retrying",
        /// It arrived.
        Delivered = "delivered",
        /// It will not be tried again by itself.
        Dead = "dead",
        /// Somebody decided that it need not arrive.
        Cancelled = "cancelled",
        /// It is only kept for feeds: there is no address.
        Kept = "kept",
    }
}

impl DeliveryState {
    /// Whether it still has to be tried.
    pub fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Retrying => true,
            Self::Delivered | Self::Dead | Self::Cancelled | Self::Kept => false,
        }
    }
}

/// What an attempt came to, as the receiver's dialect understands the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived.
    Accepted,
    /// The receiver does not want it; trying again would not help.
    Refused,
    /// The receiver wants nothing any more.
    Gone,
    /// It did not arrive, or nobody knows; perhaps not before this long from now.
    Failed(Option<Duration>),
    /// It was never sent, because somebody asked for that.
    Dropped,
}

/// When a delivery that failed is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetryPlan {
    /// Sooner first, then ever later, with jitter, for a day.
    Backoff,
    /// Each minute for an hour, each quarter of an hour for the first day, then each hour.
    Calendar,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const BACKOFF_SECONDS: [u64; 9] =
    [1, 5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR];
/// Longest time a receiver can ask for by `Retry-After`.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(DAY);

impl RetryPlan {
    /// How long a receiver may be failing before its plan ends.
    pub fn patience(self) -> Duration {
        Duration::from_secs(match self {
            Self::Backoff => DAY,
            Self::Calendar => 14 * DAY,
        })
    }

    /// How long to wait after the given attempt, counted from one; none when patience is over.
    ///
    /// `chance` is a random number; it moves a back-off by up to a quarter either way.
    fn delay(self, attempts: i64, since_first: Duration, chance: u32) -> Option<Duration> {
        if since_first >= self.patience() {
            return None;
        }
        let since_first = since_first.as_secs();
        Some(match self {
            Self::Backoff => {
                let step = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
                let seconds = BACKOFF_SECONDS[step.min(BACKOFF_SECONDS.len() - 1)];
                let spread = f64::from(chance) / f64::from(u32::MAX) / 2.0;
                Duration::from_secs_f64(seconds as f64 * (0.75 + spread))
            }
            Self::Calendar if since_first < HOUR => Duration::from_secs(MINUTE),
            Self::Calendar if since_first < DAY => Duration::from_secs(15 * MINUTE),
            Self::Calendar => Duration::from_secs(HOUR),
        })
    }
}

/// What follows an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The lane goes on with what comes after this delivery.
    LaneGoesOn,
    /// This delivery is tried again then.
    TryAgainAt(Timestamp),
}

impl Delivery {
    /// After an attempt that came to `outcome`.
    pub fn attempted(
        self,
        outcome: &Outcome,
        plan: RetryPlan,
        now: Timestamp,
        chance: u32,
    ) -> (Self, Next) {
        let first_attempt = self.first_attempt.unwrap_or(now);
        let attempts = self.attempts + 1;
        let (state, next) = match outcome {
            Outcome::Accepted => (DeliveryState::Delivered, Next::LaneGoesOn),
            Outcome::Refused | Outcome::Gone | Outcome::Dropped => {
                (DeliveryState::Dead, Next::LaneGoesOn)
            }
            Outcome::Failed(asked) => {
                match plan.delay(attempts, now.since(first_attempt), chance) {
                    Some(delay) => {
                        let asked = asked.unwrap_or_default().min(RETRY_AFTER_MAX);
                        let again = now.after(delay.max(asked));
                        (DeliveryState::Retrying, Next::TryAgainAt(again))
                    }
                    None => (DeliveryState::Dead, Next::LaneGoesOn),
                }
            }
        };
        let first_attempt = Some(first_attempt);
        (Self { state, attempts, first_attempt, ..self }, next)
    }

    /// Put back into its lane, to be tried as if for the first time.
    pub fn replayed(self) -> Self {
        Self { state: DeliveryState::Pending, first_attempt: None, attempts: 0, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery() -> Delivery {
        Delivery {
            webhook: WebhookId(1),
            event: EventId(1),
            lane: 1,
            state: DeliveryState::Pending,
            attempts: 0,
            first_attempt: None,
            metadata: None,
        }
    }

    /// Fails for ever and tells when it was tried, in seconds since the first time.
    fn attempts(plan: RetryPlan) -> Vec<u64> {
        let (mut now, mut it, mut seconds) = (Timestamp(0), delivery(), Vec::new());
        loop {
            seconds.push(now.since(Timestamp(0)).as_secs());
            let (after, next) = it.attempted(&Outcome::Failed(None), plan, now, u32::MAX / 2);
            it = after;
            match next {
                Next::TryAgainAt(again) => now = again,
                Next::LaneGoesOn => break,
            }
        }
        assert_eq!(it.state, DeliveryState::Dead);
        seconds
    }

    #[test]
    fn the_calendar_tries_each_minute_then_each_quarter_then_each_hour_for_14_days() {
        let tried = attempts(RetryPlan::Calendar);
        assert_eq!(&tried[..3], [0, 60, 120]);
        assert_eq!(tried.iter().filter(|at| **at < HOUR).count(), 60);
        assert_eq!(tried.iter().filter(|at| (HOUR..DAY).contains(*at)).count(), 92);
        assert_eq!(tried.iter().filter(|at| (DAY..14 * DAY).contains(*at)).count(), 13 * 24);
        assert_eq!(tried.last(), Some(&(14 * DAY)));
    }

    #[test]
    fn the_backoff_grows_and_ends_after_a_day() {
        let tried = attempts(RetryPlan::Backoff);
        let waits: Vec<_> = tried.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(waits.is_sorted());
        assert!(tried.last().is_some_and(|last| *last >= DAY));
    }

    #[test]
    fn jitter_stays_within_a_quarter() {
        let wait = |chance| RetryPlan::Backoff.delay(4, Duration::ZERO, chance);
        assert_eq!(wait(0), Some(Duration::from_secs(90)));
        assert_eq!(wait(u32::MAX), Some(Duration::from_secs(150)));
    }

    #[test]
    fn a_receiver_can_ask_for_more_time_but_not_for_ever() {
        let failed = Outcome::Failed(Some(Duration::from_secs(300)));
        let (_, next) = delivery().attempted(&failed, RetryPlan::Calendar, Timestamp(0), 0);
        assert_eq!(next, Next::TryAgainAt(Timestamp::from_seconds(300)));
        let failed = Outcome::Failed(Some(Duration::MAX));
        let (_, next) = delivery().attempted(&failed, RetryPlan::Calendar, Timestamp(0), 0);
        assert_eq!(next, Next::TryAgainAt(Timestamp(0).after(RETRY_AFTER_MAX)));
    }

    #[test]
    fn a_refused_delivery_is_dead_and_its_lane_goes_on() {
        let (it, next) =
            delivery().attempted(&Outcome::Refused, RetryPlan::Backoff, Timestamp(5), 0);
        assert_eq!((it.state, it.attempts), (DeliveryState::Dead, 1));
        assert_eq!(next, Next::LaneGoesOn);
        assert_eq!(it.replayed().state, DeliveryState::Pending);
    }
}
