//! Receivers of webhooks that note when the first byte of a letter arrives.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::net::{TcpListener, TcpStream};

use crate::wire::Wire;

/// What every text begins with, before its number.
pub const MARK: &str = "number-";
/// A path that begins with this is never answered.
pub const HANGING: &str = "/hang";

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
    content-length: 2\r\n\r\n{}";

/// When which message arrived.
#[derive(Clone, Default)]
pub struct Arrivals(Arc<Mutex<Vec<(usize, Instant)>>>);

impl Arrivals {
    /// What arrived so far, in the order it came.
    pub fn take(&self) -> Vec<(usize, Instant)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, number: usize, at: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((number, at));
    }
}

/// Listens on a thread of its own.
pub fn listen() -> anyhow::Result<(SocketAddr, Arrivals)> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let arrivals = Arrivals::default();
    let noted = arrivals.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        let served: anyhow::Result<()> = runtime.block_on(async {
            let listener = TcpListener::from_std(listener)?;
            loop {
                let (stream, _) = listener.accept().await?;
                let noted = noted.clone();
                tokio::spawn(async move { receive(stream, &noted).await });
            }
        });
        if let Err(error) = served {
            eprintln!("the receiver ended: {error}");
        }
    });
    Ok((address, arrivals))
}

async fn receive(stream: TcpStream, arrivals: &Arrivals) -> anyhow::Result<()> {
    let mut wire = Wire::new(stream)?;
    while wire.wait().await? {
        let at = Instant::now();
        let Some((head, body)) = wire.message().await? else { break };
        let target = head.strip_prefix(b"POST ").unwrap_or_default();
        if target.starts_with(HANGING.as_bytes()) {
            std::future::pending::<()>().await;
        }
        if let Some(number) = number(&body) {
            arrivals.note(number, at);
        }
        wire.send(ANSWER).await?;
    }
    Ok(())
}

fn number(body: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(body).ok()?;
    let digits = text.split(MARK).nth(1)?;
    digits[..digits.find(|c: char| !c.is_ascii_digit())?].parse().ok()
}
