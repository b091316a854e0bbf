//! Readers: each follows one feed from a place on, without gaps.

use peyk_engine::feed::{self, Feed};
use peyk_engine::{FeedPosition, Result};
use tokio::sync::watch;

use super::convert::{told_event, told_letter};
use super::hub::{Item, Known};
use crate::Site;

/// Most items that are read from the store at once.
const AT_ONCE: i64 = 100;

/// What a reader can do about what the hub knows.
enum Step {
    /// The server stops.
    Stop,
    /// Here is more.
    Items(Vec<Item>, FeedPosition),
    /// The hub does not know, or there is something that it does not keep.
    AskStore(Option<FeedPosition>),
    /// There is nothing up to here.
    Nothing(FeedPosition),
}

/// Follows one feed.
pub struct Reader {
    site: Site,
    feed: Feed,
    position: FeedPosition,
    known: watch::Receiver<Known>,
    beat: u64,
}

impl Reader {
    /// A reader that stands at this place.
    pub fn new(site: Site, feed: Feed, position: FeedPosition) -> Self {
        let known = site.hub.listen();
        let beat = known.borrow().beat;
        Self { site, feed, position, known, beat }
    }

    /// The word that stands for the place where the reader is.
    pub fn cursor(&self) -> String {
        self.feed.cursor(self.site.engine.keyring(), self.position)
    }

    /// Waits for what comes next: nothing at all after a while, and none when the server stops.
    pub async fn next(&mut self) -> Result<Option<Vec<Item>>> {
        loop {
            let step = self.step();
            match step {
                Step::Stop => return Ok(None),
                Step::Items(items, position) => {
                    self.position = position;
                    return Ok(Some(items));
                }
                Step::AskStore(end) => {
                    let before = self.position;
                    let items = self.ask_store().await?;
                    if !items.is_empty() {
                        return Ok(Some(items));
                    }
                    if self.position != before {
                        // There may be more behind what has no words.
                        continue;
                    }
                    self.position = self.position.max(end.unwrap_or_default());
                }
                Step::Nothing(position) => self.position = self.position.max(position),
            }
            if self.known.changed().await.is_err() {
                return Ok(None);
            }
            let beat = self.known.borrow().beat;
            if beat != self.beat {
                // Whatever else changed is looked at by the next call.
                self.beat = beat;
                return Ok(Some(Vec::new()));
            }
        }
    }

    /// Waits for something; nothing comes only when the server stops.
    pub async fn next_items(&mut self) -> Result<Vec<Item>> {
        loop {
            match self.next().await? {
                Some(items) if items.is_empty() => {}
                items => return Ok(items.unwrap_or_default()),
            }
        }
    }

    fn step(&mut self) -> Step {
        let known = self.known.borrow_and_update();
        if known.is_stopped {
            return Step::Stop;
        }
        let Some((from, end)) = known.span else { return Step::AskStore(None) };
        if self.position < from {
            return Step::AskStore(Some(end));
        }
        let mut later = known.recent.iter().filter(|recent| recent.position > self.position);
        match self.feed {
            Feed::Events => {
                let items: Vec<_> = later.map(|recent| recent.item.clone()).collect();
                if items.is_empty() { Step::Nothing(end) } else { Step::Items(items, end) }
            }
            Feed::Webhook(id) if later.any(|recent| recent.webhooks.contains(&id)) => {
                Step::AskStore(Some(end))
            }
            Feed::Webhook(_) => Step::Nothing(end),
        }
    }

    /// The next page that the store has.
    pub async fn ask_store(&mut self) -> Result<Vec<Item>> {
        let after = self.position;
        let engine = &self.site.engine;
        match self.feed {
            Feed::Events => {
                let told = engine.read(move |context| feed::events(context, after, AT_ONCE));
                let told = told.await?;
                self.position = told.last().map_or(after, |last| last.position);
                Ok(told.iter().map(|told| told_event(&self.site, told)).collect())
            }
            Feed::Webhook(id) => {
                let read = engine.read(move |context| feed::errands(context, id, after, AT_ONCE));
                let errands = read.await?;
                self.position = errands.last().map_or(after, |(last, _)| *last);
                let letter = |(at, errand): &_| told_letter(&self.site, self.feed, *at, errand);
                Ok(errands.iter().filter_map(letter).collect())
            }
        }
    }
}
