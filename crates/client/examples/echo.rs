//! Says what it hears: `cargo run -p peyk-client --example echo`, beside a running `peyk`.

use peyk_client::bot::{Bot, Source};
use peyk_client::{Kenar, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let kenar = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
    let source = Source::kenar_feed(kenar, "echo")?;

    let mut bot = Bot::<()>::new();
    bot.on_command("start", |talk| async move {
        talk.reply("سلام! هر چه بگویید تکرار می‌کنم.").await
    });
    bot.on_text(|talk| async move { talk.reply(talk.text()).await });
    bot.on_anything(|talk| async move { talk.reply("فقط متن می‌فهمم.").await });
    bot.run([source]).await
}
