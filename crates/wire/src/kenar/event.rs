//! Events: what the server posts to an app's address.
//!
//! The envelope names its kind in `type` and carries one body under the key of that kind. Times and sizes have been seen both
//! as strings and as numbers, so here either form is kept.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::message::Message;
use crate::Uint64Form;

string_enum! {
    /// What happened.
    EventType {
        /// Somebody wrote in a conversation about a post.
        NewMessage = "NEW_MESSAGE",
        /// A user wrote to the app's chatbot.
        NewChatbotMessage = "NEW_CHATBOT_MESSAGE",
        /// A user took back what was granted.
        UserAccessRevocation = "USER_ACCESS_REVOCATION",
        /// A post changed its state.
        PostUpdate = "POST_UPDATE",
        /// A payment changed its state.
        PaymentTransaction = "PAYMENT_TRANSACTION",
    }
}

/// A time as events spell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EventTime {
    /// RFC 3339 with six digits, as real events have it.
    Text(String),
    /// Microseconds since 1970, as the guides have it.
    Micros(i64),
}

/// A message as events spell it.
pub type EventMessage = Message<EventTime, Uint64Form>;

/// One event; exactly one of the bodies is there, the one that `kind` names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// What the app gave when it subscribed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// The body of `NEW_MESSAGE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_message: Option<EventMessage>,
    /// The body of `NEW_CHATBOT_MESSAGE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_chatbot_message: Option<EventMessage>,
    /// The body of `USER_ACCESS_REVOCATION`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_access_revocation: Option<UserAccessRevocation>,
    /// The body of `POST_UPDATE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_update: Option<PostUpdate>,
    /// The body of `PAYMENT_TRANSACTION`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_transaction: Option<PaymentTransaction>,
}

impl Event {
    /// Somebody wrote in a conversation about a post.
    #[must_use]
    pub fn new_message(message: EventMessage, metadata: Option<Map<String, Value>>) -> Self {
        Self { metadata, new_message: Some(message), ..Self::bare(EventType::NewMessage) }
    }

    /// A user wrote to the app's chatbot.
    #[must_use]
    pub fn new_chatbot_message(message: EventMessage) -> Self {
        Self { new_chatbot_message: Some(message), ..Self::bare(EventType::NewChatbotMessage) }
    }

    /// A user took back what was granted.
    #[must_use]
    pub fn user_access_revocation(user_id: String) -> Self {
        let revocation = UserAccessRevocation { user_id };
        Self {
            user_access_revocation: Some(revocation),
            ..Self::bare(EventType::UserAccessRevocation)
        }
    }

    /// A post changed its state.
    #[must_use]
    pub fn post_update(update: PostUpdate, metadata: Option<Map<String, Value>>) -> Self {
        Self { metadata, post_update: Some(update), ..Self::bare(EventType::PostUpdate) }
    }

    fn bare(kind: EventType) -> Self {
        Self {
            kind,
            metadata: None,
            new_message: None,
            new_chatbot_message: None,
            user_access_revocation: None,
            post_update: None,
            payment_transaction: None,
        }
    }
}

/// Who took the grant back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserAccessRevocation {
    /// The user's id for this app.
    pub user_id: String,
}

string_enum! {
    /// What became of a post.
    PostUpdateType {
        /// It can be seen.
        Publish = "PUBLISH",
        /// Its owner withdrew it.
        Retire = "RETIRE",
        /// It waits for review.
        Ongoing = "ONGOING",
        /// Its time ran out.
        Archive = "ARCHIVE",
    }
}

/// A change of a post's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostUpdate {
    /// What became of it.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<PostUpdateType>,
    /// The post as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<UpdatedPost>,
}

/// A post as it is after a change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UpdatedPost {
    /// The post's token.
    pub token: String,
    /// Its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Its city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Its part of the city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Whether the phone is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_phone_hidden: Option<bool>,
    /// Whether the owner lets an assistant answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier_chat_assistant_enabled: Option<bool>,
    /// Whether people may write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_enabled: Option<bool>,
    /// When it could first be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_published_at: Option<String>,
    /// What its category adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Map<String, Value>>,
}

/// A payment, which is read and never sent by a chat server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PaymentTransaction {
    /// A UUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_rials: Option<i64>,
    /// What the app gave when it asked for the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_details: Option<String>,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What was paid for.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}
