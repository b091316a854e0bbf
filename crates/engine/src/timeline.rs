//! Timelines: every snapshot that is put back begins another history, with other rows under the
//! same ids.
//!
//! Whoever does something in several verbs, such as a request, a delivery or a reader of a feed,
//! holds on to the timeline of the first one and is refused on any other, so that nothing that was
//! learned on one is ever done on another. Whoever remembers anything about rows remembers with it
//! [`crate::Engine::timeline`], and forgets it when that has changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use peyk_store::Fault;
use tokio::sync::Notify;

use crate::error::Result;
use crate::{Clock, Engine, clock, engine};

/// The timeline of a database that was never put back.
pub(crate) const FIRST: i64 = 1;

tokio::task_local! {
    static PIN: Arc<Pin>;
}

/// The timeline on which something goes on.
#[derive(Debug, Default)]
pub(crate) struct Pin {
    /// Which one, once that is known.
    at: AtomicI64,
    /// Whether it came to an end meanwhile.
    was_left: AtomicBool,
}

pub(crate) type Pinned = Option<Arc<Pin>>;

/// The pin of the task that asks.
pub(crate) fn pin() -> Pinned {
    PIN.try_with(Arc::clone).ok()
}

/// Refuses a verb on another timeline than the one before it.
pub(crate) fn hold(pin: &Pinned, timeline: i64) -> Result<(), Fault> {
    let Some(pin) = pin else { return Ok(()) };
    match pin.at.compare_exchange(0, timeline, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => Ok(()),
        Err(held) if held == timeline => Ok(()),
        Err(_) => {
            pin.was_left.store(true, Ordering::Relaxed);
            Err(Fault::AnotherTimeline)
        }
    }
}

/// How something on one timeline ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended<T> {
    /// By itself.
    Well(T),
    /// With its timeline: a later verb of it was refused.
    WithItsTimeline(T),
}

/// Runs something whose verbs all belong together: they see one timeline, or are refused.
pub async fn on_one_timeline<T>(work: impl Future<Output = T>) -> Ended<T> {
    let pin = Arc::new(Pin::default());
    let answer = PIN.scope(pin.clone(), work).await;
    if pin.was_left.load(Ordering::Relaxed) {
        Ended::WithItsTimeline(answer)
    } else {
        Ended::Well(answer)
    }
}

/// Runs something that belongs to nothing before it.
pub async fn apart<T>(work: impl Future<Output = T>) -> T {
    PIN.scope(Arc::default(), work).await
}

/// The timeline that this server has seen last.
#[derive(Debug)]
pub(crate) struct Seen {
    timeline: AtomicI64,
    later: Notify,
}

impl Default for Seen {
    fn default() -> Self {
        Self { timeline: AtomicI64::new(FIRST), later: Notify::new() }
    }
}

impl Seen {
    pub(crate) fn is_at(&self, timeline: i64) {
        self.timeline.store(timeline, Ordering::Release);
    }

    /// Notes that a verb met this timeline, and tells whether another server began it and somebody
    /// has to catch up.
    pub(crate) fn met(&self, timeline: i64) -> bool {
        let is_later = timeline > self.timeline.load(Ordering::Acquire);
        if is_later {
            self.later.notify_one();
        }
        is_later
    }
}

impl Engine {
    /// Which history this server is on. It counts up when everything is put back, and whatever is
    /// remembered about rows is good for one of them.
    pub fn timeline(&self) -> i64 {
        self.inner.seen.timeline.load(Ordering::Acquire)
    }

    /// Waits until another server of the database has put everything back.
    pub async fn timeline_ended(&self) {
        self.inner.seen.later.notified().await;
    }

    /// Catches up with what another server of the database put back: its clock and its counts.
    pub async fn catch_up(&self) -> Result<()> {
        if self.read(|context| Ok(context.tx.timeline())).await? == self.timeline() {
            return Ok(());
        }
        let mut moving = self.clock().moving.lock().await;
        let read = self.read(|context| {
            let kept = clock::kept_position(context)?;
            let counts = context.tx.rate_counts(context.now, engine::COUNTS_MAX)?;
            Ok((context.tx.timeline(), kept, counts, context.tx.last_given_id()?))
        });
        let (timeline, kept, counts, last) = read.await?;
        if timeline > self.timeline() {
            let clock: &Clock = self.clock();
            clock.put_back(kept);
            self.inner.limiter.restart(timeline, counts);
            self.inner.usage.restart(timeline);
            self.inner.seen.is_at(timeline);
            clock::note_kept(self, &mut moving).await?;
            tracing::info!(timeline, last, "everything was put back by another server");
            self.bell().ring();
        }
        drop(moving);
        Ok(())
    }
}
