//! A seller's inbox in the terminal: what customers write is printed, and `CHAT TEXT` answers.
//!
//! `cargo run -p peyk-client --example inbox`, beside a running `peyk`; with the two lines of `client` changed, at the
//! marketplace.

use std::time::Duration;

use peyk_client::market::{ChatId, Credential, Place};
use peyk_client::{Market, Result};
use tokio::io::{AsyncBufReadExt as _, BufReader};

fn client() -> Result<Market> {
    let key = std::env::var("MARKET_KEY")
        .unwrap_or("ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd".into());
    Market::builder(209_888_193, Credential::api_key(key)).peyk("http://127.0.0.1:8080").build()
}

#[tokio::main]
async fn main() -> Result<()> {
    let market = client()?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut updates = market.updates(Place::default(), Duration::from_secs(2));
    println!("waiting for messages; answer with: CHAT TEXT");
    loop {
        tokio::select! {
            came = updates.next() => {
                let (chat, message) = came?;
                let text = message.text.unwrap_or_else(|| format!("{} files", message.files.len()));
                println!("[{}] {} {}: {text}", chat.id, message.sender, chat.context.kind);
            }
            line = lines.next_line() => {
                let Ok(Some(line)) = line else { return Ok(()) };
                let parts = line.split_once(' ');
                let Some((chat, text)) = parts.and_then(|(chat, text)| Some((chat.parse::<ChatId>().ok()?, text)))
                else {
                    println!("CHAT TEXT, for example: 5001 Здравствуйте");
                    continue;
                };
                match market.send(chat, text).await {
                    Ok(()) => println!("sent"),
                    Err(error) => println!("not sent: {error}"),
                }
            }
        }
    }
}
