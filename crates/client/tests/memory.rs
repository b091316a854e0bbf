//! How much memory a long history takes. A program of its own, since the kernel counts whole programs; Linux only.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::pin::pin;

use futures_util::{Stream, TryStreamExt as _};
use peyk_client::market::{ChatId, Credential, Message, MessageId};
use peyk_client::{Market, Result};

const CHAT: ChatId = ChatId(5001);
/// Messages of the long history; held at once they would take more than thirty megabytes.
const COUNT: i64 = 100_000;
const PAGE: i64 = 100;
const TEXT: &str = "Подскажите, когда приедет мой заказ?";

/// Answers every history request with a page, made when it is asked for.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            std::thread::spawn(move || serve(stream));
        }
    });
    url
}

fn serve(stream: TcpStream) {
    let (mut writer, mut reader) = (stream.try_clone().unwrap(), BufReader::new(stream));
    let mut first = String::new();
    while reader.read_line(&mut first).is_ok_and(|read| read > 0) {
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
            reader.read_line(&mut line).unwrap();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let page = page(&first, &String::from_utf8(body).unwrap());
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length";
        // In one piece: the kernel waits between small ones.
        let answer = format!("{head}: {}\r\n\r\n{page}", page.len());
        writer.write_all(answer.as_bytes()).unwrap();
        first.clear();
    }
}

fn page(first: &str, body: &str) -> String {
    let number = |text: &str, after: &str| {
        let (_, rest) = text.split_once(after)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<i64>().ok()
    };
    let from = number(first, "pageToken=").or(number(body, "\"messageIdFrom\":")).unwrap_or(1);
    let messages: Vec<String> = (from..from + PAGE)
        .map(|id| {
            format!(
                r#"{{"messageId":{id},"createdAt":"2026-11-20T12:00:00+03:00","sender":"CUSTOMER","message":"{id} {TEXT}"}}"#
            )
        })
        .collect();
    // It goes on for ever: who reads says when it is enough.
    let (messages, next) = (messages.join(","), from + PAGE);
    format!(
        r#"{{"status":"OK","result":{{"messages":[{messages}],"paging":{{"nextPageToken":"{next}"}}}}}}"#
    )
}

/// The most memory that this program held since the count was begun anew, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn read(messages: impl Stream<Item = Result<Message>>, count: i64) {
    let mut messages = pin!(messages);
    for id in 1..=count {
        let message = messages.try_next().await.unwrap().unwrap();
        assert_eq!(message.id, MessageId(id));
    }
}

#[tokio::test]
async fn a_hundred_thousand_messages_take_the_memory_of_two_thousand() {
    let market = Market::builder(1, Credential::oauth("t")).base_url(server()).build().unwrap();
    for is_since in [false, true] {
        let stream = || {
            if is_since {
                futures_util::StreamExt::left_stream(market.messages_since(CHAT, None))
            } else {
                futures_util::StreamExt::right_stream(market.history(CHAT))
            }
        };
        read(stream(), 2000).await;
        // Writing 5 begins the kernel's count anew.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = peak_kib();
        read(stream(), COUNT).await;
        let more = peak_kib().saturating_sub(before);
        println!("{COUNT} messages: {before} KiB before, {more} KiB more at the peak");
        assert!(more < 2048, "reading {COUNT} messages took {more} KiB more than it had");
    }
}
