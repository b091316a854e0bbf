//! Whoever follows a feed hears of everything once and in order, whatever is put back meanwhile.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::feeds::Stream;
use super::{call, get, post};
use crate::events::{number, says};
use crate::harness::{BOT_CHAT, Peyk};

/// Somebody who polls a feed and drops what comes twice.
struct Follower {
    path: String,
    cursor: String,
    known: HashSet<String>,
    puts_back: usize,
}

impl Follower {
    /// A follower of everything that is kept.
    fn of(path: &str) -> Self {
        let (path, cursor) = (path.to_owned(), "start".to_owned());
        Self { path, cursor, known: HashSet::new(), puts_back: 0 }
    }

    /// What came until this text; in PostgreSQL a feed may be moments behind.
    async fn texts_until(&mut self, peyk: &Peyk, last: &str) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.last().is_none_or(|text| text != last) {
            let told = get(peyk, &format!("{}?wait=20&cursor={}", self.path, self.cursor)).await;
            self.cursor = told["next_cursor"].as_str().unwrap().to_owned();
            self.puts_back += usize::from(told["put_back"] == json!(true));
            for item in told["items"].as_array().unwrap() {
                let id = item.get("delivery").unwrap_or(&item["id"]).to_string();
                assert!(self.known.insert(id), "a duplicate: {item}");
                texts.push(text(item));
            }
        }
        texts
    }
}

/// What an event, or a letter about it, says.
fn text(item: &Value) -> String {
    let text = match item.get("body") {
        Some(body) => {
            let body: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
            body["new_chatbot_message"]["text"].clone()
        }
        None => item["message"]["text"].clone(),
    };
    text.as_str().unwrap_or_else(|| panic!("no text: {item}")).to_owned()
}

async fn restore(peyk: &Peyk, name: &str) {
    let (status, answer) = call(peyk, "POST", &format!("/snapshots/{name}/restore"), None).await;
    assert_eq!(status, 200, "{answer}");
}

async fn keep(peyk: &Peyk, name: &str) {
    let (status, made) = call(peyk, "PUT", &format!("/snapshots/{name}"), None).await;
    assert_eq!(status, 200, "{made}");
}

/// The feeds of everything and of the webhook of `echo`.
async fn feeds(peyk: &Peyk) -> [String; 2] {
    let webhook = get(peyk, "/webhooks?app=echo").await["items"][0]["id"].clone();
    ["/events".to_owned(), format!("/webhooks/{webhook}/feed")]
}

#[tokio::test]
async fn what_is_written_right_after_a_restore_is_heard_once() {
    let peyk = Peyk::start().await;
    let chat = number(&peyk, BOT_CHAT).await;
    let mut followers = feeds(&peyk).await.map(|path| Follower::of(&path));
    says(&peyk, "ivan", chat, "one").await;
    for follower in &mut followers {
        assert_eq!(follower.texts_until(&peyk, "one").await, ["one"]);
    }
    keep(&peyk, "base").await;
    for round in 0..3 {
        // The clock stands, so that every round is at the same microsecond.
        says(&peyk, "ivan", chat, "gone").await;
        for follower in &mut followers {
            assert_eq!(follower.texts_until(&peyk, "gone").await, ["gone"]);
        }
        restore(&peyk, "base").await;
        let last = format!("last {round}");
        for text in ["new", &last] {
            says(&peyk, "ivan", chat, text).await;
        }
        for follower in &mut followers {
            assert_eq!(follower.texts_until(&peyk, &last).await, ["new", &last]);
        }
    }
    assert_eq!(followers.map(|follower| follower.puts_back), [3, 3]);
    peyk.stop().await;
}

#[tokio::test]
async fn whoever_was_behind_the_snapshot_hears_the_rest_of_it_first() {
    let peyk = Peyk::start().await;
    let chat = number(&peyk, BOT_CHAT).await;
    let mut followers = feeds(&peyk).await.map(|path| Follower::of(&path));
    says(&peyk, "ivan", chat, "one").await;
    for follower in &mut followers {
        assert_eq!(follower.texts_until(&peyk, "one").await, ["one"]);
    }
    says(&peyk, "ivan", chat, "two").await;
    keep(&peyk, "base").await;
    says(&peyk, "ivan", chat, "gone").await;
    restore(&peyk, "base").await;
    says(&peyk, "ivan", chat, "three").await;
    for follower in &mut followers {
        assert_eq!(follower.texts_until(&peyk, "three").await, ["two", "three"]);
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_stream_goes_on_over_a_restore_and_a_reset() {
    let peyk = Peyk::start().await;
    let chat = number(&peyk, BOT_CHAT).await;
    keep(&peyk, "base").await;
    let mut streams = Vec::new();
    for path in feeds(&peyk).await {
        let mut stream = Stream::open(&peyk, &path, None).await;
        stream.next().await.unwrap();
        streams.push(stream);
    }
    let mut known = HashSet::new();
    for (round, path) in ["/snapshots/base/restore", "/reset"].into_iter().enumerate() {
        let (before, after) = (format!("before {round}"), format!("after {round}"));
        says(&peyk, "ivan", chat, &before).await;
        for stream in &mut streams {
            assert_eq!(text(&stream.next().await.unwrap().data.unwrap()), before);
        }
        post(&peyk, path, json!({})).await;
        says(&peyk, "ivan", chat, &after).await;
        for stream in &mut streams {
            let word = stream.next().await.unwrap();
            assert_eq!(word.data, Some(json!({})), "everything was put back");
            let heard = stream.next().await.unwrap();
            assert_eq!(text(&heard.data.unwrap()), after);
            assert!(known.insert(heard.id));
        }
    }
    peyk.stop().await;
}
