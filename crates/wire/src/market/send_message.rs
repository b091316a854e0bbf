//! POST /v2/businesses/{businessId}/chats/message
//!
//! Writes a text into a chat in the seller's name. The answer does not say which id the message got.

use serde::{Deserialize, Serialize};

use super::envelope::Empty;
use crate::{Operation, number};

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    scopes: &["all-methods", "communication"],
    resource: Some(210),
    hourly_limit: Some(1_000),
    hourly_limit_2025: Some(1_000),
    ..Operation::post(
        "sendMessageToChat",
        &[
            "/v2/businesses/{businessId}/chats/message",
            "/businesses/{businessId}/chats/message",
            "/v2/businesses/{businessId}/chats/message.json",
            "/businesses/{businessId}/chats/message.json",
        ],
    )
};

/// Which chat.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendMessageQuery {
    /// The chat; required, and optional here so that its absence can be named.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub chat_id: Option<i64>,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendMessageRequest {
    /// The text; required, and optional here so that its absence can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The chat, where some clients put it by mistake; the query wins.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub chat_id: Option<i64>,
}

/// The answer.
pub type SendMessageResponse = Empty;
