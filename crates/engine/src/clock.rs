//! The clock: one time for the whole server, which a sandbox can stop and move.
//!
//! Tokens, limits, retries, windows and scripts all read it, so they move together.

mod idle;
mod movement;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use peyk_model::{ClockPosition, Timestamp};

pub use idle::{Due, Idle, Next, next, run_until_idle};
pub use movement::{Movement, follow_clock, move_clock, restore_clock};
pub(crate) use movement::{keep_position, kept_position, note_kept, now_with};

/// The mark of a clock that goes.
const GOES: i64 = i64::MIN;

/// Where the server gets the time from. Reading it takes no lock.
#[derive(Debug)]
pub struct Clock {
    /// How far it is ahead of the machine's clock while it goes, in microseconds.
    offset: AtomicI64,
    /// When it stands, or [`GOES`].
    standing: AtomicI64,
    /// Where it was before anybody moved it.
    origin: ClockPosition,
    /// Where the store last said that it is. Held by whoever moves it, so that movements happen one
    /// after the other.
    pub(crate) moving: tokio::sync::Mutex<Option<String>>,
}

impl Clock {
    /// A clock that goes with the machine's.
    pub fn system() -> Self {
        Self::at(ClockPosition::MACHINE)
    }

    /// A clock that stands at this time until it is moved.
    pub fn standing_at(now: Timestamp) -> Self {
        Self::at(ClockPosition::Standing(now))
    }

    fn at(position: ClockPosition) -> Self {
        let (offset, standing) = (AtomicI64::new(0), AtomicI64::new(GOES));
        let moving = tokio::sync::Mutex::default();
        let clock = Self { offset, standing, origin: position, moving };
        clock.put(position);
        clock
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        match self.position() {
            ClockPosition::Standing(now) => now,
            ClockPosition::Running { offset_us } => Timestamp(machine_time().0 + offset_us),
        }
    }

    /// Whether it stands, and how far it is from the machine's time.
    pub fn position(&self) -> ClockPosition {
        match self.standing.load(Ordering::Acquire) {
            GOES => ClockPosition::Running { offset_us: self.offset.load(Ordering::Acquire) },
            standing => ClockPosition::Standing(Timestamp(standing)),
        }
    }

    /// Moves it forward for as long as this process lives.
    pub fn advance(&self, by: Duration) {
        let by_us = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.put(self.position().advanced(by_us));
    }

    /// Puts it where it was kept, or where it was before anybody moved it.
    pub(crate) fn put_back(&self, kept: Option<ClockPosition>) {
        self.put(kept.unwrap_or(self.origin));
    }

    fn put(&self, position: ClockPosition) {
        match position {
            // The offset first: who sees that the clock goes must see how.
            ClockPosition::Running { offset_us } => {
                self.offset.store(offset_us, Ordering::Release);
                self.standing.store(GOES, Ordering::Release);
            }
            ClockPosition::Standing(now) => self.standing.store(now.0, Ordering::Release),
        }
    }
}

/// The machine's time.
pub fn machine_time() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let micros = since_1970.unwrap_or_default().as_micros();
    Timestamp(i64::try_from(micros).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_by_hand_only() {
        let clock = Clock::standing_at(Timestamp(5));
        assert_eq!(clock.now(), Timestamp(5));
        clock.advance(Duration::from_micros(3));
        assert_eq!((clock.now(), clock.now()), (Timestamp(8), Timestamp(8)));
    }

    #[test]
    fn a_going_clock_keeps_its_distance_from_the_machine() {
        let clock = Clock::system();
        assert_eq!(clock.position(), ClockPosition::MACHINE);
        clock.advance(Duration::from_secs(3600));
        let ahead = clock.now().since(machine_time());
        assert!(ahead > Duration::from_secs(3590) && ahead <= Duration::from_secs(3600));
    }
}
