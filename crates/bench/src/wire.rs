//! A connection that costs next to nothing, so that the measuring does not become the measured.

use anyhow::{Context as _, ensure};
use bytes::{Buf as _, Bytes, BytesMut};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An HTTP/1.1 connection that is kept alive.
pub struct Wire {
    stream: TcpStream,
    received: BytesMut,
}

impl Wire {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self::new(TcpStream::connect(address).await?)?)
    }

    /// Goes on with a connection that is there.
    pub fn new(stream: TcpStream) -> std::io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: BytesMut::with_capacity(64 * 1024) })
    }

    /// Sends a request and takes the whole answer, which has to be a good one.
    pub async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Bytes> {
        self.stream.write_all(request).await?;
        let (head, body) = self.message().await?.context("the connection ended")?;
        ensure!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&body));
        Ok(body)
    }

    /// Sends bytes.
    pub async fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Waits for the first byte of the next message; tells whether there will be one.
    pub async fn wait(&mut self) -> std::io::Result<bool> {
        Ok(!self.received.is_empty() || self.stream.read_buf(&mut self.received).await? > 0)
    }

    /// The head and the body of the next message, or none when the other side has ended.
    pub async fn message(&mut self) -> anyhow::Result<Option<(Bytes, Bytes)>> {
        loop {
            if let Some(end) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                let length = content_length(&self.received[..end])?;
                let whole = end + 4 + length;
                while self.received.len() < whole {
                    ensure!(self.stream.read_buf(&mut self.received).await? > 0, "cut short");
                }
                let mut message = self.received.split_to(whole).freeze();
                let head = message.split_to(end);
                message.advance(4);
                return Ok(Some((head, message)));
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Ok(None);
            }
        }
    }
}

fn content_length(head: &[u8]) -> anyhow::Result<usize> {
    for line in head.split(|byte| *byte == b'\n') {
        let name = b"content-length:";
        if line.len() > name.len() && line[..name.len()].eq_ignore_ascii_case(name) {
            return Ok(std::str::from_utf8(&line[name.len()..])?.trim().parse()?);
        }
    }
    Ok(0)
}

/// A whole request as bytes.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Bytes {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    if method == "POST" {
        text += "content-type: application/json\r\n";
    }
    text += &format!("content-length: {}\r\n\r\n{body}", body.len());
    text.into()
}
