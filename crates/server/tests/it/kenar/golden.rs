//! Goldens: requests as real clients write them and answers as they read them, written by hand.

use serde_json::Value;

use super::{Call, IVAN_PHONE, last, user_id};
use crate::harness::{APP_KEY, BOT_CHAT, IVAN_TOKEN, POST_CHAT, Peyk, SARA_TOKEN};

/// Sends a golden request and compares the whole answer.
async fn check(peyk: &Peyk, call: Call, request: &str, response: &str) {
    let response: Value = serde_json::from_str(response).unwrap();
    call.raw(request).gives(peyk, response).await;
}

fn bot() -> Call {
    let path = format!("/experimental/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    Call::post(path, Value::Null)
}

const BOT_RESPONSE: &str = include_str!("golden/bot_response.json");

#[tokio::test]
async fn bots_of_all_libraries_are_answered() {
    let peyk = Peyk::start().await;
    for request in [
        include_str!("golden/bot_guide_request.json"),
        include_str!("golden/bot_pypi_kenar_request.json"),
        include_str!("golden/bot_kenarbot_request.json"),
        include_str!("golden/bot_kenarbot_empty_keyboard_request.json"),
        include_str!("golden/bot_kenar_xo_request.json"),
    ] {
        check(&peyk, bot(), request, BOT_RESPONSE).await;
    }
    let grid = last(&peyk, BOT_CHAT).await.buttons.buyer;
    assert_eq!(grid.rows().len(), 3);
    peyk.stop().await;
}

#[tokio::test]
async fn the_python_library_writes_to_a_user_without_a_token() {
    let peyk = Peyk::start().await;
    let ivan = user_id(&peyk, APP_KEY, IVAN_PHONE).await;
    let path = format!("/experimental/open-platform/chat/bot/users/{ivan}/messages");
    let request = include_str!("golden/bot_pypi_kenar_request.json");
    check(&peyk, bot().path(path), request, BOT_RESPONSE).await;
    peyk.stop().await;
}

#[tokio::test]
async fn apps_that_write_for_people_are_answered() {
    let peyk = Peyk::start().await;
    let path = format!("/v2/open-platform/conversations/{POST_CHAT}/messages");
    let call = Call::post(path, Value::Null);
    let response = include_str!("golden/conversation_response.json");
    let new = include_str!("golden/conversation_request.json");
    check(&peyk, call.clone().token(SARA_TOKEN), new, response).await;
    let old = include_str!("golden/conversation_pypi_kenar_request.json");
    check(&peyk, call.header("x-access-token", IVAN_TOKEN), old, response).await;
    peyk.stop().await;
}
