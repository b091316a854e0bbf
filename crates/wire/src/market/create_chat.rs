//! POST /v2/businesses/{businessId}/chats/new
//!
//! Opens the chat about an order or a return, or finds the one that is open already.

use serde::{Deserialize, Serialize};

use super::context::ContextRef;
use super::envelope::Envelope;
use crate::{Operation, number};

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    scopes: &["all-methods", "communication"],
    resource: Some(207),
    hourly_limit: Some(1_000),
    hourly_limit_2025: Some(1_000),
    ..Operation::post(
        "createChat",
        &[
            "/v2/businesses/{businessId}/chats/new",
            "/businesses/{businessId}/chats/new",
            "/v2/businesses/{businessId}/chats/new.json",
            "/businesses/{businessId}/chats/new.json",
        ],
    )
};

/// What the chat is about; `context` wins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateChatRequest {
    /// The order; deprecated.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub order_id: Option<i64>,
    /// The order or the return.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<ContextRef>,
}

/// The answer.
pub type CreateChatResponse = Envelope<CreateChatResult>;

/// The chat, new or found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateChatResult {
    /// Its id.
    #[serde(deserialize_with = "number::int64")]
    pub chat_id: i64,
}
