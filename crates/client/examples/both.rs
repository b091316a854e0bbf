//! One bot at both marketplaces: `cargo run -p peyk-client --example both`, beside a running `peyk`.
//!
//! Kenar's messages come through the Peyk's stream, Market's by asking; the handlers do not know the difference.

use std::time::Duration;

use peyk_client::bot::{Bot, ChatKind, Source};
use peyk_client::market::{Credential, Place};
use peyk_client::{Kenar, Market, Result};

const PEYK: &str = "http://127.0.0.1:8080";

#[tokio::main]
async fn main() -> Result<()> {
    let kenar = Kenar::builder("echo-key").peyk(PEYK).build()?;
    let key = Credential::api_key("ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd");
    let market = Market::builder(209_888_193, key).peyk(PEYK).build()?;
    // How many messages each chat had so far.
    let mut bot = Bot::<u32>::new();
    bot.on_kind(ChatKind::Return, |talk| async move {
        talk.reply("Возврат оформит сотрудник, он скоро ответит.").await
    });
    bot.on_media(|talk| async move { talk.reply("👍").await });
    bot.on_text(|talk| async move {
        let count = talk.state().await? + 1;
        talk.keep(count).await?;
        talk.reply(format!("{count}: {}", talk.text())).await
    });
    let sources = [
        Source::kenar_feed(kenar, "echo")?,
        Source::market_polling(market, Place::default(), Duration::from_secs(2)),
    ];
    bot.run(sources).await
}
