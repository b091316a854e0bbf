//! Feeds: what happened, and what a webhook is told, read after a place that never moves.

use peyk_model::{BusinessId, Conversation, Event, Noun, Party, Refusal, WebhookId};
use peyk_store::{Fault, FeedPosition};

use crate::deliver::{Errand, News, errand};
use crate::error::Result;
use crate::read_conversation::{cursor, read_cursor};
use crate::timeline::FIRST;
use crate::{Context, Keyring};

/// Which feed is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// Everything that happens.
    Events,
    /// What one webhook is told.
    Webhook(WebhookId),
}

impl Feed {
    fn question(self) -> String {
        match self {
            Self::Events => "feed of all events".into(),
            Self::Webhook(id) => format!("feed of webhook {id}"),
        }
    }

    /// The word that stands for a place in this feed.
    pub fn cursor(self, keyring: &Keyring, at: Place) -> String {
        let Place { timeline, position } = at;
        cursor(keyring, &self.question(), [timeline, position.epoch, position.id])
    }

    /// The place that a word stands for.
    pub fn place(self, keyring: &Keyring, word: &str) -> Result<Place, Refusal> {
        let question = self.question();
        // Before there were timelines a word did not name one.
        let [timeline, epoch, id] = read_cursor(keyring, &question, word).or_else(|_| {
            read_cursor(keyring, &question, word).map(|[epoch, id]| [FIRST, epoch, id])
        })?;
        Ok(Place { timeline, position: FeedPosition { epoch, id } })
    }
}

/// A place in a feed, which is a place in one history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The history: when everything is put back, another begins.
    pub timeline: i64,
    /// The place in it.
    pub position: FeedPosition,
}

impl Place {
    /// The position, if the history is the one that goes on here.
    fn position_here(self, context: &Context<'_, '_>) -> Result<FeedPosition, Fault> {
        let is_here = self.timeline == context.tx.timeline();
        is_here.then_some(self.position).ok_or(Fault::AnotherTimeline)
    }
}

/// An event with all that there is to tell of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Its place in the feed.
    pub place: Place,
    /// What happened, in short.
    pub event: Event,
    /// What happened, in full.
    pub news: News,
    /// Who is told.
    pub webhooks: Vec<WebhookId>,
    /// The sides of the conversation it happened in: the buyer's handle, and the seller.
    pub sides: Option<(String, Name)>,
}

/// A party by the name that people know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// A person, by the handle.
    Person(String),
    /// An app, by its slug.
    App(String),
    /// A business, by its id.
    Business(BusinessId),
}

/// The end of all feeds as it is now; refuses what nobody can read.
pub fn end(context: &mut Context<'_, '_>, feed: Feed) -> Result<Place> {
    if let Feed::Webhook(id) = feed {
        let found = context.tx.webhook(id)?;
        found.ok_or_else(|| Refusal::not_found(Noun::Webhook, id))?;
    }
    let timeline = context.tx.timeline();
    Ok(Place { timeline, position: context.tx.feed_end()? })
}

/// The same place in the history that goes on here. Places only ever grow, so what was read before
/// everything was put back is not read again, and whatever is there and was not, is.
pub fn here(context: &mut Context<'_, '_>, feed: Feed, place: Place) -> Result<Place> {
    let Place { timeline, .. } = end(context, feed)?;
    Ok(Place { timeline, ..place })
}

/// Events after a place, in an order that never changes.
pub fn events(context: &mut Context<'_, '_>, after: Place, limit: i64) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    for (position, event) in context.tx.events_after(after.position_here(context)?, limit)? {
        let news = errand::news(context, &event)?;
        let webhooks = context.tx.webhooks_told(event.id)?;
        let sides = match news.conversation() {
            Some(conversation) => sides(context, conversation)?,
            None => None,
        };
        let place = Place { position, ..after };
        told.push(Told { place, event, news, webhooks, sides });
    }
    Ok(told)
}

fn sides(context: &mut Context<'_, '_>, of: &Conversation) -> Result<Option<(String, Name)>> {
    let buyer = context.tx.person(of.buyer)?.map(|person| person.handle);
    let seller = match of.seller {
        Party::Person(id) => context.tx.person(id)?.map(|person| Name::Person(person.handle)),
        Party::App(id) => context.tx.app(id)?.map(|app| Name::App(app.slug)),
        Party::Business(id) => Some(Name::Business(id)),
    };
    Ok(buyer.zip(seller))
}

/// What a webhook is told after a place, in an order that never changes.
pub fn errands(
    context: &mut Context<'_, '_>,
    webhook: WebhookId,
    after: Place,
    limit: i64,
) -> Result<Vec<(Place, Errand)>> {
    let start = after.position_here(context)?;
    let found = context.tx.webhook(webhook)?;
    let mut found = found.ok_or_else(|| Refusal::not_found(Noun::Webhook, webhook))?;
    // Whoever reads a feed needs no address; a letter without one would not be written.
    found.url.get_or_insert_default();
    let mut errands = Vec::new();
    for (position, delivery, _) in context.tx.deliveries_after(webhook, start, limit)? {
        let place = Place { position, ..after };
        errands.push((place, Errand::assemble(context, found.clone(), delivery)?));
    }
    Ok(errands)
}
