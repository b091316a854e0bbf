//! POST /v2/open-platform/conversations/{conversation_id}/messages
//!
//! The app writes into a conversation about a post in the name of the user who granted the token. Both sides read the same text
//! and each sees its own buttons; a conversation that does not exist yet is opened by the first message.

use serde::{Deserialize, Serialize};

use super::button::ButtonGrid;
use super::message::MessageType;
use crate::Operation;

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    permission: Some("CHAT_SEND_MESSAGE_OAUTH"),
    scopes: &[
        "CHAT_POST_CONVERSATIONS_MESSAGE_SEND.post_token",
        "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND",
        "CONVERSATION_SEND_MESSAGE.conversation_id",
    ],
    ..Operation::post(
        "ChatAPI_ConversationSendMessage",
        &["/v2/open-platform/conversations/{conversation_id}/messages"],
    )
};

/// What is said, and the buttons each side gets.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ConversationSendMessageRequest {
    /// Sent by every client and absent from the schema; says nothing the other fields do not.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<MessageType>,
    /// The text; excludes `media_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The id that upload answered with; excludes `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_token: Option<String>,
    /// Buttons that the writer's own side sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_buttons: Option<ButtonGrid>,
    /// Buttons that the other side sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver_buttons: Option<ButtonGrid>,
}

/// A receipt; the vendor always writes both keys and does not say what they may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSendMessageResponse {
    /// A status number.
    pub status: i32,
    /// A status text.
    pub message: String,
}
