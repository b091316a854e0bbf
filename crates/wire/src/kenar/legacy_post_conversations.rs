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
