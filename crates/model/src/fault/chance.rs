//! Chance: numbers that depend on a seed and a turn alone, and delays made of them.

use std::time::Duration;

use super::{Delay, Direction, Distribution, FaultRule};

/// One step of SplitMix64: every bit of the outcome depends on every bit of the number.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number from zero to below one.
fn share(number: u64) -> f64 {
    (number >> 11) as f64 / (1_u64 << 53) as f64
}

impl FaultRule {
    /// The number of this turn.
    pub(super) fn roll(&self, turn: i64) -> u64 {
        // Rules with the same seed fall differently if they have different names.
        let named = self
            .name
            .bytes()
            .fold(self.seed.cast_unsigned(), |hash, byte| mixed(hash ^ u64::from(byte)));
        mixed(named ^ mixed(turn.cast_unsigned()))
    }

    /// Whether the dice say yes at this turn.
    pub(super) fn falls(&self, turn: i64) -> bool {
        mixed(self.roll(turn)) % 100 < u64::from(self.chance_percent)
    }
}

impl Delay {
    /// How long it takes this time.
    pub fn duration(self, roll: u64, direction: Direction) -> Duration {
        let (middle, spread) = (self.milliseconds as f64, self.spread_milliseconds as f64);
        let milliseconds = match self.distribution {
            Distribution::Fixed => middle,
            Distribution::Uniform => middle + spread * (2.0 * share(roll) - 1.0),
            Distribution::Normal => middle + spread * normal(roll),
            Distribution::Exponential => middle * -(1.0 - share(roll)).ln(),
        };
        let longest = match direction {
            Direction::In => FaultRule::IN_DELAY_MAX,
            Direction::Out => FaultRule::OUT_DELAY_MAX,
        };
        Duration::from_micros((milliseconds.max(0.0) * 1000.0) as u64).min(longest)
    }
}

/// Twelve even numbers added up are as good as normal, and never further than six from the middle.
fn normal(roll: u64) -> f64 {
    (1..=12).map(|each| share(mixed(roll.wrapping_add(each)))).sum::<f64>() - 6.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delays(distribution: Distribution, milliseconds: i64, spread: i64) -> Vec<f64> {
        let delay = Delay { distribution, milliseconds, spread_milliseconds: spread };
        let each = |turn| delay.duration(mixed(turn), Direction::In).as_secs_f64() * 1000.0;
        (0..10_000).map(each).collect()
    }

    #[test]
    fn delays_are_spread_as_their_distribution_says() {
        let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
        assert!(delays(Distribution::Fixed, 50, 0).iter().all(|each| (each - 50.0).abs() < 0.01));
        let uniform = delays(Distribution::Uniform, 100, 40);
        assert!(uniform.iter().all(|each| (60.0..=140.0).contains(each)));
        assert!((mean(&uniform) - 100.0).abs() < 2.0);
        let normal = delays(Distribution::Normal, 100, 10);
        let near = normal.iter().filter(|each| (*each - 100.0).abs() < 10.0).count();
        assert!((6500..7200).contains(&near), "{near} within one deviation");
        let exponential = delays(Distribution::Exponential, 100, 0);
        assert!((mean(&exponential) - 100.0).abs() < 5.0);
        assert!(exponential.iter().filter(|each| **each > 300.0).count() > 300);
    }

    #[test]
    fn no_delay_is_longer_than_anybody_waits() {
        let delay = Delay {
            distribution: Distribution::Fixed,
            milliseconds: i64::MAX,
            spread_milliseconds: 0,
        };
        assert_eq!(delay.duration(0, Direction::In), FaultRule::IN_DELAY_MAX);
        assert_eq!(delay.duration(0, Direction::Out), FaultRule::OUT_DELAY_MAX);
    }
}
