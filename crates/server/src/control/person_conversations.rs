//! `/control/v1/people/{handle}/conversations`: opening and listing a person's conversations.

use axum::Json;
use axum::extract::State;
use peyk_engine::{directory, open_conversation, person_view};
use serde_json::{Value, json};

use super::answer::Answer;
use super::convert::{self, PageBody};
use super::extract::{Body, Names, Page};
use super::input::NewConversation;
use crate::Site;

/// `POST`: the person opens a conversation, or finds the one that is open.
pub async fn open(
    State(site): State<Site>,
    Names(handle): Names<String>,
    Body(wanted): Body<NewConversation>,
) -> Answer<Value> {
    let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
        let person = directory::person(context, &handle)?.id;
        let opening = wanted.opening(context, person)?;
        Ok((person, open_conversation::open_as_person(context, person, &opening)?))
    };
    let (person, opened) = site.engine.write(verb).await?;
    let conversation = convert::conversation(&opened.conversation, person);
    Ok(Json(json!({ "conversation": conversation, "is_new": opened.is_new })))
}

/// `GET`: the person's conversations, the last changed first.
pub async fn list(
    State(site): State<Site>,
    Names(handle): Names<String>,
    Page(paging): Page,
) -> Answer<PageBody> {
    let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
        let person = directory::person(context, &handle)?.id;
        Ok((person, person_view::conversations(context, person, &paging)?))
    };
    let (person, found) = site.engine.read(verb).await?;
    Ok(Json(convert::page(found, |each| convert::conversation(&each.conversation, person))))
}
