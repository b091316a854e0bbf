//! Chats: listing, reading, opening.

use futures_util::Stream;
use peyk_wire::market::chat as wire;
use peyk_wire::market::context::{Context, ContextRef, ContextType};
use peyk_wire::market::paging::Paging;
use peyk_wire::market::{create_chat, get_chat, get_chats};
use serde::Deserialize;

use super::{ChatFilter, ChatId, ChatStatus, ChatType, Market, OrderId, ReturnId};
use crate::transport::{Body, Safety};
use crate::{Kept, Result, Timestamp, pages};

/// Most chats of a page.
const PAGE_MAX: u32 = 20;

/// What a chat is, or is to be, about.
///
/// ```
/// use peyk_client::market::{OrderId, Subject};
///
/// assert_eq!(Subject::from(OrderId(90001)), Subject::Order(OrderId(90001)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// An order.
    Order(OrderId),
    /// A return.
    Return(ReturnId),
}

impl Subject {
    pub(super) fn to_wire(self) -> ContextRef {
        let (kind, id) = match self {
            Self::Order(id) => (ContextType::Order, id.0),
            Self::Return(id) => (ContextType::Return, id.0),
        };
        ContextRef { kind: Some(kind), id: Some(id) }
    }
}

impl From<OrderId> for Subject {
    fn from(id: OrderId) -> Self {
        Self::Order(id)
    }
}

impl From<ReturnId> for Subject {
    fn from(id: ReturnId) -> Self {
        Self::Return(id)
    }
}

/// A chat.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, market, _| {
/// let chat = market.chat(5001.into()).await?;
/// println!("{} {} {:?}", chat.id, chat.status, chat.context.order_id);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Chat {
    /// Its id.
    pub id: ChatId,
    /// What it is about, and with whom.
    pub context: Context,
    /// Whether somebody judges.
    pub kind: ChatType,
    /// Whose turn it is.
    pub status: ChatStatus,
    /// When it was opened, if the time can be understood.
    pub created_at: Option<Timestamp>,
    /// When the last message came, if the time can be understood.
    pub updated_at: Option<Timestamp>,
    /// The chat as it came, unknown fields included.
    pub wire: Kept<wire::Chat>,
}

impl From<Kept<wire::Chat>> for Chat {
    fn from(wire: Kept<wire::Chat>) -> Self {
        Self {
            id: ChatId(wire.chat_id),
            context: wire.context.clone(),
            kind: wire.kind.clone(),
            status: wire.status.clone(),
            created_at: Timestamp::parse(&wire.created_at),
            updated_at: Timestamp::parse(&wire.updated_at),
            wire,
        }
    }
}

/// One page, and the way to the next.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, market, _| {
/// use peyk_client::market::ChatFilter;
///
/// let page = market.chats_page(&ChatFilter::new(), 20, None).await?;
/// assert!(page.next.is_none() && page.items.len() == 1);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The next page's token; none on the last page.
    pub next: Option<String>,
}

/// As `GetChatsResult`, with what came kept.
#[derive(Deserialize)]
struct ReadChats {
    #[serde(default)]
    chats: Vec<Kept<wire::Chat>>,
    paging: Option<Paging>,
}

/// A token that is empty leads nowhere.
pub(super) fn next(paging: Option<Paging>) -> Option<String> {
    paging.unwrap_or_default().next_page_token.filter(|token| !token.is_empty())
}

impl Market {
    /// Every chat that a filter lets through, page by page as the stream is read.
    ///
    /// `POST /v2/businesses/{businessId}/chats`; scope `all-methods`, `all-methods:read-only` or `communication`; 5,000 calls an
    /// hour with 20 chats each. A chat that gets a message meanwhile may move between pages; the id tells it apart.
    ///
    /// # Errors
    /// Those of [`chats_page`](Self::chats_page), after which the stream ends.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// use futures_util::TryStreamExt as _;
    /// use peyk_client::market::{ChatFilter, ChatStatus};
    ///
    /// let waiting = ChatFilter::new().status(ChatStatus::WaitingForPartner);
    /// let mut chats = std::pin::pin!(market.chats(&waiting));
    /// while let Some(chat) = chats.try_next().await? {
    ///     println!("{}", chat.id);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn chats(&self, filter: &ChatFilter) -> impl Stream<Item = Result<Chat>> + Send + 'static {
        let (market, filter) = (self.clone(), filter.clone());
        pages::items(move |token| {
            let (market, filter) = (market.clone(), filter.clone());
            async move { market.chats_page(&filter, PAGE_MAX, token.as_deref()).await }
        })
    }

    /// One page of chats, newest message first.
    ///
    /// `POST /v2/businesses/{businessId}/chats?limit=&pageToken=`; scope and limits as [`chats`](Self::chats).
    ///
    /// # Errors
    /// `Refused` for a token of another filter or more than 20 chats, `Forbidden` without the scope, `RateLimited`.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use peyk_client::market::ChatFilter;
    /// let filter = ChatFilter::new();
    /// let first = market.chats_page(&filter, 20, None).await?;
    /// if let Some(next) = &first.next {
    ///     let second = market.chats_page(&filter, 20, Some(next)).await?;
    /// }
    /// # Ok(()) });
    /// ```
    pub async fn chats_page(
        &self,
        filter: &ChatFilter,
        limit: u32,
        token: Option<&str>,
    ) -> Result<Page<Chat>> {
        let limit = limit.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(token.map(|token| ("pageToken", token)));
        let body = Body::json(filter.as_wire())?;
        let call = self.call(&get_chats::OPERATION, &query, body, Safety::Repeatable);
        let read: ReadChats = self.result(call).await?;
        let items = read.chats.into_iter().map(Chat::from).collect();
        Ok(Page { items, next: next(read.paging) })
    }

    /// One chat.
    ///
    /// `GET /v2/businesses/{businessId}/chat?chatId=`; scope as [`chats`](Self::chats); 1,000 calls an hour.
    ///
    /// # Errors
    /// `NotFound` for a chat of another cabinet or none.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// let chat = market.chat(5001.into()).await?;
    /// # Ok(()) });
    /// ```
    pub async fn chat(&self, id: ChatId) -> Result<Chat> {
        let id = id.to_string();
        let query = [("chatId", id.as_str())];
        let call = self.call(&get_chat::OPERATION, &query, Body::Empty, Safety::Repeatable);
        let chat: Kept<wire::Chat> = self.result(call).await?;
        Ok(chat.into())
    }

    /// Opens the chat about an order or a return, or finds the one that is open already.
    ///
    /// `POST /v2/businesses/{businessId}/chats/new`; scope `all-methods` or `communication`; 1,000 calls an hour. Calling it
    /// twice gives the same chat.
    ///
    /// # Errors
    /// `NotFound` for an order that is not the cabinet's.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// use peyk_client::market::OrderId;
    ///
    /// let chat = market.create_chat(OrderId(90001)).await?;
    /// # Ok(()) });
    /// ```
    pub async fn create_chat(&self, about: impl Into<Subject>) -> Result<ChatId> {
        let context = Some(about.into().to_wire());
        self.create(&create_chat::CreateChatRequest { context, order_id: None }).await
    }

    /// The same with the deprecated `{"orderId": …}`.
    ///
    /// # Errors
    /// As [`create_chat`](Self::create_chat).
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use peyk_client::market::OrderId;
    /// let chat = market.create_order_chat(OrderId(90001)).await?;
    /// # Ok(()) });
    /// ```
    pub async fn create_order_chat(&self, order: OrderId) -> Result<ChatId> {
        let order_id = Some(order.0);
        self.create(&create_chat::CreateChatRequest { context: None, order_id }).await
    }

    async fn create(&self, request: &create_chat::CreateChatRequest) -> Result<ChatId> {
        let body = Body::json(request)?;
        let call = self.call(&create_chat::OPERATION, &[], body, Safety::Repeatable);
        let created: create_chat::CreateChatResult = self.result(call).await?;
        Ok(ChatId(created.chat_id))
    }

    /// Finds the chat about an order or a return, creates it if there is none, and reads it; the way the guides show.
    ///
    /// `POST …/chats`, and if need be `POST …/chats/new` and `GET …/chat`; finding needs no right to write.
    ///
    /// # Errors
    /// As [`create_chat`](Self::create_chat).
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// use peyk_client::market::ReturnId;
    ///
    /// let chat = market.find_or_create_chat(ReturnId(70001)).await?;
    /// market.send(chat.id, "Здравствуйте!").await?;
    /// # Ok(()) });
    /// ```
    pub async fn find_or_create_chat(&self, about: impl Into<Subject>) -> Result<Chat> {
        let about = about.into();
        let filter = ChatFilter::new().about(about);
        let found = self.chats_page(&filter, 1, None).await?.items.into_iter().next();
        match found {
            Some(chat) => Ok(chat),
            None => self.chat(self.create_chat(about).await?).await,
        }
    }
}
