//! Limits kept on this side, so that the server seldom has to say no.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use peyk_wire::market::header;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::Answer;
use crate::{Error, ErrorKind, Result, Timestamp};

/// What a server told of one operation's window.
#[derive(Debug)]
struct Window {
    remaining: u64,
    ends: Instant,
}

/// How many calls run at once and how many are left in each operation's window.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    parallel: Arc<Semaphore>,
    windows: Arc<Mutex<HashMap<&'static str, Window>>>,
    longest_wait: Duration,
}

impl Limits {
    pub fn new(parallel: usize, longest_wait: Duration) -> Self {
        let permits = parallel.clamp(1, Semaphore::MAX_PERMITS);
        Self { parallel: Arc::new(Semaphore::new(permits)), windows: Arc::default(), longest_wait }
    }

    /// Waits for a place and for the operation's window; the place is given back when the permit is dropped.
    pub async fn enter(&self, operation: &'static str) -> Result<OwnedSemaphorePermit> {
        while let Some(ends) = self.spent_until(operation) {
            let wait = ends.saturating_duration_since(Instant::now());
            if wait > self.longest_wait {
                let message = "the limit of this operation is spent, so the call was not made";
                return Err(
                    Error::new(ErrorKind::RateLimited, message).with_retry_after(Some(wait))
                );
            }
            tracing::debug!(
                wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                "limit spent"
            );
            tokio::time::sleep_until(ends).await;
        }
        let permit = Arc::clone(&self.parallel).acquire_owned().await;
        permit
            .map_err(|error| Error::new(ErrorKind::Setup, "the client is closed").caused_by(error))
    }

    /// Takes one call from the window, or tells when the next one begins.
    fn spent_until(&self, operation: &'static str) -> Option<Instant> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get_mut(operation)?;
        if window.ends <= Instant::now() {
            windows.remove(operation);
            return None;
        }
        if window.remaining == 0 {
            return Some(window.ends);
        }
        window.remaining -= 1;
        None
    }

    /// Remembers what an answer's headers say of the window.
    pub fn learn(&self, operation: &'static str, answer: &Answer) {
        let Some(remaining) = answer.header(header::RATE_LIMIT_REMAINING) else { return };
        let (Ok(remaining), Some(until)) = (remaining.trim().parse(), until(answer)) else {
            return;
        };
        self.open(operation, remaining, until);
    }

    /// Remembers that the server wants to be left alone with this operation for so long.
    pub fn spend(&self, operation: &'static str, pause: Duration) {
        self.open(operation, 0, pause);
    }

    fn open(&self, operation: &'static str, remaining: u64, lasts: Duration) {
        let Some(ends) = Instant::now().checked_add(lasts.min(MAX_WINDOW)) else { return };
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.insert(operation, Window { remaining, ends });
    }
}

/// How long the window lasts from now on, by the server's own clock.
pub(crate) fn until(answer: &Answer) -> Option<Duration> {
    let until = Timestamp::parse_http(answer.header(header::RATE_LIMIT_UNTIL)?)?;
    // Headers hold whole seconds, so the window may be open for one more.
    Some(until.since(answer.date()) + Duration::from_secs(1)).filter(|wait| *wait < MAX_WINDOW)
}

/// A window that ends later than this is a mistake of a clock.
const MAX_WINDOW: Duration = Duration::from_secs(86_400);
