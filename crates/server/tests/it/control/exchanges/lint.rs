//! What production would punish, found in what clients did.

use serde_json::{Value, json};

use super::{bot_writes, get, history};
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
