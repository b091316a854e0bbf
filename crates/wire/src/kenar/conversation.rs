//! A conversation as the API names it.

use serde::{Deserialize, Serialize};

string_enum! {
    /// What a conversation is about.
    ConversationType {
        /// A post and its two sides.
        Post = "POST",
        /// An app's chatbot and a user.
        Bot = "BOT",
    }
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// A UUID.
    pub id: String,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: ConversationType,
    /// The post, for conversations about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_token: Option<String>,
}
