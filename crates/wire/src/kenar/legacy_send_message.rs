//! POST /v2/open-platform/chat/conversation
//!
//! The oldest way to write in a user's name: the conversation is named by its post and its two people, and each side gets at
//! most one button. Not in the specification any more; published client libraries still call it.

use serde::{Deserialize, Serialize};

pub use super::conversation_send_message::ConversationSendMessageResponse;
use super::message::MessageType;
use crate::{JsonObject, Operation};

/// How this operation is called; the resource of its scope is base64 of `user_id:post_token:peer_id`.
pub const OPERATION: Operation = Operation {
    permission: Some("CHAT_SEND_MESSAGE_OAUTH"),
    scopes: &["CHAT_MESSAGE_SEND.user_id:post_token:peer_id"],
    ..Operation::post("ChatAPI_LegacySendMessage", &["/v2/open-platform/chat/conversation"])
};

/// What is said, between whom and about which post.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LegacySendMessageRequest {
    /// The user in whose name the app writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The other side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer_id: Option<String>,
    /// The post they talk about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_token: Option<String>,
    /// Always `TEXT`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<MessageType>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The button that the writer's own side sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_btn: Option<LegacyButton>,
    /// The button that the other side sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver_btn: Option<LegacyButton>,
}

/// One old-style button.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LegacyButton {
    /// What pressing it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<LegacyButtonAction>,
    /// How it looks and what it carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<LegacyButtonData>,
}

/// The look and the load of an old-style button.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LegacyButtonData {
    /// The icon, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon_name: Option<String>,
    /// The text on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// What a `LINK` button hands to the app's session URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_data: Option<JsonObject>,
    /// Where a `DIRECT_LINK` button leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_link: Option<String>,
}

string_enum! {
    /// What pressing an old-style button does.
    LegacyButtonAction {
        /// The server asks the app for a link.
        Link = "LINK",
        /// The link is in the button.
        DirectLink = "DIRECT_LINK",
    }
}
