//! A Peyk's own stream, of a real server that is stopped and a wire that is cut.

use std::time::Duration;

use peyk_client::ErrorKind;
use peyk_client::events::{Feed, KenarEvent};

use crate::harness::BOT_CHAT;
use crate::lasting::{Lasting, Wire};

const WAIT: Duration = Duration::from_secs(30);

async fn heard(feed: &mut Feed) -> String {
    let item = tokio::time::timeout(WAIT, feed.next()).await.unwrap().unwrap();
    match item.kenar().unwrap() {
        KenarEvent::BotMessage(message) => message.text().unwrap().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_comes_once_through_restarts_and_cut_wires() {
    let mut peyk = Lasting::start().await;
    let wire = Wire::to(peyk.address).await;
    let mut feed = Feed::of_app(&wire.url, "echo").unwrap().from("start");
    let (mut all, mut cuts) = (Vec::new(), 0);
    for number in 0..24 {
        // Some wait while nobody is connected, some come over an open stream.
        if number % 3 == 0 {
            cuts += wire.cut();
        }
        peyk.says("ivan", BOT_CHAT, &format!("{number}")).await;
        if number % 8 == 5 {
            peyk.restart().await;
        }
        if number % 2 == 1 {
            all.push(heard(&mut feed).await);
            all.push(heard(&mut feed).await);
        }
    }
    assert!(cuts > 3, "the wire was cut {cuts} times only");
    assert_eq!(all, (0..24).map(|number| number.to_string()).collect::<Vec<_>>());
    peyk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_dropped_goes_on_behind_its_cursor() {
    let mut peyk = Lasting::start().await;
    let mut cursor = "start".to_owned();
    for number in 0..6 {
        peyk.says("ivan", BOT_CHAT, &format!("{number}")).await;
        let mut feed = Feed::of_app(&peyk.url(), "echo").unwrap().from(&*cursor);
        assert_eq!(heard(&mut feed).await, number.to_string());
        cursor = feed.cursor().unwrap().to_owned();
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_peyk_that_was_never_there_is_an_error_and_one_that_left_is_waited_for() {
    let mut peyk = Lasting::start().await;
    let mut feed = Feed::of_app(&peyk.url(), "echo").unwrap();
    // It begins now, which has to be before the first message.
    assert!(tokio::time::timeout(Duration::from_millis(500), feed.next()).await.is_err());
    peyk.restart().await;
    peyk.says("ivan", BOT_CHAT, "0").await;
    assert_eq!(heard(&mut feed).await, "0");
    peyk.stop().await;
    let error = Feed::of_app(&peyk.url(), "echo").unwrap().next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peyk_that_is_put_back_is_followed_from_there() {
    let mut peyk = Lasting::start().await;
    let mut feed = Feed::of_app(&peyk.url(), "echo").unwrap().from("start");
    peyk.says("ivan", BOT_CHAT, "0").await;
    assert_eq!(heard(&mut feed).await, "0");
    peyk.control("PUT", "/snapshots/here").await;
    peyk.says("ivan", BOT_CHAT, "1").await;
    assert_eq!(heard(&mut feed).await, "1");
    peyk.control("POST", "/snapshots/here/restore").await;
    peyk.says("ivan", BOT_CHAT, "2").await;
    assert_eq!(heard(&mut feed).await, "2");
    peyk.stop().await;
}
