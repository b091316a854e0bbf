//! Steps of scenarios over HTTP.

use peyk_server::Settings;
use serde_json::{Value, json};

use super::{post, refused};
use crate::harness::{self, APP_KEY, BOT_CHAT, Peyk, world};

async fn step(peyk: &Peyk, after: &Value, step: Value) -> Value {
    let body = json!({ "step": step, "after": after, "patience_ms": 100, "silence_ms": 50 });
    post(peyk, "/rehearsal/steps", body).await
}

async fn bot_says(peyk: &Peyk, text: &str) {
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    let body = json!({ "type": "TEXT", "text_message": text }).to_string();
    let request = peyk.request("POST", &path).header("x-api-key", APP_KEY);
    let request = request.header("content-type", "application/json").body(body);
    assert_eq!(harness::send(request).await.status, 200);
}

#[tokio::test]
async fn people_act_and_the_bot_is_heard_from_where_one_says() {
    let peyk = Peyk::start().await;
    let after = post(&peyk, "/rehearsal", json!({})).await["after"].clone();
    let chat = json!({ "person": "ivan", "bot": "echo" });
    let said = step(&peyk, &after, json!({ "in": chat, "say": "a" })).await;
    assert_eq!((&said["is_met"], &said["message"]["text"]), (&json!(true), &json!("a")));
    bot_says(&peyk, "b").await;
    bot_says(&peyk, "c").await;
    let heard = step(&peyk, &after, json!({ "in": chat, "expect": "b" })).await;
    assert_eq!(heard["message"]["text"], "b");
    let again = step(&peyk, &after, json!({ "in": chat, "expect": "b" })).await;
    assert_eq!(again["message"]["id"], heard["message"]["id"]);
    let next = heard["message"]["id"].clone();
    let unmet = step(&peyk, &next, json!({ "in": chat, "expect": "b", "within": "1m" })).await;
    assert_eq!(unmet["is_met"], false);
    assert_eq!(unmet["why"], "expected the text `b`, found `c`");
    assert!(unmet["transcript"].as_str().unwrap().contains("person: `a`"), "{unmet}");
    assert!(unmet["wire"].as_str().unwrap().contains("/messages: 200"), "{unmet}");
    let noisy = step(&peyk, &next, json!({ "in": chat, "silence": "1s" })).await;
    assert_eq!(noisy["why"], "expected silence for 1s, found `c`");
    let passed = step(&peyk, &next, json!({ "pass": "1d" })).await;
    assert_eq!(passed["time"], "2026-11-21T12:00:00.000000Z");
    let called = json!({ "call": "POST /v1/*/messages", "status": 200, "times": 2 });
    assert_eq!(step(&peyk, &next, called).await["is_met"], true);
    peyk.stop().await;
}

#[tokio::test]
async fn a_step_with_mistakes_is_refused_and_so_is_every_step_in_production() {
    let peyk = Peyk::start().await;
    let refused = async |body: Value| {
        let (status, _, message) = refused(&peyk, "POST", "/rehearsal/steps", Some(body)).await;
        (status, message)
    };
    let chat = json!({ "person": "ivan", "bot": "echo" });
    let (status, message) =
        refused(json!({ "step": { "in": chat, "shout": "a" }, "after": 0 })).await;
    assert_eq!(status, 400);
    assert!(message.starts_with("step: found nothing to do, expected one of `say`"), "{message}");
    let file = json!({ "step": { "in": chat, "file": "a" }, "after": 0 });
    assert_eq!(refused(file).await.0, 400);
    let long = json!({ "step": { "pass": "1s" }, "after": 0, "patience_ms": 60_001 });
    assert_eq!(refused(long).await.1, "patience_ms and silence_ms go up to 60000");
    let nobody =
        json!({ "step": { "in": { "person": "anna", "bot": "echo" }, "say": "a" }, "after": 0 });
    assert_eq!(refused(nobody).await.0, 404);
    peyk.stop().await;

    let settings = Settings { admin_token: Some("token".into()), ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    for path in ["/rehearsal", "/rehearsal/steps"] {
        let request = peyk.request("POST", &format!("/control/v1{path}")).bearer_auth("token");
        let body = json!({ "step": { "pass": "1s" }, "after": 0 }).to_string();
        let request = request.header("content-type", "application/json").body(body);
        assert_eq!(harness::send(request).await.status, 403, "{path}");
    }
    peyk.stop().await;
}
