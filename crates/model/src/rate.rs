//! Rates: how much a program may call, counted in fixed windows of time.

use std::time::Duration;

use crate::{AppId, BusinessId, Timestamp};

/// The share of a daily quota at which its owner is warned, in percent.
pub const WARNING_PERCENT: i64 = 80;

crate::permission::words! {
    /// How long a window is. Windows begin at whole minutes, hours and days of UTC.
    Period {
        /// Sixty seconds.
        Minute = "minute",
        /// Sixty minutes.
        Hour = "hour",
        /// Twenty-four hours.
        Day = "day",
    }
}

impl Period {
    /// How long it is.
    pub const fn length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_secs(60),
            Self::Hour => Duration::from_secs(3600),
            Self::Day => Duration::from_secs(24 * 3600),
        }
    }

    /// The window in which this moment is.
    pub fn window(self, now: Timestamp) -> Window {
        let seconds = i64::try_from(self.length().as_secs()).unwrap_or(i64::MAX);
        let from = Timestamp::from_seconds(now.seconds().div_euclid(seconds) * seconds);
        Window { from, until: from.after(self.length()) }
    }
}

/// One window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Window {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

/// Whose calls are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spender {
    /// All apps'.
    AllApps,
    /// One app's.
    App(AppId),
    /// One business's.
    Business(BusinessId),
}

/// Which limit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Limit {
    /// Whose calls are counted.
    pub spender: Spender,
    /// Calls of what.
    pub resource: &'static str,
    /// In which time.
    pub period: Period,
    /// How many.
    pub amount: u32,
}

/// A limit that is used up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitReached {
    /// As many calls as allowed are running at this moment.
    #[error("hit rate limit of {amount} parallel requests")]
    Parallel {
        /// Whose calls.
        spender: Spender,
        /// How many may run.
        amount: u32,
    },
    /// As many calls as allowed were made in this window.
    #[error("{} exceeded: {} requests per {} for {}", limit.name(), limit.amount, limit.period.word(), limit.resource)]
    Window {
        /// Which limit.
        limit: Limit,
        /// When calls are allowed again.
        until: Timestamp,
    },
}

impl Limit {
    /// What the limit is called where people read of it.
    pub fn name(&self) -> &'static str {
        match (self.spender, self.period) {
            (Spender::AllApps, Period::Minute) => "global minutely rate limit",
            (Spender::App(_) | Spender::Business(_), Period::Minute) => "minutely rate limit",
            (_, Period::Hour) => "hourly rate limit",
            (_, Period::Day) => "daily quota",
        }
    }

    /// How many of this window's calls make its owner be warned; only daily quotas warn.
    pub fn warning_at(&self) -> Option<i64> {
        let share = (i64::from(self.amount) * WARNING_PERCENT + 99) / 100;
        (self.period == Period::Day).then_some(share.max(1))
    }
}

crate::permission::words! {
    /// Whose documents the numbers come from.
    Profile {
        /// The newest ones.
        Current = "current",
        /// Those of 2025 and before.
        Seed2025 = "2025",
    }
}

/// How much the businesses of Market may call. The hourly numbers stand at each operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketLimits {
    /// Which of each operation's hourly numbers counts.
    pub profile: Profile,
    /// A number for all operations instead, for tests of clients.
    pub hourly: Option<u32>,
    /// How many calls of one business may run at once.
    pub parallel: u32,
}

impl MarketLimits {
    /// The numbers of these documents.
    pub const fn of(profile: Profile) -> Self {
        let parallel = match profile {
            Profile::Current => 4,
            Profile::Seed2025 => 2,
        };
        Self { profile, hourly: None, parallel }
    }
}

/// How much the apps of Kenar may call, for each operation. Its documents name the limits but no
/// numbers: these are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KenarLimits {
    /// All apps together, in a minute.
    pub global_per_minute: u32,
    /// One app, in a minute.
    pub app_per_minute: u32,
    /// One app, in a day.
    pub app_per_day: u32,
}

impl Default for KenarLimits {
    fn default() -> Self {
        Self { global_per_minute: 60_000, app_per_minute: 6_000, app_per_day: 500_000 }
    }
}

/// How much programs may call. What is none is not limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitBook {
    /// The businesses of Market.
    pub market: Option<MarketLimits>,
    /// The apps of Kenar.
    pub kenar: Option<KenarLimits>,
}

impl LimitBook {
    /// Nothing is limited, as benchmarks need it.
    pub const NONE: Self = Self { market: None, kenar: None };
}

impl Default for LimitBook {
    fn default() -> Self {
        let market = Some(MarketLimits::of(Profile::Current));
        Self { market, kenar: Some(KenarLimits::default()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_begin_at_whole_units_and_touch_each_other() {
        // 2026-11-20T12:34:56.789Z
        let now = Timestamp(1_795_178_096_789_000);
        for (period, from) in [
            (Period::Minute, 1_795_178_040),
            (Period::Hour, 1_795_176_000),
            (Period::Day, 1_795_132_800),
        ] {
            let window = period.window(now);
            assert_eq!(window.from, Timestamp::from_seconds(from), "{period:?}");
            let last = Timestamp(window.until.0 - 1);
            assert_eq!(period.window(last), window);
            assert_eq!(period.window(window.until).from, window.until);
        }
    }

    #[test]
    fn only_a_daily_quota_warns_and_at_eighty_percent() {
        let limit = |period, amount| Limit {
            spender: Spender::App(AppId(1)),
            resource: "x",
            period,
            amount,
        };
        assert_eq!(limit(Period::Day, 1000).warning_at(), Some(800));
        assert_eq!(limit(Period::Day, 9).warning_at(), Some(8));
        assert_eq!(limit(Period::Day, 1).warning_at(), Some(1));
        assert_eq!(limit(Period::Minute, 1000).warning_at(), None);
    }

    #[test]
    fn a_used_up_limit_says_which_it_is() {
        let limit = Limit {
            spender: Spender::App(AppId(1)),
            resource: "Send",
            period: Period::Day,
            amount: 10,
        };
        let reached = LimitReached::Window { limit, until: Timestamp(0) };
        assert_eq!(reached.to_string(), "daily quota exceeded: 10 requests per day for Send");
    }
}
