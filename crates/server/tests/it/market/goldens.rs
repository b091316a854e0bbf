//! Conversations with the server as files: requests and answers in the vendor's own shape, written
//! by hand.

use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::{SPEC, ask, bare, ours};
use crate::harness::*;

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("golden/", $name, ".json"))
    };
}

/// One call: method, address, what is sent, the status and what comes back.
type Call = (&'static str, &'static str, Option<&'static str>, u16, &'static str);

const CALLS: [Call; 9] = [
    (
        "POST",
        "/chats?limit=20",
        Some(golden!("get_chats_request")),
        200,
        golden!("get_chats_response"),
    ),
    ("GET", "/chat?chatId=5001", None, 200, golden!("get_chat_response")),
    (
        "POST",
        "/chats/new",
        Some(golden!("create_chat_request")),
        200,
        golden!("create_chat_response"),
    ),
    (
        "POST",
        "/chats/new",
        Some(golden!("create_chat_old_request")),
        200,
        golden!("create_chat_old_response"),
    ),
    (
        "POST",
        "/chats/message?chatId=5001",
        Some(golden!("send_message_request")),
        200,
        golden!("empty_response"),
    ),
    ("POST", "/chats/file/send?chatId=5001", None, 200, golden!("empty_response")),
    (
        "POST",
        "/chats/history?chatId=5001",
        Some(golden!("get_chat_history_request")),
        200,
        golden!("get_chat_history_response"),
    ),
    (
        "GET",
        "/chats/message?chatId=5001&messageId=1795176300000000",
        None,
        200,
        golden!("get_chat_message_response"),
    ),
    ("GET", "/chat?chatId=5003", None, 404, golden!("not_found_response")),
];

#[tokio::test]
async fn a_conversation_with_the_server_is_as_written() {
    let peyk = Peyk::start().await;
    for (method, rest, sent, status, expected) in CALLS {
        // A minute passes before each call, and ids follow the clock.
        peyk.clock().advance(std::time::Duration::from_secs(60));
        let mut request = ours(&peyk, method, rest);
        if let Some(body) = sent {
            let path = format!("/v2/businesses/{BUSINESS}{}", rest.split('?').next().unwrap());
            let body_json: Value = serde_json::from_str(body).unwrap();
            SPEC.check_request(&path, method, &body_json).unwrap();
            request = request.header("Content-Type", "application/json").body(body);
        } else if rest.starts_with("/chats/file/send") {
            let receipt = Part::bytes(b"%PDF-1.4 receipt".as_slice()).file_name("чек.pdf");
            request = request.multipart(Form::new().part("file", receipt));
        }
        let (found, mut body) = ask(&peyk, request).await;
        hide_address(&peyk, &mut body);
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!((found, body), (status, expected), "{method} {rest}");
    }
}

#[tokio::test]
async fn errors_are_as_written() {
    let peyk = Peyk::start().await;
    let wrong_key = format!("{}0", &MARKET_KEY[..MARKET_KEY.len() - 1]);
    let request = bare(&peyk, "POST", "/chats").header("Api-Key", wrong_key);
    let expected: Value = serde_json::from_str(golden!("unauthorized_response")).unwrap();
    assert_eq!(ask(&peyk, request).await, (401, expected));
}

#[tokio::test]
async fn the_description_of_a_key_is_as_written() {
    let peyk = Peyk::start().await;
    let request = peyk.request("POST", "/v2/auth/token").header("Api-Key", MARKET_KEY);
    let expected: Value = serde_json::from_str(golden!("auth_token_response")).unwrap();
    assert_eq!(ask(&peyk, request).await, (200, expected));
}

/// The port and the unguessable word in a file's address differ from run to run.
fn hide_address(peyk: &Peyk, body: &mut Value) {
    let messages = body.pointer_mut("/result/messages").and_then(Value::as_array_mut);
    for message in messages.into_iter().flatten() {
        let Some(url) = message.pointer_mut("/payload/0/url") else { continue };
        let text = url.as_str().unwrap();
        let (link, name) =
            text.strip_prefix(&format!("{}/media/", peyk.url)).unwrap().split_once('/').unwrap();
        assert!(link.len() >= 16);
        *url = format!("https://example.com/media/link/{name}").into();
    }
}
