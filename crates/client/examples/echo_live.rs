//! The echo bot at the marketplace itself, behind a public address; two lines differ from `echo`.
//!
//! `KENAR_KEY=… cargo run -p peyk-client --features receiver-axum --example echo_live`

use peyk_client::bot::{Bot, Source};
use peyk_client::{Kenar, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let kenar = Kenar::new(std::env::var("KENAR_KEY").unwrap_or_default())?;
    let source = Source::kenar_webhook(kenar, "0.0.0.0:3000", "echo-identification").await?;

    let mut bot = Bot::<()>::new();
    bot.on_command("start", |talk| async move {
        talk.reply("سلام! هر چه بگویید تکرار می‌کنم.").await
    });
    bot.on_text(|talk| async move { talk.reply(talk.text()).await });
    bot.on_anything(|talk| async move { talk.reply("فقط متن می‌فهمم.").await });
    bot.run([source]).await
}
