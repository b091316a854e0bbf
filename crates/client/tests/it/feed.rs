//! A Peyk's own stream, through breaks.

use peyk_client::ErrorKind;
use peyk_client::events::{Feed, KenarEvent};
use serde_json::json;

use crate::proxy::{Fault, Proxy};

fn webhooks() -> Fault {
    Fault::json("200 OK", json!({ "items": [{ "id": 7 }] }))
}

fn item(cursor: &str, id: &str) -> String {
    let event = json!({ "type": "NEW_CHATBOT_MESSAGE", "new_chatbot_message": {
        "id": id, "type": "TEXT", "text": "hi", "conversation": { "id": "c", "type": "BOT" },
        "sender": { "type": "HUMAN" }, "sent_at": "2026-11-20T12:00:00.000000Z" } });
    let data = json!({ "cursor": cursor, "delivery": "evt_1", "type": "message_sent",
                       "state": "pending", "headers": [], "body": event.to_string() });
    format!("id: {cursor}\ndata: {data}\n\n")
}

fn stream(body: String) -> Fault {
    Fault::Answer("200 OK", String::new(), format!("retry: 1000\nid: begin\n\n:\n\n{body}"))
}

fn asked_from(proxy: &Proxy, connection: usize) -> Option<String> {
    let mut feeds = proxy.requests().into_iter().filter(|head| head.contains("/feed"));
    let head = feeds.nth(connection)?;
    head.lines().find_map(|line| line.strip_prefix("last-event-id: ").map(str::to_owned))
}

#[tokio::test]
async fn a_stream_goes_on_behind_the_last_item_that_was_taken() {
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    let both = item("c1", "m1") + &item("c2", "m2");
    proxy.next([webhooks(), stream(String::new())]);
    proxy.next([webhooks(), stream(both), webhooks(), Fault::LoseRequest]);
    proxy.next([webhooks(), stream(item("c3", "m3"))]);
    let mut feed = Feed::of_app(&proxy.url, "echo").unwrap();
    for (cursor, id) in [("c1", "m1"), ("c2", "m2"), ("c3", "m3")] {
        let item = feed.next().await.unwrap();
        assert_eq!((item.cursor.as_str(), feed.cursor()), (cursor, Some(cursor)));
        let KenarEvent::BotMessage(message) = item.kenar().unwrap() else { panic!("{item:?}") };
        assert_eq!(message.id.as_str(), id);
    }
    let begin = [None, Some("begin".to_owned()), Some("c2".to_owned()), Some("c2".to_owned())];
    assert_eq!([0, 1, 2, 3].map(|connection| asked_from(&proxy, connection)), begin);
}

#[tokio::test]
async fn news_of_other_kinds_are_passed_over_and_a_stream_that_is_put_back_goes_on_there() {
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    let news = "event: weather\nid: w\ndata: {\"rain\":1}\n\nevent: put_back\nid: p\ndata: {}\n\n";
    proxy.next([webhooks(), stream(item("c1", "m1") + news)]);
    proxy.next([webhooks(), stream(item("c0", "m2"))]);
    let mut feed = Feed::of_app(&proxy.url, "echo").unwrap();
    assert_eq!(feed.next().await.unwrap().cursor, "c1");
    assert_eq!(feed.next().await.unwrap().cursor, "c0");
    assert_eq!(asked_from(&proxy, 1), Some("p".to_owned()));
}

#[tokio::test]
async fn a_stream_that_nobody_may_follow_is_an_error() {
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    let refused = json!({ "error": { "code": "unauthorized", "message": "token wanted" } });
    proxy.next([Fault::json("401 Unauthorized", refused)]);
    let error =
        Feed::of_business(&proxy.url, 7).unwrap().admin_token("t").next().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unauthenticated, Some("unauthorized")));
    assert!(proxy.requests()[0].contains("authorization: Bearer t"));
    proxy.next([Fault::json("200 OK", json!({ "items": [] }))]);
    let error = Feed::of_app(&proxy.url, "nobody").unwrap().next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
