//! `POST /v2/businesses/{businessId}/chats/new`.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{ours, refused, result, status};
use crate::harness::*;

async fn created(peyk: &Peyk, body: Value) -> i64 {
    let result = result(peyk, ours(peyk, "POST", "/chats/new").json(&body)).await;
    let chat = result["chatId"].as_i64().unwrap();
    assert_eq!(result, json!({ "chatId": chat }));
    chat
}

fn about(kind: &str, id: i64) -> Value {
    json!({ "context": { "type": kind, "id": id } })
}

#[tokio::test]
async fn a_chat_is_created_once() {
    let peyk = Peyk::start().await;
    let order = created(&peyk, about("ORDER", FRESH_ORDER)).await;
    assert_eq!(created(&peyk, about("ORDER", FRESH_ORDER)).await, order);
    assert_eq!(created(&peyk, json!({ "orderId": FRESH_ORDER })).await, order);
    let text = json!({ "context": { "type": "ORDER", "id": FRESH_ORDER.to_string() } });
    assert_eq!(created(&peyk, text).await, order);
    assert_eq!(status(&peyk, order).await, "NEW");
    let goods = created(&peyk, about("RETURN", RETURN)).await;
    assert_eq!(created(&peyk, about("RETURN", RETURN)).await, goods);
    assert_ne!(goods, ORDER_CHAT);
    let chat = result(&peyk, ours(&peyk, "GET", &format!("/chat?chatId={goods}"))).await;
    assert_eq!((&chat["orderId"], &chat["context"]["returnId"]), (&json!(ORDER), &json!(RETURN)));
}

#[tokio::test]
async fn a_chat_that_was_open_is_found() {
    let peyk = Peyk::start().await;
    assert_eq!(created(&peyk, about("ORDER", ORDER)).await, ORDER_CHAT);
    assert_eq!(status(&peyk, ORDER_CHAT).await, "WAITING_FOR_CUSTOMER");
}

#[tokio::test]
async fn many_at_once_create_one_chat() {
    let peyk = Peyk::unlimited().await;
    let all = join_all((0..16).map(|_| created(&peyk, about("ORDER", FRESH_ORDER)))).await;
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 1);
}

#[tokio::test]
async fn the_context_wins_over_the_order() {
    let peyk = Peyk::start().await;
    let both = json!({ "orderId": 1, "context": { "type": "ORDER", "id": ORDER } });
    assert_eq!(created(&peyk, both).await, ORDER_CHAT);
    let null = json!({ "orderId": ORDER, "context": null });
    assert_eq!(created(&peyk, null).await, ORDER_CHAT);
}

#[tokio::test]
async fn unknown_and_foreign_orders_and_returns_are_not_found() {
    let mut world = world();
    let foreign = peyk_model::ReturnId(75_001);
    let order = peyk_model::OrderId(OTHER_ORDER);
    world.returns.push(peyk_engine::world::WorldReturn { id: foreign, order });
    let peyk = Peyk::with(world, Default::default()).await;
    for order in [1, OTHER_ORDER] {
        let text = format!("Order not found: '{order}'");
        for body in [about("ORDER", order), json!({ "orderId": order })] {
            refused(&peyk, ours(&peyk, "POST", "/chats/new").json(&body), 404, &text).await;
        }
    }
    for goods in [1, 75_001] {
        let text = format!("Return not found: '{goods}'");
        let request = ours(&peyk, "POST", "/chats/new").json(&about("RETURN", goods));
        refused(&peyk, request, 404, &text).await;
    }
}

#[tokio::test]
async fn each_mistake_in_the_body_is_named() {
    let peyk = Peyk::start().await;
    let null = |field: &str| format!("'{field}' must not be null (rejected value: null)");
    let small = |field: &str| {
        format!("'{field}' must be greater than or equal to '1' (rejected value: '0')")
    };
    let illegal = |path: &str| format!("Illegal input at '{path}'");
    for (body, text) in [
        (json!({}), null("context")),
        (json!({ "orderId": null, "context": null }), null("context")),
        (json!({ "context": {} }), null("context.type")),
        (json!({ "context": { "type": "ORDER" } }), null("context.id")),
        (json!({ "context": { "id": 1 } }), null("context.type")),
        (about("ORDER", 0), small("context.id")),
        (json!({ "orderId": 0 }), small("orderId")),
        (about("DIRECT", 1), illegal("context.type")),
        (about("order", 1), illegal("context.type")),
        (json!({ "context": { "type": 1, "id": 1 } }), illegal("context.type")),
        (json!({ "context": { "type": "ORDER", "id": "one" } }), illegal("context.id")),
        (json!({ "context": { "type": "ORDER", "id": 1.5 } }), illegal("context.id")),
        (json!({ "context": "ORDER" }), illegal("context")),
        (json!({ "context": [] }), illegal("context")),
        (json!({ "orderId": {} }), illegal("orderId")),
        (json!({ "orderId": true }), illegal("orderId")),
    ] {
        refused(&peyk, ours(&peyk, "POST", "/chats/new").json(&body), 400, &text).await;
    }
}
