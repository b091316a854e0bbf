//! A proxy that stands between client and server and breaks what it is told to break.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What happens to one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Nothing bad.
    None,
    /// The server hears it, and the answer is lost.
    LoseAnswer,
    /// The server never hears of it.
    LoseRequest,
    /// The server hears it, and half of the answer comes back.
    CutAnswer,
    /// The server hears it, and the answer comes late.
    Delay(Duration),
    /// The server hears it, and the answer comes a few bytes at a time, with pauses.
    Drip(Duration),
    /// The proxy answers: status line, headers, body.
    Answer(&'static str, String, String),
}

impl Fault {
    /// An answer with JSON and no further headers.
    pub fn json(status: &'static str, body: impl ToString) -> Self {
        Self::Answer(status, String::new(), body.to_string())
    }
}

/// A running proxy.
pub struct Proxy {
    pub url: String,
    faults: Arc<Mutex<VecDeque<Fault>>>,
    requests: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// A proxy before this server, which may be nothing at all.
    pub async fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (faults, requests) = (Arc::default(), Arc::default());
        let server = server.trim_start_matches("http://").to_owned();
        let (kept, heard) = (Arc::clone(&faults), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, server.clone(), Arc::clone(&kept), Arc::clone(&heard)));
            }
        });
        Self { url, faults, requests, task }
    }

    /// What happens to the next requests, in their order.
    pub fn next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap().extend(faults);
    }

    /// The heads of all requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// How many requests went to a path with this in it.
    pub fn count(&self, part: &str) -> usize {
        let first = |head: &String| head.lines().next().unwrap().contains(part);
        self.requests().iter().filter(|head| first(head)).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut client: TcpStream,
    server: String,
    faults: Arc<Mutex<VecDeque<Fault>>>,
    requests: Arc<Mutex<Vec<String>>>,
) {
    let Some((head, body)) = read_request(&mut client).await else { return };
    requests.lock().unwrap().push(head.clone());
    let fault = faults.lock().unwrap().pop_front().unwrap_or(Fault::None);
    match fault {
        Fault::LoseRequest => return,
        Fault::Answer(status, headers, body) => {
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}\
                 content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            drop(client.write_all(answer.as_bytes()).await);
            return;
        }
        Fault::None | Fault::LoseAnswer | Fault::CutAnswer | Fault::Delay(_) | Fault::Drip(_) => {}
    }
    let answer = forward(&server, &head, &body).await;
    let sent = match fault {
        Fault::CutAnswer => &answer[..answer.len() / 2],
        Fault::LoseAnswer => return,
        Fault::Delay(time) => {
            tokio::time::sleep(time).await;
            &answer
        }
        Fault::Drip(pause) => {
            for piece in answer.chunks(10) {
                if client.write_all(piece).await.is_err() {
                    return;
                }
                tokio::time::sleep(pause).await;
            }
            return;
        }
        Fault::None | Fault::LoseRequest | Fault::Answer(..) => &answer[..],
    };
    drop(client.write_all(sent).await);
}

async fn forward(server: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let mut upstream = TcpStream::connect(server).await.unwrap();
    let (first, rest) = head.split_once("\r\n").unwrap();
    let head = format!("{first}\r\nconnection: close\r\n{rest}");
    upstream.write_all(head.as_bytes()).await.unwrap();
    upstream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await.unwrap();
    answer
}

async fn read_request(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if client.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let mut body = bytes.split_off(end);
    let head = String::from_utf8(bytes).ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok()).flatten()
    });
    while body.len() < length.unwrap_or(0) {
        if client.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some((head, body))
}
