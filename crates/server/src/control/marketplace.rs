//! What the marketplace itself does: it decides disputes, writes to both sides, and changes posts.

use axum::Json;
use axum::extract::State;
use peyk_engine::send_message::send_as_marketplace;
use peyk_engine::{Context, arbitration, directory, events};
use peyk_model::message::Content;
use peyk_model::{Author, PostChange, Text};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError};
use super::convert;
use super::extract::{Body, Names};
use crate::Site;

/// `POST /conversations/{conversation}/arbitration/start`: the marketplace is called to decide.
pub async fn start_arbitration(
    State(site): State<Site>,
    Names(name): Names<String>,
) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        let id = directory::conversation(context, &name)?.id;
        arbitration::start_arbitration(context, id)
    };
    Ok(Json(convert::plain_conversation(&site.engine.write(verb).await?)))
}

/// `POST /conversations/{conversation}/arbitration/finish`: the marketplace has decided.
pub async fn finish_arbitration(
    State(site): State<Site>,
    Names(name): Names<String>,
) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        let id = directory::conversation(context, &name)?.id;
        arbitration::finish_arbitration(context, id)
    };
    Ok(Json(convert::plain_conversation(&site.engine.write(verb).await?)))
}

/// What the marketplace writes.
#[derive(Debug, Clone, Deserialize)]
pub struct NewWords {
    #[serde(rename = "as")]
    author: MarketAuthor,
    text: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MarketAuthor {
    Market,
    Support,
}

/// `POST /conversations/{conversation}/messages`: the arbiter or the support writes.
pub async fn write(
    State(site): State<Site>,
    Names(name): Names<String>,
    Body(words): Body<NewWords>,
) -> Answer<Value> {
    let author = match words.author {
        MarketAuthor::Market => Author::Market,
        MarketAuthor::Support => Author::Support,
    };
    let text = Text::of_chars(&words.text).map_err(ControlError::from)?;
    let draft = Content::Text(text).into();
    let verb = move |context: &mut Context<'_, '_>| {
        let id = directory::conversation(context, &name)?.id;
        send_as_marketplace(context, author, id, &draft)
    };
    let sent = site.engine.write(verb).await?;
    Ok(Json(convert::plain_message(&site, &sent.message)))
}

/// What happened to a post.
#[derive(Debug, Clone, Deserialize)]
pub struct NewChange {
    change: String,
}

/// `POST /posts/{post}/changes`: a post changes, and whoever subscribed to it hears so.
pub async fn change_post(
    State(site): State<Site>,
    Names(token): Names<String>,
    Body(NewChange { change }): Body<NewChange>,
) -> Answer<Value> {
    let change = PostChange::parse(&change).ok_or_else(|| {
        ControlError::invalid("change must be publish, retire, ongoing or archive")
    })?;
    let verb = move |context: &mut Context<'_, '_>| {
        let post = directory::post(context, &token)?;
        events::post_changed(context, &post, change)?;
        Ok(post)
    };
    let post = site.engine.write(verb).await?;
    Ok(Json(json!({ "post": post.token.0, "change": change.word() })))
}
