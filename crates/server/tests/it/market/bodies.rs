//! Bodies: kinds, sizes and shapes that every JSON operation judges alike.

use serde_json::json;

use super::{ask, ours, refused, strict};
use crate::harness::*;

/// Operations with a JSON body, and a body that each takes.
const OPERATIONS: [(&str, &str); 4] = [
    ("/chats", "{}"),
    ("/chats/history", "{}"),
    ("/chats/new", r#"{"orderId":90001}"#),
    ("/chats/message", r#"{"message":"Да"}"#),
];

fn to(rest: &str) -> String {
    format!("{rest}?chatId={ORDER_CHAT}")
}

#[tokio::test]
async fn json_is_taken_under_every_name_it_has_and_under_none() {
    let peyk = Peyk::start().await;
    for (rest, body) in OPERATIONS {
        for kind in ["application/json", "application/json;charset=UTF-8", "application/hal+json"] {
            let request = ours(&peyk, "POST", &to(rest)).header("Content-Type", kind).body(body);
            assert_eq!(ask(&peyk, request).await.0, 200, "{rest} {kind}");
        }
        let unsaid = ours(&peyk, "POST", &to(rest)).body(body);
        assert_eq!(ask(&peyk, unsaid).await.0, 200, "{rest}");
    }
}

#[tokio::test]
async fn json_may_begin_with_a_mark_of_utf_8() {
    let peyk = Peyk::start().await;
    for (rest, body) in OPERATIONS {
        let request = ours(&peyk, "POST", &to(rest)).body(format!("\u{feff}{body}"));
        assert_eq!(ask(&peyk, request).await.0, 200, "{rest}");
    }
}

#[tokio::test]
async fn other_kinds_of_bodies_are_refused() {
    let peyk = Peyk::start().await;
    for (rest, body) in OPERATIONS {
        for kind in ["text/plain", "application/xml", "application/x-www-form-urlencoded"] {
            let request = ours(&peyk, "POST", &to(rest)).header("Content-Type", kind).body(body);
            refused(&peyk, request, 415, &format!("Content type '{kind}' not supported")).await;
        }
        let request = ours(&peyk, "POST", &to(rest)).header("Content-Type", "json").body(body);
        refused(&peyk, request, 415, "Unknown content-type: 'json'").await;
    }
    let get = ours(&peyk, "GET", &to("/chat")).header("Content-Type", "text/plain");
    assert_eq!(ask(&peyk, get).await.0, 200);
}

#[tokio::test]
async fn broken_bodies_are_told_how_they_are_broken() {
    let peyk = Peyk::start().await;
    for (rest, _) in OPERATIONS {
        let with = |body: &'static str| ours(&peyk, "POST", &to(rest)).body(body);
        refused(&peyk, with("{"), 400, "Unexpected end of content").await;
        refused(&peyk, with("["), 400, "Unexpected end of content").await;
        refused(&peyk, with("[]"), 400, "JSON: expected an object, found a list").await;
        for body in ["]", "{} {}", "{'message': 1}", "\"text\"", "5"] {
            let (status, answer) = ask(&peyk, with(body)).await;
            let message = answer["errors"][0]["message"].as_str().unwrap();
            assert!(status == 400 && message.starts_with("JSON: "), "{body}: {answer}");
        }
    }
    let not_utf8 =
        ours(&peyk, "POST", &to("/chats/message")).body(b"{\"message\":\"\xff\"}".to_vec());
    assert_eq!(ask(&peyk, not_utf8).await.0, 400);
}

#[tokio::test]
async fn a_missing_body_is_an_empty_one_unless_the_site_is_strict() {
    let peyk = Peyk::start().await;
    for body in ["", " \n", "null", "{}"] {
        for rest in ["/chats", "/chats/history"] {
            let request = ours(&peyk, "POST", &to(rest)).body(body);
            assert_eq!(ask(&peyk, request).await.0, 200, "{rest} {body:?}");
        }
        let send = ours(&peyk, "POST", &to("/chats/message")).body(body);
        let text = "'message' must not be null (rejected value: null)";
        refused(&peyk, send, 400, text).await;
        let create = ours(&peyk, "POST", "/chats/new").body(body);
        let text = "'context' must not be null (rejected value: null)";
        refused(&peyk, create, 400, text).await;
    }
    let peyk = Peyk::with(world(), strict()).await;
    for (rest, _) in OPERATIONS {
        let request = ours(&peyk, "POST", &to(rest));
        refused(&peyk, request, 400, "Required request body is missing").await;
    }
}

#[tokio::test]
async fn the_largest_body_fits_and_one_byte_more_does_not() {
    let peyk = Peyk::start().await;
    let largest = 512 * 1024;
    for (rest, body) in OPERATIONS {
        let padded = format!("{body}{}", " ".repeat(largest - body.len()));
        let request = ours(&peyk, "POST", &to(rest)).body(padded.clone());
        assert_eq!(ask(&peyk, request).await.0, 200, "{rest}");
        let text = "The request is too big: Maximum allowed request size must be less than '512' \
                    KB, but passed '0.51' MB";
        refused(&peyk, ours(&peyk, "POST", &to(rest)).body(padded + " "), 400, text).await;
    }
    let text = "The request is too big: Maximum allowed request size must be less than '512' KB, \
                but passed '1.25' MB";
    let request = ours(&peyk, "POST", "/chats").body(" ".repeat(1280 * 1024));
    refused(&peyk, request, 400, text).await;
}

#[tokio::test]
async fn unknown_keys_and_parameters_do_no_harm() {
    let peyk = Peyk::start().await;
    let request = ours(&peyk, "POST", &format!("/chats/message?chatId={ORDER_CHAT}&debug=1"));
    let body = json!({ "message": "Да", "orderId": "none", "payload": [] });
    super::done(request.json(&body)).await;
}
