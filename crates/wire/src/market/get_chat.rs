//! GET /v2/businesses/{businessId}/chat
//!
//! Reads one chat.

use serde::{Deserialize, Serialize};

use super::chat::Chat;
use super::envelope::Envelope;
use crate::{Operation, number};

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    scopes: &["all-methods", "all-methods:read-only", "communication"],
    resource: Some(249),
    hourly_limit: Some(1_000),
    hourly_limit_2025: Some(1_000),
    ..Operation::get(
        "getChat",
        &[
            "/v2/businesses/{businessId}/chat",
            "/businesses/{businessId}/chat",
            "/v2/businesses/{businessId}/chat.json",
            "/businesses/{businessId}/chat.json",
        ],
    )
};

/// Which chat.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetChatQuery {
    /// The chat; required, and optional here so that its absence can be named.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub chat_id: Option<i64>,
}

/// The answer.
pub type GetChatResponse = Envelope<Chat>;
