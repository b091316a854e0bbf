//! Errands: deliveries with all that is needed to tell them.

use peyk_model::{
    Conversation, Delivery, Event, EventId, Fact, Grant, Message, Party, Post, PostChange, Webhook,
};
use peyk_store::{Fault, Lock};

use crate::Context;
use crate::error::Result;
use crate::webhooks::{OpenSecrets, open_secrets};

/// A delivery that somebody has in hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Errand {
    /// Where it goes.
    pub webhook: Webhook,
    /// The delivery.
    pub delivery: Delivery,
    /// What it tells, in short.
    pub event: Event,
    /// What it tells, in full.
    pub news: News,
    /// Whether a failure had answered for it, and it is tried to see how others fare.
    pub is_covered: bool,
    /// The post, if the webhook is for one alone.
    pub post: Option<Post>,
    /// What the letter needs.
    pub secrets: OpenSecrets,
    /// The timeline it is part of: on any other it is nobody's.
    pub timeline: i64,
}

/// What an event tells, in full.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// A message was sent.
    Message(Box<Conversation>, Box<Message>),
    /// A conversation was opened.
    Opened(Box<Conversation>),
    /// The marketplace was called to decide.
    ArbitrationStarted(Box<Conversation>),
    /// The marketplace decided.
    ArbitrationFinished(Box<Conversation>),
    /// The marketplace closed a conversation.
    Finished(Box<Conversation>),
    /// A person took back what they had allowed an app, which knows them under this id.
    AccessRevoked {
        /// The id under which the app knows them.
        user_id: String,
    },
    /// A post changed.
    PostChanged(Post, PostChange),
    /// A person did something with their own hand that no receiver is told.
    ByHand(Box<Conversation>),
    /// Nothing that any receiver is told.
    Internal,
}

impl News {
    /// The conversation it happened in, if in one.
    pub fn conversation(&self) -> Option<&Conversation> {
        match self {
            Self::Message(conversation, _)
            | Self::Opened(conversation)
            | Self::ArbitrationStarted(conversation)
            | Self::ArbitrationFinished(conversation)
            | Self::Finished(conversation)
            | Self::ByHand(conversation) => Some(conversation),
            Self::AccessRevoked { .. } | Self::PostChanged(..) | Self::Internal => None,
        }
    }
}

impl Errand {
    /// The id that stays the same however often the news is told, so that receivers can drop
    /// what they know.
    pub fn letter_id(&self) -> String {
        format!("evt_{}_{}", self.webhook.id, self.event.id)
    }

    /// Whether it tells an app what the app itself sent.
    pub fn is_own_echo(&self) -> bool {
        match (&self.news, self.webhook.owner) {
            (News::Message(_, message), Party::App(owner)) => message.app == Some(owner),
            (_, Party::App(_) | Party::Person(_) | Party::Business(_)) => false,
        }
    }

    /// Collects what is needed to tell a delivery.
    pub(crate) fn assemble(
        context: &mut Context<'_, '_>,
        webhook: Webhook,
        delivery: Delivery,
    ) -> Result<Self> {
        let event = context.tx.event(delivery.event)?;
        let event = event.ok_or_else(|| corrupt(delivery.event))?;
        let news = news(context, &event)?;
        let post = match &webhook.post {
            Some(token) => context.tx.post(token)?,
            None => None,
        };
        let secrets = open_secrets(context, &webhook)?;
        let timeline = context.tx.timeline();
        Ok(Self { webhook, delivery, event, news, is_covered: false, post, secrets, timeline })
    }
}

fn corrupt(event: EventId) -> Fault {
    Fault::Corrupt(format!("event {event} is incomplete"))
}

/// Reads what an event tells.
pub(crate) fn news(context: &mut Context<'_, '_>, event: &Event) -> Result<News> {
    let mut conversation = |id| -> Result<Box<Conversation>> {
        let found = context.tx.conversation(id, Lock::None)?;
        Ok(Box::new(found.ok_or_else(|| corrupt(event.id))?))
    };
    Ok(match &event.fact {
        Fact::MessageSent(id, message) => {
            let conversation = conversation(*id)?;
            let message = context.tx.message(*id, *message)?;
            News::Message(conversation, Box::new(message.ok_or_else(|| corrupt(event.id))?))
        }
        Fact::ConversationOpened(id) => News::Opened(conversation(*id)?),
        Fact::ArbitrationStarted(id) => News::ArbitrationStarted(conversation(*id)?),
        Fact::ArbitrationFinished(id) => News::ArbitrationFinished(conversation(*id)?),
        Fact::ConversationFinished(id) => News::Finished(conversation(*id)?),
        Fact::AccessRevoked(id) => {
            let grant: Option<Grant> = context.tx.grant(*id)?;
            let grant = grant.ok_or_else(|| corrupt(event.id))?;
            News::AccessRevoked { user_id: context.keyring.user_id(grant.app, grant.person) }
        }
        Fact::PostChanged(token, change) => {
            let post = context.tx.post(token)?.ok_or_else(|| corrupt(event.id))?;
            News::PostChanged(post, *change)
        }
        Fact::ButtonPressed(id, ..)
        | Fact::ButtonAnswered(id, ..)
        | Fact::Blocked(id, _)
        | Fact::Unblocked(id, _) => News::ByHand(conversation(*id)?),
        Fact::QuotaNearlyUsed(_) => News::Internal,
    })
}

/// How an owner's receivers are tried again.
pub(crate) fn plan(owner: Party) -> peyk_model::RetryPlan {
    match owner {
        Party::Business(_) => peyk_model::RetryPlan::Calendar,
        Party::App(_) | Party::Person(_) => peyk_model::RetryPlan::Backoff,
    }
}
