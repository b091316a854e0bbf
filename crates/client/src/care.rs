//! How careful a client is: how long it waits, how often it tries, how much it does at once.

use std::time::Duration;

/// How careful a client is; [`Care::default`] suits a bot that runs for months.
///
/// ```
/// use std::time::Duration;
/// use peyk_client::{Care, Kenar};
///
/// let hasty = Care::default().timeout(Duration::from_secs(2)).attempts(2);
/// let kenar = Kenar::builder("key").care(hasty).build()?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Care {
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) media_timeout: Duration,
    pub(crate) attempts: u32,
    pub(crate) first_pause: Duration,
    pub(crate) longest_pause: Duration,
    pub(crate) longest_wait: Duration,
    pub(crate) parallel: usize,
    pub(crate) settle_pause: Duration,
    pub(crate) answer_max_bytes: usize,
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

/// Declares one method for each number, with what it means and an example of it.
macro_rules! numbers {
    ($($(#[$meta:meta])* $name:ident: $type:ty = $example:literal;)+) => {
        impl Care { $(
            $(#[$meta])*
            ///
            /// ```
            /// # use peyk_client::Care;
            /// # use std::time::Duration;
            #[doc = concat!("let care = Care::default().", stringify!($name), "(", $example, ");")]
            /// assert_ne!(care, Care::default());
            /// ```
            #[must_use]
            pub fn $name(mut self, $name: $type) -> Self {
                self.$name = $name;
                self
            }
        )+ }
    };
}

numbers! {
    /// How long a connection may take to be made; 5 s.
    connect_timeout: Duration = "Duration::from_secs(1)";
    /// How long an answer may take, from the first byte sent to the last one read; 15 s.
    timeout: Duration = "Duration::from_secs(5)";
    /// The same for uploads and downloads; 2 min.
    media_timeout: Duration = "Duration::from_secs(600)";
    /// How often a request is tried, the first time included; 4, and only where trying again does no harm.
    attempts: u32 = "1";
    /// The pause before the second attempt; 300 ms. It doubles with each one and is jittered.
    first_pause: Duration = "Duration::from_millis(50)";
    /// The longest pause before another attempt, unless the server asks for one; 20 s.
    longest_pause: Duration = "Duration::from_secs(5)";
    /// The longest time a call may wait for a spent limit; 1 min. It fails at once if it had to be longer.
    longest_wait: Duration = "Duration::ZERO";
    /// How many calls run at once; 4, since Market refuses a fifth one of a cabinet.
    parallel: usize = "2";
    /// How long a lost send is given to arrive before the history is read to see whether it did; 2 s.
    settle_pause: Duration = "Duration::from_secs(5)";
    /// The largest JSON answer that is read, in bytes; 16 MiB.
    answer_max_bytes: usize = "1024 * 1024";
}
