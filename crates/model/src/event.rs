//! Events: facts that others want to hear.

use crate::{ConversationId, EventId, GrantId, MessageId, PersonId, PostToken, Timestamp};

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
    /// The marketplace closed a conversation that was no dispute.
    ConversationFinished(ConversationId),
    /// A person took back what they had allowed an app.
    AccessRevoked(GrantId),
    /// A post changed in a way that matters to conversations.
    PostChanged(PostToken, PostChange),
    /// An app has used most of what it may do today.
    QuotaNearlyUsed(String),
    /// A person pressed a button below a message.
    ButtonPressed(ConversationId, MessageId, Press),
    /// The press of a button came to this.
    ButtonAnswered(ConversationId, MessageId, Box<PressAnswer>),
    /// A person no longer wants to hear from the other side.
    Blocked(ConversationId, PersonId),
    /// A person wants to hear from the other side again.
    Unblocked(ConversationId, PersonId),
}

/// Which button, and who pressed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// Who.
    pub person: PersonId,
    /// The button, counted from one along the rows that this person sees.
    pub number: u32,
}

/// What a person saw when they had pressed a button.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PressAnswer {
    /// The text that was shown to them.
    pub shows: Option<String>,
    /// The address, or the token of the post, that was opened.
    pub opens: Option<String>,
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
    /// The words of all facts of which receivers are told; people's own deeds are their business.
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
            Self::ConversationFinished(_) => "conversation_finished",
            Self::AccessRevoked(_) => "access_revoked",
            Self::PostChanged(..) => "post_changed",
            Self::QuotaNearlyUsed(_) => "quota_nearly_used",
            Self::ButtonPressed(..) => "button_pressed",
            Self::ButtonAnswered(..) => "button_answered",
            Self::Blocked(..) => "blocked",
            Self::Unblocked(..) => "unblocked",
        }
    }

    /// The conversation it happened in, if in one.
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::MessageSent(id, _)
            | Self::ConversationOpened(id)
            | Self::ArbitrationStarted(id)
            | Self::ArbitrationFinished(id)
            | Self::ConversationFinished(id)
            | Self::ButtonPressed(id, ..)
            | Self::ButtonAnswered(id, ..)
            | Self::Blocked(id, _)
            | Self::Unblocked(id, _) => Some(*id),
            Self::AccessRevoked(_) | Self::PostChanged(..) | Self::QuotaNearlyUsed(_) => None,
        }
    }
}
