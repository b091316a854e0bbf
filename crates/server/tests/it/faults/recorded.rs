//! What a fault touched names the fault in the record of exchanges, whatever became of it.

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json};

use super::{bot_says, control, fault, read_as_ivan};
use crate::control::until;
use crate::events::{Receiver, number, says, start};
use crate::harness::{self, BOT_CHAT, Peyk};

/// The exchanges that went this way, the oldest first, in full.
async fn exchanges(peyk: &Peyk, direction: &str) -> Vec<Value> {
    let path = format!("/exchanges?dialect=kenar&direction={direction}");
    let page = control(peyk, "GET", &path, None).await;
    let mut all = Vec::new();
    for item in page["items"].as_array().unwrap().iter().rev() {
        all.push(control(peyk, "GET", &format!("/exchanges/{}", item["id"]), None).await);
    }
    all
}

/// Which fault each exchange names, and its status or why there was none.
fn told(exchanges: &[Value]) -> Vec<(Option<&str>, String)> {
    let each = |exchange: &Value| match exchange["status"].as_i64() {
        Some(status) => status.to_string(),
        None => exchange["failure"].as_str().unwrap().to_owned(),
    };
    exchanges.iter().map(|exchange| (exchange["fault"].as_str(), each(exchange))).collect()
}

#[tokio::test]
async fn a_request_that_a_fault_touched_names_it() {
    for (rule, expected) in [
        (json!({ "effect": "status", "code": 500 }), "500"),
        (json!({ "effect": "delay", "milliseconds": 1 }), "200"),
        (json!({ "effect": "cut", "at": "before" }), "the connection was cut on purpose"),
        (json!({ "effect": "cut", "at": "after" }), "the connection was cut on purpose"),
        (
            json!({ "effect": "lose_answer", "milliseconds": 1 }),
            "the connection was cut on purpose",
        ),
        (json!({ "effect": "truncate" }), "200"),
        (json!({ "effect": "expired_token" }), "401"),
        (json!({ "effect": "trickle", "bytes_per_second": 100_000 }), "200"),
        (json!({ "effect": "drift", "drift": "extra_field" }), "200"),
    ] {
        let peyk = Peyk::start().await;
        let mut named = json!({ "name": "it", "count": 1, "operation": "ChatAPI_GetConversation" });
        named.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
        fault(&peyk, named).await;
        // Some of these have no answer.
        let path = format!("/v1/open-platform/chat/conversations/{}", harness::POST_CHAT);
        let request = peyk.request("GET", &path).header("x-api-key", harness::APP_KEY);
        if let Ok(answer) = request.bearer_auth(harness::IVAN_TOKEN).send().await {
            drop(answer.bytes().await);
        }
        assert_eq!(read_as_ivan(&peyk).await.status, 200);
        assert_eq!(harness::send(bot_says(&peyk, "hi")).await.status, 200);
        until(&peyk, "/exchanges?dialect=kenar&direction=in", |page| {
            page["items"].as_array().unwrap().len() == 3
        })
        .await;
        let found = exchanges(&peyk, "in").await;
        let expected = [(Some("it"), expected.into()), (None, "200".into()), (None, "200".into())];
        assert_eq!(told(&found), expected, "{rule}");
        peyk.stop().await;
    }
}

#[tokio::test]
async fn a_letter_that_a_fault_touched_names_it_even_if_it_never_left() {
    let arrived = (None, "200".to_owned());
    for (rule, expected) in [
        (json!({ "effect": "status", "code": 500 }), vec!["500"]),
        (
            json!({ "effect": "cut", "at": "before" }),
            vec!["fault it: the connection was cut before the letter was sent"],
        ),
        (json!({ "effect": "cut", "at": "after" }), vec!["200"]),
        (json!({ "effect": "lose_answer" }), vec!["200"]),
        (json!({ "effect": "truncate" }), vec!["200"]),
        (json!({ "effect": "drift", "drift": "extra_field" }), vec!["200"]),
        (json!({ "effect": "duplicate" }), vec!["200", "200"]),
        (json!({ "effect": "drop" }), vec!["fault it: never sent"]),
        (
            json!({ "effect": "delay", "milliseconds": 5_000 }),
            vec!["fault it: held back with all that follow for 5 s"],
        ),
        (
            json!({ "effect": "reorder", "milliseconds": 5_000 }),
            vec!["fault it: held aside for 5 s"],
        ),
    ] {
        let receiver = Receiver::start(|_| StatusCode::OK.into_response()).await;
        let peyk = start(Some(format!("{}/webhook", receiver.url)), None).await;
        let mut named = json!({ "name": "it", "count": 1, "direction": "out" });
        named.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
        fault(&peyk, named).await;
        says(&peyk, "ivan", number(&peyk, BOT_CHAT).await, "salam").await;
        let run = Some(json!({ "action": "run_until_idle" }));
        control(&peyk, "POST", "/clock", run).await;
        let found = exchanges(&peyk, "out").await;
        let mut expected: Vec<_> =
            expected.into_iter().map(|what| (Some("it"), what.to_owned())).collect();
        // Whatever did not arrive is tried again, but for what was dropped.
        let is_over =
            ["truncate", "drift", "duplicate", "drop"].contains(&rule["effect"].as_str().unwrap());
        if !is_over {
            expected.push(arrived.clone());
        }
        assert_eq!(told(&found), expected, "{rule}");
        let held = found.iter().filter(|each| each["failure"].is_string());
        for exchange in held {
            assert_eq!(exchange["explanation"], exchange["failure"]);
            assert!(exchange["request"]["body"]["text"].as_str().unwrap().contains("salam"));
        }
        peyk.stop().await;
    }
}
