//! Where a bot's messages come from.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::inbox::{KenarInbox, MarketInbox, MarketLetter, Received};
use super::talk::Said;
use super::{Chat, ChatKind, kept};
use crate::events::{Feed, KenarEvent, Notification, Pressed};
use crate::kenar::{ConversationId, KenarUser, SenderType};
use crate::market::{self, ChatId, ContextType, MessageSender, Place, Updates};
use crate::{Error, ErrorKind, Kenar, Market, Result};

/// Most chats whose kind is remembered.
const KINDS_MAX: usize = 4096;
/// The pause before a message is read again that could not be read.
const READ_PAUSE: Duration = Duration::from_secs(5);

/// Where messages come from: a Peyk's stream, polling, or a webhook.
///
/// ```
/// use std::time::Duration;
/// use peyk_client::bot::Source;
/// use peyk_client::market::{Credential, Place};
/// use peyk_client::{Kenar, Market};
///
/// let peyk = "http://127.0.0.1:8080";
/// let kenar = Kenar::builder("echo-key").peyk(peyk).build()?;
/// let market = Market::builder(209888193, Credential::oauth("y0_demo")).peyk(peyk).build()?;
/// let sources = [
///     Source::kenar_feed(kenar, "echo")?,
///     Source::market_polling(market, Place::default(), Duration::from_secs(2)),
/// ];
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug)]
pub struct Source {
    kind: Kind,
    kept: Option<PathBuf>,
    serving: Option<tokio::task::JoinHandle<()>>,
    address: Option<SocketAddr>,
}

#[derive(Debug)]
enum Kind {
    KenarFeed(Box<Feed>, KenarSide),
    MarketFeed(Box<Feed>, MarketSide),
    MarketPoll(Box<Updates>, MarketSide),
    KenarInbox(mpsc::Receiver<Received>, KenarSide),
    MarketInbox(mpsc::Receiver<MarketLetter>, MarketSide),
}

/// What a source gives to the handlers.
pub(super) enum Came {
    /// A message, and who waits until it is dealt with.
    Message(Box<Said>, Option<oneshot::Sender<()>>),
    /// A pressed button, and who waits for the answer.
    Press(Option<Chat>, Box<Pressed>, oneshot::Sender<Result<String>>),
    /// Nothing for any handler.
    Nothing,
}

#[derive(Debug)]
struct KenarSide {
    kenar: Kenar,
    user: Option<KenarUser>,
}

#[derive(Debug)]
struct MarketSide {
    market: Market,
    kinds: HashMap<ChatId, ChatKind>,
}

impl Source {
    fn new(kind: Kind) -> Self {
        Self { kind, kept: None, serving: None, address: None }
    }

    /// What a Peyk tells the app with this slug, from now on; no public address is needed.
    ///
    /// # Errors
    /// `Setup` for a client of the marketplace, which has no such stream.
    ///
    /// ```
    /// # use peyk_client::{Kenar, bot::Source};
    /// let kenar = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
    /// let source = Source::kenar_feed(kenar, "echo")?;
    /// assert!(Source::kenar_feed(Kenar::new("key")?, "echo").is_err());
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn kenar_feed(kenar: Kenar, slug: &str) -> Result<Self> {
        let feed = Feed::of_kenar(&kenar, slug)?;
        Ok(Self::kenar_items(kenar, feed))
    }

    /// The same with a feed that was set up already, as one that goes on behind a kept cursor or needs an admin token.
    ///
    /// ```
    /// # use peyk_client::{Kenar, bot::Source, events::Feed};
    /// let peyk = "https://chat.example";
    /// let kenar = Kenar::builder("echo-key").peyk(peyk).build()?;
    /// let feed = Feed::of_app(peyk, "echo")?.admin_token("admin token");
    /// let source = Source::kenar_items(kenar, feed);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn kenar_items(kenar: Kenar, feed: Feed) -> Self {
        Self::new(Kind::KenarFeed(Box::new(feed), KenarSide { kenar, user: None }))
    }

    /// What a Peyk tells the cabinet, from now on; no public address is needed.
    ///
    /// # Errors
    /// `Setup` for a client of the marketplace, which has no such stream.
    ///
    /// ```
    /// # use peyk_client::{Market, bot::Source, market::Credential};
    /// let builder = Market::builder(209888193, Credential::oauth("y0_demo"));
    /// let source = Source::market_feed(builder.peyk("http://127.0.0.1:8080").build()?)?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn market_feed(market: Market) -> Result<Self> {
        let feed = Feed::of_market(&market)?;
        Ok(Self::market_items(market, feed))
    }

    /// The same with a feed that was set up already.
    ///
    /// ```
    /// # use peyk_client::{Market, bot::Source, events::Feed, market::Credential};
    /// let peyk = "https://chat.example";
    /// let market = Market::builder(7, Credential::oauth("y0_demo")).peyk(peyk).build()?;
    /// let source = Source::market_items(market, Feed::of_business(peyk, 7)?.admin_token("admin token"));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn market_items(market: Market, feed: Feed) -> Self {
        Self::new(Kind::MarketFeed(Box::new(feed), MarketSide::new(market)))
    }

    /// New messages of a cabinet by asking again and again; works anywhere and needs no public address.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use peyk_client::{Market, bot::Source, market::{Credential, Place}};
    /// let market = Market::new(209888193, Credential::oauth("y0_demo"))?;
    /// let source = Source::market_polling(market, Place::default(), Duration::from_secs(5));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn market_polling(market: Market, place: Place, interval: Duration) -> Self {
        let updates = market.updates(place, interval);
        Self::new(Kind::MarketPoll(Box::new(updates), MarketSide::new(market)))
    }

    /// What your web framework received from Kenar and puts into the inbox.
    ///
    /// ```
    /// # use peyk_client::{Kenar, bot::Source};
    /// let (inbox, source) = Source::kenar_inbox(Kenar::new("key")?);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn kenar_inbox(kenar: Kenar) -> (KenarInbox, Self) {
        let (inbox, letters) = KenarInbox::new();
        (inbox, Self::new(Kind::KenarInbox(letters, KenarSide { kenar, user: None })))
    }

    /// What your web framework received from Market and puts into the inbox.
    ///
    /// ```
    /// # use peyk_client::{Market, bot::Source, market::Credential};
    /// let market = Market::new(209888193, Credential::oauth("y0_demo"))?;
    /// let (inbox, source) = Source::market_inbox(market);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn market_inbox(market: Market) -> (MarketInbox, Self) {
        let (inbox, letters) = MarketInbox::new();
        (inbox, Self::new(Kind::MarketInbox(letters, MarketSide::new(market))))
    }

    /// Answers in conversations about posts with this user's token.
    ///
    /// ```
    /// # use peyk_client::{Kenar, bot::Source};
    /// let kenar = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
    /// let sara = kenar.as_user("ory_at_demo");
    /// let source = Source::kenar_feed(kenar, "echo")?.as_user(sara);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn as_user(mut self, user: KenarUser) -> Self {
        match &mut self.kind {
            Kind::KenarFeed(_, side) | Kind::KenarInbox(_, side) => side.user = Some(user),
            Kind::MarketFeed(..) | Kind::MarketPoll(..) | Kind::MarketInbox(..) => {}
        }
        self
    }

    /// Keeps in this file how far the bot came, and goes on there, so that what is said between two runs is answered too.
    ///
    /// The place is written behind each message once its handler is done: a program that is killed hears its last messages once
    /// more, and misses none. A webhook has no place to keep, for the marketplace itself remembers.
    ///
    /// # Errors
    /// `Storage` if the file cannot be read or holds no place.
    ///
    /// ```
    /// # use peyk_client::{Kenar, bot::Source};
    /// let kenar = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
    /// let source = Source::kenar_feed(kenar, "echo")?.keep_place("echo.place")?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn keep_place(mut self, path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        if let Some(place) = kept::load(&path)? {
            match &mut self.kind {
                Kind::KenarFeed(feed, _) | Kind::MarketFeed(feed, _) => feed.go_to(place),
                Kind::MarketPoll(updates, _) => {
                    let place = serde_json::from_str(&place).map_err(|error| {
                        Error::new(ErrorKind::Storage, "the file holds no place").caused_by(error)
                    })?;
                    updates.go_to(place);
                }
                Kind::KenarInbox(..) | Kind::MarketInbox(..) => {}
            }
        }
        self.kept = Some(path);
        Ok(self)
    }

    /// Where it listens, if it does; tells which port was free if it was asked for port 0.
    ///
    /// ```
    /// # use peyk_client::{Kenar, bot::Source};
    /// let (_, source) = Source::kenar_inbox(Kenar::new("key")?);
    /// assert_eq!(source.address(), None);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    #[cfg(feature = "receiver-axum")]
    pub(super) fn served_by(
        mut self,
        address: SocketAddr,
        serving: tokio::task::JoinHandle<()>,
    ) -> Self {
        self.address = Some(address);
        self.serving = Some(serving);
        self
    }

    /// The listener that answers for this source.
    pub(super) fn take_serving(&mut self) -> Option<tokio::task::JoinHandle<()>> {
        self.serving.take()
    }

    /// The file in which its place is kept.
    pub(super) fn kept(&self) -> Option<PathBuf> {
        self.kept.clone()
    }

    /// Where it stands, as text; none before it began, and for what has no place.
    pub(super) fn place(&self) -> Option<String> {
        match &self.kind {
            Kind::KenarFeed(feed, _) | Kind::MarketFeed(feed, _) => {
                feed.cursor().map(str::to_owned)
            }
            Kind::MarketPoll(updates, _) => serde_json::to_string(updates.place()).ok(),
            Kind::KenarInbox(..) | Kind::MarketInbox(..) => None,
        }
    }

    /// The next thing that came.
    pub(super) async fn next(&mut self) -> Result<Came> {
        match &mut self.kind {
            Kind::KenarFeed(feed, side) => match feed.next().await?.kenar() {
                Ok(event) => Ok(side.came(event, None)),
                Err(error) => {
                    tracing::warn!(%error, "an event was passed over");
                    Ok(Came::Nothing)
                }
            },
            Kind::MarketFeed(feed, side) => match feed.next().await?.market() {
                Ok(notification) => side.told(notification, None).await,
                Err(error) => {
                    tracing::warn!(%error, "a notification was passed over");
                    Ok(Came::Nothing)
                }
            },
            Kind::MarketPoll(updates, side) => {
                let (chat, message) = updates.next().await?;
                Ok(side.came(chat.id, kind(&chat), message, None))
            }
            Kind::KenarInbox(letters, side) => match letters.recv().await {
                Some(Received::Event(event, done)) => Ok(side.came(*event, Some(done))),
                Some(Received::Pressed(pressed, answer)) => Ok(side.pressed(pressed, answer)),
                None => std::future::pending().await,
            },
            Kind::MarketInbox(letters, side) => match letters.recv().await {
                Some((notification, done)) => side.told(notification, Some(done)).await,
                None => std::future::pending().await,
            },
        }
    }
}

/// Tells who waits that there was nothing to be dealt with.
fn nothing(done: Option<oneshot::Sender<()>>) -> Came {
    if let Some(done) = done {
        // Whoever waited may have left.
        let _ = done.send(());
    }
    Came::Nothing
}

impl KenarSide {
    fn came(&self, event: KenarEvent, done: Option<oneshot::Sender<()>>) -> Came {
        let (message, is_bot) = match event {
            KenarEvent::BotMessage(message) => (message, true),
            KenarEvent::Message { message, .. } => (message, false),
            KenarEvent::AccessRevoked(_)
            | KenarEvent::PostUpdate { .. }
            | KenarEvent::Payment(_)
            | KenarEvent::Unknown(_) => return nothing(done),
        };
        // A bot that answers bots would talk with itself.
        if message.sender.kind == SenderType::Bot {
            return nothing(done);
        }
        let chat = self.chat(message.conversation.id.clone(), is_bot);
        Came::Message(Box::new(Said::kenar(chat, message)), done)
    }

    /// Conversations with a chatbot are about no post.
    fn pressed(&self, pressed: Box<Pressed>, answer: oneshot::Sender<Result<String>>) -> Came {
        let (conversation, post) = match &*pressed {
            Pressed::DynamicAction(asked) => (&asked.conversation_id, &asked.post_token),
            Pressed::ServerLink(asked) => (&asked.conversation_id, &asked.post_token),
        };
        let chat = conversation.clone().map(|id| self.chat(ConversationId(id), post.is_none()));
        Came::Press(chat, pressed, answer)
    }

    fn chat(&self, id: ConversationId, is_bot: bool) -> Chat {
        if is_bot {
            Chat::kenar_bot(self.kenar.clone(), id)
        } else {
            Chat::kenar_post(self.kenar.clone(), self.user.clone(), id)
        }
    }
}

impl MarketSide {
    fn new(market: Market) -> Self {
        Self { market, kinds: HashMap::new() }
    }

    fn came(
        &self,
        id: ChatId,
        kind: ChatKind,
        message: market::Message,
        done: Option<oneshot::Sender<()>>,
    ) -> Came {
        if message.sender != MessageSender::Customer {
            return nothing(done);
        }
        let chat = Chat::market(self.market.clone(), id, kind);
        Came::Message(Box::new(Said::market(chat, message)), done)
    }

    /// Fetches what the notification only names.
    async fn told(
        &mut self,
        notification: Notification,
        done: Option<oneshot::Sender<()>>,
    ) -> Result<Came> {
        let Notification::MessageSent(business, chat, message) = notification else {
            return Ok(nothing(done));
        };
        if business != self.market.business() {
            return Ok(nothing(done));
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
                    return Ok(nothing(done));
                }
            }
        };
        let kind = self.kind(chat).await;
        Ok(self.came(chat, kind, message, done))
    }

    async fn kind(&mut self, chat: ChatId) -> ChatKind {
        if let Some(kind) = self.kinds.get(&chat) {
            return *kind;
        }
        let found = self.market.chat(chat).await.map_or(ChatKind::Unknown, |chat| kind(&chat));
        if self.kinds.len() >= KINDS_MAX {
            self.kinds.clear();
        }
        if found != ChatKind::Unknown {
            self.kinds.insert(chat, found);
        }
        found
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
