//! Receiving what a real server delivers.

use std::time::Duration;

use peyk_client::events::axum::{kenar_events, market_notifications};
use peyk_client::events::{KenarEvent, KenarReceiver, MarketReceiver, Notification};
use peyk_client::market::{ChatId, OrderId};
use tokio::sync::mpsc;

use crate::harness::{BUSINESS, FRESH_ORDER, Peyk, world};
use crate::market;

const WAIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn notifications_of_a_real_server_reach_the_handler_once() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, mut told) = mpsc::channel(10);
    let router = market_notifications(MarketReceiver::new("test", "1"), move |notification| {
        let sender = sender.clone();
        async move {
            sender.send(notification).await.unwrap();
            Ok(())
        }
    });
    let serving = tokio::spawn(axum::serve(listener, router).into_future());
    let mut world = world();
    let shop = world.businesses.iter_mut().find(|shop| shop.id.0 == BUSINESS).unwrap();
    shop.notification_url = Some(format!("http://{address}/notification"));
    let peyk = Peyk::with(world, peyk_server::Settings::default()).await;
    let client = market(&peyk.url);
    let chat = client.create_chat(OrderId(FRESH_ORDER)).await.unwrap();
    client.send(chat, "Здравствуйте").await.unwrap();
    let first = tokio::time::timeout(WAIT, told.recv()).await.unwrap().unwrap();
    assert_eq!(first, Notification::ChatCreated(BUSINESS.into(), chat));
    let second = tokio::time::timeout(WAIT, told.recv()).await.unwrap().unwrap();
    let Notification::MessageSent(_, ChatId(id), message) = second else { panic!("{second:?}") };
    let read = client.message(ChatId(id), message).await.unwrap();
    assert_eq!(read.text.as_deref(), Some("Здравствуйте"));
    peyk.stop().await;
    serving.abort();
}

#[tokio::test]
async fn an_event_with_a_wrong_key_reaches_nobody_and_one_that_comes_twice_counts_once() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, mut told) = mpsc::unbounded_channel();
    let router = kenar_events(KenarReceiver::new("ours"), move |event: KenarEvent| {
        let sender = sender.clone();
        async move {
            sender.send(event).unwrap();
            Ok(())
        }
    });
    let serving = tokio::spawn(axum::serve(listener, router).into_future());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = r#"{"type":"NEW_CHATBOT_MESSAGE","new_chatbot_message":{"id":"m","type":"TEXT","text":"hi",
        "conversation":{"id":"c","type":"BOT"},"sender":{"type":"HUMAN"},"sent_at":1729429926140000}}"#;
    for (key, status) in [("Bearer ours", 403), ("", 403), ("ours", 200), ("ours", 200)] {
        let answer = http.post(&url).header("authorization", key).body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{key}");
    }
    let answer = http.post(&url).header("authorization", "ours").body("[]").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 400);
    let KenarEvent::BotMessage(message) = told.recv().await.unwrap() else {
        panic!("another event")
    };
    assert_eq!(message.text(), Some("hi"));
    assert!(told.try_recv().is_err());
    serving.abort();
}
