//! Deliveries, looked at, repeated and cancelled by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json};

use super::{get, post, refused, until};
use crate::events::{Receiver, number, says, start};
use crate::harness::{BOT_CHAT, Peyk};

/// A bot that says 200, or 400 while it is broken.
async fn echo() -> (Receiver, Peyk, Arc<AtomicBool>) {
    let broken = Arc::new(AtomicBool::new(false));
    let is_broken = broken.clone();
    let receiver = Receiver::start(move |_| match is_broken.load(Ordering::SeqCst) {
        true => (StatusCode::BAD_REQUEST, "no thanks").into_response(),
        false => "thanks".into_response(),
    })
    .await;
    let peyk = start(Some(receiver.url.clone()), None).await;
    (receiver, peyk, broken)
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|each| each["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_delivery_is_shown_with_every_attempt_and_told_again_with_a_fresh_signature() {
    let (receiver, peyk, broken) = echo().await;
    broken.store(true, Ordering::SeqCst);
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "hi").await;
    let first = receiver.next().await;
    let page = until(&peyk, "/deliveries?state=dead", |page| !ids(page).is_empty()).await;
    let id = ids(&page).remove(0);
    assert_eq!(first.headers["webhook-id"], id.as_str());
    let mut shown = get(&peyk, &format!("/deliveries/{id}")).await;
    let mut tried = shown["tried"].take();
    assert_eq!(shown["state"], "dead");
    let tried = tried[0].as_object_mut().unwrap();
    assert!(tried.remove("duration_ms").is_some());
    assert_eq!(tried["reason"], "answered 400");
    assert_eq!(tried["response"]["body"], "no thanks");
    assert_eq!(tried["request"]["body"], first.body);
    let headers = tried["request"]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["authorization", "•••"])));

    broken.store(false, Ordering::SeqCst);
    peyk.clock().advance(std::time::Duration::from_secs(5));
    let answer = post(&peyk, &format!("/deliveries/{id}/replay"), json!({})).await;
    assert_eq!(answer, json!({ "replayed": 1 }));
    let second = receiver.next().await;
    assert_eq!(
        (&second.body, &second.headers["webhook-id"]),
        (&first.body, &first.headers["webhook-id"])
    );
    assert_ne!(second.headers["webhook-signature"], first.headers["webhook-signature"]);
    let shown = until(&peyk, &format!("/deliveries/{id}"), |it| it["state"] == "delivered").await;
    let numbers: Vec<_> =
        shown["tried"].as_array().unwrap().iter().map(|it| &it["number"]).collect();
    assert_eq!(numbers, [2, 1]);
    peyk.stop().await;
}

#[tokio::test]
async fn deliveries_are_found_by_what_they_are_and_paged() {
    let (receiver, peyk, _) = echo().await;
    let chat = number(&peyk, BOT_CHAT).await;
    for text in ["one", "two", "three"] {
        says(&peyk, "ivan", chat, text).await;
        receiver.next().await;
        peyk.clock().advance(std::time::Duration::from_secs(60));
    }
    let all = until(&peyk, "/deliveries?state=delivered", |page| ids(page).len() == 3).await;
    let all = ids(&all);
    let first = get(&peyk, "/deliveries?limit=2").await;
    let rest = format!("/deliveries?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!([ids(&first), ids(&get(&peyk, &rest).await)].concat(), all);
    let event = all[0].rsplit('_').next().unwrap();
    for (filter, expected) in [
        (format!("event={event}"), 1),
        (format!("conversation={BOT_CHAT}"), 3),
        (format!("conversation={}", chat.0), 3),
        ("since=2026-11-20T12:00:30Z".into(), 2),
        ("state=dead,delivered".into(), 3),
        ("state=dead".into(), 0),
        ("webhook=99".into(), 0),
    ] {
        let found = get(&peyk, &format!("/deliveries?{filter}")).await;
        assert_eq!(ids(&found).len(), expected, "{filter}");
    }
    for (filter, status, message) in [
        ("state=lost", 400, "there is no state `lost`"),
        ("since=noon", 400, "since must be a time like 2026-11-20T12:00:00Z"),
        ("conversation=nothing", 404, "conversation not found"),
        ("cursor=zzz", 400, "page token is invalid"),
    ] {
        let found = refused(&peyk, "GET", &format!("/deliveries?{filter}"), None).await;
        assert_eq!((found.0, found.2.as_str()), (status, message), "{filter}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn many_are_told_again_in_order() {
    let (receiver, peyk, broken) = echo().await;
    broken.store(true, Ordering::SeqCst);
    let chat = number(&peyk, BOT_CHAT).await;
    let mut before = Vec::new();
    for text in ["one", "two", "three"] {
        says(&peyk, "ivan", chat, text).await;
        before.push(receiver.next().await.body);
    }
    until(&peyk, "/deliveries?state=dead", |page| ids(page).len() == 3).await;
    broken.store(false, Ordering::SeqCst);
    let filter = json!({ "conversation": BOT_CHAT, "state": "dead" });
    assert_eq!(post(&peyk, "/deliveries/replay", filter).await, json!({ "replayed": 3 }));
    for body in before {
        assert_eq!(receiver.next().await.body, body);
    }
    let none = json!({ "since": "2030-01-01T00:00:00Z" });
    assert_eq!(post(&peyk, "/deliveries/replay", none).await, json!({ "replayed": 0 }));
    for body in [json!({}), json!({ "webhook": 1, "stat": "dead" })] {
        let found = refused(&peyk, "POST", "/deliveries/replay", Some(body)).await;
        assert_eq!((found.0, found.1.as_str()), (400, "invalid_request"), "{found:?}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_cancelled_delivery_does_not_arrive_and_what_follows_does() {
    let (receiver, peyk, _) = echo().await;
    let webhook = get(&peyk, "/webhooks?app=echo").await["items"][0]["id"].clone();
    post(&peyk, &format!("/webhooks/{webhook}/pause"), json!({})).await;
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "unwanted").await;
    says(&peyk, "ivan", chat, "wanted").await;
    let id = ids(&get(&peyk, "/deliveries").await).pop().unwrap();
    let cancelled = post(&peyk, &format!("/deliveries/{id}/cancel"), json!({})).await;
    assert_eq!(cancelled["state"], "cancelled");
    post(&peyk, &format!("/webhooks/{webhook}/resume"), json!({})).await;
    assert_eq!(receiver.next().await.json()["new_chatbot_message"]["text"], "wanted");
    for id in ["evt_1_99", "evt_x", "nothing"] {
        for method in ["", "/cancel", "/replay"] {
            let (verb, body) =
                if method.is_empty() { ("GET", None) } else { ("POST", Some(json!({}))) };
            let found = refused(&peyk, verb, &format!("/deliveries/{id}{method}"), body).await;
            assert_eq!(found, (404, "not_found".into(), "delivery not found".into()));
        }
    }
    peyk.stop().await;
}
