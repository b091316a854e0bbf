//! Exchanges, followed as they happen.

use std::io::Write;
use std::net::TcpStream;

use serde_json::json;

use super::{delete, get, history};
use crate::control::feeds::Stream;
use crate::harness::{ORDER_CHAT, Peyk};

#[tokio::test]
async fn a_stream_tells_exchanges_and_goes_on_where_it_was() {
    let peyk = Peyk::start().await;
    history(&peyk, ORDER_CHAT).await;
    let mut stream = Stream::open(&peyk, "/exchanges/feed?dialect=market", None).await;
    let first = stream.next().await.unwrap();
    assert!(first.data.is_none());
    history(&peyk, 404).await;
    let told = stream.next().await.unwrap();
    let brief = told.data.unwrap();
    assert_eq!((&brief["id"], &brief["status"]), (&json!(2), &json!(404)));
    assert_eq!(brief["cursor"], told.id);
    drop(stream);
    history(&peyk, ORDER_CHAT).await;
    let mut again = Stream::open(&peyk, "/exchanges/feed?dialect=market", Some(&told.id)).await;
    again.next().await.unwrap();
    assert_eq!(again.next().await.unwrap().data.unwrap()["id"], 3);
    peyk.stop().await;
}

#[tokio::test]
async fn a_poll_waits_and_passes_over_what_is_not_wanted() {
    let peyk = Peyk::start().await;
    history(&peyk, ORDER_CHAT).await;
    let poll = get(&peyk, "/exchanges/feed?cursor=start").await;
    assert_eq!((&poll["items"][0]["id"], &poll["has_gap"]), (&json!(1), &json!(false)));
    let cursor = poll["next_cursor"].as_str().unwrap();
    let path = format!("/exchanges/feed?wait=20&status=404&cursor={cursor}");
    let (poll, ()) = tokio::join!(get(&peyk, &path), async {
        history(&peyk, ORDER_CHAT).await;
        history(&peyk, 404).await;
    });
    assert_eq!(poll["items"].as_array().unwrap().len(), 1);
    assert_eq!(poll["items"][0]["id"], 3);
    peyk.stop().await;
}

#[tokio::test]
async fn who_comes_too_late_is_told_of_the_gap() {
    let peyk = Peyk::start().await;
    let place = get(&peyk, "/exchanges/feed").await["next_cursor"].clone();
    history(&peyk, ORDER_CHAT).await;
    delete(&peyk, "/exchanges").await;
    history(&peyk, ORDER_CHAT).await;
    let path = format!("/exchanges/feed?cursor={}", place.as_str().unwrap());
    let poll = get(&peyk, &path).await;
    assert_eq!((&poll["items"][0]["id"], &poll["has_gap"]), (&json!(2), &json!(true)));
    let mut stream = Stream::open(&peyk, &path, None).await;
    stream.next().await.unwrap();
    assert_eq!(stream.next().await.unwrap().data.unwrap()["id"], 2);
    peyk.stop().await;
}

#[tokio::test]
async fn a_stream_is_recorded_as_begun_and_as_ended() {
    let peyk = Peyk::start().await;
    let mut events = Stream::open(&peyk, "/events", None).await;
    events.next().await.unwrap();
    let shown = get(&peyk, "/exchanges/1").await;
    assert_eq!(shown["stream"], json!({ "is_over": false }));
    assert_eq!(shown["answer"]["body"]["note"], "a stream");
    drop(events);
    let over = super::until(&peyk, "/exchanges/1", |shown| shown["stream"]["is_over"] == true);
    assert!(over.await["stream"]["size_bytes"].as_i64().unwrap() > 0);
    peyk.stop().await;
}

#[tokio::test]
async fn a_client_that_went_away_is_in_the_record() {
    let peyk = Peyk::start().await;
    // The poll of a feed waits, and its client does not.
    let mut client = TcpStream::connect(peyk.running().address()).unwrap();
    write!(client, "GET /control/v1/events?wait=30 HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    drop(client);
    let page = super::until(&peyk, "/exchanges?dialect=control", |page| {
        page["items"][0]["failure"] == "the client went away before the answer"
    });
    assert_eq!(page.await["items"][0]["url"], "/control/v1/events?wait=30");
    peyk.stop().await;
}
