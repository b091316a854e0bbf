//! Subscriptions: which events an app asked for while it holds a person's token.

use crate::{AppId, PersonId, PostToken};

/// What an app asked to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Which app.
    pub app: AppId,
    /// On whose behalf.
    pub person: PersonId,
    /// What sort of events.
    pub topic: Topic,
    /// About which post; none means all the person's posts.
    pub post: Option<PostToken>,
    /// What the app wants to see again in each event, as JSON.
    pub metadata: Option<String>,
}

crate::permission::words! {
    /// Sorts of events that can be asked for.
    Topic {
        /// Messages about the person's posts.
        Messages = "messages",
        /// Changes of the person's posts.
        Posts = "posts",
    }
}
