//! The Market dialect: every operation, every refusal, and paging under change.

mod addresses;
mod auth_token;
mod bodies;
mod create_chat;
mod credentials;
mod get_chat;
mod get_chat_history;
mod get_chat_message;
mod get_chats;
mod goldens;
mod send_file;
mod send_message;

use std::sync::LazyLock;

use peyk_engine::send_message::{send_as_marketplace, send_as_person};
use peyk_model::message::Content;
use peyk_model::{Author, ConversationId, Draft, Text};
use peyk_server::{MarketManners, Settings};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::harness::{BUSINESS, MARKET_KEY, Peyk, send};
use peyk_wire::spec::Spec;

static SPEC: LazyLock<Spec> = LazyLock::new(Spec::market);

/// A site that refuses what the real one is said to refuse.
fn strict() -> Settings {
    let market = MarketManners { is_strict: true, ..MarketManners::default() };
    Settings { market, ..Settings::default() }
}

/// A request of [`BUSINESS`] with its key; `rest` is what stands behind the business.
fn ours(peyk: &Peyk, method: &str, rest: &str) -> RequestBuilder {
    bare(peyk, method, rest).header("Api-Key", MARKET_KEY)
}

/// The same without any credentials.
fn bare(peyk: &Peyk, method: &str, rest: &str) -> RequestBuilder {
    peyk.request(method, &format!("/v2/businesses/{BUSINESS}{rest}"))
}

/// Sends a request and checks that the answer is as published.
pub async fn ask(peyk: &Peyk, request: RequestBuilder) -> (u16, Value) {
    let request = request.build().unwrap();
    let (method, path) = (request.method().to_string(), request.url().path().to_owned());
    let answer = send(RequestBuilder::from_parts(peyk.http.clone(), request)).await;
    let body = answer.json();
    let published = match answer.status {
        200 if path.contains("/auth/token") => Ok(()),
        200 => SPEC.check_response(&path, &method, 200, &body),
        _ => SPEC.check_schema("ApiErrorResponse", &body),
    };
    published.unwrap_or_else(|errors| panic!("{method} {path}: {errors:?} in {body}"));
    (answer.status, body)
}

/// Sends a request and takes the result of its success.
async fn result(peyk: &Peyk, request: RequestBuilder) -> Value {
    let (status, mut body) = ask(peyk, request).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["status"], "OK");
    body["result"].take()
}

/// Sends a request that must be refused with exactly these words.
async fn refused(peyk: &Peyk, request: RequestBuilder, status: u16, message: &str) {
    let code = match status {
        400 => "BAD_REQUEST",
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        405 => "METHOD_NOT_ALLOWED",
        415 => "UNSUPPORTED_MEDIA_TYPE",
        _ => panic!("{status} is no refusal"),
    };
    let error = json!({ "code": code, "message": message });
    let expected = json!({ "status": "ERROR", "errors": [error] });
    assert_eq!(ask(peyk, request).await, (status, expected));
}

/// Sends a request that must succeed without saying anything else.
async fn done(request: RequestBuilder) {
    let answer = send(request).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"OK"}"#));
    assert_eq!(answer.headers["content-type"], "application/json");
}

/// A person writes a text.
async fn person_writes(peyk: &Peyk, handle: &'static str, chat: i64, text: &str) {
    person_sends(peyk, handle, chat, Content::Text(Text::of_chars(text).unwrap())).await;
}

/// A person sends anything.
async fn person_sends(peyk: &Peyk, handle: &'static str, chat: i64, content: Content) {
    let draft = Draft::from(content);
    let engine = &peyk.running().site().engine;
    let sent = engine.write(move |context| {
        let person = context.tx.person_by_handle(handle)?.expect("the World has this person");
        send_as_person(context, person.id, ConversationId(chat), &draft)
    });
    sent.await.unwrap();
}

/// The marketplace or its support writes a text.
async fn marketplace_writes(peyk: &Peyk, author: Author, chat: i64, text: &str) {
    let draft = Draft::from(Content::Text(Text::of_chars(text).unwrap()));
    let engine = &peyk.running().site().engine;
    let id = ConversationId(chat);
    let sent = engine.write(move |context| send_as_marketplace(context, author, id, &draft));
    sent.await.unwrap();
}

/// The whole history of a chat, at most a page.
async fn history(peyk: &Peyk, chat: i64) -> Vec<Value> {
    let request = ours(peyk, "POST", &format!("/chats/history?chatId={chat}&limit=100"));
    let mut result = result(peyk, request).await;
    serde_json::from_value(result["messages"].take()).unwrap()
}

/// The last message of a chat.
async fn last_message(peyk: &Peyk, chat: i64) -> Value {
    history(peyk, chat).await.pop().expect("somebody wrote")
}

/// What the chat's status is.
async fn status(peyk: &Peyk, chat: i64) -> String {
    let chat = result(peyk, ours(peyk, "GET", &format!("/chat?chatId={chat}"))).await;
    chat["status"].as_str().unwrap().to_owned()
}
