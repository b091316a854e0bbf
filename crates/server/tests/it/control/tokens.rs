//! The OAuth tokens of businesses, which are no keys.

use serde_json::json;

use super::{delete, get, post, refused};
use crate::harness::{BUSINESS, MARKET_TOKEN, ORDER_CHAT, OTHER_BUSINESS, Peyk, send};

async fn works(peyk: &Peyk, token: &str) -> bool {
    let path = format!("/v2/businesses/{BUSINESS}/chat?chatId={ORDER_CHAT}");
    send(peyk.request("GET", &path).bearer_auth(token)).await.status == 200
}

#[tokio::test]
async fn a_token_is_no_key_and_the_refusal_says_where_it_is_looked_after() {
    let peyk = Peyk::start().await;
    let tokens = format!("/businesses/{BUSINESS}/tokens");
    let listed = get(&peyk, &tokens).await;
    let id = listed["items"][0]["id"].clone();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let message = format!(
        "{id} is an OAuth token of business {BUSINESS}, not a key; see /control/v1{tokens}/{id}"
    );
    let expected = (409, "token_is_no_key".to_owned(), message);
    for (method, path, body) in [
        ("POST", format!("/keys/{id}/rotate"), Some(json!({}))),
        ("PATCH", format!("/keys/{id}"), Some(json!({ "name": "a key" }))),
        ("DELETE", format!("/keys/{id}"), None),
    ] {
        assert_eq!(refused(&peyk, method, &path, body).await, expected, "{method} {path}");
    }
    assert_eq!(get(&peyk, &tokens).await, listed);
    assert!(works(&peyk, MARKET_TOKEN).await);
    peyk.stop().await;
}

#[tokio::test]
async fn a_token_is_replaced_ended_and_taken_back_at_its_own_address() {
    let peyk = Peyk::start().await;
    let tokens = format!("/businesses/{BUSINESS}/tokens");
    let id = get(&peyk, &tokens).await["items"][0]["id"].clone();
    let made = post(&peyk, &format!("{tokens}/{id}/rotate"), json!({})).await;
    let secret = made["secret"].as_str().unwrap();
    assert!(works(&peyk, secret).await && !works(&peyk, MARKET_TOKEN).await);
    let fresh = format!("{tokens}/{}", made["id"]);
    let ended = post(&peyk, &format!("{fresh}/expire"), json!({})).await;
    assert_eq!(ended["is_live"], false);
    assert!(!works(&peyk, secret).await);
    assert!(delete(&peyk, &fresh).await["revoked_at"].is_string());
    let foreign = format!("/businesses/{OTHER_BUSINESS}/tokens/{id}");
    assert_eq!(refused(&peyk, "DELETE", &foreign, None).await.0, 404);
    peyk.stop().await;
}
