//! The limiter: how many calls were made, counted in memory and shared through the store.
//!
//! A call costs a look into a table. At most once a second the calls of that second are added to
//! the counts in the store, which answer how many calls all servers of the database have counted;
//! so several servers together let through at most one second's calls too many.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use peyk_model::rate::Window;
use peyk_model::{Limit, LimitReached, Period, Spender, Timestamp};
use peyk_store::RateCount;

use crate::error::Result;
use crate::timeline::FIRST;
use crate::{Context, events};

/// Most counts that are listed.
const LISTED_MAX: i64 = 1000;

/// All counts of this server.
#[derive(Debug)]
pub struct Limiter {
    counts: Mutex<HashMap<Place, Count>>,
    /// What the store knew when the server started, until somebody calls.
    known: Mutex<HashMap<WrittenPlace, (Window, u64)>>,
    running: Arc<Mutex<HashMap<Spender, u32>>>,
    /// Which history the counts are part of.
    timeline: AtomicI64,
}

impl Default for Limiter {
    fn default() -> Self {
        Self {
            counts: Mutex::default(),
            known: Mutex::default(),
            running: Arc::default(),
            timeline: AtomicI64::new(FIRST),
        }
    }
}

type Place = (Spender, &'static str, Period);
type WrittenPlace = (Spender, String, Period);

#[derive(Debug)]
struct Count {
    window: Window,
    /// What all servers have written down.
    shared: u64,
    /// What is being written down.
    in_flight: i64,
    /// What nobody has written down yet; less than nothing if written calls were taken back.
    fresh: i64,
    amount: u32,
}

impl Count {
    fn calls(&self) -> u64 {
        self.shared.saturating_add_signed(self.in_flight + self.fresh)
    }
}

/// How a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which limit.
    pub limit: Limit,
    /// How many calls are left.
    pub remaining: u32,
    /// When all of them are there again.
    pub until: Timestamp,
}

/// A call that was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// How each of its limits stands now.
    pub standings: Vec<Standing>,
}

impl Limiter {
    /// Takes over what the store knows.
    pub(crate) fn resume(&self, counts: Vec<RateCount>) {
        let known = counts.into_iter().map(|count| {
            let calls = u64::try_from(count.calls).unwrap_or(0);
            ((count.spender, count.resource, count.period), (count.window, calls))
        });
        self.known.lock().unwrap_or_else(PoisonError::into_inner).extend(known);
    }

    /// Forgets all counts, and takes over what the store knows on another timeline.
    pub(crate) fn restart(&self, timeline: i64, counts: Vec<RateCount>) {
        let mut held = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        held.clear();
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.timeline.store(timeline, Ordering::Relaxed);
        self.resume(counts);
    }

    /// Counts a call against all of these limits, or against none if one of them is used up.
    pub fn spend(&self, limits: &[Limit], now: Timestamp) -> Result<Spent, LimitReached> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for limit in limits {
            let count = self.count(&mut counts, *limit, now);
            if count.calls() >= u64::from(limit.amount) {
                return Err(LimitReached::Window { limit: *limit, until: count.window.until });
            }
        }
        let mut spent = Spent { standings: Vec::with_capacity(limits.len()) };
        for limit in limits {
            let count = self.count(&mut counts, *limit, now);
            count.fresh += 1;
            spent.standings.push(standing(*limit, count));
        }
        Ok(spent)
    }

    /// Takes back a call that does not count after all.
    pub fn refund(&self, spent: &Spent) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for Standing { limit, until, .. } in &spent.standings {
            let count = counts.get_mut(&(limit.spender, limit.resource, limit.period));
            if let Some(count) = count.filter(|count| count.window.until == *until) {
                count.fresh -= 1;
            }
        }
    }

    /// How a limit stands, without counting a call.
    pub fn standing(&self, limit: Limit, now: Timestamp) -> Standing {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        standing(limit, self.count(&mut counts, limit, now))
    }

    fn count<'a>(
        &self,
        counts: &'a mut HashMap<Place, Count>,
        limit: Limit,
        now: Timestamp,
    ) -> &'a mut Count {
        let window = limit.period.window(now);
        let count =
            counts.entry((limit.spender, limit.resource, limit.period)).or_insert_with(|| {
                let place = (limit.spender, limit.resource.to_owned(), limit.period);
                let known =
                    self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&place);
                let known = known.filter(|(known, _)| *known == window);
                Count::new(limit, window, known.map_or(0, |(_, calls)| calls))
            });
        if count.window != window {
            *count = Count::new(limit, window, 0);
        }
        count.amount = limit.amount;
        count
    }

    /// How many calls a count may reach, as far as this server was asked.
    pub fn amount_of(&self, count: &RateCount) -> Option<u32> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let found = counts.iter().find(|((spender, resource, period), _)| {
            *spender == count.spender && *resource == count.resource && *period == count.period
        });
        found.map(|(_, count)| count.amount)
    }

    /// Lets a call run beside at most `amount - 1` others of the same spender on this server.
    pub fn enter(&self, spender: Spender, amount: u32) -> Result<Running, LimitReached> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let now = running.entry(spender).or_insert(0);
        if *now >= amount {
            return Err(LimitReached::Parallel { spender, amount });
        }
        *now += 1;
        Ok(Running { spender, all: self.running.clone() })
    }

    /// What is to be added to the store, in an order in which two servers cannot lock each other
    /// out.
    pub(crate) fn take(&self, now: Timestamp) -> Vec<Taken> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.retain(|_, count| count.window.until > now || count.in_flight != 0);
        let mut taken = Vec::new();
        for (place, count) in counts.iter_mut() {
            let calls = std::mem::take(&mut count.fresh);
            if calls != 0 {
                count.in_flight += calls;
                let ((spender, resource, period), window) = (*place, count.window);
                let resource = resource.to_owned();
                let written = RateCount { spender, resource, period, window, calls };
                let timeline = self.timeline.load(Ordering::Relaxed);
                taken.push(Taken { place: *place, amount: count.amount, written, timeline });
            }
        }
        taken.sort_unstable_by(|left, right| left.written.cmp(&right.written));
        taken
    }

    /// Learns what all servers have counted, after `taken` was written down.
    pub(crate) fn settle(&self, taken: &[Taken], totals: &[i64]) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let timeline = self.timeline.load(Ordering::Relaxed);
        for (taken, total) in taken.iter().zip(totals) {
            if taken.timeline != timeline {
                continue;
            }
            let Some(count) = taken.count(&mut counts) else { continue };
            count.in_flight -= taken.written.calls;
            count.shared = u64::try_from(*total).unwrap_or(0);
        }
    }

    /// Takes back what could not be written down.
    pub(crate) fn give_back(&self, taken: &[Taken]) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let timeline = self.timeline.load(Ordering::Relaxed);
        for taken in taken.iter().filter(|taken| taken.timeline == timeline) {
            let Some(count) = taken.count(&mut counts) else { continue };
            count.in_flight -= taken.written.calls;
            count.fresh += taken.written.calls;
        }
    }
}

/// Calls on their way to the store.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    place: Place,
    amount: u32,
    /// What is added.
    pub(crate) written: RateCount,
    /// On which timeline the calls were made.
    pub(crate) timeline: i64,
}

impl Taken {
    /// Writes the calls down; tells how many all servers have written down by now.
    ///
    /// Exactly one server adds the call that brings a quota near its end, and notes that.
    pub(crate) fn write(&self, context: &mut Context<'_, '_>) -> Result<i64> {
        let total = context.tx.add_calls(&self.written)?;
        let (spender, resource, period) = self.place;
        let limit = Limit { spender, resource, period, amount: self.amount };
        let before = total - self.written.calls;
        if limit.warning_at().is_some_and(|at| before < at && at <= total) {
            let who = name(context, spender)?;
            let quota = format!("{resource} of {who}: {total} of {} calls today", limit.amount);
            events::quota_nearly_used(context, &quota)?;
        }
        Ok(total)
    }

    /// The count the calls came from, unless its window is over.
    fn count<'a>(&self, counts: &'a mut HashMap<Place, Count>) -> Option<&'a mut Count> {
        let count = counts.get_mut(&self.place);
        count.filter(|count| count.window == self.written.window)
    }
}

impl Count {
    fn new(limit: Limit, window: Window, shared: u64) -> Self {
        Self { window, shared, in_flight: 0, fresh: 0, amount: limit.amount }
    }
}

fn standing(limit: Limit, count: &Count) -> Standing {
    let left = u64::from(limit.amount).saturating_sub(count.calls());
    let remaining = u32::try_from(left).unwrap_or(u32::MAX);
    Standing { limit, remaining, until: count.window.until }
}

/// A call that runs, until this is dropped.
#[derive(Debug)]
pub struct Running {
    spender: Spender,
    all: Arc<Mutex<HashMap<Spender, u32>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.spender) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                all.remove(&self.spender);
            }
        }
    }
}

fn name(context: &mut Context<'_, '_>, spender: Spender) -> Result<String> {
    Ok(match spender {
        Spender::AllApps => "all apps".into(),
        Spender::App(id) => {
            let app = context.tx.app(id)?;
            app.map_or_else(|| format!("app {id}"), |app| format!("app {}", app.slug))
        }
        Spender::Business(id) => format!("business {id}"),
    })
}

/// A count with the name of whose calls they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallCount {
    /// The count.
    pub count: RateCount,
    /// Whose calls.
    pub spender: String,
}

/// The counts that are written down of windows that are not over.
pub fn call_counts(context: &mut Context<'_, '_>) -> Result<Vec<CallCount>> {
    let counts = context.tx.rate_counts(context.now, LISTED_MAX)?;
    let named = counts.into_iter().map(|count| {
        let spender = name(context, count.spender)?;
        Ok(CallCount { count, spender })
    });
    named.collect()
}
