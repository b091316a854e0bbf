//! POST /v2/businesses/{businessId}/chats/history
//!
//! Reads a chat's messages, page by page, from the beginning or from a known message on.

use serde::{Deserialize, Serialize};

use super::context::Context;
use super::envelope::Envelope;
use super::message::Message;
use super::paging::{PageQuery, Paging};
use crate::{Operation, null, number};

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    scopes: &["all-methods", "all-methods:read-only", "communication"],
    resource: Some(211),
    hourly_limit: Some(10_000),
    hourly_limit_2025: Some(10_000),
    ..Operation::post(
        "getChatHistory",
        &[
            "/v2/businesses/{businessId}/chats/history",
            "/businesses/{businessId}/chats/history",
            "/v2/businesses/{businessId}/chats/history.json",
            "/businesses/{businessId}/chats/history.json",
        ],
    )
};

/// Which chat and which page; 50 entries unless told, 100 at most.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Sent", rename_all = "camelCase")]
pub struct GetChatHistoryQuery {
    /// The chat; required, and optional here so that its absence can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<i64>,
    /// How many entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i32>,
    /// Where the page begins; also read from `page_token`, empty or absent means the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_token: Option<String>,
}

/// Where to begin.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetChatHistoryRequest {
    /// The first message wanted, itself included.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub message_id_from: Option<i64>,
}

/// The answer.
pub type GetChatHistoryResponse = Envelope<GetChatHistoryResult>;

/// One page of messages, and what they are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetChatHistoryResult {
    /// The order; deprecated, but older clients cannot do without it.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub order_id: Option<i64>,
    /// What the chat is about.
    pub context: Context,
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// Where the next page is.
    #[serde(default, deserialize_with = "null::as_default")]
    pub paging: Paging,
}

// Numbers behind `#[serde(flatten)]` would arrive as strings from a query, so the page is read by hand.
#[derive(Deserialize)]
struct Sent {
    #[serde(rename = "chatId", default, deserialize_with = "number::optional_int64")]
    chat_id: Option<i64>,
    #[serde(default, deserialize_with = "number::optional_int32")]
    limit: Option<i32>,
    #[serde(rename = "pageToken")]
    page_token: Option<String>,
    #[serde(rename = "page_token")]
    old_page_token: Option<String>,
}

impl From<Sent> for GetChatHistoryQuery {
    fn from(sent: Sent) -> Self {
        Self {
            chat_id: sent.chat_id,
            limit: sent.limit,
            page_token: sent.page_token.or(sent.old_page_token),
        }
    }
}

impl GetChatHistoryQuery {
    /// The page alone.
    #[must_use]
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, page_token: self.page_token.clone() }
    }
}
