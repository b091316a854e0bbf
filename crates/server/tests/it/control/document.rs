//! The OpenAPI document and the status.

use std::collections::BTreeSet;

use serde_json::json;

use super::{document, get};
use crate::harness::{self, Peyk};

#[tokio::test]
async fn every_route_is_in_the_document_and_nothing_else() {
    let document = document();
    let described: BTreeSet<_> =
        document.document()["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(described, peyk_server::control::paths().into_iter().collect());

    let peyk = Peyk::start().await;
    for path in &described {
        let real = path.replace("{handle}", "sara").replace(['{', '}'], "");
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let is_described =
                document.document()["paths"][path].get(method.to_lowercase()).is_some();
            let status = harness::send(peyk.request(method, &real)).await.status;
            assert_eq!(status != 405, is_described, "{method} {path}: {status}");
        }
    }
    peyk.stop().await;
}

#[tokio::test]
async fn the_document_is_given_out() {
    let peyk = Peyk::start().await;
    let answer = harness::send(peyk.request("GET", "/control/v1/openapi.json")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(&answer.json(), document().document());
    peyk.stop().await;
}

#[tokio::test]
async fn the_status_tells_version_schema_addresses_and_time() {
    let peyk = Peyk::start().await;
    let status = get(&peyk, "/status").await;
    let expected = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "schema": peyk_store::latest_schema(),
        "dialects": { "kenar": peyk.url, "market": peyk.url },
        "time": "2026-11-20T12:00:00.000000Z",
    });
    assert_eq!(status, expected);
    peyk.stop().await;
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_refused_in_its_own_words() {
    let peyk = Peyk::start().await;
    for (method, path, status, code) in [
        ("GET", "/control/v1/nothing", 404, "unknown_path"),
        ("GET", "/control/v2/people", 404, "unknown_path"),
        ("DELETE", "/control/v1/people", 405, "method_not_allowed"),
    ] {
        let answer = harness::send(peyk.request(method, path)).await;
        let found = (answer.status, answer.json()["error"]["code"].clone());
        assert_eq!(found, (status, json!(code)), "{method} {path}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_server_is_ready_when_its_database_answers() {
    let peyk = Peyk::start().await;
    let answer = harness::send(peyk.request("GET", "/readyz")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ready"));
    let store = peyk.running().site().engine.store().clone();
    tokio::task::spawn_blocking(move || store.close()).await.unwrap();
    let answer = harness::send(peyk.request("GET", "/readyz")).await;
    assert_eq!((answer.status, answer.body.as_str()), (503, "the database does not answer"));
    let answer = harness::send(peyk.request("GET", "/healthz")).await;
    assert_eq!(answer.status, 200);
    peyk.stop().await;
}
