//! `/control/v1/people/{handle}/conversations/{conversation}/messages`: reading and writing.

use axum::Json;
use axum::extract::State;
use peyk_engine::send_message::{Sent, send_as_person};
use peyk_engine::{directory, person_view};
use peyk_model::{Party, Side};
use serde_json::Value;

use super::answer::{Answer, ControlError};
use super::convert::{self, PageBody};
use super::extract::{Body, Names, Page};
use super::input::NewMessage;
use crate::Site;

/// `GET`: the messages as the person sees them, oldest first.
pub async fn list(
    State(site): State<Site>,
    Names((handle, name)): Names<(String, String)>,
    Page(paging): Page,
) -> Answer<PageBody> {
    let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
        let person = directory::person(context, &handle)?.id;
        let conversation = person_view::conversation(context, person, &name)?;
        let side = conversation.side_of(Party::Person(person)).unwrap_or(Side::Buyer);
        Ok((side, person_view::messages(context, conversation.id, &paging)?))
    };
    let (side, found) = site.engine.read(verb).await?;
    Ok(Json(convert::page(found, |message| convert::message(&site, side, message))))
}

/// `POST`: the person writes.
pub async fn send(
    State(site): State<Site>,
    Names((handle, name)): Names<(String, String)>,
    Body(message): Body<NewMessage>,
) -> Answer<Value> {
    let draft = message.draft().map_err(ControlError::from)?;
    let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
        let person = directory::person(context, &handle)?.id;
        let id = person_view::conversation(context, person, &name)?.id;
        send_as_person(context, person, id, &draft)
    };
    Ok(Json(sent(&site, &site.engine.write(verb).await?)))
}

/// A message that was just sent, by its sender's eye.
pub fn sent(site: &Site, sent: &Sent) -> Value {
    let side = sent.message.author.side().unwrap_or(Side::Buyer);
    convert::message(site, side, &sent.message)
}
