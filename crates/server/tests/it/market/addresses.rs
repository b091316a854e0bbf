//! Addresses: every alias, wrong methods, and what is nowhere.

use peyk_wire::market::OPERATIONS;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::{ask, last_message, ours, refused};
use crate::harness::*;

#[tokio::test]
async fn every_operation_answers_on_every_path_it_was_published_under() {
    let peyk = Peyk::start().await;
    for operation in OPERATIONS {
        for path in operation.paths {
            let message = last_message(&peyk, ORDER_CHAT).await["messageId"].clone();
            let path = path.replace("{businessId}", &BUSINESS.to_string());
            let path = format!("{path}?chatId={ORDER_CHAT}&messageId={message}");
            let mut request = peyk.request(operation.method.as_str(), &path);
            request = request.header("Api-Key", MARKET_KEY);
            request = match operation.name {
                "sendFileToChat" => {
                    request.multipart(Form::new().part("file", Part::bytes("счёт".as_bytes())))
                }
                "sendMessageToChat" => request.json(&json!({ "message": "Да" })),
                "createChat" => request.json(&json!({ "orderId": ORDER })),
                _ => request,
            };
            let (status, body) = ask(&peyk, request).await;
            assert_eq!(status, 200, "{} {path}: {body}", operation.name);
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_refused_before_anybody_asks_who_calls() {
    let peyk = Peyk::start().await;
    for (rest, right) in [
        ("/chats", "POST"),
        ("/chat", "GET"),
        ("/chats/history", "POST"),
        ("/chats/file/send", "POST"),
        ("/chats/new.json", "POST"),
    ] {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            if method == right {
                continue;
            }
            let text = format!("Request method '{method}' not supported");
            refused(&peyk, super::bare(&peyk, method, rest), 405, &text).await;
        }
    }
    let text = "Request method 'PUT' not supported";
    refused(&peyk, super::bare(&peyk, "PUT", "/chats/message"), 405, text).await;
    refused(&peyk, peyk.request("PUT", "/v2/auth/token"), 405, text).await;
}

#[tokio::test]
async fn an_address_that_nobody_has_is_not_found() {
    let peyk = Peyk::start().await;
    for path in [
        "/v2/businesses",
        "/v2/businesses/209888193",
        "/v2/businesses/209888193/chatz",
        "/v2/businesses/209888193/chats/",
        "/v3/businesses/209888193/chats",
        "/v2/businesses/209888193/chats.xml",
        "/v2/campaigns",
        "/auth/tokens",
    ] {
        refused(&peyk, peyk.request("POST", path), 404, "Resource not found").await;
    }
}

#[tokio::test]
async fn the_business_of_the_path_is_a_number_and_the_callers_own() {
    let peyk = Peyk::start().await;
    let at = |business: &str| {
        let path = format!("/v2/businesses/{business}/chats");
        peyk.request("POST", &path).header("Api-Key", MARKET_KEY)
    };
    refused(&peyk, at("shop"), 400, "Type mismatch: 'shop'").await;
    let text = "'businessId' must be greater than or equal to '1' (rejected value: '0')";
    refused(&peyk, at("0"), 400, text).await;
    refused(&peyk, at("1"), 403, "Access denied").await;
    refused(&peyk, at(&OTHER_BUSINESS.to_string()), 403, "Access denied").await;
}

#[tokio::test]
async fn the_business_header_repeats_the_path_or_is_refused() {
    let peyk = Peyk::start().await;
    let with = |value: &str| ours(&peyk, "POST", "/chats").header("X-Business-Id", value);
    assert_eq!(ask(&peyk, with(&BUSINESS.to_string())).await.0, 200);
    let text = format!(
        "URL businessId ('{BUSINESS}') does not match businessId in X-Business-Id header ('7')"
    );
    refused(&peyk, with("7"), 400, &text).await;
    for value in ["shop", "", "0", "-1", "1.5"] {
        let text = format!("Incorrect X-Business-Id header value: '{value}'");
        refused(&peyk, with(value), 400, &text).await;
    }
}

#[tokio::test]
async fn the_first_thing_wrong_is_the_one_that_is_named() {
    let peyk = Peyk::start().await;
    let wrong = |key: &str, business: i64, header: &str| {
        let path = format!("/v2/businesses/{business}/chats/message?chatId=x");
        let request = peyk.request("POST", &path).header("Api-Key", key);
        request.header("X-Business-Id", header).body("{")
    };
    let scopes = "Token does not have any of the scopes to access the API method: all-methods, \
                  communication";
    let own = BUSINESS.to_string();
    refused(&peyk, wrong("x", 1, "y"), 401, "Api-Key token prefix invalid").await;
    let text = "Incorrect X-Business-Id header value: 'y'";
    refused(&peyk, wrong(READ_ONLY_KEY, 1, "y"), 400, text).await;
    refused(&peyk, wrong(READ_ONLY_KEY, 1, "1"), 403, "Access denied").await;
    refused(&peyk, wrong(READ_ONLY_KEY, BUSINESS, &own), 403, scopes).await;
    refused(&peyk, wrong(MARKET_KEY, BUSINESS, &own), 400, "Type mismatch: 'x'").await;
    let request = ours(&peyk, "POST", "/chats/message?chatId=1").body("{");
    refused(&peyk, request, 400, "Unexpected end of content").await;
}
