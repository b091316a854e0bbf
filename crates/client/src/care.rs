//! How careful a client is: how long it waits, how often it tries, how much it does at once.

use std::time::Duration;

/// How careful a client is; [`Care::default`] suits a bot that runs for months.
#[derive(Debug, Clone)]
pub struct Care {
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long an answer may take, from the first byte sent to the last one read.
    pub timeout: Duration,
    /// The same for uploads and downloads.
    pub media_timeout: Duration,
    /// How often a request is tried, the first time included; only where trying again does no harm.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles with each one and is jittered.
    pub first_pause: Duration,
    /// The longest pause before another attempt, unless the server asks for one.
    pub longest_pause: Duration,
    /// The longest time a call may wait for a spent limit; it fails at once if it had to be longer.
    pub longest_wait: Duration,
    /// How many calls run at once; Market refuses a fifth one per cabinet.
    pub parallel: usize,
    /// How long a lost send is given to arrive before the history is read to see whether it did.
    pub settle_pause: Duration,
    /// The largest JSON answer that is read, in bytes.
    pub answer_max_bytes: usize,
}

impl Default for Care {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            media_timeout: Duration::from_secs(120),
            attempts: 4,
            first_pause: Duration::from_millis(300),
            longest_pause: Duration::from_secs(20),
            longest_wait: Duration::from_secs(60),
            parallel: 4,
            settle_pause: Duration::from_secs(2),
            answer_max_bytes: 16 * 1024 * 1024,
        }
    }
}
