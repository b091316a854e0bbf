//! Readers: each follows one feed from a place on, without gaps.

use peyk_engine::feed::{self, Feed, Place};
use peyk_engine::timeline::apart;
use peyk_engine::{Error, Fault, Result};
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
    Items(Vec<Item>, Place),
    /// The hub does not know, or there is something that it does not keep.
    AskStore(Option<Place>),
    /// There is nothing up to here.
    Nothing(Place),
}

/// What a feed says next.
pub enum Next {
    /// Something happened.
    Items(Vec<Item>),
    /// Nothing for a while.
    Beat,
    /// Everything was put back: whoever follows the feed looks at everything anew, and hears of what
    /// comes.
    PutBack,
    /// The server stops.
    Stop,
}

/// Follows one feed.
pub struct Reader {
    site: Site,
    feed: Feed,
    place: Place,
    known: watch::Receiver<Known>,
    beat: u64,
}

impl Reader {
    /// A reader that stands at this place.
    pub fn new(site: Site, feed: Feed, place: Place) -> Self {
        let known = site.hub.listen();
        let beat = known.borrow().beat;
        Self { site, feed, place, known, beat }
    }

    /// The word that stands for the place where the reader is.
    pub fn cursor(&self) -> String {
        self.feed.cursor(self.site.engine.keyring(), self.place)
    }

    /// Waits for what comes next.
    pub async fn next(&mut self) -> Result<Next> {
        loop {
            let step = self.step();
            match step {
                Step::Stop => return Ok(Next::Stop),
                Step::Items(items, place) => {
                    self.place = place;
                    return Ok(Next::Items(items));
                }
                Step::AskStore(end) => {
                    let before = self.place;
                    // In a box, for it is large and a stream that waits does not need it.
                    let items = match Box::pin(self.ask_store()).await? {
                        Next::Items(items) => items,
                        other @ (Next::Beat | Next::PutBack | Next::Stop) => return Ok(other),
                    };
                    if !items.is_empty() {
                        return Ok(Next::Items(items));
                    }
                    if self.place != before {
                        // There may be more behind what has no words.
                        continue;
                    }
                    if let Some(end) = end {
                        self.skip_to(end);
                    }
                }
                Step::Nothing(place) => self.skip_to(place),
            }
            if self.known.changed().await.is_err() {
                return Ok(Next::Stop);
            }
            let beat = self.known.borrow().beat;
            if beat != self.beat {
                // Whatever else changed is looked at by the next call.
                self.beat = beat;
                return Ok(Next::Beat);
            }
        }
    }

    /// Waits for something that is no beat.
    pub async fn next_news(&mut self) -> Result<Next> {
        loop {
            match self.next().await? {
                Next::Beat => {}
                news @ (Next::Items(_) | Next::PutBack | Next::Stop) => return Ok(news),
            }
        }
    }

    /// Goes on to a place on the same timeline, never back.
    fn skip_to(&mut self, place: Place) {
        if place.timeline == self.place.timeline {
            self.place.position = self.place.position.max(place.position);
        }
    }

    fn step(&mut self) -> Step {
        let known = self.known.borrow_and_update();
        if known.is_stopped {
            return Step::Stop;
        }
        let Some((from, end)) = known.span else { return Step::AskStore(None) };
        if end.timeline != self.place.timeline || self.place.position < from.position {
            return Step::AskStore(Some(end));
        }
        let is_later = |place: Place| place.position > self.place.position;
        let mut later = known.recent.iter().filter(|recent| is_later(recent.place));
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

    /// The next page that the store has, or word that everything was put back.
    pub async fn ask_store(&mut self) -> Result<Next> {
        match apart(self.read_page()).await {
            Ok(items) => Ok(Next::Items(items)),
            Err(Error::Broken(Fault::AnotherTimeline)) => {
                let (feed, place) = (self.feed, self.place);
                let here = self.site.engine.read(move |context| feed::here(context, feed, place));
                self.place = apart(here).await?;
                Ok(Next::PutBack)
            }
            Err(error) => Err(error),
        }
    }

    async fn read_page(&mut self) -> Result<Vec<Item>> {
        let after = self.place;
        let engine = &self.site.engine;
        match self.feed {
            Feed::Events => {
                let told = engine.read(move |context| feed::events(context, after, AT_ONCE));
                let told = told.await?;
                self.place = told.last().map_or(after, |last| last.place);
                Ok(told.iter().map(|told| told_event(&self.site, told)).collect())
            }
            Feed::Webhook(id) => {
                let read = engine.read(move |context| feed::errands(context, id, after, AT_ONCE));
                let errands = read.await?;
                self.place = errands.last().map_or(after, |(last, _)| *last);
                let letter = |(at, errand): &_| told_letter(&self.site, self.feed, *at, errand);
                if !errands.is_empty() {
                    self.site.activity.told();
                }
                Ok(errands.iter().filter_map(letter).collect())
            }
        }
    }
}
