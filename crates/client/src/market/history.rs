//! What was said in a chat.

use futures_util::Stream;
use peyk_wire::market::message as wire;
use peyk_wire::market::paging::Paging;
use peyk_wire::market::{get_chat_history, get_chat_message};
use serde::Deserialize;

use super::chat::next;
use super::{ChatId, Market, Message, MessageId, Page};
use crate::transport::{Body, Safety};
use crate::{Kept, Result, pages};

/// Most messages of a page.
pub(super) const PAGE_MAX: u32 = 100;

/// As `GetChatHistoryResult`, with what came kept.
#[derive(Deserialize)]
struct ReadHistory {
    #[serde(default)]
    messages: Vec<Kept<wire::Message>>,
    paging: Option<Paging>,
}

impl Market {
    /// Everything that was said in a chat, oldest first, page by page as the stream is read.
    ///
    /// `POST /v2/businesses/{businessId}/chats/history`; scope `all-methods`, `all-methods:read-only` or `communication`; 10,000
    /// calls an hour with 100 messages each. One page is held at a time. To go on where a program stopped, use
    /// [`messages_since`](Self::messages_since).
    ///
    /// # Errors
    /// Those of [`history_page`](Self::history_page), after which the stream ends.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let mut history = std::pin::pin!(market.history(5001.into()));
    /// while let Some(message) = history.try_next().await? {
    ///     println!("{}: {:?}", message.sender, message.text);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn history(&self, chat: ChatId) -> impl Stream<Item = Result<Message>> + Send + 'static {
        let market = self.clone();
        pages::items(move |token| {
            let market = market.clone();
            async move { market.history_page(chat, None, PAGE_MAX, token.as_deref()).await }
        })
    }

    /// One page of messages, from a known one on, itself included.
    ///
    /// `POST /v2/businesses/{businessId}/chats/history?chatId=&limit=&pageToken=`; scope and limits as
    /// [`history`](Self::history).
    ///
    /// # Errors
    /// `NotFound` for a chat that is not there, `Forbidden` for another cabinet's, `Refused` for a wrong token.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// let page = market.history_page(5001.into(), None, 100, None).await?;
    /// assert_eq!(page.items.len(), 1);
    /// # Ok(()) });
    /// ```
    pub async fn history_page(
        &self,
        chat: ChatId,
        from: Option<MessageId>,
        limit: u32,
        token: Option<&str>,
    ) -> Result<Page<Message>> {
        let (chat, limit) = (chat.to_string(), limit.to_string());
        let mut query = vec![("chatId", chat.as_str()), ("limit", limit.as_str())];
        query.extend(token.map(|token| ("pageToken", token)));
        let message_id_from = from.map(|from| from.0);
        let body = Body::json(&get_chat_history::GetChatHistoryRequest { message_id_from })?;
        let call = self.call(&get_chat_history::OPERATION, &query, body, Safety::Repeatable);
        let read: ReadHistory = self.result(call).await?;
        let items = read.messages.into_iter().map(Message::from).collect();
        Ok(Page { items, next: next(read.paging) })
    }

    /// One message.
    ///
    /// `GET /v2/businesses/{businessId}/chats/message?chatId=&messageId=`; scope as [`history`](Self::history); 1,000 calls an
    /// hour.
    ///
    /// # Errors
    /// `NotFound` for a message or a chat that is not there.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// let message = market.message(5001.into(), 7.into()).await?;
    /// assert_eq!(message.text.as_deref(), Some("Где заказ?"));
    /// # Ok(()) });
    /// ```
    pub async fn message(&self, chat: ChatId, message: MessageId) -> Result<Message> {
        let (chat, message) = (chat.to_string(), message.to_string());
        let query = [("chatId", chat.as_str()), ("messageId", message.as_str())];
        let operation = &get_chat_message::OPERATION;
        let call = self.call(operation, &query, Body::Empty, Safety::Repeatable);
        let read: Kept<wire::Message> = self.result(call).await?;
        Ok(read.into())
    }
}
