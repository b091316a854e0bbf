//! POST /v1/open-platform/notify/chat/post-conversations
//!
//! The oldest way to hear of messages: one webhook per post, with its own address and key. Not in the specification any more.

use serde::{Deserialize, Serialize};

use crate::{Operation, Secret};

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    permission: Some("EVENTS_REGISTER_SUBSCRIPTION"),
    scopes: &["CHAT_POST_CONVERSATIONS_READ.post_token", "CHAT_SUPPLIER_ALL_CONVERSATIONS_READ"],
    ..Operation::post(
        "Notify_LegacyRegisterPostConversations",
        &["/v1/open-platform/notify/chat/post-conversations"],
    )
};

/// Which post, and where its messages go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LegacyPostConversationsRequest {
    /// The post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_token: Option<String>,
    /// The address that gets the messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// What the messages carry in `Authorization`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identification_key: Option<Secret>,
    /// The phone of the post's owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Nothing needs to be said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LegacyPostConversationsResponse {}

/// What such an address is told: a text that was said about the post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyEvent {
    /// `CHAT_MESSAGE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it was told, in seconds since 1970.
    pub timestamp: String,
    /// The message.
    pub payload: LegacyMessage,
}

/// A message as it was told before events had their present form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyMessage {
    /// The name of this type.
    #[serde(rename = "@type")]
    pub type_url: String,
    /// The message's id.
    pub id: String,
    /// `TEXT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it says.
    pub data: LegacyText,
    /// Who wrote it.
    pub sender: LegacyParty,
    /// To whom.
    pub receiver: LegacyParty,
    /// What it is about.
    pub metadata: LegacyPost,
    /// When it was sent, in microseconds since 1970.
    pub sent_at: String,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyText {
    /// The name of this type.
    #[serde(rename = "@type")]
    pub type_url: String,
    /// The text.
    pub text: String,
}

/// One of the two people, as the app knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyParty {
    /// The app's own id of the person.
    pub id: String,
    /// Whether they offer the post.
    pub is_supply: bool,
}

/// The post a message is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyPost {
    /// Where it is listed.
    pub category: String,
    /// The post.
    pub post_token: String,
    /// Its headline.
    pub title: String,
}
