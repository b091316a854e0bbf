//! Starting: a person comes to an app's bot from somewhere, and the first message says from where.

use peyk_model::{App, ConversationKey, Draft, Message, Noun, Person, Post, Refusal, Side};

use crate::error::Result;
use crate::open_conversation::{Opening, open_as_person};
use crate::send_message::{Sent, send_as_person};
use crate::{Context, directory, person_view};

/// Most texts that are shown of a conversation with a bot.
const SHOWN_MAX: i64 = 50;

/// Opens the conversation with an app's bot, or finds it, and writes there.
pub fn write_to_bot(
    context: &mut Context<'_, '_>,
    person: &Person,
    slug: &str,
    draft: &Draft,
) -> Result<Sent> {
    let app = directory::app(context, slug)?.id;
    let opening = Opening::Bot { app, person: person.id };
    let opened = open_as_person(context, person.id, &opening)?.conversation;
    send_as_person(context, person.id, opened.id, draft)
}

/// What a person and an app's bot said last, if they talked.
pub fn last_texts(
    context: &mut Context<'_, '_>,
    person: &Person,
    app: &App,
) -> Result<Vec<Message>> {
    let opening = Opening::Bot { app: app.id, person: person.id };
    match opening.find(context)? {
        Some(found) => Ok(context.tx.newest_texts(found.id, SHOWN_MAX)?),
        None => Ok(Vec::new()),
    }
}

/// The post, if it can be seen from this side: a seller sees their own, a buyer others'.
pub fn post_seen_from(
    context: &mut Context<'_, '_>,
    person: &Person,
    token: &str,
    side: Side,
) -> Result<Post> {
    let post = directory::post(context, token)?;
    let is_seen = match side {
        Side::Seller => post.seller == person.id,
        Side::Buyer => post.seller != person.id,
    };
    if is_seen { Ok(post) } else { Err(Refusal::not_found(Noun::Post, token).into()) }
}

/// The public name of a person's conversation.
pub fn key_of(
    context: &mut Context<'_, '_>,
    person: &Person,
    conversation: &str,
) -> Result<ConversationKey> {
    Ok(person_view::conversation(context, person.id, conversation)?.key)
}
