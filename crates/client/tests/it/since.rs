//! "Since" gives each message once, whatever breaks.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use peyk_client::market::{ChatId, Credential, MessageId, Place};
use peyk_client::{ErrorKind, Market};
use peyk_engine::world::{WorldConversation, WorldMessage, WorldSubject};
use peyk_model::{Author, Hand, OrderId, Text};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::harness::{BUSINESS, MARKET_TOKEN, ORDER, ORDER_CHAT, Peyk, world};
use crate::market;
use crate::proxy::{Fault, Proxy};

const CHAT: ChatId = ChatId(ORDER_CHAT);
const COUNT: usize = 340;

async fn long_chat() -> Peyk {
    let mut world = world();
    let is_order =
        |talk: &&mut WorldConversation| talk.about == WorldSubject::Order(OrderId(ORDER));
    let talk = world.conversations.iter_mut().find(is_order).unwrap();
    talk.messages = (0..COUNT)
        .map(|number| {
            WorldMessage::text(
                Author::Buyer(Hand::Human),
                Text::of_chars(&format!("{number}")).unwrap(),
            )
        })
        .collect();
    Peyk::with(world, peyk_server::Settings::default()).await
}

fn fault() -> impl Strategy<Value = Fault> {
    let error = r#"{"status":"ERROR","errors":[{"code":"X","message":"Bad page token"}]}"#;
    prop_oneof![
        4 => Just(Fault::None),
        2 => Just(Fault::LoseAnswer),
        2 => Just(Fault::LoseRequest),
        2 => Just(Fault::CutAnswer),
        1 => Just(Fault::json("503 Unavailable", "")),
        1 => Just(Fault::json("420 Calm", "parallel requests")),
        1 => Just(Fault::json("400 Bad Request", error)),
    ]
}

#[test]
fn each_message_comes_exactly_once_whatever_fails() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let peyk = runtime.block_on(long_chat());
    let mut runner =
        TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let faults = (prop::collection::vec(fault(), 0..24), 0..COUNT);
    let outcome = runner.run(&faults, |(faults, drop_after)| {
        let numbers = runtime.block_on(async {
            let proxy = Proxy::before(&peyk.url).await;
            proxy.next(faults);
            let client = market(&proxy.url);
            let (mut numbers, mut last) = (Vec::<usize>::new(), None::<MessageId>);
            loop {
                // A reader that stops anywhere, and begins again behind what it dealt with.
                let mut stream = client.messages_since(CHAT, last).take(drop_after + 1);
                let came = loop {
                    match stream.next().await {
                        Some(Ok(message)) => {
                            last = Some(message.id);
                            numbers.push(message.text.clone().unwrap().parse().unwrap());
                        }
                        Some(Err(_)) => break false,
                        None => break true,
                    }
                };
                if came && numbers.len() >= COUNT {
                    break numbers;
                }
            }
        });
        prop_assert_eq!(numbers, (0..COUNT).collect::<Vec<_>>());
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(peyk.stop());
}

#[tokio::test]
async fn a_history_is_read_one_page_at_a_time() {
    let peyk = long_chat().await;
    let proxy = Proxy::before(&peyk.url).await;
    let client = market(&proxy.url);
    let first: Vec<_> = client.history(CHAT).take(100).try_collect().await.unwrap();
    assert_eq!((first.len(), proxy.count("/chats/history")), (100, 1));
    let all: Vec<_> = client.history(CHAT).try_collect().await.unwrap();
    assert_eq!((all.len(), proxy.count("/chats/history")), (COUNT, 1 + 4));
    let rest = client.messages_since(CHAT, Some(all[COUNT - 1].id));
    assert_eq!(rest.count().await, 0);
    peyk.stop().await;
}

#[tokio::test]
async fn a_history_that_is_newest_first_is_given_oldest_first() {
    let page = |ids: [i64; 2], next: &str| {
        let message = |id: i64| serde_json::json!({ "messageId": id, "createdAt": "x", "sender": "CUSTOMER", "message": "m" });
        let paging =
            if next.is_empty() { "{}".into() } else { format!(r#"{{"nextPageToken":"{next}"}}"#) };
        let paging: serde_json::Value = serde_json::from_str(&paging).unwrap();
        let messages = ids.map(message);
        Fault::json(
            "200 OK",
            serde_json::json!({ "status": "OK", "result": { "messages": messages, "paging": paging } }),
        )
    };
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    proxy.next([page([9, 7], "p2"), page([5, 3], "")]);
    let ids = market(&proxy.url).messages_since(CHAT, Some(MessageId(3)));
    let ids: Vec<_> = ids.map_ok(|message| message.id.0).try_collect().await.unwrap();
    assert_eq!(ids, [5, 7, 9]);
}

#[tokio::test]
async fn new_messages_of_all_chats_are_found_by_asking() {
    let peyk = Peyk::start().await;
    let proxy = Proxy::before(&peyk.url).await;
    let client = market(&proxy.url);
    let mut updates = client.updates(Place::default(), Duration::ZERO);
    let nothing = tokio::time::timeout(Duration::from_millis(300), updates.next()).await;
    assert!(nothing.is_err(), "what was there before is not new");
    peyk.clock().advance(Duration::from_secs(60));
    proxy.next([Fault::LoseAnswer, Fault::CutAnswer]);
    market(&peyk.url).send(CHAT, "один").await.unwrap();
    market(&peyk.url).send(CHAT, "два").await.unwrap();
    for text in ["один", "два"] {
        let (chat, message) = updates.next().await.unwrap();
        assert_eq!((chat.id, message.text.as_deref()), (CHAT, Some(text)));
    }
    // The place goes through JSON, and a new program goes on there.
    let kept = serde_json::to_string(updates.place()).unwrap();
    peyk.clock().advance(Duration::from_secs(60));
    market(&peyk.url).send(CHAT, "три").await.unwrap();
    let mut updates = client.updates(serde_json::from_str(&kept).unwrap(), Duration::ZERO);
    assert_eq!(updates.next().await.unwrap().1.text.as_deref(), Some("три"));
    peyk.stop().await;
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_of_a_stream_costs_no_message() {
    let peyk = long_chat().await;
    let proxy = Proxy::before(&peyk.url).await;
    let ended = r#"{"status":"ERROR","errors":[{"code":"UNAUTHORIZED","message":"OAuth token is invalid"}]}"#;
    proxy.next([Fault::None, Fault::None, Fault::json("401 Unauthorized", ended)]);
    let old = Market::builder(BUSINESS, Credential::oauth(MARKET_TOKEN)).base_url(&*proxy.url);
    let old = old.care(crate::care()).build().unwrap();
    let number = |text: Option<String>| text.unwrap().parse::<usize>().unwrap();
    let (mut numbers, mut last) = (Vec::new(), None);
    let mut stream = old.messages_since(CHAT, None);
    let error = loop {
        match stream.next().await.unwrap() {
            Ok(message) => {
                last = Some(message.id);
                numbers.push(number(message.text));
            }
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthenticated, Some(401)));
    assert_eq!(proxy.requests().len(), 3, "a refused token is not shown again");
    assert!(stream.next().await.is_none(), "the stream ends with the error");
    // A client with a new token goes on behind the last message.
    let rest = market(&proxy.url).messages_since(CHAT, last);
    numbers.extend(rest.map(|one| number(one.unwrap().text)).collect::<Vec<_>>().await);
    assert_eq!(numbers, (0..COUNT).collect::<Vec<_>>());
    peyk.stop().await;
}

#[tokio::test]
async fn updates_begin_between_two_messages_of_one_second_and_time_may_stand_still() {
    let peyk = Peyk::start().await;
    let client = market(&peyk.url);
    let mut updates = client.updates(Place::default(), Duration::ZERO);
    let nothing = tokio::time::timeout(Duration::from_millis(1500), updates.next()).await;
    assert!(nothing.is_err(), "what was there before is not new");
    for text in ["один", "два", "три"] {
        // The clock stands: each is written in the second of the one before.
        client.send(CHAT, text).await.unwrap();
        let (chat, message) = updates.next().await.unwrap();
        assert_eq!((chat.id, message.text.as_deref()), (CHAT, Some(text)));
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_server_that_was_never_there_is_an_error_of_updates() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut updates = market(&url).updates(Place::default(), Duration::ZERO);
    assert_eq!(updates.next().await.unwrap_err().kind(), ErrorKind::Unreachable);
}
