//! What is not there: methods and addresses that no operation has.

use peyk_wire::Method;
use serde_json::json;

use super::Call;
use crate::harness::{self, Peyk};

/// Every operation of this dialect that has a door, by its path and its method.
fn doors() -> impl Iterator<Item = (&'static str, Method)> {
    use peyk_wire::kenar as wire;
    [
        wire::bot_send_message::OPERATION,
        wire::bot_send_message_to_user::OPERATION,
        wire::conversation_send_message::OPERATION,
        wire::legacy_send_message::OPERATION,
        wire::generate_upload_token::OPERATION,
        wire::upload::OPERATION,
        wire::get_conversation::OPERATION,
        wire::get_user_id_by_phone::OPERATION,
        wire::assets::SCOPES_OPERATION,
        wire::assets::PERMISSIONS_OPERATION,
    ]
    .into_iter()
    .flat_map(|operation| operation.paths.iter().map(move |path| (*path, operation.method)))
}

#[tokio::test]
async fn a_wrong_method_is_refused_and_the_right_one_named() {
    let peyk = Peyk::start().await;
    for (path, right) in doors() {
        let path = path.replace(['{', '}'], "x");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if method == right.as_str() {
                continue;
            }
            let message = format!("method {method} is not allowed here");
            let call = Call::post(path.clone(), json!({})).method(method);
            call.is_refused(&peyk, 405, 12, &message).await;
            let answer = harness::send(peyk.request(method, &path)).await;
            let allowed = answer.headers["allow"].to_str().unwrap();
            assert!(allowed.contains(right.as_str()), "{allowed}");
        }
    }
    let users = Call::get("/v1/open-platform/users").method("DELETE");
    users.is_refused(&peyk, 405, 12, "method DELETE is not allowed here").await;
    peyk.stop().await;
}

#[tokio::test]
async fn at_nobodys_address_the_credentials_say_who_is_asked() {
    let peyk = Peyk::start().await;
    for (header, words) in [
        ("X-API-Key", r#"{"code":5,"message":"there is no such operation"}"#),
        (
            "Api-Key",
            r#"{"status":"ERROR","errors":[{"code":"NOT_FOUND","message":"Resource not found"}]}"#,
        ),
    ] {
        let answer = peyk.request("GET", "/api/chats").header(header, "any").send().await.unwrap();
        assert_eq!(answer.status(), 404);
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.text().await.unwrap(), words);
    }
}

#[tokio::test]
async fn an_unknown_address_is_refused_in_json() {
    let peyk = Peyk::start().await;
    for path in [
        "/v1/open-platform/nothing",
        "/v9/open-platform/conversations/x/messages",
        "/v1/open-platform/chat/bot/users/u/+=/messages",
        "/upload/image/more",
    ] {
        for call in [Call::get(path), Call::post(path, json!({}))] {
            call.is_refused(&peyk, 404, 5, "there is no such operation").await;
        }
    }
    peyk.stop().await;
}
