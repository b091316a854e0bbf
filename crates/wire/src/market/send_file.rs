//! POST /v2/businesses/{businessId}/chats/file/send
//!
//! Puts one file into a chat in the seller's name, as a multipart form.

use serde::{Deserialize, Serialize};

use super::envelope::Empty;
use crate::{Operation, number};

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    scopes: &["all-methods", "communication"],
    resource: Some(209),
    hourly_limit: Some(1_000),
    hourly_limit_2025: Some(1_000),
    ..Operation::post(
        "sendFileToChat",
        &[
            "/v2/businesses/{businessId}/chats/file/send",
            "/businesses/{businessId}/chats/file/send",
            "/v2/businesses/{businessId}/chats/file/send.json",
            "/businesses/{businessId}/chats/file/send.json",
        ],
    )
};

/// The name of the form's only part.
pub const FILE_PART: &str = "file";

/// Which chat.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendFileQuery {
    /// The chat; required, and optional here so that its absence can be named.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub chat_id: Option<i64>,
}

/// The answer.
pub type SendFileResponse = Empty;
