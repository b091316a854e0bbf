//! Faults of requests and their answers.

use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{bot_said, bot_says, control, fault, history, read_as_ivan, said, shop_says, tally};
use crate::harness::{self, APP_KEY, BOT_CHAT, DIRECT_CHAT, ORDER_CHAT, Peyk};
use crate::kenar::check_against_spec;
use crate::spec::Spec;

/// Asks and gets no answer.
async fn lost(request: RequestBuilder) -> String {
    match request.send().await {
        Ok(answer) => panic!("answered {}", answer.status()),
        Err(error) => format!("{error:?}"),
    }
}

#[tokio::test]
async fn every_status_comes_in_the_dialects_own_words() {
    let peyk = Peyk::start().await;
    let (spec, path) =
        (Spec::market(), format!("/v2/businesses/{}/chats/message", harness::BUSINESS));
    for code in [400, 401, 403, 404, 405, 415, 420, 500, 503] {
        let rule = json!({ "name": "s", "effect": "status", "code": code, "dialect": "market" });
        fault(&peyk, rule).await;
        let answer = harness::send(shop_says(&peyk, ORDER_CHAT, "x")).await;
        let body = answer.json();
        assert_eq!(answer.status, code);
        spec.check_schema("ApiErrorResponse", &body).unwrap_or_else(|e| panic!("{path}: {e:?}"));
        let left = &answer.headers["x-ratelimit-resource-remaining"];
        assert_eq!(left == "0", code == 420, "{code}: {left:?}");
        control(&peyk, "DELETE", "/faults/s", None).await;
    }
    let path = format!("/experimental/open-platform/chatbot-conversations/{BOT_CHAT}/messages");
    for (code, grpc) in [
        (400, 3),
        (401, 16),
        (403, 7),
        (404, 5),
        (405, 12),
        (409, 6),
        (412, 9),
        (413, 3),
        (429, 8),
        (500, 13),
        (503, 14),
        (504, 4),
    ] {
        let rule = json!({ "name": "s", "effect": "status", "code": code, "dialect": "kenar" });
        fault(&peyk, rule).await;
        let answer = harness::send(bot_says(&peyk, "x")).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["code"]), (code, &json!(grpc)), "{body}");
        if [412, 429].contains(&code) {
            check_against_spec("POST", &path, code, &body);
        }
        assert_eq!(answer.headers.get("retry-after").is_some(), code == 429);
        control(&peyk, "DELETE", "/faults/s", None).await;
    }
    assert_eq!(bot_said(&peyk).await, [""; 0]);
    peyk.stop().await;
}

#[tokio::test]
async fn oauth_and_files_fail_too() {
    let peyk = Peyk::start().await;
    fault(&peyk, json!({ "name": "s", "effect": "status", "code": 503, "dialect": "oauth" })).await;
    let form = "grant_type=refresh_token&refresh_token=x&client_id=echo&client_secret=echo-secret";
    let request = peyk.request("POST", "/oauth2/token").body(form);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = harness::send(request).await;
    assert_eq!((answer.status, &answer.json()["error"]), (503, &json!("temporarily_unavailable")));
    fault(&peyk, json!({ "name": "m", "effect": "status", "code": 410, "dialect": "media" })).await;
    let answer = harness::send(peyk.request("GET", "/media/link/a.png")).await;
    assert_eq!((answer.status, answer.body.as_str()), (410, ""));
    peyk.stop().await;
}

#[tokio::test]
async fn a_send_whose_answer_is_lost_doubles_unless_it_carries_its_key() {
    let peyk = Peyk::start().await;
    let cut = |name: &str| json!({ "name": name, "effect": "cut", "at": "after", "count": 1 });
    fault(&peyk, cut("first")).await;
    let keyed = || shop_says(&peyk, ORDER_CHAT, "once").header("Idempotency-Key", "k1");
    lost(keyed()).await;
    let first = harness::send(keyed()).await;
    let again = harness::send(keyed()).await;
    assert_eq!((first.status, &first.body), (200, &again.body));
    fault(&peyk, cut("second")).await;
    lost(shop_says(&peyk, ORDER_CHAT, "twice")).await;
    harness::send(shop_says(&peyk, ORDER_CHAT, "twice")).await;
    assert_eq!(said(&peyk, ORDER_CHAT).await[2..], ["once", "twice", "twice"]);
    assert_eq!(tally(&peyk, "second").await, (3, 1));

    fault(&peyk, cut("third")).await;
    let keyed = || bot_says(&peyk, "once").header("Idempotency-Key", "k1");
    lost(keyed()).await;
    assert_eq!(harness::send(keyed()).await.status, 200);
    fault(&peyk, cut("fourth")).await;
    lost(bot_says(&peyk, "twice")).await;
    harness::send(bot_says(&peyk, "twice")).await;
    assert_eq!(bot_said(&peyk).await, ["once", "twice", "twice"]);
    peyk.stop().await;
}

#[tokio::test]
async fn a_request_that_is_cut_before_the_commit_never_happened() {
    let peyk = Peyk::start().await;
    fault(&peyk, json!({ "name": "cut", "effect": "cut", "count": 2 })).await;
    lost(shop_says(&peyk, ORDER_CHAT, "x")).await;
    lost(bot_says(&peyk, "x")).await;
    assert_eq!(said(&peyk, ORDER_CHAT).await.len(), 2);
    assert_eq!(bot_said(&peyk).await, [""; 0]);
    peyk.stop().await;
}

#[tokio::test]
async fn an_answer_is_lost_slowly_and_the_send_has_happened() {
    let peyk = Peyk::start().await;
    let rule = json!({ "name": "lost", "effect": "lose_answer", "milliseconds": 30, "count": 1 });
    fault(&peyk, rule).await;
    let began = Instant::now();
    lost(shop_says(&peyk, ORDER_CHAT, "done")).await;
    assert!(began.elapsed() >= Duration::from_millis(30));
    let slow = json!({ "name": "silent", "effect": "lose_answer", "count": 1 });
    fault(&peyk, slow).await;
    let impatient = shop_says(&peyk, ORDER_CHAT, "done too").timeout(Duration::from_millis(500));
    let error = lost(impatient).await;
    assert!(error.contains("TimedOut"), "{error}");
    assert_eq!(said(&peyk, ORDER_CHAT).await[2..], ["done", "done too"]);
    peyk.stop().await;
}

#[tokio::test]
async fn a_body_ends_in_its_middle_or_comes_slowly() {
    let peyk = Peyk::start().await;
    fault(&peyk, json!({ "name": "half", "effect": "truncate", "count": 1 })).await;
    let answer = history(&peyk, ORDER_CHAT).send().await.unwrap();
    let length: usize = answer.headers()["content-length"].to_str().unwrap().parse().unwrap();
    assert!(answer.text().await.is_err());
    let whole = harness::send(history(&peyk, ORDER_CHAT)).await;
    assert_eq!(whole.body.len(), length);
    let rule = json!({ "name": "drip", "effect": "trickle", "bytes_per_second": 2000 });
    fault(&peyk, rule).await;
    let began = Instant::now();
    assert_eq!(harness::send(history(&peyk, ORDER_CHAT)).await.body, whole.body);
    // 200 bytes each tenth of a second.
    let least = Duration::from_millis(100 * (length as u64 / 200));
    assert!(began.elapsed() >= least && !least.is_zero(), "{length} bytes");
    peyk.stop().await;
}

#[tokio::test]
async fn a_file_is_slow_cut_or_gone() {
    let peyk = Peyk::start().await;
    let bytes = b"%PDF-1.4\n".repeat(200);
    let part = reqwest::multipart::Part::bytes(bytes.clone()).file_name("a.pdf");
    let path = format!("/control/v1/people/ivan/conversations/{BOT_CHAT}/files");
    let form = reqwest::multipart::Form::new().part("file", part);
    let sent = harness::send(peyk.request("POST", &path).multipart(form)).await.json();
    let link = sent["media"]["url"].as_str().unwrap_or_else(|| panic!("{sent}")).to_owned();
    let rule = json!({ "name": "half", "effect": "truncate", "dialect": "media", "count": 1 });
    fault(&peyk, rule).await;
    let answer = peyk.http.get(&link).send().await.unwrap();
    assert_eq!(answer.content_length(), Some(bytes.len() as u64));
    assert!(answer.bytes().await.is_err());
    let rule =
        json!({ "name": "gone", "effect": "status", "code": 404, "dialect": "media", "count": 1 });
    fault(&peyk, rule).await;
    assert_eq!(peyk.http.get(&link).send().await.unwrap().status(), 404);
    let rule = json!({ "name": "drip", "effect": "trickle", "bytes_per_second": 9000, "dialect": "media" });
    fault(&peyk, rule).await;
    let began = Instant::now();
    assert_eq!(peyk.http.get(&link).send().await.unwrap().bytes().await.unwrap(), bytes);
    assert!(began.elapsed() >= Duration::from_millis(200));
    peyk.stop().await;
}

#[tokio::test]
async fn delays_add_up_and_are_the_machines_though_the_clock_stands() {
    let peyk = Peyk::start().await;
    for (name, rest) in [
        ("a", json!({ "distribution": "uniform", "milliseconds": 40, "spread_milliseconds": 10 })),
        ("b", json!({ "milliseconds": 20 })),
    ] {
        let mut rule = json!({ "name": name, "effect": "delay", "business": harness::BUSINESS });
        rule.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        fault(&peyk, rule).await;
    }
    fault(&peyk, json!({ "name": "c", "effect": "status", "code": 500 })).await;
    let began = Instant::now();
    assert_eq!(harness::send(history(&peyk, ORDER_CHAT)).await.status, 500);
    assert!(began.elapsed() >= Duration::from_millis(50));
    for name in ["a", "b", "c"] {
        assert_eq!(tally(&peyk, name).await, (1, 1), "{name}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn only_a_token_that_is_shown_expires() {
    let peyk = Peyk::start().await;
    fault(&peyk, json!({ "name": "old", "effect": "expired_token", "count": 1 })).await;
    assert_eq!(harness::send(bot_says(&peyk, "x")).await.status, 200);
    let answer = read_as_ivan(&peyk).await;
    let expected = json!({ "code": 16, "message": "access token is invalid or expired" });
    assert_eq!((answer.status, answer.json()), (401, expected));
    assert_eq!(read_as_ivan(&peyk).await.status, 200);
    fault(&peyk, json!({ "name": "again", "effect": "expired_token", "dialect": "market" })).await;
    let path = format!("/v2/businesses/{}/chats/history?chatId={ORDER_CHAT}", harness::BUSINESS);
    let request = peyk.request("POST", &path).json(&json!({}));
    let answer = harness::send(request.bearer_auth(harness::MARKET_TOKEN)).await;
    assert_eq!(answer.status, 403);
    assert_eq!(harness::send(history(&peyk, ORDER_CHAT)).await.status, 200);
    peyk.stop().await;
}

#[tokio::test]
async fn answers_drift() {
    let peyk = Peyk::start().await;
    for (drift, field, check) in [
        ("unknown_word", "sender", "/result/messages/0/sender"),
        ("missing_field", "message", ""),
        ("numbers_as_text", "messageId", ""),
        ("extra_field", "colour", "/result/messages/1/colour/since"),
    ] {
        fault(&peyk, json!({ "name": "d", "effect": "drift", "drift": drift, "field": field }))
            .await;
        let body = harness::send(history(&peyk, ORDER_CHAT)).await.json();
        let first = &body["result"]["messages"][0];
        match drift {
            "missing_field" => assert!(first.get("message").is_none(), "{body}"),
            "numbers_as_text" => assert!(first["messageId"].is_string(), "{body}"),
            _ => assert!(
                ["SOMETHING_NEW", "today"]
                    .contains(&body.pointer(check).and_then(Value::as_str).unwrap()),
                "{body}"
            ),
        }
        control(&peyk, "DELETE", "/faults/d", None).await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_rule_meets_the_calls_that_it_names() {
    let peyk = Peyk::start().await;
    let (kenar, market) = (|| bot_says(&peyk, "x"), |chat| shop_says(&peyk, chat, "x"));
    let read = || {
        let path = format!("/v1/open-platform/chat/conversations/{}", harness::POST_CHAT);
        let request = peyk.request("GET", &path).header("x-api-key", APP_KEY);
        request.bearer_auth(harness::IVAN_TOKEN)
    };
    for (named, statuses) in [
        (json!({ "dialect": "market" }), [200, 503, 503, 200]),
        (json!({ "app": "echo" }), [503, 200, 200, 503]),
        (json!({ "app": "live" }), [200, 200, 200, 200]),
        (json!({ "business": harness::BUSINESS }), [200, 503, 503, 200]),
        (json!({ "operation": "sendMessageToChat" }), [200, 503, 503, 200]),
        (json!({ "conversation": ORDER_CHAT.to_string() }), [200, 503, 200, 200]),
        (json!({ "conversation": BOT_CHAT }), [503, 200, 200, 200]),
        (json!({ "person": "sara" }), [200, 200, 200, 503]),
        (json!({ "person": "ivan" }), [503, 503, 503, 503]),
        (json!({ "direction": "out", "effect": "drop", "code": null }), [200, 200, 200, 200]),
    ] {
        let mut rule = json!({ "name": "it", "effect": "status", "code": 503 });
        rule.as_object_mut().unwrap().extend(named.as_object().unwrap().clone());
        rule.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        fault(&peyk, rule).await;
        let mut found = Vec::new();
        for request in [kenar(), market(ORDER_CHAT), market(DIRECT_CHAT), read()] {
            found.push(harness::send(request).await.status);
        }
        assert_eq!(found, statuses, "{named}");
        control(&peyk, "DELETE", "/faults", None).await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn the_same_seed_meets_the_same_calls() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let peyk = Peyk::start().await;
        let rule = json!({ "name": "dice", "effect": "status", "code": 500, "chance_percent": 50, "seed": seed });
        fault(&peyk, rule).await;
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(harness::send(history(&peyk, ORDER_CHAT)).await.status);
        }
        runs.push(statuses);
        peyk.stop().await;
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}
