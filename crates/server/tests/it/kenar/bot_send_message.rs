//! `POST /v1/open-platform/chat/bot/conversations/{conversation_id}/messages`.

use peyk_model::{Author, Body, Hand, Text};
use peyk_wire::kenar::bot_send_message::OPERATION;
use serde_json::json;

use super::{Call, block, last, needs_a_good_body, needs_a_key, said, takes_a_text_or_a_file};
use crate::harness::{BOT_CHAT, LIVE_BOT_CHAT, LIVE_KEY, PHONE_TOKEN, POST_CHAT, Peyk};

fn path(conversation: &str) -> String {
    format!("/v1/open-platform/chat/bot/conversations/{conversation}/messages")
}

fn call() -> Call {
    Call::post(path(BOT_CHAT), json!({ "type": "TEXT", "text_message": "سلام" }))
}

#[tokio::test]
async fn a_bot_writes_under_every_path_with_the_key_alone() {
    let peyk = Peyk::start().await;
    for path in OPERATION.paths {
        let path = path.replace("{conversation_id}", BOT_CHAT);
        call().path(path).gives(&peyk, json!({ "conversation_id": BOT_CHAT })).await;
    }
    let said = said(&peyk, BOT_CHAT).await;
    assert_eq!(said.len(), OPERATION.paths.len());
    for (message, number) in said.iter().zip(1..) {
        assert_eq!(message.number, number);
        assert_eq!(message.author, Author::Seller(Hand::Bot));
        assert_eq!(message.body, Body::Text(Text::of_chars("سلام").unwrap()));
    }
    peyk.stop().await;
}

#[tokio::test]
async fn one_space_shows_buttons_alone() {
    let peyk = Peyk::start().await;
    let button = json!({ "caption": "📸", "icon_name": "CAR", "action": { "open_direct_link": "https://example.org/a.png" } });
    let body = json!({ "type": "TEXT", "text_message": " ", "buttons": { "rows": [{ "buttons": [button] }] } });
    call().json(body).gives(&peyk, json!({ "conversation_id": BOT_CHAT })).await;
    let said = said(&peyk, BOT_CHAT).await;
    assert_eq!(said[0].body, Body::Text(Text::of_any_chars(" ").unwrap()));
    assert!(!said[0].buttons.is_empty());
    peyk.stop().await;
}

#[tokio::test]
async fn a_conversation_may_be_percent_encoded() {
    let peyk = Peyk::start().await;
    let encoded = BOT_CHAT.replace('-', "%2D");
    call().path(path(&encoded)).gives(&peyk, json!({ "conversation_id": BOT_CHAT })).await;
    peyk.stop().await;
}

#[tokio::test]
async fn a_bot_needs_a_key_with_the_permission() {
    let peyk = Peyk::start().await;
    needs_a_key(&call(), &peyk, "CHAT_BOT_SEND_MESSAGE").await;
    assert_eq!(said(&peyk, BOT_CHAT).await, []);
    peyk.stop().await;
}

#[tokio::test]
async fn a_token_that_is_sent_along_does_no_harm() {
    let peyk = Peyk::start().await;
    for token in [PHONE_TOKEN, "ended-long-ago"] {
        call().token(token).gives(&peyk, json!({ "conversation_id": BOT_CHAT })).await;
        let old = call().header("x-access-token", token);
        old.gives(&peyk, json!({ "conversation_id": BOT_CHAT })).await;
    }
    call().key("nobody's").token(PHONE_TOKEN).is_refused(&peyk, 401, 16, "invalid api key").await;
    peyk.stop().await;
}

#[tokio::test]
async fn unknown_and_foreign_conversations_are_not_found() {
    let peyk = Peyk::start().await;
    for conversation in [
        "00000000-0000-4000-8000-000000000000",
        LIVE_BOT_CHAT,
        POST_CHAT,
        "5001",
        "",
        "%00",
        "%2F",
        &"x".repeat(65),
    ] {
        let call = call().path(path(conversation));
        call.is_refused(&peyk, 404, 5, "conversation not found").await;
    }
    call().path(path("%FF")).is_refused(&peyk, 400, 3, "the path must be utf-8").await;
    call().key(LIVE_KEY).is_refused(&peyk, 404, 5, "conversation not found").await;
    peyk.stop().await;
}

#[tokio::test]
async fn a_text_or_a_file_is_sent_but_not_both_and_not_too_much() {
    let peyk = Peyk::start().await;
    takes_a_text_or_a_file(&call(), &peyk, "text_message").await;
    needs_a_good_body(&call(), &peyk, "text_message").await;
    assert_eq!(said(&peyk, BOT_CHAT).await.len(), 3);
    peyk.stop().await;
}

#[tokio::test]
async fn a_text_is_kept_as_it_came() {
    let peyk = Peyk::start().await;
    let text = "  سلام\u{200c}ها 🚲👩‍👩‍👧\r\n\t<b>&amp;</b> '; -- \\ %00  ";
    call().json(json!({ "text_message": text })).send(&peyk).await;
    assert_eq!(last(&peyk, BOT_CHAT).await.body, Body::Text(Text::stored(text.into())));
    peyk.stop().await;
}

#[tokio::test]
async fn a_bot_cannot_write_to_whom_blocked_it() {
    let peyk = Peyk::start().await;
    block(&peyk, "ivan", BOT_CHAT).await;
    let message = "message delivery failed due to recipient's restriction";
    call().is_refused(&peyk, 412, 9, message).await;
    assert_eq!(said(&peyk, BOT_CHAT).await, []);
    peyk.stop().await;
}
