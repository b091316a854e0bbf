//! The `Idempotency-Key` header: a send that is repeated is answered and not done again.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Call, IVAN_PHONE, said, user_id};
use crate::harness::{APP_KEY, BOT_CHAT, LIVE_BOT_CHAT, LIVE_KEY, POST_CHAT, Peyk, SARA_TOKEN};

const CONFLICT: &str = "idempotency key was used with another request";

fn path(conversation: &str) -> String {
    format!("/v1/open-platform/chat/bot/conversations/{conversation}/messages")
}

fn call() -> Call {
    Call::post(path(BOT_CHAT), json!({ "text_message": "hi" })).header("idempotency-key", "k-1")
}

fn sent() -> Value {
    json!({ "conversation_id": BOT_CHAT })
}

#[tokio::test]
async fn a_repeated_send_is_answered_again_and_done_once() {
    let peyk = Peyk::start().await;
    for _ in 0..3 {
        call().gives(&peyk, sent()).await;
    }
    // The same operation under another of its paths is the same request.
    let alias = format!("/experimental/open-platform/chatbot-conversations/{BOT_CHAT}/messages");
    call().path(alias).gives(&peyk, sent()).await;
    assert_eq!(said(&peyk, BOT_CHAT).await.len(), 1);
    call().header("idempotency-key", "k-2").gives(&peyk, sent()).await;
    call().without("idempotency-key").gives(&peyk, sent()).await;
    call().without("idempotency-key").gives(&peyk, sent()).await;
    assert_eq!(said(&peyk, BOT_CHAT).await.len(), 4);
    peyk.stop().await;
}

#[tokio::test]
async fn another_request_under_the_same_key_is_a_conflict() {
    let peyk = Peyk::start().await;
    call().gives(&peyk, sent()).await;
    let other_body = call().json(json!({ "text_message": "hello" }));
    other_body.is_refused(&peyk, 409, 6, CONFLICT).await;
    let ivan = user_id(&peyk, APP_KEY, IVAN_PHONE).await;
    let other_operation = call().path(format!("/v1/open-platform/chat/bot/users/{ivan}/messages"));
    other_operation.is_refused(&peyk, 409, 6, CONFLICT).await;
    let for_sara = format!("/v2/open-platform/conversations/{POST_CHAT}/messages");
    let for_sara = call().path(for_sara).json(json!({ "message": "hi" })).token(SARA_TOKEN);
    for_sara.is_refused(&peyk, 409, 6, CONFLICT).await;
    assert_eq!(said(&peyk, BOT_CHAT).await.len(), 1);
    assert_eq!(said(&peyk, POST_CHAT).await.len(), 2);
    peyk.stop().await;
}

#[tokio::test]
async fn each_app_has_keys_of_its_own() {
    let peyk = Peyk::start().await;
    call().gives(&peyk, sent()).await;
    let other_app = call().key(LIVE_KEY).path(path(LIVE_BOT_CHAT));
    other_app.gives(&peyk, json!({ "conversation_id": LIVE_BOT_CHAT })).await;
    peyk.stop().await;
}

#[tokio::test]
async fn a_refused_send_leaves_its_key_free() {
    let peyk = Peyk::start().await;
    let media = call().json(json!({ "media_token": "nothing" }));
    media.is_refused(&peyk, 404, 5, "media not found").await;
    call().gives(&peyk, sent()).await;
    peyk.stop().await;
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let peyk = Peyk::start().await;
    call().gives(&peyk, sent()).await;
    peyk.clock().advance(Duration::from_secs(24 * 3600 + 1));
    call().json(json!({ "text_message": "hello" })).gives(&peyk, sent()).await;
    assert_eq!(said(&peyk, BOT_CHAT).await.len(), 2);
    peyk.stop().await;
}

#[tokio::test]
async fn a_key_that_cannot_be_one_is_refused() {
    let peyk = Peyk::start().await;
    let message = "idempotency key must be 1 to 255 visible ASCII characters";
    for key in ["", "a b", "کلید", &"k".repeat(256)] {
        let call = call().header("idempotency-key", key);
        call.is_refused(&peyk, 400, 3, message).await;
    }
    call().header("idempotency-key", "k".repeat(255)).gives(&peyk, sent()).await;
    peyk.stop().await;
}

#[tokio::test]
async fn repeats_at_the_same_moment_are_done_once() {
    let peyk = Peyk::start().await;
    let calls: Vec<_> = (0..8).map(|_| call()).collect();
    let answers = futures_util::future::join_all(calls.iter().map(|call| call.send(&peyk))).await;
    assert!(answers.iter().all(|answer| *answer == (200, sent())), "{answers:?}");
    assert_eq!(said(&peyk, BOT_CHAT).await.len(), 1);
    peyk.stop().await;
}

#[tokio::test]
async fn the_send_for_a_person_is_done_once_too() {
    let peyk = Peyk::start().await;
    let path = format!("/v2/open-platform/conversations/{POST_CHAT}/messages");
    let call = call().path(path).json(json!({ "message": "hi" })).token(SARA_TOKEN);
    for _ in 0..2 {
        call.gives(&peyk, json!({ "status": 200, "message": "ok" })).await;
    }
    assert_eq!(said(&peyk, POST_CHAT).await.len(), 3);
    peyk.stop().await;
}
