//! GET /v1/open-platform/chat/conversations/{conversation_id}
//!
//! Reads a conversation and its text messages, oldest first, for as long as the token lives. There are no pages.

use serde::{Deserialize, Serialize};

use super::conversation::Conversation;
use super::message::Message;
use crate::Operation;

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    permission: Some("CHAT_READ_CONVERSATION"),
    scopes: &["CHAT_CONVERSATION_READ.conversation_id"],
    ..Operation::get(
        "ChatAPI_GetConversation",
        &["/v1/open-platform/chat/conversations/{conversation_id}"],
    )
};

/// A conversation and what was said in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetConversationResponse {
    /// The conversation itself.
    pub conversation: Conversation,
    /// Its messages, oldest first.
    pub messages: Vec<Message>,
}
