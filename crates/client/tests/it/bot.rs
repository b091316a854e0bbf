//! Bots against the real server.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use peyk_client::bot::{Bot, ChatKind, Source};
use peyk_client::market::{ChatId, MessageSender, Place};
use serde_json::json;
use tokio::sync::oneshot;

use crate::harness::{self, ORDER_CHAT, Peyk};
use crate::market;

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
