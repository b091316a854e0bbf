//! `POST /v2/auth/token`.

use serde_json::json;

use super::{ask, refused};
use crate::harness::*;

#[tokio::test]
async fn a_key_is_told_its_name_and_scopes() {
    let peyk = Peyk::start().await;
    for (key, scope) in [(MARKET_KEY, "COMMUNICATION"), (READ_ONLY_KEY, "ALL_METHODS_READ_ONLY")] {
        let request = peyk.request("POST", "/v2/auth/token").header("Api-Key", key);
        let result = json!({ "apiKey": { "name": "key", "authScopes": [scope] } });
        assert_eq!(ask(&peyk, request).await, (200, json!({ "status": "OK", "result": result })));
    }
}

#[tokio::test]
async fn only_keys_may_ask() {
    let peyk = Peyk::start().await;
    let request = || peyk.request("POST", "/v2/auth/token");
    refused(&peyk, request(), 401, "Credentials are not specified").await;
    let token = request().header("Authorization", "Bearer y0_demo");
    refused(&peyk, token, 401, "Api-Key token is not specified").await;
    let revoked = request().header("Api-Key", REVOKED_MARKET_KEY);
    refused(&peyk, revoked, 401, "Api-Key token is revoked").await;
}
