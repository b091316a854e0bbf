//! POST /v1/open-platform/chat/bot/users/{user_id}/messages
//!
//! The app's chatbot writes to a user it knows by id, and may be the first to speak. The id must be the one of the token's user.

pub use super::bot_send_message::{BotSendMessageRequest, BotSendMessageResponse};
use crate::Operation;

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    permission: Some("CHAT_BOT_SEND_MESSAGE"),
    scopes: &["CHAT_BOT_USER_MESSAGE_SEND"],
    ..Operation::post(
        "ChatAPI_ChatBotSendMessage2",
        &[
            "/v1/open-platform/chat/bot/users/{user_id}/messages",
            "/experimental/open-platform/chat/bot/users/{user_id}/messages",
        ],
    )
};
