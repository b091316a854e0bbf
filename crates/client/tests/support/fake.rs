// A marketplace in the small, for the examples of the documentation: it answers every operation with the same few words.
// It is included by each example, so it needs nothing but the standard library.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use peyk_client::kenar::{KenarUser, OAuth};
use peyk_client::market::Credential;
use peyk_client::{Kenar, Market, Result};

/// Runs an example with clients of a marketplace of its own.
pub fn run<E>(example: E)
where
    E: AsyncFnOnce(Kenar, Market, KenarUser) -> Result<()>,
{
    let url = url();
    let kenar = Kenar::builder("key").peyk(&*url).build().unwrap();
    let market = Market::builder(209888193, Credential::api_key("key")).peyk(&*url);
    let (market, user) = (market.build().unwrap(), kenar.as_user("ory_at_demo"));
    block_on(example(kenar, market, user));
}

/// Runs an example with the OAuth of a marketplace of its own.
pub fn run_oauth<E: AsyncFnOnce(OAuth) -> Result<()>>(example: E) {
    let oauth = OAuth::builder("echo", "echo-secret", "http://127.0.0.1:3000/callback");
    block_on(example(oauth.peyk(url()).build().unwrap()));
}

/// Runs an example with the address of a marketplace of its own.
pub fn run_at<E: AsyncFnOnce(&str) -> Result<()>>(example: E) {
    let url = url();
    block_on(example(&url));
}

fn block_on(example: impl Future<Output = Result<()>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(example).unwrap();
}

fn url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let own = url.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, own) = (stream.unwrap(), own.clone());
            std::thread::spawn(move || answer(stream, &own));
        }
    });
    url
}

fn answer(stream: TcpStream, own: &str) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).unwrap();
    let path = first.split_whitespace().nth(1).unwrap_or("/");
    let (kind, body) = if path.contains("/feed") {
        ("text/event-stream", feed())
    } else {
        ("application/json", words(first.starts_with("GET"), path, own))
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}", body.len());
    // Whoever has seen enough may have left.
    let _ = write!(reader.into_inner(), "{head}\r\nconnection: close\r\n\r\n{body}");
}

const CONVERSATION: &str = r#"{"id":"edbb9499-cccc-4d35-b21f-621fa95f2b3e","type":"POST","post_token":"gZd7omnS"}"#;

fn kenar_message() -> String {
    format!(
        r#"{{"id":"m1","conversation":{CONVERSATION},"type":"TEXT","text":"سلام",
            "sender":{{"type":"HUMAN","side":"BUYER"}},"sent_at":"2026-11-20T12:00:00.000000Z"}}"#
    )
}

fn feed() -> String {
    let body = format!(r#"{{"type":"NEW_CHATBOT_MESSAGE","new_chatbot_message":{}}}"#, kenar_message());
    let body = body.replace('\n', " ").replace('"', "\\\"");
    format!("id: 1\n\ndata: {{\"cursor\":\"2\",\"delivery\":\"evt_1\",\"body\":\"{body}\"}}\n\n")
}

fn words(is_get: bool, path: &str, own: &str) -> String {
    let chat = r#"{"chatId":5001,"orderId":90001,"context":{"type":"ORDER","orderId":90001,"campaignId":4001,
        "customer":{"name":"Иван","publicId":"ivan"}},"type":"CHAT","status":"WAITING_FOR_PARTNER",
        "createdAt":"2026-11-20T15:00:00+03:00","updatedAt":"2026-11-20T15:00:00+03:00"}"#;
    let message = format!(
        r#"{{"messageId":7,"createdAt":"2026-11-20T15:00:00+03:00","sender":"CUSTOMER","message":"Где заказ?",
            "payload":[{{"name":"a.txt","url":"{own}/files/a.txt","size":3}}]}}"#
    );
    let ok = |result: &str| format!(r#"{{"status":"OK","result":{result}}}"#);
    let path = path.split('?').next().unwrap_or(path);
    let name = path.trim_end_matches(".json").rsplit('/').next().unwrap_or_default();
    let is_market = path.contains("/businesses/");
    match name {
        "chat" if is_market => ok(chat),
        "chats" if is_market => ok(&format!(r#"{{"chats":[{chat}],"paging":{{}}}}"#)),
        "history" => ok(&format!(r#"{{"context":null,"messages":[{message}],"paging":{{}}}}"#)),
        "message" if is_get => ok(&message),
        "message" | "send" if is_market => r#"{"status":"OK"}"#.into(),
        "new" => ok(r#"{"chatId":5001}"#),
        "token" if path.ends_with("/auth/token") => {
            ok(r#"{"apiKey":{"name":"key","authScopes":["communication"]}}"#)
        }
        "token" => r#"{"access_token":"ory_at_new","expires_in":3600,"scope":"USER_ID offline_access",
            "token_type":"bearer","refresh_token":"ory_rt_new"}"#
            .into(),
        "introspect" => r#"{"active":true,"scope":"USER_ID","client_id":"echo"}"#.into(),
        "a.txt" => "abc".into(),
        "messages" if path.starts_with("/v2/open-platform/conversations/") => {
            r#"{"status":200,"message":"OK"}"#.into()
        }
        "conversation" => r#"{"status":200,"message":"OK"}"#.into(),
        "messages" => r#"{"conversation_id":"edbb9499-cccc-4d35-b21f-621fa95f2b3e"}"#.into(),
        "upload" => r#"{"token":"upload-token"}"#.into(),
        "image" | "file" | "voice" | "video" => r#"{"id":"media-1","status":"DONE"}"#.into(),
        "users" => r#"{"user_id":"u1","phone_number":"+989120000001","phone_numbers":[]}"#.into(),
        "get-user-id-by-phone" => r#"{"user_id":"u1"}"#.into(),
        "oauth-scope" => r#"{"scopes":[{"slug":"USER_ID"}]}"#.into(),
        "permission" => r#"{"permissions":[{"slug":"USER_RETRIEVE"}]}"#.into(),
        "webhooks" => r#"{"items":[{"id":1}]}"#.into(),
        _ if path.contains("/chat/conversations/") => {
            format!(r#"{{"conversation":{CONVERSATION},"messages":[{}]}}"#, kenar_message())
        }
        _ => "{}".into(),
    }
}
