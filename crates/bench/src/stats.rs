//! Numbers about numbers.

use std::time::Duration;

/// What many turns of one thing came to.
#[derive(Debug, Clone)]
pub struct Load {
    /// How many were done in each second.
    pub per_second: f64,
    /// How long each took, sorted.
    latencies: Vec<Duration>,
}

impl Load {
    /// Sums up what was done in this time.
    pub fn new(mut latencies: Vec<Duration>, took: Duration) -> Self {
        latencies.sort_unstable();
        Self { per_second: latencies.len() as f64 / took.as_secs_f64(), latencies }
    }

    /// The latency that this share of all does not exceed.
    pub fn quantile(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        let index = (share * last as f64).round() as usize;
        self.latencies.get(index).copied().unwrap_or_default()
    }

    /// How many there were.
    pub fn count(&self) -> usize {
        self.latencies.len()
    }
}

/// The one in the middle.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// The medians of several turns of the same thing.
pub struct Medians {
    pub per_second: f64,
    pub p50: f64,
    pub p99: f64,
}

impl Medians {
    /// The medians of these turns; latencies in milliseconds.
    pub fn of(turns: &[Load]) -> Self {
        let each = |number: fn(&Load) -> f64| median(turns.iter().map(number).collect());
        Self {
            per_second: each(|load| load.per_second),
            p50: each(|load| millis(load.quantile(0.5))),
            p99: each(|load| millis(load.quantile(0.99))),
        }
    }
}

/// The median of the ratios of turns that were taken side by side.
pub fn ratio(turns: &[Load], baseline: &[Load]) -> f64 {
    let pairs = turns.iter().zip(baseline);
    median(pairs.map(|(turn, base)| turn.per_second / base.per_second).collect())
}

/// Milliseconds, with their fraction.
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
