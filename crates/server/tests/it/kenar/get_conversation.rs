//! `GET /v1/open-platform/chat/conversations/{conversation_id}`.

use peyk_engine::send_message::send_as_person;
use peyk_model::message::Content;
use peyk_model::{ConversationKey, Draft, Location, Text, uuid};
use peyk_store::Lock;
use serde_json::{Value, json};

use super::{Call, needs_a_key, needs_a_token, peyk_with_grant, said};
use crate::harness::{
    BOT_CHAT, IVAN_TOKEN, LIVE_BOT_CHAT, LIVE_CHAT, LIVE_KEY, LIVE_TOKEN, PHONE_TOKEN, POST,
    POST_CHAT, Peyk, SARA_TOKEN,
};

fn path(conversation: &str) -> String {
    format!("/v1/open-platform/chat/conversations/{conversation}")
}

fn call() -> Call {
    Call::get(path(POST_CHAT)).token(SARA_TOKEN)
}

/// Lets Ivan say many things in one transaction.
async fn ivan_says(peyk: &Peyk, key: &'static str, contents: Vec<Content>) {
    let done = peyk.running().site().engine.write(move |context| {
        let ivan = context.tx.person_by_handle("ivan")?.unwrap();
        let key = ConversationKey(key.into());
        let id = context.tx.conversation_by_key(&key, Lock::None)?.unwrap().id;
        for content in contents.clone() {
            send_as_person(context, ivan.id, id, &Draft::from(content))?;
        }
        Ok(())
    });
    done.await.unwrap();
}

fn text(text: impl AsRef<str>) -> Content {
    Content::Text(Text::of_chars(text.as_ref()).unwrap())
}

#[tokio::test]
async fn both_sides_read_their_conversation_oldest_first() {
    let peyk = Peyk::start().await;
    let ids: Vec<_> = said(&peyk, POST_CHAT).await.iter().map(|m| uuid::of_message(m.id)).collect();
    let about = json!({ "id": POST_CHAT, "type": "POST", "post_token": POST });
    let message = |id: &str, side: &str, text: &str| {
        json!({
            "id": id, "conversation": about, "sender": { "side": side, "type": "HUMAN" },
            "type": "TEXT", "sent_at": "2026-11-20T12:00:00.000000Z", "text": text,
        })
    };
    let messages =
        [message(&ids[0], "BUYER", "سلام، هنوز هست؟"), message(&ids[1], "SELLER", "بله، هست.")];
    let expected = json!({ "conversation": about, "messages": messages });
    call().gives(&peyk, expected.clone()).await;
    call().token(IVAN_TOKEN).gives(&peyk, expected.clone()).await;
    // Some clients send the headers of a body with every request, and escape every sign.
    let escaped = call().path(path(&POST_CHAT.replace('-', "%2D")));
    escaped.header("content-type", "application/json").gives(&peyk, expected).await;
    peyk.stop().await;
}

#[tokio::test]
async fn a_bots_conversation_is_read_without_sides() {
    let peyk = Peyk::start().await;
    let empty = json!({ "conversation": { "id": BOT_CHAT, "type": "BOT" }, "messages": [] });
    let call = Call::get(path(BOT_CHAT)).token(IVAN_TOKEN);
    call.gives(&peyk, empty).await;
    ivan_says(&peyk, BOT_CHAT, vec![text("/start")]).await;
    let bot = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    Call::post(bot, json!({ "text_message": "hi" })).send(&peyk).await;
    let (_, body) = call.send(&peyk).await;
    let senders: Vec<_> =
        body["messages"].as_array().unwrap().iter().map(|m| &m["sender"]).collect();
    assert_eq!(senders, [&json!({ "type": "HUMAN" }), &json!({ "type": "BOT" })]);
    peyk.stop().await;
}

#[tokio::test]
async fn only_texts_are_shown() {
    let peyk = Peyk::start().await;
    let place = Content::Location(Location::new(35.7, 51.4).unwrap());
    ivan_says(&peyk, POST_CHAT, vec![place, text("here")]).await;
    let (_, body) = call().send(&peyk).await;
    let messages = body["messages"].as_array().unwrap();
    let texts: Vec<_> = messages.iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["سلام، هنوز هست؟", "بله، هست.", "here"]);
    peyk.stop().await;
}

#[tokio::test]
async fn the_newest_thousand_are_shown() {
    let peyk = Peyk::start().await;
    ivan_says(&peyk, BOT_CHAT, (1..=1001).map(|number| text(number.to_string())).collect()).await;
    let (_, body) = Call::get(path(BOT_CHAT)).token(IVAN_TOKEN).send(&peyk).await;
    let messages = body["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 1000);
    assert_eq!((&messages[0]["text"], &messages[999]["text"]), (&json!("2"), &json!("1001")));
    let mut ids: Vec<&Value> = messages.iter().map(|message| &message["id"]).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1000);
    peyk.stop().await;
}

#[tokio::test]
async fn reading_needs_the_key_the_token_and_the_scope_of_this_conversation() {
    let peyk = Peyk::start().await;
    for (name, key) in [("x-api-key", "nobody's"), ("x-api-key", "")] {
        assert_eq!(call().header(name, key).send(&peyk).await.0, 401);
    }
    needs_a_key(&call(), &peyk, "CHAT_READ_CONVERSATION").await;
    needs_a_token(&call(), &peyk).await;
    let denied = |chat: &str| format!("permission denied: CHAT_CONVERSATION_READ.{chat}");
    call().token(PHONE_TOKEN).is_refused(&peyk, 403, 7, &denied(POST_CHAT)).await;
    let other = call().path(path(LIVE_CHAT));
    other.is_refused(&peyk, 403, 7, &denied(LIVE_CHAT)).await;
    peyk.stop().await;
}

#[tokio::test]
async fn what_is_not_ones_own_is_not_found() {
    let unknown = "00000000-0000-4000-8000-000000000000";
    let scopes = [POST_CHAT, BOT_CHAT, LIVE_BOT_CHAT, unknown];
    let scopes = scopes.map(|chat| format!("CHAT_CONVERSATION_READ.{chat}")).join(" ");
    let not_found = "conversation not found";
    // Olga takes part in none of these.
    let peyk = peyk_with_grant("olga", "ory_at_new", &scopes).await;
    for chat in [POST_CHAT, BOT_CHAT, unknown, "%00", &"x".repeat(65)] {
        let call = Call::get(path(chat)).token("ory_at_new");
        call.is_refused(&peyk, 404, 5, not_found).await;
    }
    peyk.stop().await;
    // Sara talks with the bot of another app.
    let peyk = peyk_with_grant("sara", "ory_at_new", &scopes).await;
    let call = Call::get(path(LIVE_BOT_CHAT)).token("ory_at_new");
    call.is_refused(&peyk, 404, 5, not_found).await;
    peyk.stop().await;
}

#[tokio::test]
async fn a_development_app_does_not_read_about_live_posts() {
    let scope = format!("CHAT_CONVERSATION_READ.{LIVE_CHAT}");
    let peyk = peyk_with_grant("sara", "ory_at_new", &scope).await;
    let message = "permission denied: a development app acts on development posts only";
    let call = Call::get(path(LIVE_CHAT));
    call.clone().token("ory_at_new").is_refused(&peyk, 403, 7, message).await;
    assert_eq!(call.key(LIVE_KEY).token(LIVE_TOKEN).send(&peyk).await.0, 200);
    peyk.stop().await;
}
