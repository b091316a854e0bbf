//! Feeds: streams and polls that go on where they were, without gaps.

use std::time::Duration;

use serde_json::{Value, json};

use super::{checked, get, post, refused};
use crate::events::{number, says};
use crate::harness::{self, BOT_CHAT, BUSINESS, ORDER_CHAT, POST_CHAT, Peyk};
use peyk_model::ConversationId;

const PATIENCE: Duration = Duration::from_secs(20);

/// A stream of Server-Sent Events.
pub struct Stream {
    response: reqwest::Response,
    text: String,
}

/// A frame of it: its id and its data.
#[derive(Debug)]
pub struct Frame {
    pub id: String,
    pub data: Option<Value>,
}

impl Stream {
    pub async fn open(peyk: &Peyk, path: &str, last_id: Option<&str>) -> Self {
        let mut request = peyk
            .request("GET", &format!("/control/v1{path}"))
            .header("accept", "text/event-stream");
        if let Some(last_id) = last_id {
            request = request.header("last-event-id", last_id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next frame, or none at the end of the stream.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, rest)) = self.text.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name));
                let Some(id) = field("id: ") else { continue };
                let data = field("data: ").map(|data| serde_json::from_str(data).unwrap());
                return Some(Frame { id: id.to_owned(), data });
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.unwrap();
            self.text += std::str::from_utf8(&chunk.unwrap()?).unwrap();
        }
    }

    async fn text(&mut self) -> String {
        let data = self.next().await.unwrap().data.unwrap();
        data["message"]["text"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_stream_begins_with_its_place_and_tells_what_happens() {
    let peyk = Peyk::start().await;
    let mut stream = Stream::open(&peyk, "/events", None).await;
    let first = stream.next().await.unwrap();
    assert!(first.data.is_none());
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "سلام").await;
    let frame = stream.next().await.unwrap();
    let event = frame.data.unwrap();
    super::document().check_schema("Event", &event).unwrap();
    let webhook = get(&peyk, "/webhooks?app=echo").await["items"][0]["id"].clone();
    let expected = json!({
        "cursor": frame.id,
        "id": event["id"],
        "type": "message_sent",
        "at": "2026-11-20T12:00:00.000000Z",
        "webhooks": [webhook],
        "conversation": {
            "id": chat.0,
            "key": BOT_CHAT,
            "subject": { "type": "bot" },
            "kind": "chat",
            "status": "waiting_for_seller",
            "created_at": "2026-11-20T12:00:00.000000Z",
            "updated_at": "2026-11-20T12:00:00.000000Z",
            "message_count": 1,
            "buyer": "ivan",
            "seller": { "app": "echo" }
        },
        "message": {
            "id": event["id"],
            "number": 1,
            "author": "buyer",
            "hand": "human",
            "sent_at": "2026-11-20T12:00:00.000000Z",
            "type": "text",
            "text": "سلام"
        }
    });
    assert_eq!(event, expected);
    // Whoever lost the stream before the first event has missed nothing.
    let mut again = Stream::open(&peyk, "/events?cursor=ignored", Some(&first.id)).await;
    assert_eq!(again.next().await.unwrap().id, first.id);
    assert_eq!(again.next().await.unwrap().data.unwrap(), event);
    peyk.stop().await;
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_however_far_behind() {
    let peyk = Peyk::start().await;
    let chat = number(&peyk, BOT_CHAT).await;
    let mut live = Stream::open(&peyk, "/events", None).await;
    let first = live.next().await.unwrap();
    for count in 0..300 {
        says(&peyk, "ivan", chat, &count.to_string()).await;
    }
    let mut late = Stream::open(&peyk, &format!("/events?cursor={}", first.id), None).await;
    late.next().await.unwrap();
    for count in 0..300 {
        assert_eq!(live.text().await, count.to_string());
        assert_eq!(late.text().await, count.to_string());
    }
    says(&peyk, "ivan", chat, "last").await;
    assert_eq!((live.text().await, late.text().await), ("last".into(), "last".into()));
    let mut all = Stream::open(&peyk, "/events?cursor=start", None).await;
    all.next().await.unwrap();
    let mut seen = Vec::new();
    while seen.last().is_none_or(|last| last != "last") {
        seen.push(all.text().await);
    }
    assert_eq!(seen.len(), 301);
    peyk.stop().await;
}

#[tokio::test]
async fn writers_at_once_leave_no_gap_in_a_stream() {
    let peyk = Peyk::start().await;
    let mut stream = Stream::open(&peyk, "/events", None).await;
    stream.next().await.unwrap();
    let chats = [number(&peyk, BOT_CHAT).await, number(&peyk, POST_CHAT).await];
    let writers = (0..8).map(|writer| {
        let (peyk, chat) = (&peyk, chats[writer % 2]);
        async move {
            for count in 0..20 {
                says(peyk, "ivan", chat, &format!("{writer} {count}")).await;
            }
        }
    });
    futures_util::future::join_all(writers).await;
    let mut next = [0; 8];
    let mut numbers = std::collections::HashMap::new();
    for _ in 0..160 {
        let event = stream.next().await.unwrap().data.unwrap();
        let text = event["message"]["text"].as_str().unwrap();
        let (writer, count) = text.split_once(' ').unwrap();
        let writer: usize = writer.parse().unwrap();
        assert_eq!(count, next[writer].to_string(), "writer {writer}");
        next[writer] += 1;
        // And in each conversation in its order.
        let number = event["message"]["number"].as_i64().unwrap();
        let before = numbers.insert(event["conversation"]["id"].as_i64().unwrap(), number);
        assert!(before.is_none_or(|before| number == before + 1), "{before:?} {number}");
    }
    assert_eq!(next, [20; 8]);
    peyk.stop().await;
}

#[tokio::test]
async fn the_end_of_the_server_ends_its_streams_and_polls() {
    let peyk = Peyk::start().await;
    let mut stream = Stream::open(&peyk, "/events", None).await;
    let mut feed = Stream::open(&peyk, "/webhooks/1/feed", None).await;
    stream.next().await.unwrap();
    feed.next().await.unwrap();
    let poll = harness::send(peyk.request("GET", "/control/v1/events?wait=60"));
    let poll = tokio::spawn(poll);
    let stopped = tokio::time::timeout(Duration::from_secs(5), peyk.stop());
    stopped.await.expect("nothing holds the server up");
    assert!(stream.next().await.is_none() && feed.next().await.is_none());
    drop(poll);
}

#[tokio::test]
async fn a_poll_waits_for_what_comes_and_goes_on_where_it_was() {
    let peyk = Peyk::start().await;
    let chat = number(&peyk, BOT_CHAT).await;
    let nothing = get(&peyk, "/events").await;
    assert_eq!(nothing["items"], json!([]));
    let cursor = nothing["next_cursor"].as_str().unwrap();
    let path = format!("/events?wait=20&cursor={cursor}");
    let (found, ()) = tokio::join!(get(&peyk, &path), says(&peyk, "ivan", chat, "one"));
    assert_eq!(found["items"][0]["message"]["text"], "one");
    says(&peyk, "ivan", chat, "two").await;
    says(&peyk, "ivan", chat, "three").await;
    let mut cursor = cursor.to_owned();
    for text in ["one", "two", "three"] {
        let page = get(&peyk, &format!("/events?wait=20&limit=1&cursor={cursor}")).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        assert_eq!(page["items"][0]["message"]["text"], text);
        cursor = page["next_cursor"].as_str().unwrap().to_owned();
    }
    for (query, code) in [
        ("cursor=zzz", "cursor_invalid"),
        ("wait=61", "invalid_request"),
        ("limit=0", "invalid_request"),
    ] {
        assert_eq!(refused(&peyk, "GET", &format!("/events?{query}"), None).await.1, code);
    }
    // A place in one feed is none in another.
    let found = refused(&peyk, "GET", &format!("/webhooks/1/feed?cursor={cursor}"), None).await;
    assert_eq!(found.1, "cursor_invalid");
    peyk.stop().await;
}

#[tokio::test]
async fn a_webhooks_feed_has_what_its_receiver_would_get_and_nothing_else() {
    let peyk = Peyk::start().await;
    let page = get(&peyk, "/webhooks?app=echo").await;
    let path = format!("/webhooks/{}/feed", page["items"][0]["id"]);
    let mut stream = Stream::open(&peyk, &path, None).await;
    let first = stream.next().await.unwrap();
    says(&peyk, "ivan", ConversationId(ORDER_CHAT), "not for the bot").await;
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "for the bot").await;
    let letter = stream.next().await.unwrap().data.unwrap();
    super::document().check_schema("Letter", &letter).unwrap();
    let body: Value = serde_json::from_str(letter["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["new_chatbot_message"]["text"], "for the bot");
    let headers = letter["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["authorization", "echo-identification"])));
    assert!(headers.contains(&json!(["webhook-id", letter["delivery"]])));
    assert_eq!(letter["state"], "kept");
    let answer = harness::send(
        peyk.request("GET", &format!("/control/v1{path}?wait=5&cursor={}", first.id)),
    );
    let (_, polled) = checked("GET", &path, answer.await);
    assert_eq!(polled["items"][0]["body"], letter["body"]);

    let shop = get(&peyk, &format!("/webhooks?business={BUSINESS}")).await;
    let path = format!("/webhooks/{}/feed?wait=20&cursor=start", shop["items"][0]["id"]);
    let told = get(&peyk, &path).await;
    let body: Value = serde_json::from_str(told["items"][0]["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["notificationType"], "CHAT_MESSAGE_SENT");
    post(&peyk, &format!("/conversations/{ORDER_CHAT}/arbitration/start"), json!({})).await;
    let path = format!("{path}&cursor={}", told["next_cursor"].as_str().unwrap());
    let told = get(&peyk, &path.replace("cursor=start&", "")).await;
    assert_eq!(told["items"].as_array().unwrap().len(), 1);
    peyk.stop().await;
}
