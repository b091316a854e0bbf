//! Copies all Market chats into a file of JSON lines, and goes on where it was after a stop.
//!
//! `cargo run -p peyk-client --example bridge -- chats.jsonl`, beside a running `peyk`. The place is written behind each
//! message, so that a stop in between writes one message twice at most, and none is missing.

use std::io;
use std::time::Duration;

use peyk_client::Market;
use peyk_client::market::{Credential, Place};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or("chats.jsonl".into());
    let kept = format!("{path}.place");
    let key = Credential::api_key("ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd");
    let market = Market::builder(209_888_193, key).peyk("http://127.0.0.1:8080").build()?;
    let place = match fs::read(&kept).await {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Place::beginning(),
        Err(error) => return Err(error.into()),
    };
    let mut file = fs::OpenOptions::new().create(true).append(true).open(&path).await?;
    let mut updates = market.updates(place, Duration::from_secs(5));
    loop {
        let (chat, message) = updates.next().await?;
        let line = format!("{{\"chat\":{},\"message\":{}}}\n", chat.id, message.wire.raw());
        file.write_all(line.as_bytes()).await?;
        file.sync_data().await?;
        let fresh = format!("{kept}.new");
        fs::write(&fresh, serde_json::to_vec(updates.place())?).await?;
        fs::rename(&fresh, &kept).await?;
    }
}
