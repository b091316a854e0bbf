//! What goes wrong because somebody asked for it.

mod calls;
mod letters;
mod recorded;
mod rules;

use serde_json::{Value, json};

use crate::control::call;
use crate::harness::{self, APP_KEY, Answer, BOT_CHAT, BUSINESS, IVAN_TOKEN, MARKET_KEY, Peyk};

/// Asks the control API; the test fails if it refuses.
async fn control(peyk: &Peyk, method: &str, path: &str, body: Option<Value>) -> Value {
    let (status, body) = call(peyk, method, path, body).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// Adds a rule.
async fn fault(peyk: &Peyk, rule: Value) -> Value {
    control(peyk, "POST", "/faults", Some(rule)).await
}

/// How often a rule fitted and did something.
async fn tally(peyk: &Peyk, name: &str) -> (i64, i64) {
    let shown = control(peyk, "GET", &format!("/faults/{name}"), None).await;
    (shown["matched"].as_i64().unwrap(), shown["done"].as_i64().unwrap())
}

/// The bot writes to Ivan.
fn bot_says(peyk: &Peyk, text: &str) -> reqwest::RequestBuilder {
    let path = format!("/experimental/open-platform/chatbot-conversations/{BOT_CHAT}/messages");
    let body = json!({ "type": "TEXT", "text_message": text });
    peyk.request("POST", &path).header("x-api-key", APP_KEY).json(&body)
}

/// The shop writes in this chat.
fn shop_says(peyk: &Peyk, chat: i64, text: &str) -> reqwest::RequestBuilder {
    let path = format!("/v2/businesses/{BUSINESS}/chats/message?chatId={chat}");
    let request = peyk.request("POST", &path).header("api-key", MARKET_KEY);
    request.json(&json!({ "message": text }))
}

/// The shop reads this chat.
fn history(peyk: &Peyk, chat: i64) -> reqwest::RequestBuilder {
    let path = format!("/v2/businesses/{BUSINESS}/chats/history?chatId={chat}");
    peyk.request("POST", &path).header("api-key", MARKET_KEY).json(&json!({}))
}

/// Every text of this chat as the shop reads it.
async fn said(peyk: &Peyk, chat: i64) -> Vec<String> {
    let found = harness::send(history(peyk, chat)).await.json();
    let messages = found["result"]["messages"].as_array().unwrap();
    messages.iter().map(|each| each["message"].as_str().unwrap().to_owned()).collect()
}

/// Every text that Ivan and the bot said.
async fn bot_said(peyk: &Peyk) -> Vec<String> {
    let path = format!("/people/ivan/conversations/{BOT_CHAT}/messages");
    let found = control(peyk, "GET", &path, None).await;
    let items = found["items"].as_array().unwrap();
    items.iter().map(|each| each["text"].as_str().unwrap().to_owned()).collect()
}

/// The app reads a conversation with Ivan's token.
async fn read_as_ivan(peyk: &Peyk) -> Answer {
    let path = format!("/v1/open-platform/chat/conversations/{}", harness::POST_CHAT);
    let request = peyk.request("GET", &path).header("x-api-key", APP_KEY);
    harness::send(request.bearer_auth(IVAN_TOKEN)).await
}
