//! Where a bot's messages come from.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::mpsc;

use super::talk::Came;
use super::{Chat, ChatKind};
use crate::events::{Feed, KenarEvent, Notification};
use crate::kenar::{KenarUser, SenderType};
use crate::market::{self, ChatId, ContextType, MessageSender, Place, Updates};
use crate::{ErrorKind, Kenar, Market, Result};

/// Most chats whose kind is remembered.
const KINDS_MAX: usize = 4096;
/// How many received events may wait before the receiver waits.
const WAITING_MAX: usize = 256;

/// The pause before a message is read again that could not be read.
const READ_PAUSE: Duration = Duration::from_secs(5);

/// Where messages come from: a Peyk's stream, polling, or a webhook receiver.
pub struct Source(Kind);

enum Kind {
    KenarFeed(Box<Feed>, KenarSide),
    MarketFeed(Box<Feed>, MarketSide),
    MarketPoll(Box<Updates>, MarketSide),
    KenarEvents(mpsc::Receiver<KenarEvent>, KenarSide),
    MarketEvents(mpsc::Receiver<Notification>, MarketSide),
}

struct KenarSide {
    kenar: Kenar,
    user: Option<KenarUser>,
}

struct MarketSide {
    market: Market,
    kinds: HashMap<ChatId, ChatKind>,
}

impl Source {
    /// What a Peyk tells an app, from now on; no public address is needed.
    ///
    /// # Errors
    /// `Setup` for a wrong address.
    pub fn kenar_feed(kenar: Kenar, peyk: &str, slug: &str) -> Result<Self> {
        Ok(Self::kenar_items(kenar, Feed::of_app(peyk, slug)?))
    }

    /// The same with a feed that was set up already, as one that goes on behind a kept cursor.
    #[must_use]
    pub fn kenar_items(kenar: Kenar, feed: Feed) -> Self {
        Self(Kind::KenarFeed(Box::new(feed), KenarSide { kenar, user: None }))
    }

    /// What a Peyk tells the cabinet, from now on; no public address is needed.
    ///
    /// # Errors
    /// `Setup` for a wrong address.
    pub fn market_feed(market: Market, peyk: &str) -> Result<Self> {
        let feed = Feed::of_business(peyk, market.business())?;
        Ok(Self(Kind::MarketFeed(Box::new(feed), MarketSide::new(market))))
    }

    /// New messages of a cabinet by asking again and again; works anywhere and needs no public address.
    #[must_use]
    pub fn market_polling(market: Market, place: Place, interval: Duration) -> Self {
        let updates = market.updates(place, interval);
        Self(Kind::MarketPoll(Box::new(updates), MarketSide::new(market)))
    }

    /// What a webhook receiver puts into the returned sender.
    #[must_use]
    pub fn kenar_webhook(kenar: Kenar) -> (mpsc::Sender<KenarEvent>, Self) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (sender, Self(Kind::KenarEvents(receiver, KenarSide { kenar, user: None })))
    }

    /// What a webhook receiver puts into the returned sender.
    #[must_use]
    pub fn market_webhook(market: Market) -> (mpsc::Sender<Notification>, Self) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (sender, Self(Kind::MarketEvents(receiver, MarketSide::new(market))))
    }

    /// Answers in conversations about posts with this user's token.
    #[must_use]
    pub fn as_user(mut self, user: KenarUser) -> Self {
        match &mut self.0 {
            Kind::KenarFeed(_, side) | Kind::KenarEvents(_, side) => side.user = Some(user),
            Kind::MarketFeed(..) | Kind::MarketPoll(..) | Kind::MarketEvents(..) => {}
        }
        self
    }

    /// The next message of somebody else; none for what is no message.
    pub(super) async fn next(&mut self) -> Result<Option<Came>> {
        match &mut self.0 {
            Kind::KenarFeed(feed, side) => match feed.next().await?.kenar() {
                Ok(event) => Ok(side.came(event)),
                Err(error) => {
                    tracing::warn!(%error, "an event was passed over");
                    Ok(None)
                }
            },
            Kind::MarketFeed(feed, side) => match feed.next().await?.market() {
                Ok(notification) => side.told(notification).await,
                Err(error) => {
                    tracing::warn!(%error, "a notification was passed over");
                    Ok(None)
                }
            },
            Kind::MarketPoll(updates, side) => {
                let (chat, message) = updates.next().await?;
                Ok(side.came(chat.id, kind(&chat), &message))
            }
            Kind::KenarEvents(receiver, side) => match receiver.recv().await {
                Some(event) => Ok(side.came(event)),
                None => std::future::pending().await,
            },
            Kind::MarketEvents(receiver, side) => match receiver.recv().await {
                Some(notification) => side.told(notification).await,
                None => std::future::pending().await,
            },
        }
    }
}

impl KenarSide {
    fn came(&self, event: KenarEvent) -> Option<Came> {
        let (message, is_bot) = match event {
            KenarEvent::BotMessage(message) => (message, true),
            KenarEvent::Message { message, .. } => (message, false),
            KenarEvent::AccessRevoked(_)
            | KenarEvent::PostUpdate { .. }
            | KenarEvent::Payment(_)
            | KenarEvent::Unknown(_) => return None,
        };
        // A bot that answers bots would talk with itself.
        if message.sender.kind == SenderType::Bot {
            return None;
        }
        let id = message.conversation.id.clone();
        let chat = if is_bot {
            Chat::kenar_bot(self.kenar.clone(), id)
        } else {
            Chat::kenar_post(self.kenar.clone(), self.user.clone(), id)
        };
        Some(Came::kenar(chat, &message))
    }
}

impl MarketSide {
    fn new(market: Market) -> Self {
        Self { market, kinds: HashMap::new() }
    }

    fn came(&self, id: ChatId, kind: ChatKind, message: &market::Message) -> Option<Came> {
        let is_customers = message.sender == MessageSender::Customer;
        is_customers.then(|| Came::market(Chat::market(self.market.clone(), id, kind), message))
    }

    /// Fetches what the notification only names.
    async fn told(&mut self, notification: Notification) -> Result<Option<Came>> {
        let Notification::MessageSent(business, chat, message) = notification else {
            return Ok(None);
        };
        if business != self.market.business() {
            return Ok(None);
        }
        let message = loop {
            match self.market.message(chat, message).await {
                Ok(message) => break message,
                Err(error) if error.kind() == ErrorKind::Unauthenticated => return Err(error),
                Err(error) if error.is_passing() => {
                    tracing::debug!(%chat, %error, "a message is read again after a pause");
                    tokio::time::sleep(READ_PAUSE).await;
                }
                Err(error) => {
                    tracing::warn!(%chat, %error, "a message cannot be read and is passed over");
                    return Ok(None);
                }
            }
        };
        let kind = match self.kinds.get(&chat) {
            Some(kind) => *kind,
            None => {
                let found = self.market.chat(chat).await;
                let found = found.map_or(ChatKind::Unknown, |chat| kind(&chat));
                if self.kinds.len() >= KINDS_MAX {
                    self.kinds.clear();
                }
                if found != ChatKind::Unknown {
                    self.kinds.insert(chat, found);
                }
                found
            }
        };
        Ok(self.came(chat, kind, &message))
    }
}

fn kind(chat: &market::Chat) -> ChatKind {
    match chat.context.kind {
        ContextType::Order => ChatKind::Order,
        ContextType::Return => ChatKind::Return,
        ContextType::Direct => ChatKind::Direct,
        ContextType::Unknown(_) => ChatKind::Unknown,
    }
}
