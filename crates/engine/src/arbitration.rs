//! Disputes: the marketplace is called to decide, and decides; and it closes what is no dispute.

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
    conversation.start_arbitration()?;
    finish(context, conversation, Fact::ArbitrationStarted(id))
}

/// The marketplace has decided.
pub fn finish_arbitration(
    context: &mut Context<'_, '_>,
    id: ConversationId,
) -> Result<Conversation> {
    let mut conversation = locked(context, id)?;
    conversation.finish_arbitration()?;
    finish(context, conversation, Fact::ArbitrationFinished(id))
}

/// The marketplace closes a conversation that is no dispute. No program is told: neither of the
/// marketplaces has words for it.
pub fn finish_conversation(
    context: &mut Context<'_, '_>,
    id: ConversationId,
) -> Result<Conversation> {
    let mut conversation = locked(context, id)?;
    if conversation.finish()? {
        events::note_in_conversation(context, &mut conversation, Fact::ConversationFinished(id))?;
        context.tx.update_conversation(&conversation)?;
        context.tx.ring();
    }
    Ok(conversation)
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
