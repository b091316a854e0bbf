//! `POST /control/v1/people/{handle}/bots/{slug}/start`: the person comes to an app's bot.

use axum::Json;
use axum::extract::State;
use peyk_engine::{Context, directory, start_bot};
use peyk_model::message::Content;
use peyk_model::{Party, Side, Text};
use serde_json::{Value, json};

use super::answer::Answer;
use super::convert;
use super::extract::{Body, Names};
use crate::Site;
use crate::kenar::start::Start;

/// Opens the conversation and says from where the person came.
pub async fn start(
    State(site): State<Site>,
    Names((handle, slug)): Names<(String, String)>,
    Body(start): Body<Start>,
) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        let person = directory::person(context, &handle)?;
        let text = Text::of_chars(&start.text(context, &person)?)?;
        let draft = Content::Text(text).into();
        Ok((person.id, start_bot::write_to_bot(context, &person, &slug, &draft)?))
    };
    let (person, sent) = site.engine.write(verb).await?;
    let side = sent.conversation.side_of(Party::Person(person)).unwrap_or(Side::Buyer);
    let conversation = convert::conversation(&sent.conversation, person);
    let message = convert::message(&site, side, &sent.message);
    Ok(Json(json!({ "conversation": conversation, "message": message })))
}
