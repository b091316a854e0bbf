//! A person's view: the conversations they take part in, with what their side sees.

use peyk_model::{
    Conversation, ConversationId, ConversationKey, Message, MessageId, Noun, Party, PersonId,
    Refusal, Timestamp,
};
use peyk_store::{Listed, ListedFilter, Lock, Position};

use crate::Context;
use crate::error::Result;
use crate::read_conversation::{Page, Paging, cursor, read_cursor};

/// A person's conversation, by its key or its number.
pub fn conversation(
    context: &mut Context<'_, '_>,
    person: PersonId,
    name: &str,
) -> Result<Conversation> {
    let key = ConversationKey(name.to_owned());
    let mut found = context.tx.conversation_by_key(&key, Lock::None)?;
    if found.is_none()
        && let Ok(number) = name.parse()
    {
        found = context.tx.conversation(ConversationId(number), Lock::None)?;
    }
    found
        .filter(|found| found.side_of(Party::Person(person)).is_some())
        .ok_or_else(|| Refusal::not_found(Noun::Conversation, name).into())
}

/// A person's conversations on either side, the last changed first.
pub fn conversations(
    context: &mut Context<'_, '_>,
    person: PersonId,
    paging: &Paging,
) -> Result<Page<Listed>> {
    let question = format!("conversations of person {person}");
    let after = paging.cursor.as_deref().map(|word| {
        let [updated_at, id] = read_cursor(context.keyring, &question, word)?;
        Ok::<_, Refusal>(Position { updated_at: Timestamp(updated_at), id: ConversationId(id) })
    });
    let (after, limit) = (after.transpose()?, paging.limit + 1);
    let mut found = context.tx.listed_of_buyer(person, after, limit)?;
    let seller = Party::Person(person);
    found.extend(context.tx.listed_of_seller(seller, &ListedFilter::default(), after, limit)?);
    found.sort_by_key(|Listed { conversation, .. }| {
        std::cmp::Reverse((conversation.updated_at, conversation.id))
    });
    Ok(Page::cut(found, paging.limit, |last| {
        let Conversation { updated_at, id, .. } = last.conversation;
        cursor(context.keyring, &question, [updated_at.0, id.0])
    }))
}

/// Messages of a person's conversation, oldest first.
pub fn messages(
    context: &mut Context<'_, '_>,
    conversation: ConversationId,
    paging: &Paging,
) -> Result<Page<Message>> {
    let question = format!("messages of conversation {conversation} for its people");
    let first = match &paging.cursor {
        Some(word) => {
            let [last] = read_cursor(context.keyring, &question, word)?;
            MessageId(last.saturating_add(1))
        }
        None => MessageId(0),
    };
    let found = context.tx.messages_from(conversation, first, paging.limit + 1)?;
    Ok(Page::cut(found, paging.limit, |last| cursor(context.keyring, &question, [last.id.0])))
}
