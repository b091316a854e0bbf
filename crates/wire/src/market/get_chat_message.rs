//! GET /v2/businesses/{businessId}/chats/message
//!
//! Reads one message of a chat.

use serde::{Deserialize, Serialize};

use super::envelope::Envelope;
use super::message::Message;
use crate::{Operation, number};

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    scopes: &["all-methods", "all-methods:read-only", "communication"],
    resource: Some(248),
    hourly_limit: Some(1_000),
    hourly_limit_2025: Some(1_000),
    ..Operation::get(
        "getChatMessage",
        &[
            "/v2/businesses/{businessId}/chats/message",
            "/businesses/{businessId}/chats/message",
            "/v2/businesses/{businessId}/chats/message.json",
            "/businesses/{businessId}/chats/message.json",
        ],
    )
};

/// Which message; both ids are required, and optional here so that an absence can be named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetChatMessageQuery {
    /// The chat.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub chat_id: Option<i64>,
    /// The message.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub message_id: Option<i64>,
}

/// The answer.
pub type GetChatMessageResponse = Envelope<Message>;
