//! Bots against the real server.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use peyk_client::Market;
use peyk_client::bot::{Bot, ChatKind, Source};
use peyk_client::market::{ChatId, MessageSender, Place};
use serde_json::json;
use tokio::sync::oneshot;

use crate::harness::{self, ORDER_CHAT, Peyk};
use crate::{market, market_at_peyk};

const CHAT: ChatId = ChatId(ORDER_CHAT);

async fn customer_says(peyk: &Peyk, text: &str) {
    let path = format!("/control/v1/people/ivan/conversations/{ORDER_CHAT}/messages");
    let request = peyk.request("POST", &path).header("content-type", "application/json");
    let answer = harness::send(request.body(json!({ "text": text }).to_string())).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_bot_answers_by_command_and_text_remembers_and_stops() {
    let peyk = Peyk::start().await;
    let client = market(&peyk.url);
    let mut bot = Bot::<u32>::new();
    bot.on_command("sum", |talk| async move {
        let (_, rest) = talk.command().unwrap();
        talk.reply(format!("sum of {rest}")).await
    });
    bot.on_text(|talk| async move {
        assert_eq!(talk.chat().kind(), ChatKind::Order);
        let count = talk.state().await? + 1;
        talk.keep(count).await?;
        talk.reply(format!("{count}: {}", talk.text())).await
    });
    let place = Place::beginning();
    let source = Source::market_polling(client.clone(), place, Duration::from_secs(1));
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(bot.run_until(vec![source], async { drop(stopped.await) }));
    customer_says(&peyk, "/sum 1 2").await;
    let texts = async || -> Vec<String> {
        let said = client.history(CHAT).try_collect::<Vec<_>>().await.unwrap();
        let ours = said.into_iter().skip(2).filter(|one| one.sender == MessageSender::Partner);
        ours.filter_map(|one| one.text).collect()
    };
    let mut said = texts().await;
    for _ in 0..200 {
        if said.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        said = texts().await;
    }
    // The first message of the World came before, and was the first for the bot.
    assert_eq!(said, ["1: Где заказ?", "sum of 1 2"]);
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap().unwrap();
    peyk.stop().await;
}

/// What the shop said in the chat, behind what the World begins with.
async fn answers(client: &Market, count: usize) -> Vec<String> {
    let mut said = Vec::new();
    for _ in 0..200 {
        let all: Vec<_> = client.history(CHAT).skip(2).try_collect().await.unwrap();
        let ours = all.into_iter().filter(|one| one.sender == MessageSender::Partner);
        said = ours.filter_map(|one| one.text).collect();
        if said.len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    said
}

/// Runs a bot that repeats, until it said so much.
async fn echo_until(peyk: &Peyk, source: Source, count: usize) -> Vec<String> {
    let mut bot = Bot::<()>::new();
    bot.on_text(|talk| async move { talk.reply(talk.text()).await });
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(bot.run_until([source], async { drop(stopped.await) }));
    let said = answers(&market(&peyk.url), count).await;
    // Long enough to be told at least once more what was dealt with, were it to come again.
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap().unwrap();
    said
}

#[tokio::test]
async fn what_is_said_between_two_runs_is_answered_once() {
    for is_feed in [true, false] {
        let peyk = Peyk::start().await;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("place");
        let source = || {
            let client = market_at_peyk(&peyk.url);
            let source = if is_feed {
                Source::market_feed(client).unwrap()
            } else {
                Source::market_polling(client, Place::default(), Duration::from_secs(1))
            };
            source.keep_place(&place).unwrap()
        };
        // The first run hears nothing, and keeps from where on the next has to hear.
        let (stop, stopped) = oneshot::channel::<()>();
        let first = Bot::<()>::new().run_until([source()], async { drop(stopped.await) });
        let first = tokio::spawn(first);
        tokio::time::sleep(Duration::from_millis(700)).await;
        stop.send(()).unwrap();
        first.await.unwrap().unwrap();
        assert!(place.exists(), "{is_feed}");
        customer_says(&peyk, "один").await;
        assert_eq!(echo_until(&peyk, source(), 1).await, ["один"], "{is_feed}");
        customer_says(&peyk, "два").await;
        assert_eq!(echo_until(&peyk, source(), 2).await, ["один", "два"], "{is_feed}");
        peyk.stop().await;
    }
}

#[tokio::test]
async fn a_handler_without_an_end_is_dropped_and_its_message_comes_again() {
    let peyk = Peyk::start().await;
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("place");
    let source = || {
        let updates = Source::market_polling(
            market_at_peyk(&peyk.url),
            Place::beginning(),
            Duration::from_secs(1),
        );
        updates.keep_place(&place).unwrap()
    };
    let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
    let mut bot = Bot::<()>::new();
    bot.patience(Duration::from_millis(100));
    bot.on_text(move |_| {
        let begun = begun.clone();
        async move {
            begun.send(()).unwrap();
            std::future::pending().await
        }
    });
    let until = async move { begins.recv().await.unwrap() };
    bot.run_until([source()], until).await.unwrap();
    assert_eq!(echo_until(&peyk, source(), 1).await, ["Где заказ?"]);
    peyk.stop().await;
}

#[tokio::test]
async fn a_handler_that_panics_stops_nothing() {
    let peyk = Peyk::start().await;
    let mut bot = Bot::<()>::new();
    bot.on_command("panic", |talk| async move { panic!("{}", talk.text()) });
    bot.on_text(|talk| async move { talk.reply(talk.text()).await });
    let client = market(&peyk.url);
    let source = Source::market_polling(client.clone(), Place::beginning(), Duration::from_secs(1));
    customer_says(&peyk, "/panic").await;
    customer_says(&peyk, "жив?").await;
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(bot.run_until([source], async { drop(stopped.await) }));
    assert_eq!(answers(&client, 2).await, ["Где заказ?", "жив?"]);
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    peyk.stop().await;
}
