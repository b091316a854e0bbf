//! `GET /v2/businesses/{businessId}/chat`.

use std::time::Duration;

use peyk_engine::world::{WorldConversation, WorldSubject};
use peyk_model::{ConversationId, Kind, ReturnId, Status};
use serde_json::json;

use super::{ask, ours, refused, result};
use crate::harness::*;

#[tokio::test]
async fn a_chat_about_an_order_names_it_twice() {
    let peyk = Peyk::start().await;
    let chat = result(&peyk, ours(&peyk, "GET", &format!("/chat?chatId={ORDER_CHAT}"))).await;
    let public_id = chat["context"]["customer"]["publicId"].clone();
    assert!(public_id.as_str().is_some_and(|id| !id.is_empty()));
    assert_eq!(
        chat,
        json!({
            "chatId": ORDER_CHAT,
            "orderId": ORDER,
            "context": {
                "type": "ORDER",
                "customer": { "name": "Иван", "publicId": public_id },
                "campaignId": 4001,
                "orderId": ORDER,
            },
            "type": "CHAT",
            "status": "WAITING_FOR_CUSTOMER",
            "createdAt": "2026-11-20T15:00:00+03:00",
            "updatedAt": "2026-11-20T15:00:00+03:00",
        })
    );
}

#[tokio::test]
async fn a_direct_chat_names_no_order() {
    let peyk = Peyk::start().await;
    let chat = result(&peyk, ours(&peyk, "GET", &format!("/chat?chatId={DIRECT_CHAT}"))).await;
    let customer = chat["context"]["customer"].clone();
    assert_eq!(customer["name"], "Иван");
    assert_eq!(
        chat,
        json!({
            "chatId": DIRECT_CHAT,
            "context": { "type": "DIRECT", "customer": customer },
            "type": "CHAT",
            "status": "NEW",
            "createdAt": "2026-11-20T15:00:00+03:00",
            "updatedAt": "2026-11-20T15:00:00+03:00",
        })
    );
}

#[tokio::test]
async fn a_dispute_about_a_return_names_the_return_and_its_order() {
    let mut world = world();
    world.people[1].name = String::new();
    world.conversations.push(WorldConversation {
        about: WorldSubject::Return(ReturnId(RETURN)),
        id: Some(ConversationId(6_000)),
        key: None,
        kind: Kind::Arbitration,
        status: Some(Status::WaitingForArbiter),
        messages: Vec::new(),
    });
    let peyk = Peyk::with(world, Default::default()).await;
    let chat = result(&peyk, ours(&peyk, "GET", "/chat?chatId=6000")).await;
    let public_id = chat["context"]["customer"]["publicId"].clone();
    assert_eq!(
        chat,
        json!({
            "chatId": 6000,
            "orderId": ORDER,
            "context": {
                "type": "RETURN",
                "customer": { "publicId": public_id },
                "campaignId": 4001,
                "orderId": ORDER,
                "returnId": RETURN,
            },
            "type": "ARBITRAGE",
            "status": "WAITING_FOR_ARBITER",
            "createdAt": "2026-11-20T15:00:00+03:00",
            "updatedAt": "2026-11-20T15:00:00+03:00",
        })
    );
}

#[tokio::test]
async fn a_chat_is_as_old_as_its_last_message_whatever_the_marketplace_does() {
    let peyk = Peyk::start().await;
    let path = format!("/chat?chatId={ORDER_CHAT}");
    let before = result(&peyk, ours(&peyk, "GET", &path)).await;
    for (step, status) in [
        ("finish", "FINISHED"),
        ("arbitration/start", "WAITING_FOR_ARBITER"),
        ("arbitration/finish", "FINISHED"),
    ] {
        peyk.clock().advance(Duration::from_secs(60));
        let act = format!("/control/v1/conversations/{ORDER_CHAT}/{step}");
        assert_eq!(send(peyk.request("POST", &act).json(&json!({}))).await.status, 200, "{step}");
        let after = result(&peyk, ours(&peyk, "GET", &path)).await;
        assert_eq!(after["status"], status);
        assert_eq!(after["updatedAt"], before["updatedAt"], "{step}");
    }
    let write = ours(&peyk, "POST", &format!("/chats/message?chatId={ORDER_CHAT}"));
    assert_eq!(ask(&peyk, write.json(&json!({ "message": "Да" }))).await.0, 200);
    let after = result(&peyk, ours(&peyk, "GET", &path)).await;
    assert_eq!(after["updatedAt"], "2026-11-20T15:03:00+03:00");
}

#[tokio::test]
async fn a_customer_has_one_public_id_per_business() {
    let peyk = Peyk::start().await;
    let id = async |chat: i64, business: i64, key: &str| {
        let path = format!("/v2/businesses/{business}/chat?chatId={chat}");
        let chat = result(&peyk, peyk.request("GET", &path).header("Api-Key", key)).await;
        chat["context"]["customer"]["publicId"].as_str().unwrap().to_owned()
    };
    let ivan = id(ORDER_CHAT, BUSINESS, MARKET_KEY).await;
    assert_eq!(id(DIRECT_CHAT, BUSINESS, MARKET_KEY).await, ivan);
    assert_ne!(id(OTHER_CHAT, OTHER_BUSINESS, OTHER_KEY).await, ivan);
}

#[tokio::test]
async fn the_chat_must_be_named_by_a_number_from_one_on() {
    let peyk = Peyk::start().await;
    let missing = "Required request parameter 'chatId' is not present";
    let small = |value: &str| {
        format!("'chatId' must be greater than or equal to '1' (rejected value: '{value}')")
    };
    for (method, rest) in [
        ("GET", "/chat"),
        ("GET", "/chats/message"),
        ("POST", "/chats/history"),
        ("POST", "/chats/message"),
        ("POST", "/chats/file/send"),
    ] {
        let with = |query: &str| {
            ours(&peyk, method, &format!("{rest}{query}")).body(r#"{"message":"Да"}"#)
        };
        refused(&peyk, with(""), 400, missing).await;
        refused(&peyk, with("?chatId="), 400, missing).await;
        refused(&peyk, with("?chatid=1"), 400, missing).await;
        refused(&peyk, with("?chatId=x"), 400, "Type mismatch: 'x'").await;
        refused(&peyk, with("?chatId=1.5"), 400, "Type mismatch: '1.5'").await;
        let huge = "9223372036854775808";
        let text = format!("Type mismatch: '{huge}'");
        refused(&peyk, with(&format!("?chatId={huge}")), 400, &text).await;
        refused(&peyk, with("?chatId=0"), 400, &small("0")).await;
        refused(&peyk, with("?chatId=-1"), 400, &small("-1")).await;
    }
}

#[tokio::test]
async fn unknown_and_foreign_chats_are_not_found() {
    let peyk = Peyk::start().await;
    for chat in [1, OTHER_CHAT, i64::MAX] {
        let text = format!("Can't find chat by id: '{chat}'");
        for (method, rest) in [
            ("GET", "/chat"),
            ("GET", "/chats/message"),
            ("POST", "/chats/history"),
            ("POST", "/chats/message"),
        ] {
            let request = ours(&peyk, method, &format!("{rest}?chatId={chat}&messageId=1"));
            let request = match (method, rest) {
                ("POST", "/chats/message") => request.json(&json!({ "message": "Да" })),
                _ => request,
            };
            refused(&peyk, request, 404, &text).await;
        }
    }
    let (status, _) = ask(&peyk, ours(&peyk, "GET", &format!("/chat?chatId={ORDER_CHAT}"))).await;
    assert_eq!(status, 200);
}
