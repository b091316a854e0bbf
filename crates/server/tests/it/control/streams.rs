//! Streams as they are on the wire: each has its connection for itself.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::feeds::Stream;
use super::{get, until};
use crate::events::{number, says};
use crate::harness::{BOT_CHAT, Peyk};

const PATIENCE: Duration = Duration::from_secs(20);
/// A word that ends what is read.
const LAST: &str = "the last of them";

fn asks(version: &str) -> String {
    format!(
        "GET /control/v1/events {version}\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n"
    )
}

/// Reads until this stands at the end of what was read, or the connection is over.
async fn read_until(connection: &mut TcpStream, end: &str) -> String {
    let (mut read, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        let more = timeout(PATIENCE, connection.read(&mut buffer)).await.unwrap().unwrap();
        read.extend_from_slice(&buffer[..more]);
        if more == 0 || (!end.is_empty() && read.ends_with(end.as_bytes())) {
            return String::from_utf8(read).unwrap();
        }
    }
}

/// What chunks hold; the last one has to be there.
fn joined(mut chunks: &str) -> String {
    let mut whole = String::new();
    loop {
        let (length, rest) = chunks.split_once("\r\n").unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        whole += &rest[..length];
        chunks = rest[length..].strip_prefix("\r\n").unwrap();
        if length == 0 {
            assert_eq!(chunks, "");
            return whole;
        }
    }
}

#[tokio::test]
async fn a_stream_comes_in_chunks_and_ends_with_its_connection() {
    let peyk = Peyk::start().await;
    let chat = number(&peyk, BOT_CHAT).await;
    let mut connection = TcpStream::connect(peyk.running().address()).await.unwrap();
    connection.write_all(asks("HTTP/1.1").as_bytes()).await.unwrap();
    let begin = read_until(&mut connection, "\n\n\r\n").await;
    // What a client says while it listens changes nothing.
    connection.write_all(asks("HTTP/1.1").as_bytes()).await.unwrap();
    says(&peyk, "ivan", chat, "one").await;
    says(&peyk, "ivan", chat, LAST).await;
    let mut all = begin.clone();
    while !all.contains(LAST) {
        all += &read_until(&mut connection, "\n\n\r\n").await;
    }
    peyk.stop().await;
    all += &read_until(&mut connection, "").await;
    let (head, body) = all.split_once("\r\n\r\n").unwrap();
    let head: Vec<_> = head.lines().collect();
    assert_eq!(head[0], "HTTP/1.1 200 OK");
    for field in ["content-type: text/event-stream", "cache-control: no-cache"] {
        assert!(head.contains(&field), "{head:?}");
    }
    assert!(head.contains(&"transfer-encoding: chunked"), "{head:?}");
    assert!(head.contains(&"connection: close"), "{head:?}");
    let named = |name: &str| head.iter().filter(|line| line.starts_with(name)).count();
    assert_eq!([named("date: "), named("x-request-id: ")], [1, 1], "{head:?}");
    let body = joined(body);
    assert!(body.starts_with("retry: 1000\nid: "), "{body}");
    assert_eq!(body.matches("data: {").count(), 2, "{body}");
}

#[tokio::test]
async fn a_client_of_the_oldest_version_gets_the_stream_as_it_is() {
    let peyk = Peyk::start().await;
    let mut connection = TcpStream::connect(peyk.running().address()).await.unwrap();
    connection.write_all(asks("HTTP/1.0").as_bytes()).await.unwrap();
    let begin = read_until(&mut connection, "\n\n").await;
    peyk.stop().await;
    assert_eq!(read_until(&mut connection, "").await, "");
    let (head, body) = begin.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.0 200 OK\r\n"), "{head}");
    assert!(!head.contains("chunked"), "{head}");
    assert!(body.starts_with("retry: 1000\nid: "), "{body}");
}

#[tokio::test]
async fn answers_before_a_stream_on_its_connection_come_whole_and_first() {
    const BEFORE: usize = 40;
    let peyk = Peyk::start().await;
    // With little room, most of the answers wait in the server when the stream is asked for.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut connection = socket.connect(peyk.running().address()).await.unwrap();
    let before = "GET /control/v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(BEFORE);
    let all = before + &asks("HTTP/1.1");
    connection.write_all(all.as_bytes()).await.unwrap();
    let mut read = String::new();
    while !read.contains("retry: 1000\nid: ") {
        read += &read_until(&mut connection, "\n\n\r\n").await;
    }
    let mut rest = read.as_str();
    for _ in 0..BEFORE {
        let (head, after) = rest.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        rest = &after[length.unwrap().parse().unwrap()..];
    }
    assert!(rest.starts_with("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"), "{rest}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_reader_that_does_not_read_for_long_misses_nothing_and_holds_nobody_up() {
    const MESSAGES: usize = 600;
    let peyk = Peyk::unlimited().await;
    let chat = number(&peyk, BOT_CHAT).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut slow = socket.connect(peyk.running().address()).await.unwrap();
    slow.write_all(asks("HTTP/1.1").as_bytes()).await.unwrap();
    let mut all = read_until(&mut slow, "\n\n\r\n").await;
    let mut other = Stream::open(&peyk, "/events", None).await;
    other.next().await.unwrap();
    let long = "hello ".repeat(150);
    for count in 0..MESSAGES {
        says(&peyk, "ivan", chat, &format!("{long}{count}")).await;
    }
    says(&peyk, "ivan", chat, LAST).await;
    for _ in 0..=MESSAGES {
        other.next().await.unwrap();
    }
    while !all.contains(LAST) {
        all += &read_until(&mut slow, "\n\n\r\n").await;
    }
    assert_eq!(all.matches("\ndata: {").count(), MESSAGES + 1);
    peyk.stop().await;
}

#[tokio::test]
async fn a_reader_that_leaves_ends_its_stream_even_if_it_never_read() {
    let peyk = Peyk::start().await;
    let mut connection = TcpStream::connect(peyk.running().address()).await.unwrap();
    connection.write_all(asks("HTTP/1.1").as_bytes()).await.unwrap();
    read_until(&mut connection, "\n\n\r\n").await;
    assert_eq!(get(&peyk, "/exchanges/1").await["stream"]["is_over"], false);
    connection.shutdown().await.unwrap();
    until(&peyk, "/exchanges/1", |shown| shown["stream"]["is_over"] == true).await;
    assert_eq!(read_until(&mut connection, "").await, "", "it was broken off, not ended");
    peyk.stop().await;
}
