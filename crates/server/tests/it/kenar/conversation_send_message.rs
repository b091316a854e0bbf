//! `POST /v2/open-platform/conversations/{conversation_id}/messages`.

use peyk_model::{Author, Hand};
use serde_json::{Value, json};

use super::{
    Call, block, last, needs_a_good_body, needs_a_key, needs_a_token, peyk_with_grant, said,
    takes_a_text_or_a_file,
};
use crate::harness::{
    BOT_CHAT, IVAN_TOKEN, LIVE_CHAT, LIVE_KEY, LIVE_TOKEN, PHONE_TOKEN, POST, POST_CHAT, Peyk,
    SARA_TOKEN,
};

fn path(conversation: &str) -> String {
    format!("/v2/open-platform/conversations/{conversation}/messages")
}

fn call() -> Call {
    Call::post(path(POST_CHAT), json!({ "type": "TEXT", "message": "سلام" })).token(SARA_TOKEN)
}

fn ok() -> Value {
    json!({ "status": 200, "message": "ok" })
}

#[tokio::test]
async fn an_app_writes_for_either_side() {
    let peyk = Peyk::start().await;
    call().gives(&peyk, ok()).await;
    assert_eq!(last(&peyk, POST_CHAT).await.author, Author::Seller(Hand::Bot));
    call().token(IVAN_TOKEN).gives(&peyk, ok()).await;
    assert_eq!(last(&peyk, POST_CHAT).await.author, Author::Buyer(Hand::Bot));
    let old = call().without("authorization").header("x-access-token", IVAN_TOKEN);
    old.gives(&peyk, ok()).await;
    call().path(path(&POST_CHAT.replace('-', "%2d"))).gives(&peyk, ok()).await;
    peyk.stop().await;
}

#[tokio::test]
async fn each_of_the_three_scopes_is_enough_for_a_seller() {
    for scope in [
        format!("CONVERSATION_SEND_MESSAGE.{POST_CHAT}"),
        format!("CHAT_POST_CONVERSATIONS_MESSAGE_SEND.{POST}"),
        "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND".to_owned(),
    ] {
        let peyk = peyk_with_grant("sara", "ory_at_new", &scope).await;
        call().token("ory_at_new").gives(&peyk, ok()).await;
        peyk.stop().await;
    }
}

#[tokio::test]
async fn scopes_about_what_one_sells_do_not_let_one_write_as_a_buyer() {
    let denied = format!("permission denied: CONVERSATION_SEND_MESSAGE.{POST_CHAT}");
    for scope in [
        format!("CHAT_POST_CONVERSATIONS_MESSAGE_SEND.{POST}"),
        "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND".to_owned(),
    ] {
        let peyk = peyk_with_grant("ivan", "ory_at_new", &scope).await;
        call().token("ory_at_new").is_refused(&peyk, 403, 7, &denied).await;
        peyk.stop().await;
    }
}

#[tokio::test]
async fn a_scope_is_good_for_its_resource_only() {
    let peyk = Peyk::start().await;
    let all = "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND";
    let denied = format!("permission denied: CONVERSATION_SEND_MESSAGE.{POST_CHAT} or {all}");
    call().token(PHONE_TOKEN).is_refused(&peyk, 403, 7, &denied).await;
    // Whoever may send nowhere near is not told what exists.
    for conversation in [LIVE_CHAT, "00000000-0000-4000-8000-000000000000"] {
        let denied =
            format!("permission denied: CONVERSATION_SEND_MESSAGE.{conversation} or {all}");
        let call = call().token(IVAN_TOKEN).path(path(conversation));
        call.is_refused(&peyk, 403, 7, &denied).await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn unknown_and_foreign_conversations_are_not_found() {
    let unknown = "00000000-0000-4000-8000-000000000000";
    let scopes = [POST_CHAT, BOT_CHAT, unknown];
    let scopes = scopes.map(|chat| format!("CONVERSATION_SEND_MESSAGE.{chat}")).join(" ");
    let peyk = peyk_with_grant("olga", "ory_at_olga", &scopes).await;
    for conversation in [POST_CHAT, BOT_CHAT, unknown, "%00", &"x".repeat(65)] {
        let call = call().token("ory_at_olga").path(path(conversation));
        call.is_refused(&peyk, 404, 5, "conversation not found").await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_bots_conversation_is_no_persons_to_write_in() {
    let scope = format!("CONVERSATION_SEND_MESSAGE.{BOT_CHAT}");
    let peyk = peyk_with_grant("ivan", "ory_at_new", &scope).await;
    let call = call().token("ory_at_new").path(path(BOT_CHAT));
    call.is_refused(&peyk, 404, 5, "conversation not found").await;
    peyk.stop().await;
}

#[tokio::test]
async fn a_development_app_stays_away_from_live_posts() {
    let scope = format!("CONVERSATION_SEND_MESSAGE.{LIVE_CHAT}");
    let peyk = peyk_with_grant("sara", "ory_at_new", &scope).await;
    let live = call().path(path(LIVE_CHAT));
    let message = "permission denied: a development app acts on development posts only";
    live.clone().token("ory_at_new").is_refused(&peyk, 403, 7, message).await;
    live.key(LIVE_KEY).token(LIVE_TOKEN).gives(&peyk, ok()).await;
    peyk.stop().await;
}

#[tokio::test]
async fn it_has_the_checks_of_every_send() {
    let peyk = Peyk::start().await;
    needs_a_key(&call(), &peyk, "CHAT_SEND_MESSAGE_OAUTH").await;
    needs_a_token(&call(), &peyk).await;
    takes_a_text_or_a_file(&call(), &peyk, "message").await;
    needs_a_good_body(&call(), &peyk, "message").await;
    block(&peyk, "ivan", POST_CHAT).await;
    let message = "message delivery failed due to recipient's restriction";
    call().is_refused(&peyk, 412, 9, message).await;
    // One cannot write to whom one blocked either.
    call().token(IVAN_TOKEN).is_refused(&peyk, 412, 9, message).await;
    assert_eq!(said(&peyk, POST_CHAT).await.len(), 2 + 3);
    peyk.stop().await;
}
