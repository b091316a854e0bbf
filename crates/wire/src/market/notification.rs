//! POST /notification
//!
//! What the server pushes to a seller's address, and what it wants to hear back. There is no signature and no key. A message id
//! is a string here and a number everywhere else; times are in UTC with a fraction.

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};

use crate::{Operation, number};

/// The published form of the call; a real address is used exactly as it was configured.
pub const OPERATION: Operation = Operation::post("sendNotification", &["/notification"]);

const TYPE: &str = "notificationType";

string_enum! {
    /// What happened.
    NotificationType {
        /// Nothing; the server asks whether anybody is there.
        Ping = "PING",
        /// A chat was opened.
        ChatCreated = "CHAT_CREATED",
        /// Somebody wrote.
        ChatMessageSent = "CHAT_MESSAGE_SENT",
        /// An arbiter joined.
        ChatArbitrageStarted = "CHAT_ARBITRAGE_STARTED",
        /// An arbiter decided.
        ChatArbitrageFinished = "CHAT_ARBITRAGE_FINISHED",
    }
}

/// One push.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "notificationType")]
pub enum Notification {
    /// `PING`.
    #[serde(rename = "PING")]
    Ping(Ping),
    /// `CHAT_CREATED`.
    #[serde(rename = "CHAT_CREATED")]
    ChatCreated(ChatCreated),
    /// `CHAT_MESSAGE_SENT`.
    #[serde(rename = "CHAT_MESSAGE_SENT")]
    ChatMessageSent(ChatMessageSent),
    /// `CHAT_ARBITRAGE_STARTED`.
    #[serde(rename = "CHAT_ARBITRAGE_STARTED")]
    ChatArbitrageStarted(ChatArbitrageStarted),
    /// `CHAT_ARBITRAGE_FINISHED`.
    #[serde(rename = "CHAT_ARBITRAGE_FINISHED")]
    ChatArbitrageFinished(ChatArbitrageFinished),
    /// A push about something else, whole and as it came; receivers should answer it like any other.
    #[serde(untagged)]
    Other(Map<String, Value>),
}

impl Notification {
    /// What happened.
    #[must_use]
    pub fn kind(&self) -> NotificationType {
        match self {
            Self::Ping(_) => NotificationType::Ping,
            Self::ChatCreated(_) => NotificationType::ChatCreated,
            Self::ChatMessageSent(_) => NotificationType::ChatMessageSent,
            Self::ChatArbitrageStarted(_) => NotificationType::ChatArbitrageStarted,
            Self::ChatArbitrageFinished(_) => NotificationType::ChatArbitrageFinished,
            Self::Other(body) => {
                NotificationType::from(body.get(TYPE).and_then(Value::as_str).unwrap_or_default())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Notification {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Map::deserialize(deserializer)?;
        let kind = body.get(TYPE).and_then(Value::as_str);
        let kind = NotificationType::from(kind.ok_or_else(|| de::Error::missing_field(TYPE))?);
        let whole = Value::Object(body.clone());
        let parsed = match kind {
            NotificationType::Ping => serde_json::from_value(whole).map(Self::Ping),
            NotificationType::ChatCreated => serde_json::from_value(whole).map(Self::ChatCreated),
            NotificationType::ChatMessageSent => {
                serde_json::from_value(whole).map(Self::ChatMessageSent)
            }
            NotificationType::ChatArbitrageStarted => {
                serde_json::from_value(whole).map(Self::ChatArbitrageStarted)
            }
            NotificationType::ChatArbitrageFinished => {
                serde_json::from_value(whole).map(Self::ChatArbitrageFinished)
            }
            NotificationType::Unknown(_) => Ok(Self::Other(body)),
        };
        parsed.map_err(de::Error::custom)
    }
}

/// The server asks whether anybody is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ping {
    /// When it asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

/// A chat was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatCreated {
    /// The chat.
    #[serde(deserialize_with = "number::int64")]
    pub chat_id: i64,
    /// The cabinet.
    #[serde(deserialize_with = "number::int64")]
    pub business_id: i64,
    /// When.
    pub created_at: String,
}

/// Somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessageSent {
    /// The chat.
    #[serde(deserialize_with = "number::int64")]
    pub chat_id: i64,
    /// The message, as a decimal string.
    #[serde(deserialize_with = "number::id_text")]
    pub message_id: String,
    /// The cabinet.
    #[serde(deserialize_with = "number::int64")]
    pub business_id: i64,
    /// When.
    pub sent_at: String,
}

/// An arbiter joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatArbitrageStarted {
    /// The chat.
    #[serde(deserialize_with = "number::int64")]
    pub chat_id: i64,
    /// The cabinet.
    #[serde(deserialize_with = "number::int64")]
    pub business_id: i64,
    /// When.
    pub started_at: String,
}

/// An arbiter decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatArbitrageFinished {
    /// The chat.
    #[serde(deserialize_with = "number::int64")]
    pub chat_id: i64,
    /// The cabinet.
    #[serde(deserialize_with = "number::int64")]
    pub business_id: i64,
    /// When.
    pub finished_at: String,
}

/// What a receiver answers with 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationAnswer {
    /// The receiver's version.
    pub version: String,
    /// The receiver's name.
    pub name: String,
    /// The receiver's time.
    pub time: String,
}

/// What a receiver answers with 400 or 500.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NotificationErrorAnswer {
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<NotificationError>,
}

/// Why a receiver did not take a push.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NotificationError {
    /// For programs.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<NotificationErrorType>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

string_enum! {
    /// Why a receiver did not take a push.
    NotificationErrorType {
        /// Something else.
        Unspecified = "UNKNOWN",
        /// It could not be read.
        WrongEventFormat = "WRONG_EVENT_FORMAT",
        /// It came before.
        DuplicatedEvent = "DUPLICATED_EVENT",
    }
}
