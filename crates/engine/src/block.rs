//! Blocking: a person no longer wants to hear from the other side.

use peyk_model::{ConversationId, Fact, Noun, Party, PersonId, Refusal};
use peyk_store::Lock;

use crate::error::Result;
use crate::{Context, events};

/// A person blocks the other side of a conversation.
pub fn block(context: &mut Context<'_, '_>, person: PersonId, id: ConversationId) -> Result<()> {
    let other = other_side(context, person, id)?;
    context.tx.insert_block(Party::Person(person), other)?;
    events::done_by_hand(context, Fact::Blocked(id, person))
}

/// A person no longer blocks the other side of a conversation.
pub fn unblock(context: &mut Context<'_, '_>, person: PersonId, id: ConversationId) -> Result<()> {
    let other = other_side(context, person, id)?;
    context.tx.delete_block(Party::Person(person), other)?;
    events::done_by_hand(context, Fact::Unblocked(id, person))
}

fn other_side(
    context: &mut Context<'_, '_>,
    person: PersonId,
    id: ConversationId,
) -> Result<Party> {
    let not_found = || Refusal::not_found(Noun::Conversation, id);
    let conversation = context.tx.conversation(id, Lock::None)?.ok_or_else(not_found)?;
    let side = conversation.side_of(Party::Person(person)).ok_or_else(not_found)?;
    Ok(conversation.party(side.other()))
}
