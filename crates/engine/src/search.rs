//! Searching: conversations by what they are about, who takes part and what was said.
//!
//! An indexer follows the feed of events, as any reader would, so that nothing of this is written
//! while somebody sends. It takes a small part of the store's time then, and catches up in silence.

mod indexer;

use peyk_model::{ConversationId, Message, Timestamp};
use peyk_store::{ChatFilter, Finding, Position};

pub use indexer::Indexer;
pub(crate) use indexer::forget;

use crate::Context;
use crate::error::Result;
use crate::overview::{Chat, chat_of};
use crate::read_conversation::{Page, Paging, cursor, read_cursor};

/// Most conversations that a search finds.
const FOUND_MAX: usize = 50;
/// Most places of one word that are looked at.
const PLACES_MAX: i64 = 2000;
/// Most words of a question that count.
const ASKED_MAX: usize = 8;

/// A conversation that was found, and the message in which, if it was in one.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The conversation.
    pub chat: Chat,
    /// What was said.
    pub message: Option<Message>,
}

/// Conversations that are looked for, the last changed first.
pub fn chats(
    context: &mut Context<'_, '_>,
    filter: &ChatFilter,
    paging: &Paging,
) -> Result<Page<Chat>> {
    let question = format!("chats with {filter:?}");
    let after = match &paging.cursor {
        Some(word) => {
            let [updated_at, id] = read_cursor(context.keyring, &question, word)?;
            Some(Position { updated_at: Timestamp(updated_at), id: ConversationId(id) })
        }
        None => None,
    };
    let found = context.tx.chats_found(filter, after, paging.limit + 1)?;
    let Page { items, next } = Page::cut(found, paging.limit, |last| {
        cursor(context.keyring, &question, [last.updated_at.0, last.id.0])
    });
    let mut chats = Vec::new();
    for place in items {
        if let Some(listed) = context.tx.listed(place.id)? {
            chats.push(chat_of(context, listed)?);
        }
    }
    Ok(Page { items: chats, next })
}

/// Conversations in which all these words stand: first those about which they are true as a whole,
/// then those in which they were said, the newest first.
pub fn search(context: &mut Context<'_, '_>, question: &str) -> Result<Vec<Hit>> {
    let mut asked = peyk_model::search::asked(question);
    asked.truncate(ASKED_MAX);
    // The longest word is in the fewest places.
    asked.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let Some((rarest, others)) = asked.split_first() else { return Ok(Vec::new()) };
    let mut places = context.tx.messages_with_word(rarest, PLACES_MAX)?;
    places.extend(context.tx.places_of_words(rarest, PLACES_MAX)?);
    places.sort_by_key(|place| match place.message {
        None => (0, 0),
        Some(message) => (1, -message.0),
    });
    places.dedup();
    let mut hits: Vec<Hit> = Vec::new();
    for place in places {
        let is_known = |hit: &Hit| hit.chat.conversation.id == place.conversation;
        if hits.len() == FOUND_MAX {
            break;
        }
        if hits.iter().any(is_known) || !stand(context, others, place)? {
            continue;
        }
        let Some(listed) = context.tx.listed(place.conversation)? else { continue };
        let message = match place.message {
            Some(message) => context.tx.message(place.conversation, message)?,
            None => None,
        };
        hits.push(Hit { chat: chat_of(context, listed)?, message });
    }
    Ok(hits)
}

/// Whether all words stand in this place, or are true of its conversation.
fn stand(context: &mut Context<'_, '_>, words: &[String], place: Finding) -> Result<bool> {
    for word in words {
        let whole = Finding { message: None, ..place };
        if !context.tx.has_word_at(word, place)? && !context.tx.has_word_at(word, whole)? {
            return Ok(false);
        }
    }
    Ok(true)
}
