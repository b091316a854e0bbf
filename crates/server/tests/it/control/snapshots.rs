//! Snapshots and resets: a sandbox goes back to what it was, all of it and at once.

use std::time::Duration;

use peyk_model::limits::SNAPSHOTS_MAX;
use peyk_server::Settings;
use serde_json::{Value, json};

use super::{call, get, post, refused};
use crate::events::{number, says};
use crate::harness::{self, APP_KEY, BOT_CHAT, MARKET_KEY, ORDER_CHAT, POST_CHAT, Peyk};

async fn keep(peyk: &Peyk, name: &str) -> Value {
    let (status, made) = call(peyk, "PUT", &format!("/snapshots/{name}"), None).await;
    assert_eq!(status, 200, "{made}");
    made
}

async fn restore(peyk: &Peyk, name: &str) -> Value {
    let (status, answer) = call(peyk, "POST", &format!("/snapshots/{name}/restore"), None).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

/// All that the dialects and the control API tell of some conversations, as text.
async fn everything(peyk: &Peyk) -> Vec<String> {
    let mut told = Vec::new();
    for path in ["/people/ivan/conversations", "/people/sara/conversations", "/clock", "/grants"] {
        told.push(get(peyk, path).await.to_string());
    }
    for chat in [POST_CHAT, BOT_CHAT] {
        let path = format!("/people/ivan/conversations/{chat}/messages");
        told.push(get(peyk, &path).await.to_string());
    }
    let history = format!("/v2/businesses/{}/chats/history?chatId={ORDER_CHAT}", harness::BUSINESS);
    let history = peyk.request("POST", &history).header("api-key", MARKET_KEY);
    told.push(harness::send(history.body("{}")).await.body);
    told
}

async fn bot_sends(peyk: &Peyk, text: &str) -> harness::Answer {
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    let body = json!({ "type": "TEXT", "text_message": text });
    harness::send(peyk.request("POST", &path).header("x-api-key", APP_KEY).json(&body)).await
}

/// The ids of messages that a text names, in either dialect: a time in microseconds, or a UUID that
/// has it inside.
fn message_ids(text: &str) -> Vec<&str> {
    let words = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-');
    let is_id = |word: &&str| match word.len() {
        16 => word.bytes().all(|byte| byte.is_ascii_digit()),
        36 => word.as_bytes()[14] == b'1',
        _ => false,
    };
    words.filter(is_id).collect()
}

/// A text without the ids of messages in it.
fn without_ids(text: &str) -> String {
    let ids = message_ids(text).into_iter();
    ids.fold(text.to_owned(), |text, id| text.replace(id, "ID"))
}

#[tokio::test]
async fn everything_goes_back_and_then_goes_on_as_it_did() {
    let peyk = Peyk::start().await;
    let chat = number(&peyk, POST_CHAT).await;
    says(&peyk, "ivan", chat, "پیش از عکس").await;
    post(&peyk, "/clock", json!({ "action": "advance", "seconds": 60 })).await;
    assert_eq!(keep(&peyk, "base").await["name"], "base");
    let before = everything(&peyk).await;
    let mut futures = Vec::new();
    for _ in 0..2 {
        says(&peyk, "ivan", chat, "پس از عکس").await;
        says(&peyk, "sara", chat, "بله؟").await;
        let sent = bot_sends(&peyk, "سلام").await;
        assert_eq!(sent.status, 200, "{sent:?}");
        call(&peyk, "PUT", &format!("/people/ivan/conversations/{BOT_CHAT}/block"), None).await;
        post(&peyk, "/clock", json!({ "action": "advance", "seconds": 3600 })).await;
        let after = everything(&peyk).await;
        assert_ne!(after, before);
        futures.push(after.concat());
        restore(&peyk, "base").await;
        assert_eq!(everything(&peyk).await, before);
    }
    assert_eq!(without_ids(&futures[0]), without_ids(&futures[1]), "words and times come again");
    let before = before.concat();
    let known = message_ids(&before);
    let fresh = |after: &str| {
        let ids = message_ids(after).into_iter().filter(|id| !known.contains(id));
        ids.map(str::to_owned).collect::<std::collections::BTreeSet<_>>()
    };
    let (first, second) = (fresh(&futures[0]), fresh(&futures[1]));
    assert!(first.len() == 3 && first.is_disjoint(&second), "{first:?} {second:?}");
    peyk.stop().await;
}

#[tokio::test]
async fn counts_of_calls_go_back_too() {
    let peyk = Peyk::start().await;
    let path = format!("/v2/businesses/{}/chats/message?chatId={ORDER_CHAT}", harness::BUSINESS);
    let left = async || {
        let request = peyk.request("POST", &path).header("api-key", MARKET_KEY);
        let sent = harness::send(request.json(&json!({ "message": "Здравствуйте" }))).await;
        sent.headers["X-RateLimit-Resource-Remaining"].to_str().unwrap().to_owned()
    };
    left().await;
    keep(&peyk, "base").await;
    let (second, third) = (left().await, left().await);
    restore(&peyk, "base").await;
    assert_eq!((left().await, left().await), (second, third));
    peyk.stop().await;
}

#[tokio::test]
async fn a_reset_goes_back_to_the_world_of_the_start_with_its_ids() {
    let peyk = Peyk::start().await;
    let before = everything(&peyk).await;
    let chat = number(&peyk, POST_CHAT).await;
    let mut sent = Vec::new();
    for _ in 0..2 {
        assert_eq!(bot_sends(&peyk, "سلام").await.status, 200);
        let messages = format!("/people/ivan/conversations/{BOT_CHAT}/messages");
        sent.push(get(&peyk, &messages).await["items"][0]["id"].clone());
        says(&peyk, "ivan", chat, "سلام").await;
        post(&peyk, "/clock", json!({ "action": "set", "time": "2027-01-01T00:00:00Z" })).await;
        assert_ne!(everything(&peyk).await, before);
        let (status, answer) = call(&peyk, "POST", "/reset", None).await;
        assert_eq!((status, &answer["time"]), (200, &json!("2026-11-20T12:00:00.000000Z")));
        assert_eq!(everything(&peyk).await, before);
    }
    assert!(sent[1].as_i64() > sent[0].as_i64(), "an id is given to one message only: {sent:?}");
    peyk.stop().await;
}

#[tokio::test]
async fn snapshots_are_listed_replaced_forgotten_and_bounded() {
    let peyk = Peyk::start().await;
    let names = async || {
        let listed = get(&peyk, "/snapshots").await;
        let items = listed["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    keep(&peyk, "b").await;
    keep(&peyk, "a").await;
    let chat = number(&peyk, POST_CHAT).await;
    says(&peyk, "ivan", chat, "سلام").await;
    let last = everything(&peyk).await;
    keep(&peyk, "a").await;
    assert_eq!(names().await, ["a", "b"]);
    restore(&peyk, "b").await;
    assert_ne!(everything(&peyk).await, last);
    restore(&peyk, "a").await;
    assert_eq!(everything(&peyk).await, last);
    assert_eq!(call(&peyk, "DELETE", "/snapshots/a", None).await, (200, json!({})));
    assert_eq!(names().await, ["b"]);
    for (method, path) in [("DELETE", "/snapshots/a"), ("POST", "/snapshots/a/restore")] {
        let (status, code, message) = refused(&peyk, method, path, None).await;
        assert_eq!((status, code.as_str()), (404, "not_found"), "{message}");
    }
    let (status, code, _) = refused(&peyk, "PUT", "/snapshots/a%2Fb", None).await;
    assert_eq!((status, code.as_str()), (400, "invalid_request"));
    for count in 1..SNAPSHOTS_MAX {
        keep(&peyk, &format!("s{count}")).await;
    }
    let (status, code, _) = refused(&peyk, "PUT", "/snapshots/more", None).await;
    assert_eq!((status, code.as_str()), (409, "too_many_snapshots"));
    keep(&peyk, "b").await;
    peyk.stop().await;
}

#[tokio::test]
async fn production_never_goes_back() {
    let settings = Settings { admin_token: Some("s3cret".into()), ..Settings::default() };
    let peyk = Peyk::with(harness::world(), settings).await;
    for (method, path) in [
        ("POST", "/reset"),
        ("PUT", "/snapshots/a"),
        ("DELETE", "/snapshots/a"),
        ("POST", "/snapshots/a/restore"),
    ] {
        let request = peyk.request(method, &format!("/control/v1{path}")).bearer_auth("s3cret");
        let answer = harness::send(request).await;
        let code = answer.json()["error"]["code"].clone();
        assert_eq!((answer.status, code), (403, json!("sandbox_only")), "{path}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_cursor_of_before_is_told_that_everything_was_put_back() {
    let peyk = Peyk::start().await;
    let chat = number(&peyk, POST_CHAT).await;
    keep(&peyk, "base").await;
    says(&peyk, "ivan", chat, "یک").await;
    let cursor = get(&peyk, "/events").await["next_cursor"].as_str().unwrap().to_owned();
    restore(&peyk, "base").await;
    for wait in [0, 20] {
        says(&peyk, "ivan", chat, "دو").await;
        let told = get(&peyk, &format!("/events?wait={wait}&cursor={cursor}")).await;
        assert_eq!((&told["put_back"], &told["items"]), (&json!(true), &json!([])));
        let next = told["next_cursor"].as_str().unwrap();
        let told = get(&peyk, &format!("/events?wait=20&cursor={next}")).await;
        assert_eq!(told["items"][0]["message"]["text"], "دو");
        assert_eq!(told.get("put_back"), None);
        restore(&peyk, "base").await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn what_everybody_writes_meanwhile_is_there_before_or_after_and_never_half() {
    let peyk = std::sync::Arc::new(Peyk::unlimited().await);
    let chat = number(&peyk, BOT_CHAT).await;
    keep(&peyk, "base").await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writers = (0..4).map(|_| {
        let (peyk, stopped) = (peyk.clone(), stopped.clone());
        tokio::spawn(async move {
            while !*stopped.borrow() {
                let sent = bot_sends(&peyk, "سلام").await;
                assert!(matches!(sent.status, 200 | 503), "{sent:?}");
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    for _ in 0..10 {
        restore(&peyk, "base").await;
        let read = peyk.running().site().engine.read(move |context| {
            let found = context.tx.conversation(chat, peyk_store::Lock::None)?.unwrap();
            let messages = context.tx.messages_from(chat, peyk_model::MessageId(0), 10_000)?;
            Ok((found, messages))
        });
        let (conversation, messages) = read.await.unwrap();
        let numbers: Vec<_> = messages.iter().map(|message| message.number).collect();
        assert_eq!(numbers, (1..=conversation.last_number).collect::<Vec<_>>());
    }
    stop.send(true).unwrap();
    for writer in writers {
        tokio::time::timeout(Duration::from_secs(20), writer).await.unwrap().unwrap();
    }
    std::sync::Arc::into_inner(peyk).unwrap().stop().await;
}
