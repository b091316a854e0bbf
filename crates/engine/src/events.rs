//! Events: every fact is recorded with the deliveries it causes, in the transaction that made it.

use peyk_model::{
    Author, Conversation, ConversationId, Delivery, DeliveryState, Event, EventId, Fact, Grant,
    Message, Party, PersonId, Post, PostChange, PostToken, ScopeName, Subject, Topic, Webhook,
    WebhookState,
};

use crate::Context;
use crate::error::Result;

/// Notes that a message was sent, for whoever hears this conversation.
pub(crate) fn message_sent(
    context: &mut Context<'_, '_>,
    conversation: &Conversation,
    message: &Message,
) -> Result<()> {
    let fact = Fact::MessageSent(conversation.id, message.id);
    let event = Event { id: EventId(message.id.0), fact, at: message.sent_at };
    context.tx.insert_event(&event)?;
    match &conversation.subject {
        Subject::Bot(app) => {
            // A bot hears what people say to it, never its own voice.
            if matches!(message.author, Author::Buyer(_)) {
                tell_owner(context, &event, Party::App(*app), None)?;
            }
        }
        Subject::Post(token) => {
            if let Party::Person(seller) = conversation.seller {
                tell_subscribers(context, &event, seller, Topic::Messages, token)?;
            }
            for webhook in context.tx.webhooks_of_post(token)? {
                deliver(context, &event, &webhook, None)?;
            }
        }
        Subject::Order(_) | Subject::Return(..) | Subject::Direct => {
            tell_owner(context, &event, conversation.seller, None)?;
        }
    }
    Ok(())
}

/// Notes that a conversation was opened.
pub(crate) fn conversation_opened(
    context: &mut Context<'_, '_>,
    conversation: &mut Conversation,
) -> Result<()> {
    let fact = Fact::ConversationOpened(conversation.id);
    in_conversation(context, conversation, fact)
}

/// Notes a fact of a conversation, in the conversation's order, and tells its shop.
pub(crate) fn in_conversation(
    context: &mut Context<'_, '_>,
    conversation: &mut Conversation,
    fact: Fact,
) -> Result<()> {
    let event = note_in_conversation(context, conversation, fact)?;
    match conversation.seller {
        Party::Business(_) => tell_owner(context, &event, conversation.seller, None),
        Party::Person(_) | Party::App(_) => Ok(()),
    }
}

/// Notes a fact of a conversation, in the conversation's order, of which no receiver is told.
pub(crate) fn note_in_conversation(
    context: &mut Context<'_, '_>,
    conversation: &mut Conversation,
    fact: Fact,
) -> Result<Event> {
    let fresh = context.tx.mint().message_id(context.now);
    let id = EventId(conversation.next_id(fresh.0));
    let event = Event { id, fact, at: context.now };
    context.tx.insert_event(&event)?;
    Ok(event)
}

/// Notes that a person took back what they had allowed an app.
///
/// The app hears of it if the person had also allowed that.
pub fn access_revoked(context: &mut Context<'_, '_>, grant: &Grant) -> Result<()> {
    let event = note(context, Fact::AccessRevoked(grant.id))?;
    if grant.names(ScopeName::AccessRevocation) && grant.names(ScopeName::UserId) {
        tell_owner(context, &event, Party::App(grant.app), None)?;
    }
    Ok(())
}

/// Notes that a post changed.
pub fn post_changed(context: &mut Context<'_, '_>, post: &Post, change: PostChange) -> Result<()> {
    let event = note(context, Fact::PostChanged(post.token.clone(), change))?;
    tell_subscribers(context, &event, post.seller, Topic::Posts, &post.token)?;
    context.tx.ring();
    Ok(())
}

/// Notes that an app has used most of what it may do today; operators hear of it.
pub fn quota_nearly_used(context: &mut Context<'_, '_>, quota: &str) -> Result<()> {
    note(context, Fact::QuotaNearlyUsed(quota.to_owned()))?;
    context.tx.ring();
    Ok(())
}

/// Notes what a person did with their own hand and what no receiver is told.
pub(crate) fn done_by_hand(context: &mut Context<'_, '_>, fact: Fact) -> Result<()> {
    note(context, fact)?;
    context.tx.ring();
    Ok(())
}

fn note(context: &mut Context<'_, '_>, fact: Fact) -> Result<Event> {
    let id = EventId(context.tx.mint().message_id(context.now).0);
    let event = Event { id, fact, at: context.now };
    context.tx.insert_event(&event)?;
    Ok(event)
}

/// Tells apps that subscribed on behalf of the post's seller, each once: a subscription to this
/// one post counts before one to all.
fn tell_subscribers(
    context: &mut Context<'_, '_>,
    event: &Event,
    seller: PersonId,
    topic: Topic,
    token: &PostToken,
) -> Result<()> {
    let subscriptions = context.tx.subscriptions_to_post(seller, topic, token, context.now)?;
    let mut told = Vec::new();
    for subscription in subscriptions {
        if !told.contains(&subscription.app) {
            told.push(subscription.app);
            tell_owner(context, event, Party::App(subscription.app), subscription.metadata)?;
        }
    }
    Ok(())
}

fn tell_owner(
    context: &mut Context<'_, '_>,
    event: &Event,
    owner: Party,
    metadata: Option<String>,
) -> Result<()> {
    match context.tx.webhook_of(owner, None)? {
        Some(webhook) => deliver(context, event, &webhook, metadata),
        None => Ok(()),
    }
}

fn deliver(
    context: &mut Context<'_, '_>,
    event: &Event,
    webhook: &Webhook,
    metadata: Option<String>,
) -> Result<()> {
    let state = match (webhook.state, &webhook.url) {
        (WebhookState::Off, _) | (_, None) => DeliveryState::Kept,
        (WebhookState::On | WebhookState::Unproven, Some(_)) => DeliveryState::Pending,
    };
    let lane = event.fact.conversation().unwrap_or(ConversationId(0)).0;
    let delivery = Delivery {
        webhook: webhook.id,
        event: event.id,
        lane,
        state,
        attempts: 0,
        first_attempt: None,
        metadata,
    };
    Ok(context.tx.insert_delivery(&delivery, context.now)?)
}
