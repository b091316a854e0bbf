//! Webhooks, as an operator sees and moves them.

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json};

use super::{call, get, post, refused, until};
use crate::events::{Receiver, number, says, start};
use crate::harness::{BOT_CHAT, BUSINESS, OTHER_BUSINESS, Peyk};

async fn echo() -> (Receiver, Peyk, String) {
    let receiver = Receiver::start(|_| StatusCode::OK.into_response()).await;
    let peyk = start(Some(format!("{}/webhook", receiver.url)), None).await;
    let page = get(&peyk, "/webhooks?app=echo").await;
    let path = format!("/webhooks/{}", page["items"][0]["id"]);
    (receiver, peyk, path)
}

#[tokio::test]
async fn webhooks_are_listed_with_their_owners_and_how_it_goes() {
    let (receiver, peyk, path) = echo().await;
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "hi").await;
    let shown = until(&peyk, &path, |shown| shown["deliveries"]["delivered"] == 1).await;
    let expected = json!({
        "id": shown["id"],
        "owner": { "app": "echo" },
        "url": format!("{}/webhook", receiver.url),
        "state": "on",
        "is_paused": false,
        "health": { "failures": 0 },
        "deliveries": { "delivered": 1 },
        "waiting_lanes": 0
    });
    assert_eq!(shown, expected);
    let all = get(&peyk, "/webhooks?limit=3").await;
    let rest = format!("/webhooks?cursor={}", all["next_cursor"].as_str().unwrap());
    let rest = get(&peyk, &rest).await;
    let items =
        [all["items"].as_array().unwrap().clone(), rest["items"].as_array().unwrap().clone()];
    let owners: Vec<_> = items.concat().into_iter().map(|each| each["owner"].clone()).collect();
    let business = |id: i64| json!({ "business": id });
    let expected = [
        json!({ "app": "echo" }),
        json!({ "app": "live" }),
        business(BUSINESS),
        business(OTHER_BUSINESS),
    ];
    assert_eq!(owners, expected);
    let shop = get(&peyk, &format!("/webhooks?business={BUSINESS}")).await;
    assert_eq!(shop["items"][0]["owner"], business(BUSINESS));
    assert!(shop["items"][0].get("url").is_none());
    peyk.stop().await;
}

#[tokio::test]
async fn a_webhook_that_is_held_back_says_what_waits_and_why_and_then_goes_on() {
    let (receiver, peyk, path) = echo().await;
    assert_eq!(post(&peyk, &format!("{path}/pause"), json!({})).await["is_paused"], true);
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "one").await;
    let lanes = get(&peyk, &format!("{path}/lanes")).await;
    let delivery = lanes["items"][0]["delivery"].clone();
    let expected = json!({ "items": [{
        "lane": chat.0,
        "conversation": BOT_CHAT,
        "waits_for": "paused",
        "delivery": delivery,
        "attempts": 0
    }]});
    assert_eq!(lanes, expected);
    assert_eq!(get(&peyk, &path).await["waiting_lanes"], 1);
    post(&peyk, &format!("{path}/resume"), json!({})).await;
    let heard = receiver.next().await;
    assert_eq!(heard.headers["webhook-id"], delivery.as_str().unwrap());
    peyk.stop().await;
}

#[tokio::test]
async fn what_waits_for_a_webhook_that_is_switched_off_is_cancelled() {
    let (receiver, peyk, path) = echo().await;
    post(&peyk, &format!("{path}/pause"), json!({})).await;
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "lost").await;
    let off = post(&peyk, &format!("{path}/off"), json!({})).await;
    assert_eq!(
        (&off["state"], &off["note"]),
        (&json!("off"), &json!("an operator switched it off"))
    );
    assert_eq!(off["deliveries"], json!({ "cancelled": 1 }));
    says(&peyk, "ivan", chat, "kept").await;
    let on = post(&peyk, &format!("{path}/on"), json!({})).await;
    assert_eq!(on["deliveries"], json!({ "cancelled": 1, "kept": 1 }));
    post(&peyk, &format!("{path}/resume"), json!({})).await;
    says(&peyk, "ivan", chat, "heard").await;
    assert_eq!(receiver.next().await.json()["new_chatbot_message"]["text"], "heard");
    peyk.stop().await;
}

#[tokio::test]
async fn a_new_address_is_used_and_a_bad_one_is_refused() {
    let (_, peyk, path) = echo().await;
    let other = Receiver::start(|_| StatusCode::OK.into_response()).await;
    let body = json!({ "url": format!("{}/new", other.url) });
    let (status, shown) = call(&peyk, "PUT", &format!("{path}/url"), Some(body.clone())).await;
    assert_eq!((status, &shown["url"]), (200, &body["url"]));
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "hi").await;
    assert_eq!(other.next().await.path, "/new");
    for (body, message) in [
        (
            json!({ "url": "bot.example" }),
            "url must be an address like https://bot.example/webhook",
        ),
        (json!({}), ".: missing field `url` at line 1 column 2"),
    ] {
        let found = refused(&peyk, "PUT", &format!("{path}/url"), Some(body)).await;
        assert_eq!(found, (400, "invalid_request".into(), message.into()));
    }
    let (_, shown) = call(&peyk, "PUT", &format!("{path}/url"), Some(json!({ "url": null }))).await;
    assert!(shown.get("url").is_none());
    peyk.stop().await;
}

#[tokio::test]
async fn a_ping_tells_whether_the_receiver_answers() {
    let (receiver, peyk, path) = echo().await;
    let pinged = post(&peyk, &format!("{path}/ping"), json!({})).await;
    assert_eq!((&pinged["arrived"], &pinged["status"]), (&json!(true), &json!(200)));
    let heard = receiver.next().await;
    assert_eq!(heard.body, r#"{"type":"PING"}"#);
    assert_eq!(heard.headers["authorization"], "echo-identification");
    let gone = Receiver::start(|_| (StatusCode::INTERNAL_SERVER_ERROR, "oh").into_response()).await;
    call(&peyk, "PUT", &format!("{path}/url"), Some(json!({ "url": gone.url }))).await;
    let mut pinged = post(&peyk, &format!("{path}/ping"), json!({})).await;
    pinged.as_object_mut().unwrap().remove("duration_ms");
    let expected = json!({
        "arrived": false,
        "sent": r#"{"type":"PING"}"#,
        "status": 500,
        "answer": "oh",
        "reason": "answered 500"
    });
    assert_eq!(pinged, expected);
    assert_eq!(get(&peyk, &path).await["health"], json!({ "failures": 0 }));
    peyk.stop().await;
}

#[tokio::test]
async fn a_new_signing_secret_is_shown_once_and_signs_beside_the_old_one() {
    let (receiver, peyk, path) = echo().await;
    let secret = post(&peyk, &format!("{path}/rotate-secret"), json!({})).await;
    assert!(secret["signing_secret"].as_str().unwrap().starts_with("whsec_"));
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "hi").await;
    let heard = receiver.next().await;
    let signatures = heard.headers["webhook-signature"].to_str().unwrap().split(' ').count();
    assert_eq!(signatures, 2);
    assert!(!get(&peyk, &path).await.to_string().contains("whsec_"));
    peyk.stop().await;
}

#[tokio::test]
async fn an_unknown_webhook_is_not_found() {
    let peyk = Peyk::start().await;
    for (method, path) in [
        ("GET", "/webhooks/99"),
        ("GET", "/webhooks/99/lanes"),
        ("GET", "/webhooks/99/feed"),
        ("POST", "/webhooks/99/on"),
        ("POST", "/webhooks/99/off"),
        ("POST", "/webhooks/99/pause"),
        ("POST", "/webhooks/99/ping"),
        ("POST", "/webhooks/99/rotate-secret"),
    ] {
        let body = (method == "POST").then(|| json!({}));
        let found = refused(&peyk, method, path, body).await;
        assert_eq!(found, (404, "not_found".into(), "webhook not found".into()), "{path}");
    }
    let found = refused(&peyk, "GET", "/webhooks?app=nobody", None).await;
    assert_eq!(found, (404, "not_found".into(), "app not found".into()));
    let found: Value = get(&peyk, "/webhooks?business=1").await;
    assert_eq!(found, json!({ "items": [] }));
    peyk.stop().await;
}
