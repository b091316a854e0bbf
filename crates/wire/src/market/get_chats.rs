//! POST /v2/businesses/{businessId}/chats
//!
//! Lists the cabinet's chats, page by page. Different filters narrow each other; the values inside one filter widen it.

use serde::{Deserialize, Serialize};

use super::chat::{Chat, ChatStatus, ChatType};
use super::context::{ContextRef, ContextType};
use super::envelope::Envelope;
use super::paging::{PageQuery, Paging};
use crate::{Operation, null, number};

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    scopes: &["all-methods", "all-methods:read-only", "communication"],
    resource: Some(208),
    hourly_limit: Some(5_000),
    hourly_limit_2025: Some(10_000),
    ..Operation::post(
        "getChats",
        &[
            "/v2/businesses/{businessId}/chats",
            "/businesses/{businessId}/chats",
            "/v2/businesses/{businessId}/chats.json",
            "/businesses/{businessId}/chats.json",
        ],
    )
};

/// Which page; 10 entries unless told, 20 at most.
pub type GetChatsQuery = PageQuery;

/// Which chats; an absent filter lets everything through.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetChatsRequest {
    /// Chats about these orders; deprecated.
    #[serde(
        default,
        deserialize_with = "number::optional_int64s",
        skip_serializing_if = "Option::is_none"
    )]
    pub order_ids: Option<Vec<i64>>,
    /// Chats about these orders and returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contexts: Option<Vec<ContextRef>>,
    /// Chats about things of these kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_types: Option<Vec<ContextType>>,
    /// Chats of these kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<ChatType>>,
    /// Chats in these states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statuses: Option<Vec<ChatStatus>>,
}

/// The answer.
pub type GetChatsResponse = Envelope<GetChatsResult>;

/// One page of chats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetChatsResult {
    /// The chats.
    pub chats: Vec<Chat>,
    /// Where the next page is.
    #[serde(default, deserialize_with = "null::as_default")]
    pub paging: Paging,
}
