//! Words nobody can guess, and jitter; from the randomness with which the standard library seeds its hash maps.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

static CALLS: AtomicU64 = AtomicU64::new(0);

fn number() -> u64 {
    // Each state is keyed by the operating system's randomness, and its hash is a pseudo-random function of the input.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u64(CALLS.fetch_add(1, Ordering::Relaxed));
    hasher.finish()
}

/// 32 hexadecimal digits.
pub(crate) fn word() -> String {
    format!("{:016x}{:016x}", number(), number())
}

/// Between half of the pause and all of it, so that clients that failed together do not return together.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let half = pause / 2;
    let nanos = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX);
    half + Duration::from_nanos(number().checked_rem(nanos.saturating_add(1)).unwrap_or(0))
}
