//! The clock's position: going with the machine's at a distance, or standing.

use crate::Timestamp;

/// Where a clock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockPosition {
    /// It goes.
    Running {
        /// How far it is ahead of the machine's clock, in microseconds.
        offset_us: i64,
    },
    /// It stands.
    Standing(Timestamp),
}

impl ClockPosition {
    /// The machine's own clock.
    pub const MACHINE: Self = Self::Running { offset_us: 0 };

    /// A clock that goes and now shows `time`.
    pub fn running_at(time: Timestamp, machine: Timestamp) -> Self {
        Self::Running { offset_us: time.0.saturating_sub(machine.0) }
    }

    /// What time it shows.
    pub fn time(self, machine: Timestamp) -> Timestamp {
        match self {
            Self::Running { offset_us } => Timestamp(machine.0.saturating_add(offset_us)),
            Self::Standing(now) => now,
        }
    }

    /// The same clock put forward.
    #[must_use]
    pub fn advanced(self, by_us: i64) -> Self {
        match self {
            Self::Running { offset_us } => {
                Self::Running { offset_us: offset_us.saturating_add(by_us) }
            }
            Self::Standing(now) => Self::Standing(Timestamp(now.0.saturating_add(by_us))),
        }
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (word, micros) = text.split_once(' ')?;
        let micros = micros.parse().ok()?;
        match word {
            "running" => Some(Self::Running { offset_us: micros }),
            "standing" => Some(Self::Standing(Timestamp(micros))),
            _ => None,
        }
    }
}

impl std::fmt::Display for ClockPosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Running { offset_us } => write!(f, "running {offset_us}"),
            Self::Standing(now) => write!(f, "standing {}", now.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_it_was_written() {
        for position in [
            ClockPosition::MACHINE,
            ClockPosition::Running { offset_us: -7 },
            ClockPosition::Standing(Timestamp(9)),
        ] {
            assert_eq!(ClockPosition::parse(&position.to_string()), Some(position));
        }
        assert_eq!(ClockPosition::parse("sideways 1"), None);
    }

    #[test]
    fn a_going_clock_goes_on_from_the_time_it_was_given() {
        let going = ClockPosition::running_at(Timestamp(100), Timestamp(40));
        assert_eq!(going.time(Timestamp(45)), Timestamp(105));
        assert_eq!(going.advanced(10).time(Timestamp(45)), Timestamp(115));
        assert_eq!(ClockPosition::Standing(Timestamp(1)).time(Timestamp(45)), Timestamp(1));
    }
}
