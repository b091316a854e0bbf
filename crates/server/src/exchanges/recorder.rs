//! The recorder: the last exchanges in memory, bounded by their bytes and their number.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use peyk_engine::Engine;
use peyk_model::Timestamp;
use tokio::sync::watch;

use super::exchange::{Exchange, Way};
use super::lint::Lint;

/// How much of a request's or an answer's body is kept.
pub const BODY_MAX_BYTES: usize = 64 * 1024;
/// How much a sandbox keeps, in bytes, unless it is told otherwise.
pub const SANDBOX_BYTES: usize = 16 * 1024 * 1024;
/// Most exchanges that are kept, however small they are.
pub const COUNT_MAX: usize = 10_000;
/// Requests that no client of the marketplaces made get this part of the room.
const OTHERS_PART: usize = 8;

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes; with none, nothing is recorded.
    pub bytes: usize,
    /// Exchanges.
    pub count: usize,
}

impl Bounds {
    /// Nothing is recorded.
    pub const OFF: Self = Self { bytes: 0, count: 0 };

    /// As many bytes as this.
    pub const fn bytes(bytes: usize) -> Self {
        Self { bytes, count: COUNT_MAX }
    }
}

impl Default for Bounds {
    /// What a sandbox keeps.
    fn default() -> Self {
        Self::bytes(SANDBOX_BYTES)
    }
}

/// The last exchanges, in and out.
pub struct Exchanges {
    engine: Engine,
    bounds: Bounds,
    kept: Mutex<Kept>,
    latest: watch::Sender<u64>,
    pub(super) lint: Lint,
    /// When it began to record.
    pub(super) start: Instant,
    /// Requests of clients that were not written down yet.
    open: AtomicUsize,
    /// Tells the places of this recorder from those of one before a restart. It is not of the
    /// dice: recording must not change what a seed gives.
    run: u64,
}

struct Kept {
    next: u64,
    /// The largest number of an exchange of clients that is no longer kept.
    forgotten: u64,
    clients: Ring,
    others: Ring,
}

#[derive(Default)]
struct Ring {
    items: VecDeque<Arc<Exchange>>,
    bytes: usize,
}

impl Exchanges {
    /// A recorder that goes by the clock of this engine and keeps this much.
    pub fn new(engine: Engine, bounds: Bounds) -> Self {
        let kept =
            Kept { next: 1, forgotten: 0, clients: Ring::default(), others: Ring::default() };
        Self {
            engine,
            bounds,
            kept: Mutex::new(kept),
            latest: watch::Sender::new(0),
            lint: Lint::default(),
            start: Instant::now(),
            open: AtomicUsize::new(0),
            run: RandomState::new().hash_one(0_u8),
        }
    }

    /// Whether anything is recorded.
    pub fn is_on(&self) -> bool {
        self.bounds.bytes > 0 && self.bounds.count > 0
    }

    /// The time.
    pub(super) fn now(&self) -> Timestamp {
        self.engine.clock().now()
    }

    /// How much is kept at most.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The word that tells places of this recorder from those of another.
    pub(super) fn run(&self) -> u64 {
        self.run
    }

    /// Counts a request of a client until it was written down.
    pub(super) fn begin(self: &Arc<Self>) -> Unwritten {
        self.open.fetch_add(1, Ordering::SeqCst);
        Unwritten(self.clone())
    }

    /// Whether a client asked something that is not written down yet: what a request does can be
    /// seen a moment before the request can.
    pub fn is_behind(&self) -> bool {
        self.open.load(Ordering::SeqCst) > 0
    }

    /// Keeps an exchange, and lets the oldest go.
    pub(super) fn keep(&self, exchange: Exchange) -> Arc<Exchange> {
        let mut exchange = Arc::new(exchange);
        let is_of_clients = match &exchange.way {
            Way::In(door) => door.is_of_clients(),
            Way::Out(_) => true,
        };
        let mut gone = Vec::new();
        let id = {
            let mut kept = self.lock();
            let id = kept.next;
            kept.next += 1;
            Arc::get_mut(&mut exchange).expect("nobody else has it yet").id = id;
            let (ring, part) = match is_of_clients {
                true => (&mut kept.clients, 1),
                false => (&mut kept.others, OTHERS_PART),
            };
            ring.push(exchange.clone());
            ring.shrink(self.bounds.bytes / part, self.bounds.count / part, &mut gone);
            if let Some(last) = gone.last().filter(|_| is_of_clients) {
                kept.forgotten = last.id;
            }
            id
        };
        // What is forgotten is freed outside of the lock.
        drop(gone);
        self.tell(id);
        exchange
    }

    /// Wakes those who follow. Nobody pays for it while nobody does.
    pub(super) fn tell(&self, id: u64) {
        if self.latest.receiver_count() > 0 {
            self.latest.send_modify(|latest| *latest = (*latest).max(id));
        }
    }

    /// One exchange, if it is still kept.
    pub fn one(&self, id: u64) -> Option<Arc<Exchange>> {
        let kept = self.lock();
        kept.clients.one(id).or_else(|| kept.others.one(id)).cloned()
    }

    /// Everything that is kept of clients and their receivers, and with `others` of the rest too,
    /// the oldest first.
    pub fn kept(&self, others: bool) -> Vec<Arc<Exchange>> {
        let kept = self.lock();
        let mut all: Vec<_> = kept.clients.items.iter().cloned().collect();
        if others {
            all.extend(kept.others.items.iter().cloned());
            drop(kept);
            all.sort_unstable_by_key(|exchange| exchange.id);
        }
        all
    }

    /// The oldest exchanges of clients and their receivers after this one, so many at most.
    pub(super) fn kept_after(&self, id: u64, most: usize) -> Vec<Arc<Exchange>> {
        let kept = self.lock();
        let items = &kept.clients.items;
        let first = items.partition_point(|exchange| exchange.id <= id);
        items.range(first..).take(most).cloned().collect()
    }

    /// The number of the newest exchange there ever was; zero if there was none.
    pub fn last_id(&self) -> u64 {
        self.lock().next - 1
    }

    /// The largest number of an exchange that was kept once and is no longer.
    pub fn forgotten_id(&self) -> u64 {
        self.lock().forgotten
    }

    /// Wakes whoever holds this with each new exchange. It is a hint: read what is kept.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.latest.subscribe()
    }

    /// Forgets everything, and tells how much there was.
    pub fn clear(&self) -> usize {
        let (clients, others) = {
            let mut kept = self.lock();
            kept.forgotten = kept.next - 1;
            (std::mem::take(&mut kept.clients), std::mem::take(&mut kept.others))
        };
        clients.items.len() + others.items.len()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that was not written down yet.
pub(super) struct Unwritten(Arc<Exchanges>);

impl Drop for Unwritten {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Ring {
    fn push(&mut self, exchange: Arc<Exchange>) {
        self.bytes += exchange.size_bytes();
        self.items.push_back(exchange);
    }

    fn shrink(&mut self, bytes: usize, count: usize, gone: &mut Vec<Arc<Exchange>>) {
        while self.bytes > bytes || self.items.len() > count {
            let Some(oldest) = self.items.pop_front() else { break };
            self.bytes -= oldest.size_bytes();
            gone.push(oldest);
        }
    }

    fn one(&self, id: u64) -> Option<&Arc<Exchange>> {
        let index = self.items.binary_search_by_key(&id, |exchange| exchange.id).ok()?;
        self.items.get(index)
    }
}
