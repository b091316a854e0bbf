//! Activity: what is under way at the doors of a sandbox, so that a rehearsal knows when a bot may
//! still be at work and when nothing is going on any more.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures_util::future::BoxFuture;
use peyk_engine::deliver::{Letter, Post, PostError, Reply};
use peyk_engine::feed::Place;
use tokio::sync::Notify;

use crate::guard::Owner;

/// What is under way, and what happened last. Shared by all clones of a site.
#[derive(Default)]
pub struct Activity {
    /// Requests and letters that have no answer yet.
    open: AtomicUsize,
    /// How many requests there ever were.
    requests: AtomicUsize,
    happened: Notify,
    last: Mutex<Last>,
}

/// What happened last, by the machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct Last {
    /// When a bot was last told something.
    pub told: Option<Instant>,
    /// When people last did something.
    pub stirred: Option<Instant>,
    /// When a bot last said something, or was given up.
    pub answered: Option<Instant>,
    /// How far the events were looked at.
    pub seen: Option<Place>,
}

impl Last {
    /// When anything happened.
    pub fn anything(&self) -> Option<Instant> {
        self.told.max(self.stirred).max(self.answered)
    }
}

impl Activity {
    /// Counts a request of a program until the guard is dropped. What people and tests ask of the
    /// control API is not a bot's work.
    pub fn request(self: &Arc<Self>, path: &str) -> Option<UnderWay> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        (Owner::of(path) != Owner::Control).then(|| self.begin())
    }

    fn begin(self: &Arc<Self>) -> UnderWay {
        self.open.fetch_add(1, Ordering::SeqCst);
        UnderWay(Arc::clone(self))
    }

    /// Whether somebody waits for an answer, here or there.
    pub fn is_busy(&self) -> bool {
        self.open.load(Ordering::SeqCst) > 0
    }

    /// Whether anybody ever asked for anything.
    pub fn was_asked(&self) -> bool {
        self.requests.load(Ordering::Relaxed) > 0
    }

    /// A bot was told something.
    pub fn told(&self) {
        self.last().told = Some(Instant::now());
        self.happened.notify_waiters();
    }

    /// What happened last, to be looked at and changed.
    pub fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes who waits for something to happen.
    pub fn happened(&self) -> &Notify {
        &self.happened
    }
}

/// A request or a letter that has no answer yet.
pub struct UnderWay(Arc<Activity>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
        self.0.happened.notify_waiters();
    }
}

/// A way out that is watched.
pub struct Watched {
    /// The way out.
    pub post: Arc<dyn Post>,
    /// Who watches.
    pub activity: Arc<Activity>,
}

impl Post for Watched {
    fn post(&self, letter: Letter) -> BoxFuture<'_, Result<Reply, PostError>> {
        Box::pin(async move {
            let _under_way = self.activity.begin();
            let reply = self.post.post(letter).await;
            if reply.as_ref().is_ok_and(|reply| (200..300).contains(&reply.status)) {
                self.activity.told();
            }
            reply
        })
    }

    fn kept_back(&self, letter: &Letter, counts_as: &Result<Reply, PostError>) {
        self.post.kept_back(letter, counts_as);
    }
}
