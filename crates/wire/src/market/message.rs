//! A message as responses describe it.

use serde::{Deserialize, Serialize};

use crate::{null, number};

string_enum! {
    /// Who wrote.
    MessageSender {
        /// The seller.
        Partner = "PARTNER",
        /// The customer.
        Customer = "CUSTOMER",
        /// The marketplace.
        Market = "MARKET",
        /// The marketplace's support.
        Support = "SUPPORT",
    }
}

/// A message; it has a text, files, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id, unique over all chats.
    #[serde(deserialize_with = "number::int64")]
    pub message_id: i64,
    /// When it was written, ISO 8601 with an offset.
    pub created_at: String,
    /// Who wrote it.
    pub sender: MessageSender,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The files; left out when there are none.
    #[serde(default, deserialize_with = "null::as_default", skip_serializing_if = "Vec::is_empty")]
    pub payload: Vec<Payload>,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// The file's name.
    pub name: String,
    /// Where the bytes are.
    pub url: String,
    /// How many bytes.
    #[serde(deserialize_with = "number::int32")]
    pub size: i32,
}
