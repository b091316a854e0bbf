//! What breaks between client and server breaks nothing.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use peyk_client::market::{ChatId, Message};
use peyk_client::{ErrorKind, Market, Upload};

use crate::harness::{BOT_CHAT, IVAN_TOKEN, ORDER_CHAT, Peyk};
use crate::proxy::{Fault, Proxy};
use crate::{kenar, market, market_at_peyk};

const CHAT: ChatId = ChatId(ORDER_CHAT);

async fn said(market: &Market) -> Vec<Message> {
    market.history(CHAT).try_collect().await.unwrap()
}

fn limited(until_seconds: u64, message: &str) -> Fault {
    let headers = format!(
        "date: Thu, 10 Jul 2018 00:00:00 GMT\r\n\
         x-ratelimit-resource-limit: 1000\r\nx-ratelimit-resource-remaining: 0\r\n\
         x-ratelimit-resource-until: Thu, 10 Jul 2018 00:{:02}:{:02} GMT\r\n",
        until_seconds / 60,
        until_seconds % 60
    );
    let body = format!(
        r#"{{"status":"ERROR","errors":[{{"code":"ENHANCE_YOUR_CALM","message":"{message}"}}]}}"#
    );
    Fault::Answer("420 Enhance Your Calm", headers, body)
}

#[tokio::test]
async fn a_send_whose_answer_is_lost_arrives_once() {
    let peyk = Peyk::start().await;
    let direct = market(&peyk.url);
    for fault in
        [Fault::LoseAnswer, Fault::CutAnswer, Fault::LoseRequest, Fault::json("502 Bad", "")]
    {
        for is_peyk in [false, true] {
            let proxy = Proxy::before(&peyk.url).await;
            let client = if is_peyk { market_at_peyk(&proxy.url) } else { market(&proxy.url) };
            let before = said(&direct).await.len();
            let mut faults = vec![Fault::None, fault.clone()];
            if is_peyk {
                faults.remove(0);
            }
            proxy.next(faults);
            // The same text is there already, and was said by us before.
            client.send(CHAT, "Да").await.unwrap();
            client.send(CHAT, "Да").await.unwrap();
            assert_eq!(said(&direct).await.len(), before + 2, "{fault:?} {is_peyk}");
        }
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_file_whose_answer_is_lost_arrives_once() {
    let peyk = Peyk::start().await;
    let proxy = Proxy::before(&peyk.url).await;
    let client = market(&proxy.url);
    proxy.next([Fault::None, Fault::LoseAnswer]);
    client.send_file(CHAT, &Upload::bytes("a.txt", "abc").unwrap()).await.unwrap();
    proxy.next([Fault::LoseRequest]);
    client.send_file(CHAT, &Upload::bytes("a.txt", "abc").unwrap()).await.unwrap();
    assert_eq!(said(&market(&peyk.url)).await.len(), 4);
    peyk.stop().await;
}

#[tokio::test]
async fn sends_into_one_chat_keep_their_order_and_count() {
    let peyk = Peyk::start().await;
    let client = market(&peyk.url);
    let sends = (0..20).map(|number| {
        let client = client.clone();
        async move { client.send(CHAT, &format!("{number}")).await.unwrap() }
    });
    futures_util::future::join_all(sends).await;
    let said = said(&client).await;
    let texts: Vec<_> = said[2..].iter().map(|message| message.text.clone().unwrap()).collect();
    assert_eq!(texts, (0..20).map(|number| number.to_string()).collect::<Vec<_>>());
    peyk.stop().await;
}

#[tokio::test]
async fn a_bot_message_is_repeated_to_a_peyk_only() {
    let peyk = Peyk::start().await;
    let proxy = Proxy::before(&peyk.url).await;
    proxy.next([Fault::LoseAnswer, Fault::CutAnswer]);
    kenar(&proxy.url).bot_send(&BOT_CHAT.into(), "یک").await.unwrap();
    let vendor = peyk_client::Kenar::builder(crate::harness::APP_KEY).base_url(&*proxy.url);
    let vendor = vendor.care(crate::care()).build().unwrap();
    proxy.next([Fault::LoseAnswer]);
    let error = vendor.bot_send(&BOT_CHAT.into(), "دو").await.unwrap_err();
    assert!(error.may_have_worked() && error.kind() == ErrorKind::Lost, "{error}");
    let ivan = kenar(&peyk.url).as_user(IVAN_TOKEN);
    let (_, said) = ivan.conversation(&BOT_CHAT.into()).await.unwrap();
    let texts: Vec<_> = said.iter().filter_map(|message| message.text()).collect();
    assert_eq!(texts, ["یک", "دو"]);
    peyk.stop().await;
}

#[tokio::test]
async fn too_many_at_once_is_tried_again_soon() {
    let peyk = Peyk::start().await;
    let proxy = Proxy::before(&peyk.url).await;
    let busy = || {
        Fault::json(
            "420 Calm",
            r#"{"status":"ERROR","errors":[{"code":"ENHANCE_YOUR_CALM","message":"Hit rate limit of '4' parallel requests"}]}"#,
        )
    };
    let later = Fault::Answer("429 Too Many", "retry-after: 0\r\n".into(), "{}".into());
    proxy.next([busy(), busy(), later]);
    assert_eq!(market(&proxy.url).chat(CHAT).await.unwrap().id, CHAT);
    assert_eq!(proxy.requests().len(), 4);
    peyk.stop().await;
}

#[tokio::test]
async fn a_spent_window_is_not_knocked_at() {
    let peyk = Peyk::start().await;
    let proxy = Proxy::before(&peyk.url).await;
    let client = market(&proxy.url);
    proxy.next([limited(
        42 * 60 + 42,
        "Hit rate limit of '1000' requests per 'hour' for resource 'getChat'",
    )]);
    let error = client.chat(CHAT).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::RateLimited, Some(420)));
    assert_eq!(error.code(), Some("ENHANCE_YOUR_CALM"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(42 * 60 + 43)));
    let again = client.chat(CHAT).await.unwrap_err();
    assert_eq!((again.kind(), again.status()), (ErrorKind::RateLimited, None));
    assert_eq!(proxy.requests().len(), 1);
    // The window is the operation's own.
    assert_eq!(client.history_page(CHAT, None, 1, None).await.unwrap().items.len(), 1);
    peyk.stop().await;
}

#[tokio::test]
async fn a_slow_server_is_waited_for_only_so_long() {
    let peyk = Peyk::start().await;
    let proxy = Proxy::before(&peyk.url).await;
    let care = crate::care().timeout(Duration::from_millis(200)).attempts(2);
    let key = peyk_client::market::Credential::api_key(crate::harness::MARKET_KEY);
    let client = Market::builder(crate::harness::BUSINESS, key).base_url(&*proxy.url).care(care);
    let client = client.build().unwrap();
    let slow = || Fault::Delay(Duration::from_secs(2));
    proxy.next([slow()]);
    assert_eq!(client.chat(CHAT).await.unwrap().id, CHAT);
    proxy.next([slow(), slow()]);
    let error = client.chat(CHAT).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Timeout && error.may_have_worked(), "{error}");
    // A slow send arrived, and is found instead of repeated.
    proxy.next([Fault::None, slow()]);
    client.send(CHAT, "медленно").await.unwrap();
    assert_eq!(said(&market(&peyk.url)).await.len(), 3);
    peyk.stop().await;
}

#[tokio::test]
async fn nobody_there_is_said_plainly() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = market(&url).chat(CHAT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(!error.may_have_worked());
}

#[tokio::test]
async fn a_minute_that_is_spent_is_not_knocked_at_either() {
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    let refused = r#"{"code":8,"message":"too many requests","details":[]}"#;
    proxy.next([Fault::Answer("429 Too Many", "retry-after: 3000\r\n".into(), refused.into())]);
    let client = kenar(&proxy.url);
    let error = client.bot_send(&BOT_CHAT.into(), "x").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::RateLimited, Some("8")));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3000)));
    let again = client.bot_send(&BOT_CHAT.into(), "x").await.unwrap_err();
    assert_eq!((again.kind(), again.status()), (ErrorKind::RateLimited, None));
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_drips_is_waited_for_only_so_long() {
    let peyk = Peyk::start().await;
    let proxy = Proxy::before(&peyk.url).await;
    let care = crate::care().timeout(Duration::from_millis(300)).attempts(1);
    let key = peyk_client::market::Credential::api_key(crate::harness::MARKET_KEY);
    let client = Market::builder(crate::harness::BUSINESS, key).base_url(&*proxy.url).care(care);
    let client = client.build().unwrap();
    proxy.next([Fault::Drip(Duration::from_millis(20)), Fault::Drip(Duration::ZERO)]);
    let error = client.chat(CHAT).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Timeout && error.may_have_worked(), "{error}");
    // One byte after another is as good, if it is soon enough.
    assert_eq!(client.chat(CHAT).await.unwrap().id, CHAT);
    peyk.stop().await;
}
