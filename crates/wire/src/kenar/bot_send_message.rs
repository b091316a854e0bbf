//! POST /v1/open-platform/chat/bot/conversations/{conversation_id}/messages
//!
//! The app's chatbot writes into a conversation it already has with a user: either a text or one uploaded medium, with an
//! optional grid of buttons under it. The specification lists a user scope; the guides and every known bot send the API key alone.

use serde::{Deserialize, Serialize};

use super::button::ButtonGrid;
use super::message::MessageType;
use crate::Operation;

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    permission: Some("CHAT_BOT_SEND_MESSAGE"),
    scopes: &["CHAT_BOT_USER_MESSAGE_SEND"],
    ..Operation::post(
        "ChatAPI_ChatBotSendMessage",
        &[
            "/v1/open-platform/chat/bot/conversations/{conversation_id}/messages",
            "/experimental/open-platform/chat/bot/conversations/{conversation_id}/messages",
            "/experimental/open-platform/chatbot-conversations/{conversation_id}/messages",
            "/v2/open-platform/chatbot-conversations/{conversation_id}/messages",
        ],
    )
};

/// What the bot says; ids that repeat the path are ignored.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BotSendMessageRequest {
    /// Sent by every client and absent from the schema; says nothing the other fields do not.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<MessageType>,
    /// The text; excludes `media_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_message: Option<String>,
    /// The id that upload answered with; excludes `text_message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_token: Option<String>,
    /// Buttons under the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buttons: Option<ButtonGrid>,
}

/// Where the message went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotSendMessageResponse {
    /// The conversation, which a client may not have known before.
    pub conversation_id: String,
}
