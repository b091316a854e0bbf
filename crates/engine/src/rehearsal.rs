//! Rehearsals: what somebody who tries a bot out has to know about a conversation.
//!
//! Whatever an app or a shop says through its API counts as the bot's; what people and the
//! marketplace say does not.

use peyk_model::{
    Author, Conversation, ConversationId, Hand, Message, MessageId, Noun, Party, Refusal, Side,
    WebhookId, WebhookState,
};
use peyk_store::Lock;

use crate::deliver::News;
use crate::error::Result;
use crate::feed::{Feed, Place};
use crate::scripts::folded;
use crate::{Context, feed};

/// Most messages of one conversation that are looked at.
const MESSAGES_MAX: i64 = 1000;
/// Most receivers that are greeted together.
const WEBHOOKS_MAX: i64 = 10_000;
/// Most events that are looked at together.
const EVENTS_AT_ONCE: i64 = 200;

/// Who made something happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A bot.
    Program,
    /// A person, or the marketplace.
    Others,
}

/// Whether a program wrote this: people write to shops, but shops write by their programs.
pub fn is_programs(conversation: &Conversation, author: Author) -> bool {
    match author {
        Author::Buyer(Hand::Bot) | Author::Seller(Hand::Bot) => true,
        Author::Seller(Hand::Human) => !matches!(conversation.seller, Party::Person(_)),
        Author::Buyer(Hand::Human) | Author::Market | Author::Support => false,
    }
}

/// What has happened since a place in the feed of all events, and the place after it.
pub fn happened(context: &mut Context<'_, '_>, after: Place) -> Result<(Place, Vec<By>)> {
    let after = feed::here(context, Feed::Events, after)?;
    let told = feed::events(context, after, EVENTS_AT_ONCE)?;
    let end = told.last().map_or(after, |last| last.place);
    Ok((end, told.iter().filter_map(|told| by(&told.news)).collect()))
}

/// Who did it; nobody, if no program could hear of it.
fn by(news: &News) -> Option<By> {
    match news {
        News::Message(conversation, message) if is_programs(conversation, message.author) => {
            Some(By::Program)
        }
        News::Message(..)
        | News::Opened(_)
        | News::ArbitrationStarted(_)
        | News::ArbitrationFinished(_)
        | News::Finished(_)
        | News::AccessRevoked { .. }
        | News::PostChanged(..) => Some(By::Others),
        News::ByHand(_) | News::Internal => None,
    }
}

/// What programs said in a conversation after a message, oldest first.
pub fn said_by_programs(
    context: &mut Context<'_, '_>,
    conversation: &Conversation,
    after: MessageId,
) -> Result<Vec<Message>> {
    let first = MessageId(after.0.saturating_add(1));
    let mut found = context.tx.messages_from(conversation.id, first, MESSAGES_MAX)?;
    found.retain(|message| is_programs(conversation, message.author));
    Ok(found)
}

/// The messages of a conversation, oldest first.
pub fn all_said(context: &mut Context<'_, '_>, id: ConversationId) -> Result<Vec<Message>> {
    Ok(context.tx.messages_from(id, MessageId(0), MESSAGES_MAX)?)
}

/// The conversation with this number.
pub fn conversation(context: &mut Context<'_, '_>, id: ConversationId) -> Result<Conversation> {
    let found = context.tx.conversation(id, Lock::None)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Conversation, id).into())
}

/// The newest button with this caption, or else with these words in it, that a side sees: its
/// message, and its number along the rows.
pub fn button(
    context: &mut Context<'_, '_>,
    id: ConversationId,
    side: Side,
    caption: &str,
) -> Result<Option<(MessageId, usize)>> {
    let messages = context.tx.messages_from(id, MessageId(0), MESSAGES_MAX)?;
    let words = folded(caption);
    let find = |fits: &dyn Fn(&str) -> bool| {
        messages.iter().rev().find_map(|message| {
            let mut buttons = message.buttons.seen_by(side).rows().iter().flatten();
            Some((message.id, buttons.position(|button| fits(&button.caption))? + 1))
        })
    };
    Ok(find(&|found| found == caption).or_else(|| find(&|found| folded(found).contains(&words))))
}

/// Greets every receiver now that has not answered its greeting: its program may just have started.
pub fn greet_all(context: &mut Context<'_, '_>) -> Result<()> {
    for webhook in context.tx.webhooks_after(WebhookId(0), WEBHOOKS_MAX)? {
        if webhook.state == WebhookState::Unproven && webhook.url.is_some() {
            context.tx.plan_greeting(webhook.id, Some(context.now), 0)?;
        }
    }
    context.tx.ring();
    Ok(())
}

/// A message id that is larger than all there are and smaller than all there will be.
pub fn mark(context: &mut Context<'_, '_>) -> Result<MessageId> {
    Ok(context.tx.mint().message_id(context.now))
}
