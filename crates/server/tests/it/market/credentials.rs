//! Credentials: each form that works, and each way not to.

use reqwest::RequestBuilder;
use serde_json::json;

use super::{ask, bare, ours, refused};
use crate::harness::*;

fn list(peyk: &Peyk) -> RequestBuilder {
    bare(peyk, "POST", "/chats")
}

#[tokio::test]
async fn every_documented_form_is_accepted() {
    let peyk = Peyk::start().await;
    for authorization in [
        "Bearer y0_demo",
        "bearer  y0_demo",
        r#"OAuth oauth_token="y0_demo", oauth_client_id="b12320932d4e401ab6e1ba43d553d433""#,
        r#"OAuth oauth_token="y0_demo",oauth_client_id="b""#,
        "OAuth oauth_token=y0_demo, oauth_client_id=b",
        r#"OAuth oauth_client_id = "b" , oauth_token = "y0_demo""#,
        "OAuth y0_demo",
    ] {
        let request = list(&peyk).header("Authorization", authorization);
        assert_eq!(ask(&peyk, request).await.0, 200, "{authorization}");
    }
    assert_eq!(ask(&peyk, list(&peyk).header("Api-Key", MARKET_KEY)).await.0, 200);
    assert_eq!(ask(&peyk, list(&peyk).header("api-key", MARKET_KEY)).await.0, 200);
}

#[tokio::test]
async fn a_key_wins_over_a_token() {
    let peyk = Peyk::start().await;
    let both = |key: &str, token: &str| {
        list(&peyk).header("Api-Key", key).header("Authorization", format!("Bearer {token}"))
    };
    assert_eq!(ask(&peyk, both(MARKET_KEY, "y0_wrong")).await.0, 200);
    refused(&peyk, both("", MARKET_TOKEN), 401, "Api-Key token is not specified").await;
}

#[tokio::test]
async fn each_wrong_key_is_told_what_is_wrong() {
    let peyk = Peyk::start().await;
    let body = "a".repeat(40);
    for (key, text) in [
        (String::new(), "Api-Key token is not specified"),
        (format!("Bearer {MARKET_KEY}"), "Api-Key token prefix invalid"),
        (format!("acma:{body}:0123abcd"), "Api-Key token prefix invalid"),
        ("ACMA:".into(), "Api-Key token length invalid"),
        (format!("ACMA:{body}:0123abcde"), "Api-Key token length invalid"),
        (format!("ACMA:{body}:0123abc"), "Api-Key token length invalid"),
        (format!("ACMA:{body}:0123abcz"), "Api-Key token format invalid"),
        (format!("ACMA:{body}a:123abcd"), "Api-Key token format invalid"),
        (format!("ACMA:{}-:0123abcd", &body[1..]), "Api-Key token format invalid"),
        (format!("ACMA:{body}:0123abce"), "Api-Key token is invalid"),
        (REVOKED_MARKET_KEY.into(), "Api-Key token is revoked"),
    ] {
        refused(&peyk, list(&peyk).header("Api-Key", &key), 401, text).await;
    }
}

#[tokio::test]
async fn each_wrong_authorization_is_told_what_is_wrong() {
    let peyk = Peyk::start().await;
    refused(&peyk, list(&peyk), 401, "Credentials are not specified").await;
    let syntax = "Authorization header has invalid syntax";
    let unsupported = "Unsupported authorization type specified in Authorization header";
    for (authorization, text) in [
        ("", syntax),
        ("y0_demo", syntax),
        ("Bearer", "OAuth token is not specified"),
        ("Bearer y0 demo", syntax),
        ("Basic eW91OmFuZG1l", unsupported),
        ("OAuth", "OAuth credentials are not specified"),
        (r#"OAuth oauth_client_id="b""#, "OAuth token is not specified"),
        (r#"OAuth oauth_token="", oauth_client_id="b""#, "OAuth token is not specified"),
        (r#"OAuth oauth_token="y0_demo""#, "OAuth client id is not specified"),
        (r#"OAuth oauth_token="y0_demo", oauth_client_id="#, "OAuth client id is not specified"),
        (r#"OAuth oauth_token="y0_demo, oauth_client_id="b""#, syntax),
        ("OAuth oauth_token y0_demo", syntax),
    ] {
        refused(&peyk, list(&peyk).header("Authorization", authorization), 401, text).await;
    }
    let wrong = list(&peyk).header("Authorization", "Bearer y0_wrong");
    refused(&peyk, wrong, 403, "OAuth token is invalid").await;
}

#[tokio::test]
async fn keys_and_tokens_are_not_exchangeable() {
    let peyk = Peyk::start().await;
    let key_as_token = list(&peyk).header("Authorization", format!("Bearer {MARKET_KEY}"));
    refused(&peyk, key_as_token, 403, "OAuth token is invalid").await;
    let app_key = list(&peyk).header("Authorization", format!("Bearer {APP_KEY}"));
    refused(&peyk, app_key, 403, "OAuth token is invalid").await;
}

#[tokio::test]
async fn a_revoked_token_is_invalid() {
    let mut world = world();
    world.businesses[0].oauth_tokens[0].revoked = true;
    let peyk = Peyk::with(world, Default::default()).await;
    let request = list(&peyk).header("Authorization", "Bearer y0_demo");
    refused(&peyk, request, 403, "OAuth token is invalid").await;
}

#[tokio::test]
async fn a_reading_key_reads_and_does_not_write() {
    let peyk = Peyk::start().await;
    let with = |method: &str, rest: &str| {
        bare(&peyk, method, &format!("{rest}?chatId={ORDER_CHAT}")).header("Api-Key", READ_ONLY_KEY)
    };
    for (method, rest) in [("POST", "/chats"), ("GET", "/chat"), ("POST", "/chats/history")] {
        assert_eq!(ask(&peyk, with(method, rest)).await.0, 200, "{rest}");
    }
    let text = "'messageId' must be greater than or equal to '1' (rejected value: '0')";
    let message = with("GET", "/chats/message").query(&[("messageId", "0")]);
    refused(&peyk, message, 400, text).await;
    let text = "Token does not have any of the scopes to access the API method: all-methods, \
                communication";
    for rest in ["/chats/new", "/chats/message", "/chats/file/send"] {
        let request = with("POST", rest).json(&json!({ "message": "Да", "orderId": ORDER }));
        refused(&peyk, request, 403, text).await;
    }
}

#[tokio::test]
async fn a_token_may_do_everything() {
    let peyk = Peyk::start().await;
    let request = bare(&peyk, "POST", &format!("/chats/message?chatId={ORDER_CHAT}"));
    let request = request.header("Authorization", "Bearer y0_demo");
    super::done(request.json(&json!({ "message": "Да" }))).await;
}

#[tokio::test]
async fn refused_callers_see_the_answer_even_after_a_large_body() {
    let peyk = Peyk::start().await;
    let large = "x".repeat(5 * 1024 * 1024);
    let request = bare(&peyk, "POST", "/chats/file/send?chatId=1").body(large);
    refused(&peyk, request, 401, "Credentials are not specified").await;
    let request = ours(&peyk, "POST", "/chats/message?chatId=1");
    assert_eq!(ask(&peyk, request.body("")).await.0, 400);
}
