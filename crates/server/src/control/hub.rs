//! The hub: one task reads what happens and wakes all who follow a feed.
//!
//! It keeps the last events as text that all streams share, so that ten thousand streams cost one
//! read of the store and not ten thousand. Whoever is further behind reads the store.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use peyk_engine::feed::{self, Feed, Place};
use peyk_engine::{Error, Fault, Result};
use peyk_model::WebhookId;
use serde_json::value::RawValue;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::convert::told_event;
use crate::Site;

/// Longest sleep: other servers on the same database cannot ring our bell.
const POLL: Duration = Duration::from_secs(1);
/// After how many sleeps streams show that they are alive.
const BEAT_POLLS: u64 = 15;
/// Most events that are kept for all.
const RECENT_MAX: usize = 256;
/// Most events that are read at once.
const AT_ONCE: i64 = 100;

/// What one feed gives out for one event.
#[derive(Debug, Clone)]
pub struct Item {
    /// The word that stands for the place after it.
    pub cursor: String,
    /// A JSON object.
    pub json: Arc<RawValue>,
}

/// An event that happened lately.
#[derive(Debug, Clone)]
pub(super) struct Recent {
    pub(super) place: Place,
    pub(super) item: Item,
    pub(super) webhooks: Vec<WebhookId>,
}

/// What the hub knows.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Whether streams have to end.
    pub(super) is_stopped: bool,
    /// Counts up now and then.
    pub(super) beat: u64,
    /// The places between which it knows everything; none while nobody listens.
    pub(super) span: Option<(Place, Place)>,
    /// What happened between them.
    pub(super) recent: VecDeque<Arc<Recent>>,
}

/// Wakes those who read feeds.
pub struct Hub(watch::Sender<Known>);

impl Hub {
    /// A hub that knows nothing yet.
    pub fn new() -> Self {
        Self(watch::Sender::new(Known::default()))
    }

    /// Ends all streams.
    pub fn stop(&self) {
        self.0.send_modify(|known| known.is_stopped = true);
    }

    pub(super) fn listen(&self) -> watch::Receiver<Known> {
        self.0.subscribe()
    }

    fn end(&self) -> Option<Place> {
        self.0.borrow().span.map(|(_, end)| end)
    }

    fn forget(&self) {
        self.0.send_if_modified(|known| {
            known.recent.clear();
            known.span.take().is_some()
        });
    }

    fn begin_at(&self, end: Place) {
        self.0.send_modify(|known| {
            known.recent.clear();
            known.span = Some((end, end));
        });
    }

    fn add(&self, events: Vec<Arc<Recent>>) {
        self.0.send_if_modified(|known| {
            let (Some((from, end)), Some(last)) = (&mut known.span, events.last()) else {
                return false;
            };
            *end = last.place;
            known.recent.extend(events);
            while known.recent.len() > RECENT_MAX {
                if let Some(gone) = known.recent.pop_front() {
                    *from = gone.place;
                }
            }
            true
        });
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

/// Tells all feeds what happens, for as long as the server runs.
pub async fn tell_feeds(site: Site) {
    let mut bell = site.engine.bell().listen();
    let mut sleeps = tokio::time::interval(POLL);
    sleeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut count = 0_u64;
    loop {
        tokio::select! {
            _ = bell.changed() => {}
            _ = sleeps.tick() => {
                count += 1;
                if count.is_multiple_of(BEAT_POLLS) {
                    site.hub.0.send_modify(|known| known.beat += 1);
                }
            }
        }
        if let Err(error) = catch_up(&site).await {
            tracing::error!(fault = %peyk_engine::chain(&error), "feeds could not be told");
            tokio::time::sleep(POLL).await;
        }
    }
}

async fn catch_up(site: &Site) -> Result<()> {
    if site.hub.0.receiver_count() == 0 {
        site.hub.forget();
        return Ok(());
    }
    let Some(mut end) = site.hub.end() else {
        let end = site.engine.read(|context| feed::end(context, Feed::Events)).await?;
        site.hub.begin_at(end);
        return Ok(());
    };
    loop {
        let read = site.engine.read(move |context| feed::events(context, end, AT_ONCE)).await;
        let told = match read {
            Err(Error::Broken(Fault::AnotherTimeline)) => {
                let end = site.engine.read(|context| feed::end(context, Feed::Events)).await?;
                site.hub.begin_at(end);
                return Ok(());
            }
            told => told?,
        };
        let Some(last) = told.last() else { return Ok(()) };
        end = last.place;
        let recent = told.into_iter().map(|told| {
            let (place, webhooks) = (told.place, told.webhooks.clone());
            Arc::new(Recent { place, item: told_event(site, &told), webhooks })
        });
        site.hub.add(recent.collect());
    }
}
