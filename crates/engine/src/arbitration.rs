//! Disputes: the marketplace is called to decide, and decides.

use peyk_model::{Conversation, ConversationId, Fact, Noun, Refusal};
use peyk_store::Lock;

use crate::error::Result;
use crate::{Context, events};

/// Calls the marketplace to decide.
pub fn start_arbitration(
    context: &mut Context<'_, '_>,
    id: ConversationId,
) -> Result<Conversation> {
    let mut conversation = locked(context, id)?;
    conversation.start_arbitration(context.now)?;
    finish(context, conversation, Fact::ArbitrationStarted(id))
}

/// The marketplace has decided.
pub fn finish_arbitration(
    context: &mut Context<'_, '_>,
    id: ConversationId,
) -> Result<Conversation> {
    let mut conversation = locked(context, id)?;
    conversation.finish_arbitration(context.now)?;
    finish(context, conversation, Fact::ArbitrationFinished(id))
}

fn locked(context: &mut Context<'_, '_>, id: ConversationId) -> Result<Conversation> {
    let found = context.tx.conversation(id, Lock::Exclusive)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Conversation, id).into())
}

fn finish(
    context: &mut Context<'_, '_>,
    mut conversation: Conversation,
    fact: Fact,
) -> Result<Conversation> {
    events::in_conversation(context, &mut conversation, fact)?;
    context.tx.update_conversation(&conversation)?;
    context.tx.ring();
    Ok(conversation)
}
