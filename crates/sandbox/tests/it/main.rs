//! Bots in this process, and what a test can ask of them.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use http::StatusCode;
use peyk_client::bot::Bot;
use peyk_client::kenar::{BotMessage, Button};
use peyk_model::script::{BodyKind, Prop};
use peyk_sandbox::{NewApp, Patience, Place, Sandbox};

/// In a hurry where a test waits for what does not come.
const HURRY: Patience =
    Patience { answer: Duration::from_millis(300), silence: Duration::from_millis(100) };

async fn echo() -> Sandbox {
    let builder = Sandbox::builder().person("ivan").app("echo").patience(HURRY);
    let sandbox = builder.start().await.unwrap();
    let mut bot = Bot::<()>::new();
    bot.on_command("quiet", |_| async { Ok(()) });
    bot.on_command("twice", |talk| async move {
        talk.reply("one").await?;
        talk.reply("two").await
    });
    bot.on_text(|talk| async move { talk.reply(talk.text()).await });
    bot.on_media(|talk| async move { talk.reply("nice").await });
    sandbox.run_bot(bot, vec![sandbox.app("echo").source().unwrap()]);
    sandbox
}

#[tokio::test]
async fn a_bot_answers_in_order_and_is_silent_when_it_should_be() {
    let sandbox = echo().await;
    let chat = sandbox.person("ivan").says("Привет").await.unwrap();
    let found = chat.expects().exact("Привет").await;
    assert_eq!(found.message.sent_at, sandbox.now());
    chat.says("/twice").await.unwrap();
    chat.expects().exact("one").await;
    chat.expects().regex("^t..$").matching(|found| found.message.number == 5).await;
    chat.sends(Prop::Photo).await.unwrap();
    chat.expects().contains("NICE").kind(BodyKind::Text).await;
    chat.says("/quiet").await.unwrap();
    chat.expects_silence(Duration::from_secs(3600)).await;
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn what_fails_is_told_with_the_conversation_and_the_wire() {
    let sandbox = echo().await;
    let chat = sandbox.person("ivan").bot("echo");
    chat.says("Привет").await.unwrap();
    let failure = chat.expects().exact("Пока").check().await.unwrap_err();
    assert_eq!(failure.why(), "expected the text `Пока`, found `Привет`");
    let text = failure.to_string();
    for part in [
        "tests/it/main.rs:",
        "ivan, the bot of echo\n  +0s      person: `Привет`\n  +0s      bot: `Привет`\n",
        "bot  -> POST /v1/open-platform/chat/bot/conversations/",
        ": 200",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    // What did not fit is still the next message.
    chat.expects().exact("Привет").await;
    let began = sandbox.now();
    let late = chat.expects().button("Да").within(Duration::from_secs(7)).check().await;
    let why = "expected a button `Да`, found nothing within 7s";
    assert_eq!(late.unwrap_err().why(), why);
    assert_eq!(sandbox.now().since(began), Duration::from_secs(7));
    chat.says("/twice").await.unwrap();
    chat.expects().exact("two").skipping_others().await;
    let failure = chat.check_silence(Duration::from_secs(1)).await;
    assert!(failure.is_ok(), "{failure:?}");
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn a_receiver_that_fails_hears_it_again_when_its_time_has_come() {
    let (place, count) = (Place::free().await.unwrap(), Arc::new(AtomicUsize::new(0)));
    let app = NewApp::new("echo").events_url(place.url("/events"));
    let builder = Sandbox::builder().person("ivan").app(app).patience(HURRY);
    let sandbox = builder.start().await.unwrap();
    let (client, heard) = (sandbox.app("echo").client().unwrap(), count.clone());
    let answer = move |body: String| {
        let (client, heard) = (client.clone(), heard.clone());
        async move {
            if heard.fetch_add(1, Ordering::SeqCst) < 5 {
                return StatusCode::INTERNAL_SERVER_ERROR;
            }
            let (_, id) = body.split_once("\"conversation\":{\"id\":\"").unwrap();
            let id = id.split_once('"').unwrap().0;
            client.bot_send(&id.into(), "at last").await.unwrap();
            StatusCode::OK
        }
    };
    sandbox.host(place, Router::new().route("/events", post(answer)));
    let chat = sandbox.person("ivan").says("Привет").await.unwrap();
    let soon = chat.expects().exact("at last").check().await.unwrap_err();
    assert!(soon.why().ends_with("found nothing within 2s"), "{soon}");
    chat.expects().exact("at last").within(Duration::from_secs(3600)).await;
    assert_eq!(count.load(Ordering::SeqCst), 6);
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn a_person_presses_a_button_that_asks_its_app() {
    let place = Place::free().await.unwrap();
    let app = NewApp::new("shop").dynamic_action_url(place.url("/action"));
    let builder = Sandbox::builder().person("sara").app(app).patience(HURRY);
    let sandbox = builder.start().await.unwrap();
    let answer = async || axum::Json(HashMap::from([("text_message", "Ждём!")]));
    sandbox.host(place, Router::new().route("/action", post(answer)));
    let chat = sandbox.person("sara").bot("shop");
    chat.says("/start").await.unwrap();
    let id = chat.key().await.unwrap();
    let button = Button::dynamic("Да", serde_json::json!({})).unwrap();
    let message = BotMessage::text("Придёте?").unwrap().buttons([[button]]);
    sandbox.app("shop").client().unwrap().bot_send(&id.as_str().into(), message).await.unwrap();
    chat.expects().button("Да").await;
    let done = chat.clicks("Да").await.unwrap();
    assert_eq!(done.clicked.unwrap().text.as_deref(), Some("Ждём!"));
    let missing = chat.clicks("Нет").await.unwrap_err().to_string();
    assert_eq!(missing, "nobody sent a button with `Нет`; the newest ones are [Да]");
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn a_shop_and_two_customers_talk_about_orders() {
    let builder = Sandbox::builder().person("ivan").person("olga").business(7);
    let builder = builder.order(1, 7, "ivan").order(2, 7, "olga").goods(3, 2).patience(HURRY);
    let sandbox = builder.start().await.unwrap();
    let shop = sandbox.business(7).client().unwrap();
    let ivan = sandbox.person("ivan").says("Где заказ?").await.unwrap();
    let olga = sandbox.person("olga").goods(3);
    olga.says("Возвращаю").await.unwrap();
    for (chat, text) in [(&ivan, "В пути"), (&olga, "Ждём")] {
        let id = chat.number().await.unwrap();
        shop.send(id.into(), text).await.unwrap();
    }
    olga.expects().exact("Ждём").await;
    ivan.expects().exact("В пути").await;
    ivan.disputes().await.unwrap();
    ivan.market_says("Разбираемся").await.unwrap();
    ivan.is_decided().await.unwrap();
    assert!(sandbox.person("olga").only_chat().is_ok());
    let text = ivan.transcript().await.unwrap();
    let expected = "ivan, order 1\n  +0s      customer: `Где заказ?`\n  \
                    +0s      shop: `В пути`\n  +0s      market: `Разбираемся`\n";
    assert_eq!(text, expected);
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn two_weeks_of_retries_pass_in_a_moment() {
    let place = Place::free().await.unwrap();
    let app = NewApp::new("echo").events_url(place.url("/events"));
    let sandbox = Sandbox::builder().person("ivan").app(app).start().await.unwrap();
    sandbox.host(place, Router::new().route("/events", post(async || StatusCode::BAD_GATEWAY)));
    sandbox.person("ivan").says("Привет").await.unwrap();
    let (began, fortnight) = (sandbox.now(), Duration::from_secs(14 * 24 * 3600));
    sandbox.pass(fortnight).await.unwrap();
    assert_eq!(sandbox.now().since(began), fortnight);
    assert!(sandbox.run_until_idle().await.unwrap().is_idle);
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn nothing_is_left_of_a_sandbox_that_is_dropped() {
    let sandbox = Sandbox::start().await.unwrap();
    let (url, folder) = (sandbox.url().to_owned(), sandbox.folder().to_owned());
    assert!(folder.join("peyk.db").exists());
    let port: u16 = url.rsplit(':').next().unwrap().parse().unwrap();
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok());
    drop(sandbox);
    assert!(!folder.exists());
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
        assert!(std::time::Instant::now() < deadline, "somebody listens still");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_sandbox_goes_back_to_what_it_was() {
    let sandbox = echo().await;
    let chat = sandbox.person("ivan").says("a").await.unwrap();
    chat.expects().exact("a").await;
    let began = sandbox.now();
    sandbox.snapshot("after-a").await.unwrap();
    chat.says("b").await.unwrap();
    chat.expects().exact("b").await;
    sandbox.pass(Duration::from_secs(60)).await.unwrap();
    sandbox.restore("after-a").await.unwrap();
    assert_eq!(sandbox.now(), began);
    assert_eq!(chat.transcript().await.unwrap().lines().count(), 3);
    sandbox.stop().await.unwrap();
}
