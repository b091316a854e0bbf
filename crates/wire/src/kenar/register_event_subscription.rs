//! POST /v1/open-platform/events/subscriptions
//!
//! Asks to hear of one kind of event, about one post or about all posts of the token's user. It holds for as long as the token
//! does: after a refresh the app has to ask again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Operation;

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    permission: Some("EVENTS_REGISTER_SUBSCRIPTION"),
    scopes: &[
        "CHAT_POST_CONVERSATIONS_READ.post_token",
        "CHAT_SUPPLIER_ALL_CONVERSATIONS_READ",
        "USER_POSTS_GET",
    ],
    ..Operation::post(
        "Events_RegisterEventSubscription",
        &["/v1/open-platform/events/subscriptions"],
    )
};

string_enum! {
    /// What an app can subscribe to.
    SubscribedEventType {
        /// Messages in conversations about a post.
        NewMessageOnPost = "NEW_MESSAGE_ON_POST",
        /// Changes of a post's state.
        PostUpdate = "POST_UPDATE",
    }
}

/// What the app wants to hear.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "Sent")]
pub struct RegisterEventSubscriptionRequest {
    /// The kind of event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<SubscribedEventType>,
    /// A post token; empty or absent means every post of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_resource_id: Option<String>,
    /// Comes back with every event; also read from `meta_data`, the spelling of an older page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
}

/// Nothing needs to be said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RegisterEventSubscriptionResponse {}

/// Both spellings may come at once, which a serde alias would refuse.
#[derive(Deserialize)]
struct Sent {
    event_type: Option<SubscribedEventType>,
    event_resource_id: Option<String>,
    metadata: Option<Map<String, Value>>,
    meta_data: Option<Map<String, Value>>,
}

impl From<Sent> for RegisterEventSubscriptionRequest {
    fn from(sent: Sent) -> Self {
        Self {
            event_type: sent.event_type,
            event_resource_id: sent.event_resource_id,
            metadata: sent.metadata.or(sent.meta_data),
        }
    }
}
