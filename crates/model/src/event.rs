//! Events: facts that others want to hear.

use crate::{ConversationId, EventId, GrantId, MessageId, PostToken, Timestamp};

/// An immutable fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The id; a sent message's event has the message's id.
    pub id: EventId,
    /// What happened.
    pub fact: Fact,
    /// When it happened.
    pub at: Timestamp,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A message was sent.
    MessageSent(ConversationId, MessageId),
    /// A conversation was opened.
    ConversationOpened(ConversationId),
    /// The marketplace was called to decide.
    ArbitrationStarted(ConversationId),
    /// The marketplace decided.
    ArbitrationFinished(ConversationId),
    /// A person took back what they had allowed an app.
    AccessRevoked(GrantId),
    /// A post changed in a way that matters to conversations.
    PostChanged(PostToken, PostChange),
    /// An app has used most of what it may do today.
    QuotaNearlyUsed(String),
}

crate::permission::words! {
    /// How a post changed.
    PostChange {
        /// It can be seen.
        Publish = "publish",
        /// It was taken away by its owner.
        Retire = "retire",
        /// It is being looked at.
        Ongoing = "ongoing",
        /// It is over.
        Archive = "archive",
    }
}

impl Fact {
    /// Every word that a fact has.
    pub const WORDS: [&'static str; 7] = [
        "message_sent",
        "conversation_opened",
        "arbitration_started",
        "arbitration_finished",
        "access_revoked",
        "post_changed",
        "quota_nearly_used",
    ];

    /// The word in the store and in feeds.
    pub fn word(&self) -> &'static str {
        match self {
            Self::MessageSent(..) => "message_sent",
            Self::ConversationOpened(_) => "conversation_opened",
            Self::ArbitrationStarted(_) => "arbitration_started",
            Self::ArbitrationFinished(_) => "arbitration_finished",
            Self::AccessRevoked(_) => "access_revoked",
            Self::PostChanged(..) => "post_changed",
            Self::QuotaNearlyUsed(_) => "quota_nearly_used",
        }
    }

    /// The conversation it happened in, if in one.
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::MessageSent(id, _)
            | Self::ConversationOpened(id)
            | Self::ArbitrationStarted(id)
            | Self::ArbitrationFinished(id) => Some(*id),
            Self::AccessRevoked(_) | Self::PostChanged(..) | Self::QuotaNearlyUsed(_) => None,
        }
    }
}
