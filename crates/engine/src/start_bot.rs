//! Starting: a person comes to an app's bot from somewhere, and the first message says from where.

use peyk_model::{ConversationKey, Draft, Noun, Person, Post, PostToken, Refusal, Side};

use crate::error::Result;
use crate::open_conversation::{Opening, open_as_person};
use crate::send_message::{Sent, send_as_person};
use crate::{Context, directory, person_view};

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

/// The post, if it can be seen from this side: a seller sees their own, a buyer others'.
pub fn post_seen_from(
    context: &mut Context<'_, '_>,
    person: &Person,
    token: &str,
    side: Side,
) -> Result<Post> {
    let token = PostToken(token.to_owned());
    let post = context.tx.post(&token)?.filter(|post| match side {
        Side::Seller => post.seller == person.id,
        Side::Buyer => post.seller != person.id,
    });
    post.ok_or_else(|| Refusal::not_found(Noun::Post, token).into())
}

/// The public name of a person's conversation.
pub fn key_of(
    context: &mut Context<'_, '_>,
    person: &Person,
    conversation: &str,
) -> Result<ConversationKey> {
    Ok(person_view::conversation(context, person.id, conversation)?.key)
}
