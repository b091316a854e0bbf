//! What is new: since a known message of one chat, or in all chats.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};

use super::history::PAGE_MAX;
use super::{Chat, ChatFilter, ChatId, Market, Message, MessageId};
use crate::{ErrorKind, Result, Timestamp};

/// Most chats of a page.
const CHATS_PAGE_MAX: u32 = 20;
/// Looking more often than this would see one second in two halves, and times have no finer grain.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// Reads one chat onwards.
struct Reader {
    market: Market,
    chat: ChatId,
    last: Option<MessageId>,
    items: VecDeque<Message>,
    token: Option<String>,
    is_at_end: bool,
}

impl Reader {
    fn new(market: Market, chat: ChatId, last: Option<MessageId>) -> Self {
        Self { market, chat, last, items: VecDeque::new(), token: None, is_at_end: false }
    }

    /// The next message, or none at the end of what is there now.
    async fn next(&mut self) -> Result<Option<Message>> {
        loop {
            while let Some(message) = self.items.pop_front() {
                // The first one wanted is the last one known, and a page may begin before it.
                if self.last.is_none_or(|last| message.id > last) {
                    self.last = Some(message.id);
                    return Ok(Some(message));
                }
            }
            if self.is_at_end {
                return Ok(None);
            }
            self.read().await?;
        }
    }

    async fn read(&mut self) -> Result<()> {
        let page = match self.page(self.token.clone()).await {
            // A token that the server forgot is not needed: the last message says where we are.
            Err(error) if error.kind() == ErrorKind::Refused && self.token.is_some() => {
                self.token = None;
                self.page(None).await?
            }
            outcome => outcome?,
        };
        self.is_at_end = page.next.is_none() || page.next == self.token;
        self.items = page.items.into();
        self.token = page.next;
        // No document says how a history is ordered; newest first, it has to be read to its end before anything is given out.
        let is_newest_first =
            self.items.iter().zip(self.items.iter().skip(1)).any(|(a, b)| a.id > b.id);
        if is_newest_first {
            while !self.is_at_end {
                let page = self.page(self.token.clone()).await?;
                self.is_at_end = page.next.is_none() || page.next == self.token;
                self.items.extend(page.items);
                self.token = page.next;
            }
            self.items.make_contiguous().sort_by_key(|message| message.id);
        }
        Ok(())
    }

    async fn page(&self, token: Option<String>) -> Result<super::Page<Message>> {
        self.market.history_page(self.chat, self.last, PAGE_MAX, token.as_deref()).await
    }

    fn again(&mut self) {
        self.token = None;
        self.is_at_end = false;
    }
}

impl Market {
    /// Every message after a known one, oldest first, up to the newest there is; without a known one all of them.
    ///
    /// `POST /v2/businesses/{businessId}/chats/history` with `messageIdFrom`; scope and limits as
    /// [`history`](Market::history).
    ///
    /// None is missed and none comes twice, whatever fails on the way: keep the id of each message once it is dealt with, and
    /// begin there the next time. It relies on what the documents say: ids of a chat grow.
    ///
    /// # Errors
    /// As [`history_page`](Market::history_page); the stream ends with the error, and a new one goes on from the last id.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let mut last = None; // or what was kept
    /// let mut new = market.messages_since(5001.into(), last);
    /// while let Some(message) = new.try_next().await? {
    ///     println!("{:?}", message.text);
    ///     last = Some(message.id);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn messages_since(
        &self,
        chat: ChatId,
        last: Option<MessageId>,
    ) -> impl Stream<Item = Result<Message>> + Send + Unpin + 'static {
        let reader = Reader::new(self.clone(), chat, last);
        Box::pin(stream::try_unfold(reader, |mut reader| async move {
            Ok(reader.next().await?.map(|message| (message, reader)))
        }))
    }

    /// The same without an end: looks for new messages again and again, and outlives passing failures.
    ///
    /// # Errors
    /// Only what will not pass by itself, after which the stream ends.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// use std::time::Duration;
    /// use futures_util::TryStreamExt as _;
    ///
    /// let mut messages = market.follow(5001.into(), None, Duration::from_secs(2));
    /// while let Some(message) = messages.try_next().await? {
    ///     println!("{:?}", message.text);
    /// #     break;
    /// }
    /// # Ok(()) });
    /// ```
    pub fn follow(
        &self,
        chat: ChatId,
        last: Option<MessageId>,
        interval: Duration,
    ) -> impl Stream<Item = Result<Message>> + Send + Unpin + 'static {
        let reader = Reader::new(self.clone(), chat, last);
        Box::pin(stream::try_unfold(reader, move |mut reader| async move {
            loop {
                match reader.next().await {
                    Ok(Some(message)) => return Ok(Some((message, reader))),
                    Ok(None) => {}
                    Err(error) if error.is_passing() => {
                        tracing::debug!(%error, "following goes on after a pause");
                    }
                    Err(error) => return Err(error),
                }
                reader.again();
                tokio::time::sleep(interval).await;
            }
        }))
    }

    /// Looks for new messages in all chats again and again; for a bot without a public address.
    ///
    /// `POST …/chats` for what changed and `POST …/chats/history` for each of those; scope as [`chats`](Market::chats). A new
    /// [`Place`] begins now; one that was kept goes on where it was.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// use std::time::Duration;
    /// use peyk_client::market::Place;
    ///
    /// let mut updates = market.updates(Place::beginning(), Duration::from_secs(2));
    /// let (chat, message) = updates.next().await?;
    /// println!("{} in {}: {:?}", message.sender, chat.id, message.text);
    /// let kept = serde_json::to_string(updates.place()).unwrap();
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn updates(&self, place: Place, interval: Duration) -> Updates {
        Updates {
            market: self.clone(),
            place,
            interval: interval.max(SHORTEST_INTERVAL),
            changed: VecDeque::new(),
            reader: None,
            has_looked: false,
        }
    }
}

/// How far all chats of a cabinet were read; small enough to be kept as JSON after each message.
///
/// ```
/// use peyk_client::market::Place;
///
/// let kept = serde_json::to_string(&Place::default()).unwrap();
/// let place: Place = serde_json::from_str(&kept).unwrap();
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    has_begun: bool,
    chats: BTreeMap<ChatId, ChatPlace>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct ChatPlace {
    updated_at: String,
    last: Option<MessageId>,
    /// Messages up to this moment were there before the reading began, and none of them is known.
    old_until: Option<Timestamp>,
    /// The second of the last change was not over when it was read.
    again: bool,
}

impl Place {
    /// A place before everything: every message of every chat is new.
    ///
    /// ```
    /// # use peyk_client::market::Place;
    /// assert_ne!(Place::beginning(), Place::default());
    /// ```
    #[must_use]
    pub fn beginning() -> Self {
        Self { has_begun: true, chats: BTreeMap::new() }
    }
}

/// New messages of all chats, in order within each chat.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, market, _| {
/// use std::time::Duration;
/// use peyk_client::market::Place;
///
/// let mut updates = market.updates(Place::beginning(), Duration::from_secs(2));
/// let (chat, message) = updates.next().await?;
/// println!("{} in {}: {:?}", message.sender, chat.id, message.text);
/// let kept = serde_json::to_string(updates.place()).unwrap();
/// # Ok(()) });
/// ```
#[derive(Debug)]
pub struct Updates {
    market: Market,
    place: Place,
    interval: Duration,
    changed: VecDeque<Chat>,
    reader: Option<(Chat, Reader)>,
    has_looked: bool,
}

impl Updates {
    /// Where the reading stands: behind the last message that [`next`](Self::next) returned.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use std::time::Duration;
    /// # use peyk_client::market::Place;
    /// let updates = market.updates(Place::beginning(), Duration::from_secs(2));
    /// assert_eq!(*updates.place(), Place::beginning());
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn go_to(&mut self, place: Place) {
        self.place = place;
    }

    /// Waits for the next message. A future that is dropped loses nothing: the message comes again.
    ///
    /// # Errors
    /// Only what will not pass by itself, and a server that cannot be reached in the beginning; asking again goes on where it was.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use std::time::Duration;
    /// # use peyk_client::market::Place;
    /// let mut updates = market.updates(Place::beginning(), Duration::from_secs(2));
    /// let (chat, message) = updates.next().await?;
    /// # Ok(()) });
    /// ```
    pub async fn next(&mut self) -> Result<(Chat, Message)> {
        loop {
            match self.step().await {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => {}
                // A wrong address would be asked for ever, and nobody would know.
                Err(error) if error.is_passing() && self.has_looked => {
                    tracing::debug!(%error, "looking for new messages goes on after a pause");
                    tokio::time::sleep(self.interval).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn step(&mut self) -> Result<Option<(Chat, Message)>> {
        if let Some((chat, reader)) = &mut self.reader {
            let place = self.place.chats.entry(chat.id).or_default();
            let Some(message) = reader.next().await? else {
                place.again = place.updated_at != chat.wire.updated_at;
                place.old_until = None;
                place.updated_at.clone_from(&chat.wire.updated_at);
                self.reader = None;
                return Ok(None);
            };
            place.last = Some(message.id);
            let is_old = message.created_at.zip(place.old_until).is_some_and(|(at, old)| at <= old);
            return Ok((!is_old).then(|| (chat.clone(), message)));
        }
        if let Some(chat) = self.changed.pop_front() {
            let last = self.place.chats.get(&chat.id).and_then(|place| place.last);
            self.reader = Some((chat.clone(), Reader::new(self.market.clone(), chat.id, last)));
            return Ok(None);
        }
        if self.has_looked {
            tokio::time::sleep(self.interval).await;
        }
        self.look().await?;
        self.has_looked = true;
        Ok(None)
    }

    /// Lists the chats that may hold something new.
    async fn look(&mut self) -> Result<()> {
        let mut chats = Vec::new();
        let mut token = None;
        loop {
            let filter = ChatFilter::new();
            let page = self.market.chats_page(&filter, CHATS_PAGE_MAX, token.as_deref()).await?;
            let is_last = page.next.is_none() || page.next == token;
            chats.extend(page.items);
            token = page.next;
            if is_last {
                break;
            }
        }
        let newest = chats.iter().filter_map(|chat| chat.updated_at).max();
        if !self.place.has_begun {
            return self.begin(chats, newest).await;
        }
        chats.retain(|chat| {
            let known = self.place.chats.get(&chat.id);
            // Times have whole seconds, and in the newest one more may still be written.
            chat.updated_at == newest
                || known.is_none_or(|known| known.again || known.updated_at != chat.wire.updated_at)
        });
        self.changed = chats.into();
        Ok(())
    }

    /// Remembers what is there: whatever is not there now is new.
    async fn begin(&mut self, chats: Vec<Chat>, newest: Option<Timestamp>) -> Result<()> {
        let mut places = BTreeMap::new();
        for chat in chats {
            let mut place = ChatPlace {
                updated_at: chat.wire.updated_at.clone(),
                old_until: chat.updated_at,
                ..ChatPlace::default()
            };
            // In the newest second a time does not tell old from new, but ids do.
            if chat.updated_at == newest {
                let mut reader = Reader::new(self.market.clone(), chat.id, None);
                while let Some(message) = reader.next().await? {
                    place.last = Some(message.id);
                }
                place.old_until = None;
            }
            places.insert(chat.id, place);
        }
        self.place = Place { has_begun: true, chats: places };
        Ok(())
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("chat", &self.chat)
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}
