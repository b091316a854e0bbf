//! What went over the wire, as somebody sees it afterwards.

mod copied;
mod explained;
mod feed;
mod lint;
mod secrets;

use axum::response::IntoResponse;
use http::StatusCode;
use peyk_server::Settings;
use peyk_server::exchanges::Bounds;
use serde_json::{Value, json};

use super::{call, delete, get, refused, until};
use crate::events::{Receiver, number, says, start};
use crate::harness::{
    self, APP_KEY, Answer, BOT_CHAT, BUSINESS, MARKET_KEY, ORDER_CHAT, POST_CHAT, Peyk, SARA_TOKEN,
    world,
};

/// The shop reads the history of a chat.
async fn history(peyk: &Peyk, chat: i64) -> Answer {
    let path = format!("/v2/businesses/{BUSINESS}/chats/history?chatId={chat}");
    let request = peyk.request("POST", &path).header("api-key", MARKET_KEY);
    harness::send(request.header("content-type", "application/json").body("{}")).await
}

/// The bot of the app writes.
async fn bot_writes(peyk: &Peyk, key: &str, text: &str) -> Answer {
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    let request = peyk.request("POST", &path).header("x-api-key", key);
    harness::send(request.json(&json!({ "text_message": text }))).await
}

async fn items(peyk: &Peyk, query: &str) -> Vec<Value> {
    get(peyk, &format!("/exchanges{query}")).await["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_exchange_is_shown_with_all_that_was_said() {
    let peyk = Peyk::start().await;
    let answer = bot_writes(&peyk, APP_KEY, "سلام").await;
    let listed = items(&peyk, "").await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    let url = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    let expected = json!({
        "id": 1,
        "cursor": listed[0]["cursor"],
        "started_at": "2026-11-20T12:00:00.000000Z",
        "began_us": listed[0]["began_us"],
        "duration_us": listed[0]["duration_us"],
        "direction": "in",
        "dialect": "kenar",
        "operation": "ChatAPI_ChatBotSendMessage",
        "app": "echo",
        "conversation": BOT_CHAT,
        "method": "POST",
        "url": url,
        "status": 200,
        "request_id": answer.headers["x-request-id"].to_str().unwrap(),
        "excerpt": "{\"text_message\":\"سلام\"}",
    });
    assert_eq!(listed[0], expected);
    let shown = get(&peyk, "/exchanges/1").await;
    let headers = shown["request"]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["x-api-key", "•••"])), "{headers:?}");
    assert!(headers.contains(&json!(["content-type", "application/json"])), "{headers:?}");
    assert_eq!(
        shown["request"]["body"],
        json!({ "text": "{\"text_message\":\"سلام\"}", "size_bytes": 27, "is_whole": true })
    );
    assert_eq!(shown["answer"]["body"]["text"], answer.body);
    peyk.stop().await;
}

#[tokio::test]
async fn letters_that_go_out_are_shown_with_their_delivery_and_answer() {
    let receiver = Receiver::start(|_| (StatusCode::ACCEPTED, "thanks").into_response()).await;
    let peyk = start(Some(format!("{}/webhook?key=1", receiver.url)), None).await;
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "hi").await;
    let heard = receiver.next().await;
    let page = until(&peyk, "/exchanges?direction=out", |page| page["items"][0].is_object()).await;
    let letter = &page["items"][0];
    assert_eq!(letter["delivery"], heard.headers["webhook-id"].to_str().unwrap());
    for (name, expected) in [
        ("dialect", json!("kenar")),
        ("operation", json!("event")),
        ("event", json!("NEW_CHATBOT_MESSAGE")),
        ("attempt", json!(1)),
        ("app", json!("echo")),
        ("conversation", json!(chat.0.to_string())),
        ("method", json!("POST")),
        ("url", json!(format!("{}/webhook?key=1", receiver.url))),
        ("status", json!(202)),
    ] {
        assert_eq!(letter[name], expected, "{name}");
    }
    let shown = get(&peyk, &format!("/exchanges/{}", letter["id"])).await;
    assert_eq!(shown["request"]["body"]["text"], heard.body);
    assert_eq!(shown["answer"]["body"]["text"], "thanks");
    peyk.stop().await;
}

#[tokio::test]
async fn a_shop_that_does_not_know_its_address_is_told_how_the_vendor_writes_it() {
    let receiver = Receiver::start(|_| StatusCode::NOT_FOUND.into_response()).await;
    for (path, is_told) in [("/webhook", true), ("/webhook/notification", false)] {
        let peyk = start(None, Some(format!("{}{path}", receiver.url))).await;
        let out = "/exchanges?direction=out&status=404";
        let page = until(&peyk, out, |page| page["items"][0].is_object()).await;
        let told = page["items"][0]["explanation"].as_str().unwrap();
        assert!(told.starts_with("the receiver answered 404"), "{told}");
        assert_eq!(told.contains("notification_path"), is_told, "{told}");
        peyk.stop().await;
    }
}

#[tokio::test]
async fn a_letter_that_nobody_takes_says_why() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/webhook", free.local_addr().unwrap());
    drop(free);
    let peyk = start(Some(url), None).await;
    says(&peyk, "ivan", number(&peyk, BOT_CHAT).await, "hi").await;
    let page = until(&peyk, "/exchanges?status=none", |page| page["items"][0].is_object()).await;
    let failure = page["items"][0]["failure"].as_str().unwrap();
    assert!(failure.starts_with("connection refused"), "{failure}");
    peyk.stop().await;
}

#[tokio::test]
async fn exchanges_are_found_by_all_that_is_known_of_them() {
    let peyk = Peyk::start().await;
    bot_writes(&peyk, APP_KEY, "Needle in the hay").await;
    bot_writes(&peyk, "nobody's key", "hi").await;
    history(&peyk, ORDER_CHAT).await;
    history(&peyk, 404).await;
    let path = format!("/v2/open-platform/conversations/{POST_CHAT}/messages");
    let request = peyk.request("POST", &path).header("x-api-key", APP_KEY);
    let request = request.bearer_auth(SARA_TOKEN).json(&json!({ "message": "hi" }));
    assert_eq!(harness::send(request).await.status, 200);
    harness::send(peyk.request("GET", "/healthz")).await;
    harness::send(peyk.request("GET", "/control/v1/people")).await;
    harness::send(peyk.request("GET", "/v1/chat/send")).await;
    let number = number(&peyk, POST_CHAT).await.0;
    for (query, expected) in [
        ("", vec![8, 5, 4, 3, 2, 1]),
        ("?direction=in", vec![8, 5, 4, 3, 2, 1]),
        ("?direction=out", vec![]),
        ("?dialect=market", vec![4, 3]),
        ("?dialect=kenar,market", vec![5, 4, 3, 2, 1]),
        ("?dialect=other", vec![6]),
        ("?dialect=control", vec![7]),
        ("?dialect=nowhere", vec![8]),
        ("?dialect=all&status=2xx", vec![7, 6, 5, 3, 1]),
        ("?operation=getChatHistory", vec![4, 3]),
        ("?app=echo", vec![5, 1]),
        (&format!("?business={BUSINESS}"), vec![4, 3]),
        ("?person=sara", vec![5]),
        (&format!("?conversation={POST_CHAT}"), vec![5]),
        (&format!("?conversation={number}"), vec![5]),
        (&format!("?conversation={ORDER_CHAT}"), vec![3]),
        ("?status=404", vec![8, 4]),
        ("?status=401,404", vec![8, 4, 2]),
        ("?status=4xx", vec![8, 4, 2]),
        ("?q=nEEDLE", vec![1]),
        ("?since=2026-11-20T12:00:00Z", vec![8, 5, 4, 3, 2, 1]),
        ("?since=2026-11-20T12:00:01Z", vec![]),
    ] {
        let found: Vec<_> =
            items(&peyk, query).await.iter().map(|item| item["id"].as_i64().unwrap()).collect();
        assert_eq!(found, expected, "{query}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn pages_follow_each_other_from_the_newest() {
    let peyk = Peyk::start().await;
    for _ in 0..5 {
        history(&peyk, ORDER_CHAT).await;
    }
    let mut found = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = get(&peyk, &format!("/exchanges{query}")).await;
        found.extend(page["items"].as_array().unwrap().iter().map(|each| each["id"].clone()));
        // What happens meanwhile moves nothing.
        history(&peyk, ORDER_CHAT).await;
        let Some(next) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!(found, [5, 4, 3, 2, 1]);
    peyk.stop().await;
}

#[tokio::test]
async fn the_record_is_bounded_and_can_be_cleared() {
    let bounds = Bounds { bytes: 1 << 20, count: 3 };
    let settings = Settings { exchanges: bounds, ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    for _ in 0..5 {
        history(&peyk, ORDER_CHAT).await;
    }
    let ids: Vec<_> = items(&peyk, "").await.iter().map(|each| each["id"].clone()).collect();
    assert_eq!(ids, [5, 4, 3]);
    let gone = refused(&peyk, "GET", "/exchanges/2", None).await;
    assert_eq!(gone, (404, "not_found".into(), "exchange not found".into()));
    assert_eq!(delete(&peyk, "/exchanges").await, json!({ "cleared": 3 }));
    assert_eq!(items(&peyk, "").await, Vec::<Value>::new());
    peyk.stop().await;

    let settings = Settings { exchanges: Bounds::bytes(20_000), ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    for _ in 0..50 {
        history(&peyk, ORDER_CHAT).await;
    }
    let kept = items(&peyk, "").await.len();
    assert!((2..20).contains(&kept), "{kept}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_server_that_records_nothing_says_so() {
    let settings = Settings { exchanges: Bounds::OFF, ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    history(&peyk, ORDER_CHAT).await;
    let page = get(&peyk, "/exchanges").await;
    assert_eq!(page, json!({ "items": [], "is_recording": false }));
    peyk.stop().await;
}

#[tokio::test]
async fn long_bodies_are_cut_and_files_are_not_kept() {
    let peyk = Peyk::start().await;
    let text = "ж".repeat(40_000);
    bot_writes(&peyk, APP_KEY, &text).await;
    let form = reqwest::multipart::Part::bytes(vec![7; 5000]).file_name("a.png");
    let form = reqwest::multipart::Form::new().part("file", form);
    let path = format!("/v2/businesses/{BUSINESS}/chats/file/send?chatId={ORDER_CHAT}");
    let request = peyk.request("POST", &path).header("api-key", MARKET_KEY);
    harness::send(request.multipart(form)).await;
    let cut = get(&peyk, "/exchanges/1").await["request"]["body"].clone();
    assert_eq!(cut["size_bytes"], text.len() + 19);
    assert_eq!(
        (&cut["is_whole"], &cut["note"]),
        (&json!(false), &json!("only its beginning is kept"))
    );
    assert_eq!(cut["text"].as_str().unwrap().len(), 65536 + 2, "a character is cut in the middle");
    let file = get(&peyk, "/exchanges/2").await["request"]["body"].clone();
    assert_eq!((&file["text"], &file["note"]), (&Value::Null, &json!("not kept")));
    assert!(file["size_bytes"].as_i64().unwrap() > 5000, "{file}");
    peyk.stop().await;
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let peyk = Peyk::start().await;
    for (query, message) in [
        ("direction=up", "direction must be in or out"),
        ("dialect=klingon", "there is no dialect `klingon`"),
        ("status=7xx", "there is no status `7xx`"),
        ("since=yesterday", "since must be a time like 2026-11-20T12:00:00Z"),
        ("limit=201", "wait must be 0 to 60, and limit 1 to 200"),
        ("cursor=nonsense", "page token is invalid"),
    ] {
        let (status, _, found) = refused(&peyk, "GET", &format!("/exchanges?{query}"), None).await;
        assert_eq!((status, found.as_str()), (400, message), "{query}");
    }
    let (status, _) = call(&peyk, "GET", "/exchanges?ap=echo", None).await;
    assert_eq!(status, 400);
    peyk.stop().await;
}
