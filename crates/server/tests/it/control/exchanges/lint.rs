//! What production would punish, found in what clients did.

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json};

use super::{bot_writes, get, history, until};
use crate::control::post;
use crate::events::{Receiver, start};
use crate::harness::{self, APP_KEY, BUSINESS, MARKET_KEY, ORDER_CHAT, Peyk, SARA_TOKEN, world};
use peyk_model::rate::{MarketLimits, Profile};
use peyk_server::Settings;
use std::time::Duration;

async fn findings(peyk: &Peyk) -> Vec<Value> {
    get(peyk, "/lint").await["items"].as_array().unwrap().clone()
}

/// The rules that were broken, each with its count.
async fn broken(peyk: &Peyk) -> Vec<(String, u64)> {
    let found = findings(peyk).await;
    let rule =
        |each: &Value| (each["rule"].as_str().unwrap().to_owned(), each["count"].as_u64().unwrap());
    found.iter().map(rule).collect()
}

async fn chats(peyk: &Peyk, query: &str, body: &str) -> harness::Answer {
    let path = format!("/v2/businesses/{BUSINESS}/chats?{query}");
    let request = peyk.request("POST", &path).header("api-key", MARKET_KEY);
    let request = request.header("content-type", "application/json");
    harness::send(request.body(body.to_owned())).await
}

#[tokio::test]
async fn a_well_behaved_client_breaks_no_rule() {
    let peyk = Peyk::start().await;
    let first = chats(&peyk, "limit=1", "{}").await.json();
    let token = first["result"]["paging"]["nextPageToken"].as_str().unwrap().to_owned();
    chats(&peyk, &format!("limit=1&pageToken={token}"), "{}").await;
    bot_writes(&peyk, APP_KEY, "hi").await;
    assert_eq!(broken(&peyk).await, []);
    peyk.stop().await;
}

#[tokio::test]
async fn a_list_that_goes_on_and_is_left_is_found() {
    let peyk = Peyk::start().await;
    for _ in 0..3 {
        chats(&peyk, "limit=1", "{}").await;
    }
    let found = findings(&peyk).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let expected = json!({
        "client": { "business": BUSINESS },
        "rule": "ignores_next_page",
        "count": 2,
        "first_exchange": 2,
        "last_exchange": 3,
        "sentence": "getChats answered a nextPageToken, and nobody asked for the next page",
        "advice": found[0]["advice"],
    });
    assert_eq!(found[0], expected);
    // The last one is given a minute.
    peyk.clock().advance(Duration::from_secs(60));
    assert_eq!(broken(&peyk).await, [("ignores_next_page".into(), 3)]);
    assert_eq!(broken(&peyk).await, [("ignores_next_page".into(), 3)]);
    peyk.stop().await;
}

#[tokio::test]
async fn polling_is_found_when_the_answer_stays_the_same() {
    let peyk = Peyk::start().await;
    for _ in 0..9 {
        history(&peyk, ORDER_CHAT).await;
    }
    assert_eq!(broken(&peyk).await, []);
    history(&peyk, ORDER_CHAT).await;
    assert_eq!(broken(&peyk).await, [("polls_instead_of_push".into(), 1)]);
    peyk.stop().await;
}

#[tokio::test]
async fn whoever_polls_is_told_how_they_could_hear_of_events() {
    let willing = |_: &crate::events::Heard| {
        let answer = json!({ "version": "1", "name": "shop", "time": "2026-11-20T12:00:00Z" });
        axum::Json(answer).into_response()
    };
    let receiver = Receiver::start(willing).await;
    let deaf = Receiver::start(|_| StatusCode::NOT_FOUND.into_response()).await;
    for (url, ending) in [
        (None, ", and it has no address for events"),
        (Some(&deaf.url), ", and its address for events never answered a greeting"),
        (Some(&receiver.url), ", while every event is sent to the address it has registered"),
    ] {
        let peyk = start(None, url.cloned()).await;
        if ending.starts_with(", while") {
            let path = format!("/webhooks?business={BUSINESS}");
            until(&peyk, &path, |page| page["items"][0]["state"] == "on").await;
        }
        for _ in 0..10 {
            history(&peyk, ORDER_CHAT).await;
        }
        let found = findings(&peyk).await;
        assert_eq!(found.len(), 1, "{found:?}");
        let sentence = format!("getChatHistory gave the same answer 10 times in a row{ending}");
        assert_eq!(found[0]["sentence"], sentence);
        peyk.stop().await;
    }
}

/// The shop writes, perhaps with a key.
async fn shop_writes(peyk: &Peyk, key: Option<&str>) -> reqwest::Result<reqwest::Response> {
    let path = format!("/v2/businesses/{BUSINESS}/chats/message?chatId={ORDER_CHAT}");
    let mut request = peyk.request("POST", &path).header("api-key", MARKET_KEY);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    request.json(&json!({ "message": "Ваш заказ в пути" })).send().await
}

#[tokio::test]
async fn a_message_that_is_sent_again_without_a_key_after_its_answer_was_lost_is_found() {
    for (key, is_lost, expected) in [
        (None, true, vec![("retries_without_key".to_owned(), 1)]),
        (Some("7f1a"), true, vec![]),
        // Two messages of the same words are no retry.
        (None, false, vec![]),
    ] {
        let peyk = Peyk::start().await;
        if is_lost {
            let rule = json!({ "name": "lost", "operation": "sendMessageToChat", "effect": "cut",
                               "at": "after", "count": 1 });
            post(&peyk, "/faults", rule).await;
        }
        assert_eq!(shop_writes(&peyk, key).await.is_err(), is_lost);
        assert_eq!(shop_writes(&peyk, key).await.unwrap().status(), 200);
        until(&peyk, "/exchanges", |page| page["items"].as_array().unwrap().len() == 2).await;
        assert_eq!(broken(&peyk).await, expected, "{key:?}, {is_lost}");
        peyk.stop().await;
    }
}

#[tokio::test]
async fn what_is_deprecated_or_unknown_is_found() {
    let peyk = Peyk::start().await;
    chats(&peyk, "limt=1", r#"{"orderIds":[1]}"#).await;
    let request = peyk.request("GET", "/v1/open-platform/users").header("x-api-key", APP_KEY);
    harness::send(request.header("x-access-token", SARA_TOKEN)).await;
    let found = findings(&peyk).await;
    let found: Vec<_> = found
        .iter()
        .map(|each| (each["client"].clone(), each["sentence"].as_str().unwrap()))
        .collect();
    let (app, shop) = (json!({ "app": "echo" }), json!({ "business": BUSINESS }));
    let expected = [
        (
            app,
            "Finder_GetUser used x-access-token: an older header: send `Authorization: Bearer …`",
        ),
        (shop.clone(), "getChats used $.orderIds: deprecated"),
        (shop, "getChats came with ?limt: unknown parameter"),
    ];
    assert_eq!(found, expected);
    peyk.stop().await;
}

#[tokio::test]
async fn calls_before_a_limit_ends_are_found() {
    let market = MarketLimits { hourly: Some(1), ..MarketLimits::of(Profile::Current) };
    let limits = peyk_model::LimitBook { market: Some(market), ..peyk_model::LimitBook::NONE };
    let peyk = Peyk::with(world(), Settings { limits, ..Settings::default() }).await;
    for _ in 0..4 {
        history(&peyk, ORDER_CHAT).await;
    }
    assert_eq!(broken(&peyk).await, [("ignores_limits".into(), 2)]);
    peyk.clock().advance(Duration::from_secs(3600));
    history(&peyk, ORDER_CHAT).await;
    assert_eq!(broken(&peyk).await, [("ignores_limits".into(), 2)]);
    peyk.stop().await;
}
