//! What the marketplace itself does: it decides disputes, closes conversations, writes and sends
//! files to both sides, and changes posts.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use peyk_engine::send_message::send_as_marketplace;
use peyk_engine::{Context, arbitration, directory, events};
use peyk_model::message::Content;
use peyk_model::{Author, Draft, PostChange, Text};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError};
use super::convert;
use super::extract::{Body, Names};
use super::person_files::received;
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

/// `POST /conversations/{conversation}/finish`: the marketplace closes what is no dispute.
pub async fn finish(State(site): State<Site>, Names(name): Names<String>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        let id = directory::conversation(context, &name)?.id;
        arbitration::finish_conversation(context, id)
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

impl From<MarketAuthor> for Author {
    fn from(author: MarketAuthor) -> Self {
        match author {
            MarketAuthor::Market => Self::Market,
            MarketAuthor::Support => Self::Support,
        }
    }
}

/// `POST /conversations/{conversation}/messages`: the arbiter or the support writes.
pub async fn write(
    State(site): State<Site>,
    Names(name): Names<String>,
    Body(words): Body<NewWords>,
) -> Answer<Value> {
    let text = Text::of_chars(&words.text).map_err(ControlError::from)?;
    send(&site, name, words.author, Content::Text(text).into()).await
}

/// `?as=market`.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Sender {
    #[serde(rename = "as")]
    author: MarketAuthor,
}

/// `POST /conversations/{conversation}/files`: the arbiter or the support sends a file.
pub async fn send_file(
    State(site): State<Site>,
    Names(name): Names<String>,
    sender: Result<Query<Sender>, QueryRejection>,
    request: Request,
) -> Answer<Value> {
    let Query(Sender { author }) =
        sender.map_err(|_| ControlError::invalid("`as` must be market or support"))?;
    let file = received(&site, request).await?;
    send(&site, name, author, Content::File(file).into()).await
}

async fn send(site: &Site, name: String, author: MarketAuthor, draft: Draft) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        let id = directory::conversation(context, &name)?.id;
        send_as_marketplace(context, author.into(), id, &draft)
    };
    let sent = site.engine.write(verb).await?;
    Ok(Json(convert::plain_message(site, &sent.message)))
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
