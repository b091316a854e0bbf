//! The bot that the tests of `peyk test` start: it says what it hears, and fails when it is told to.

use peyk_client::Kenar;
use peyk_client::bot::{Bot, Source};
use peyk_client::events::Feed;

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> peyk_client::Result<()> {
    let (url, slug) = (variable("PEYK_URL"), variable("PEYK_APP"));
    println!("hello from {slug}");
    let kenar = Kenar::builder(variable("PEYK_APP_KEY")).peyk(url.as_str()).build()?;
    let mut bot = Bot::<()>::new();
    bot.on_command("quiet", |_| async { Ok(()) });
    bot.on_command("die", |_| async { std::process::exit(7) });
    bot.on_text(|talk| async move { talk.reply(format!("echo: {}", talk.text())).await });
    // From the start, for a person may be quicker than the bot.
    let feed = Feed::of_app(&url, slug.as_str())?.from("start");
    bot.run(vec![Source::kenar_items(kenar, feed)]).await
}
