//! `POST /experimental/open-platform/chat/upload`.

use serde_json::json;

use super::{Call, needs_a_key};
use crate::harness::Peyk;

fn call() -> Call {
    Call::post("/experimental/open-platform/chat/upload", json!({}))
}

#[tokio::test]
async fn an_app_gets_an_upload_token_whether_or_not_it_says_anything() {
    let peyk = Peyk::start().await;
    let nothing = call().raw("").without("content-type");
    // PHP writes an empty object as an empty list.
    for call in [
        call(),
        nothing,
        call().raw("[ ]"),
        call().raw("null"),
        call().raw("\u{feff}{}"),
        call().json(json!({ "unknown": null })),
        call().token("any"),
    ] {
        let (status, body) = call.send(&peyk).await;
        assert_eq!(status, 200);
        let token = body["token"].as_str().unwrap();
        assert!(token.len() > 20 && token.bytes().all(|byte| byte.is_ascii_graphic()), "{token}");
        assert_eq!(body.as_object().unwrap().len(), 1);
    }
    peyk.stop().await;
}

#[tokio::test]
async fn an_upload_token_needs_a_key_with_the_permission() {
    let peyk = Peyk::start().await;
    needs_a_key(&call(), &peyk, "CHAT_UPLOAD_MEDIA").await;
    let list = "invalid type: list, expected an object";
    call().raw("[1]").is_refused(&peyk, 400, 3, list).await;
    peyk.stop().await;
}
