//! `GET /chat/addon_{app_slug}`: the public page that opens the conversation with an app's bot.
//!
//! Here it is a sandbox's page: whoever looks at it chooses whom to be. A server for others has
//! none, since there nobody may choose that.

use axum::Router;
use axum::extract::{Form, Path, Query, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{StatusCode, header};
use peyk_engine::read_conversation::Paging;
use peyk_engine::{Context, Error, Result, directory, start_bot};
use peyk_model::message::Content;
use peyk_model::{App, Author, Body, Message, Person, Text};
use peyk_wire::kenar::callback::COMPLETION_PATH;
use serde::Deserialize;

use crate::{Site, control};

/// What every name of such a page begins with.
const PREFIX: &str = "addon_";
/// Most people to choose from.
const PEOPLE_MAX: i64 = 200;
const STYLE: &str = "body{font-family:sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}\
    textarea{width:100%;height:6rem}.bot{color:gray}.no{color:red}";

/// The pages.
pub fn routes(site: &Site) -> Router<Site> {
    Router::new()
        .route("/chat/{name}", get(show).post(write))
        .route_layer(from_fn_with_state(site.clone(), control::check_access))
        .route_layer(from_fn_with_state(site.clone(), sandbox_only))
        .route(COMPLETION_PATH, get(completion))
}

/// Where an app sends a person back to in the end.
async fn completion() -> Response {
    page(StatusCode::OK, "Done", "<p>This page leads back into the chat. You may close it.</p>")
}

async fn sandbox_only(State(site): State<Site>, request: Request, next: Next) -> Response {
    if site.is_sandbox() {
        return next.run(request).await;
    }
    let text = "<p>Only a sandbox has this page: here everybody writes as who they are.</p>";
    page(StatusCode::NOT_FOUND, "No such page", text)
}

#[derive(Deserialize)]
struct Who {
    person: Option<String>,
}

#[derive(Deserialize)]
struct NewWords {
    person: String,
    text: String,
}

/// What the page shows.
struct Shown {
    app: App,
    people: Vec<Person>,
    chosen: Option<Person>,
    messages: Vec<Message>,
}

fn look(context: &mut Context<'_, '_>, name: &str, who: Option<&str>) -> Result<Shown> {
    let app = directory::app(context, name.strip_prefix(PREFIX).unwrap_or_default())?;
    let paging = Paging { cursor: None, limit: PEOPLE_MAX };
    let people = directory::people(context, &paging)?.items;
    let chosen = who.map(|handle| directory::person(context, handle)).transpose()?;
    let messages = match &chosen {
        Some(person) => start_bot::last_texts(context, person, &app)?,
        None => Vec::new(),
    };
    Ok(Shown { app, people, chosen, messages })
}

async fn show(
    State(site): State<Site>,
    Path(name): Path<String>,
    Query(Who { person }): Query<Who>,
) -> Response {
    answer(&site, name, person, None).await
}

async fn write(
    State(site): State<Site>,
    Path(name): Path<String>,
    Form(NewWords { person, text }): Form<NewWords>,
) -> Response {
    let (slug, handle) = (name.strip_prefix(PREFIX).unwrap_or_default().to_owned(), person.clone());
    let verb = move |context: &mut Context<'_, '_>| {
        let person = directory::person(context, &handle)?;
        // Browsers send two characters for the end of a line.
        let text = Text::of_chars(&text.replace("\r\n", "\n"))?;
        start_bot::write_to_bot(context, &person, &slug, &Content::Text(text).into())
    };
    match site.engine.write(verb).await {
        Ok(_) => {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("person", &person)
                .finish();
            Redirect::to(&format!("?{query}")).into_response()
        }
        Err(Error::Refused(refusal)) => {
            answer(&site, name, Some(person), Some(refusal.to_string())).await
        }
        Err(error) => broken(&error),
    }
}

async fn answer(
    site: &Site,
    name: String,
    person: Option<String>,
    mistake: Option<String>,
) -> Response {
    let shown = site.engine.read(move |context| look(context, &name, person.as_deref())).await;
    match shown {
        Ok(shown) => {
            let status = if mistake.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            page(status, &shown.app.title, &conversation(&shown, mistake.as_deref()))
        }
        Err(Error::Refused(refusal)) => {
            let text = format!("<p>{}</p>", escaped(&refusal.to_string()));
            page(StatusCode::NOT_FOUND, "No such page", &text)
        }
        Err(error) => broken(&error),
    }
}

fn broken(error: &Error) -> Response {
    tracing::error!(fault = %peyk_engine::chain(error), "a bot's page failed");
    let text = "<p>The server is broken, see its log.</p>";
    page(StatusCode::INTERNAL_SERVER_ERROR, "Broken", text)
}

fn conversation(shown: &Shown, mistake: Option<&str>) -> String {
    let said: String = shown.messages.iter().map(line).collect();
    let mistake = mistake.map(|mistake| format!("<p class=no>{}</p>", escaped(mistake)));
    let chosen = shown.chosen.as_ref().map(|person| person.handle.as_str());
    let people: String = shown.people.iter().map(|person| option(person, chosen)).collect();
    format!(
        "{said}{}<form method=post>\
         <p><label>You are <select name=person>{people}</select></label></p>\
         <p><label>Your message<br><textarea name=text dir=auto required></textarea></label></p>\
         <p><button>Write to the bot</button></p></form>",
        mistake.unwrap_or_default()
    )
}

fn line(message: &Message) -> String {
    let Body::Text(text) = &message.body else { return String::new() };
    let (class, who) = match message.author {
        Author::Buyer(_) => ("you", "you"),
        Author::Seller(_) => ("bot", "bot"),
        Author::Market => ("bot", "marketplace"),
        Author::Support => ("bot", "support"),
    };
    format!("<p class={class} dir=auto>{who}: {}</p>", escaped(text.as_str()))
}

fn option(person: &Person, chosen: Option<&str>) -> String {
    let selected = if chosen == Some(&person.handle) { " selected" } else { "" };
    let (handle, name) = (escaped(&person.handle), escaped(&person.name));
    format!("<option value=\"{handle}\"{selected}>{name}</option>")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A page that loads nothing, runs nothing, and can be framed by nobody.
fn page(status: StatusCode, title: &str, content: &str) -> Response {
    let title = escaped(title);
    let html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width\"><title>{title}</title>\
         <link rel=stylesheet href=\"data:text/css,{STYLE}\"><h1 dir=auto>{title}</h1>{content}</html>"
    );
    const POLICY: &str = "default-src 'none'; style-src data:; form-action 'self'; \
                          base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, html).into_response()
}
