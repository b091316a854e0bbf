//! `POST /v2/businesses/{businessId}/chats/message`.

use peyk_engine::block::{block, unblock};
use peyk_engine::send_message::Finished;
use peyk_engine::world::{WorldConversation, WorldSubject};
use peyk_model::{ConversationId, Kind, ReturnId, Status};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{ask, done, history, last_message, ours, person_writes, refused, status, strict};
use crate::harness::*;

fn to(peyk: &Peyk, chat: i64, message: impl Into<Value>) -> RequestBuilder {
    let body = json!({ "message": message.into() });
    ours(peyk, "POST", &format!("/chats/message?chatId={chat}")).json(&body)
}

#[tokio::test]
async fn a_text_becomes_the_last_message() {
    let peyk = Peyk::start().await;
    peyk.clock().advance(std::time::Duration::from_millis(61_999));
    done(to(&peyk, ORDER_CHAT, "  Ваш заказ в пути 🚲\n")).await;
    let last = last_message(&peyk, ORDER_CHAT).await;
    let expected = json!({
        "messageId": last["messageId"],
        "createdAt": "2026-11-20T15:01:01+03:00",
        "sender": "PARTNER",
        "message": "Ваш заказ в пути 🚲",
    });
    assert_eq!(last, expected);
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 3);
}

#[tokio::test]
async fn message_ids_grow_over_all_chats_and_stay_exact_in_every_client() {
    let peyk = Peyk::start().await;
    let mut before = 0;
    for chat in [ORDER_CHAT, DIRECT_CHAT, ORDER_CHAT, DIRECT_CHAT] {
        done(to(&peyk, chat, "Да")).await;
        let id = last_message(&peyk, chat).await["messageId"].as_i64().unwrap();
        assert!(before < id && id < 1 << 53);
        before = id;
    }
}

#[tokio::test]
async fn each_side_makes_the_other_waited_for() {
    let peyk = Peyk::start().await;
    assert_eq!(status(&peyk, DIRECT_CHAT).await, "NEW");
    person_writes(&peyk, "ivan", DIRECT_CHAT, "Есть велосипеды?").await;
    assert_eq!(status(&peyk, DIRECT_CHAT).await, "WAITING_FOR_PARTNER");
    done(to(&peyk, DIRECT_CHAT, "Есть.")).await;
    assert_eq!(status(&peyk, DIRECT_CHAT).await, "WAITING_FOR_CUSTOMER");
}

#[tokio::test]
async fn writing_reopens_what_is_finished_and_leaves_a_dispute_to_the_arbiter() {
    for (kind, before, after) in [
        (Kind::Chat, Status::Finished, "WAITING_FOR_CUSTOMER"),
        (Kind::Arbitration, Status::WaitingForArbiter, "WAITING_FOR_ARBITER"),
        (Kind::Arbitration, Status::WaitingForMarket, "WAITING_FOR_MARKET"),
        (Kind::Arbitration, Status::Finished, "WAITING_FOR_CUSTOMER"),
    ] {
        let mut world = world();
        world.conversations.push(WorldConversation {
            about: WorldSubject::Return(ReturnId(RETURN)),
            id: Some(ConversationId(6_000)),
            key: None,
            kind,
            status: Some(before),
            messages: Vec::new(),
        });
        let peyk = Peyk::with(world, Default::default()).await;
        done(to(&peyk, 6_000, "Да")).await;
        assert_eq!(status(&peyk, 6_000).await, after, "{kind:?} {before:?}");
    }
}

#[tokio::test]
async fn a_finished_chat_can_be_closed_to_its_shop() {
    let mut shut = strict();
    shut.market.finished = Finished::Refuses;
    let peyk = Peyk::with(world(), shut).await;
    let finish = format!("/control/v1/conversations/{DIRECT_CHAT}/finish");
    let once = |text: &str| to(&peyk, DIRECT_CHAT, text).header("Idempotency-Key", "k-1");
    done(once("Есть.")).await;
    assert_eq!(send(peyk.request("POST", &finish).json(&json!({}))).await.status, 200);
    refused(&peyk, to(&peyk, DIRECT_CHAT, "Ещё?"), 400, "Chat is closed").await;
    // What was sent before is answered as before, and the customer may go on.
    done(once("Есть.")).await;
    assert_eq!(status(&peyk, DIRECT_CHAT).await, "FINISHED");
    let path = format!("/control/v1/people/ivan/conversations/{DIRECT_CHAT}/messages");
    let write = peyk.request("POST", &path).json(&json!({ "text": "Спасибо" }));
    assert_eq!(send(write).await.status, 200);
    done(to(&peyk, DIRECT_CHAT, "Пожалуйста")).await;
}

#[tokio::test]
async fn a_strict_site_wants_the_chat_in_the_address() {
    let peyk = Peyk::with(world(), strict()).await;
    let body = json!({ "message": "Да", "chatId": DIRECT_CHAT });
    let missing = "Required request parameter 'chatId' is not present";
    refused(&peyk, ours(&peyk, "POST", "/chats/message").json(&body), 400, missing).await;
    let path = format!("/chats/message?chatId={ORDER_CHAT}");
    done(ours(&peyk, "POST", &path).json(&body)).await;
}

#[tokio::test]
async fn length_is_counted_in_utf16_units_after_trimming() {
    let peyk = Peyk::start().await;
    for fits in ["я".repeat(4096), "🚲".repeat(2048), format!(" {} ", "x".repeat(4096))] {
        done(to(&peyk, ORDER_CHAT, fits)).await;
    }
    for longer in ["я".repeat(4097), "🚲".repeat(2048) + "x", "🚲".repeat(2049)] {
        let start: String = longer.chars().take(100).collect();
        let text =
            format!("'message' size must be between '1' and '4096' (rejected value: '{start}…')");
        refused(&peyk, to(&peyk, ORDER_CHAT, longer), 400, &text).await;
    }
    for empty in ["", " ", "\n\t\u{a0}"] {
        let text =
            format!("'message' size must be between '1' and '4096' (rejected value: '{empty}')");
        refused(&peyk, to(&peyk, ORDER_CHAT, empty), 400, &text).await;
    }
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 5);
}

#[tokio::test]
async fn what_is_no_text_is_refused() {
    let peyk = Peyk::start().await;
    let null = "'message' must not be null (rejected value: null)";
    refused(&peyk, to(&peyk, ORDER_CHAT, Value::Null), 400, null).await;
    for wrong in [json!({ "text": "Да" }), json!(["Да"]), json!(5), json!(true), json!("a\0b")]
    {
        let request = to(&peyk, ORDER_CHAT, wrong);
        refused(&peyk, request, 400, "Illegal input at 'message'").await;
    }
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 2);
}

#[tokio::test]
async fn the_chat_may_be_named_in_the_body_and_the_query_wins() {
    let peyk = Peyk::start().await;
    let with = |query: &str, chat: Value| {
        let body = json!({ "message": "Да", "chatId": chat });
        ours(&peyk, "POST", &format!("/chats/message{query}")).json(&body)
    };
    done(with("", json!(ORDER_CHAT))).await;
    done(with("", json!(ORDER_CHAT.to_string()))).await;
    done(with(&format!("?chatId={ORDER_CHAT}"), json!(DIRECT_CHAT))).await;
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 5);
    let missing = "Required request parameter 'chatId' is not present";
    refused(&peyk, with("", Value::Null), 400, missing).await;
    let small = "'chatId' must be greater than or equal to '1' (rejected value: '0')";
    refused(&peyk, with("", json!(0)), 400, small).await;
    refused(&peyk, with("", json!("x")), 400, "Illegal input at 'chatId'").await;
}

#[tokio::test]
async fn a_customer_who_blocked_the_shop_hears_nothing_of_it() {
    let peyk = Peyk::start().await;
    let engine = &peyk.running().site().engine;
    let ivan = engine.read(|context| Ok(context.tx.person_by_handle("ivan")?.unwrap().id));
    let (ivan, chat) = (ivan.await.unwrap(), ConversationId(ORDER_CHAT));
    engine.write(move |context| block(context, ivan, chat)).await.unwrap();
    refused(&peyk, to(&peyk, ORDER_CHAT, "Да"), 403, "Access denied").await;
    engine.write(move |context| unblock(context, ivan, chat)).await.unwrap();
    done(to(&peyk, ORDER_CHAT, "Да")).await;
}

#[tokio::test]
async fn a_repeated_send_with_a_key_is_done_once() {
    let peyk = Peyk::start().await;
    let keyed =
        |key: &str, chat: i64, text: &str| to(&peyk, chat, text).header("Idempotency-Key", key);
    done(keyed("one", ORDER_CHAT, "Да")).await;
    done(keyed("one", ORDER_CHAT, " Да ")).await;
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 3);
    let conflict = "Idempotency-Key was already used with another request";
    refused(&peyk, keyed("one", ORDER_CHAT, "Нет"), 400, conflict).await;
    refused(&peyk, keyed("one", DIRECT_CHAT, "Да"), 400, conflict).await;
    done(keyed("two", ORDER_CHAT, "Да")).await;
    done(to(&peyk, ORDER_CHAT, "Да")).await;
    done(to(&peyk, ORDER_CHAT, "Да")).await;
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 6);
    let malformed = "Incorrect Idempotency-Key header value";
    for key in [String::new(), "x".repeat(256), "two words".into()] {
        refused(&peyk, keyed(&key, ORDER_CHAT, "Да"), 400, malformed).await;
    }
    done(keyed(&"x".repeat(255), ORDER_CHAT, "Да")).await;
}

#[tokio::test]
async fn keys_of_two_businesses_do_not_meet() {
    let peyk = Peyk::start().await;
    done(to(&peyk, ORDER_CHAT, "Да").header("Idempotency-Key", "one")).await;
    let path = format!("/v2/businesses/{OTHER_BUSINESS}/chats/message?chatId={OTHER_CHAT}");
    let request = peyk.request("POST", &path).header("Api-Key", OTHER_KEY);
    done(request.header("Idempotency-Key", "one").json(&json!({ "message": "Нет" }))).await;
}

#[tokio::test]
async fn a_refused_send_changes_nothing() {
    let peyk = Peyk::start().await;
    let request = || ours(&peyk, "GET", &format!("/chat?chatId={ORDER_CHAT}"));
    let before = ask(&peyk, request()).await;
    peyk.clock().advance(std::time::Duration::from_secs(60));
    ask(&peyk, to(&peyk, ORDER_CHAT, "")).await;
    let foreign = peyk.request("POST", &format!("/businesses/1/chats/message?chatId={ORDER_CHAT}"));
    ask(&peyk, foreign.json(&json!({ "message": "Да" }))).await;
    assert_eq!(ask(&peyk, request()).await, before);
}
