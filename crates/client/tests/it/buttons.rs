//! Buttons that people press, and the bot that answers them.

use std::time::Duration;

use peyk_client::bot::{Bot, FileSessions, Press, Reaction, Reply, Source};
use peyk_client::kenar::{BotMessage, Button};
use peyk_client::{ErrorKind, Kenar};
use peyk_server::Settings;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::harness::{self, APP_KEY, BOT_CHAT, POST_CHAT, Peyk, SARA_TOKEN, world};

#[derive(Serialize, Deserialize)]
struct Vote {
    stars: String,
}

#[derive(Serialize, Deserialize)]
struct Invoice {
    number: String,
}

/// A server whose app is reached at this address.
async fn peyk(address: std::net::SocketAddr) -> Peyk {
    let mut world = world();
    world.apps[0].events_url = Some(format!("http://{address}/webhook"));
    world.apps[0].session_url = Some(format!("http://{address}/session"));
    world.apps[0].dynamic_action_url = Some(format!("http://{address}/action"));
    Peyk::with(world, Settings::default()).await
}

async fn control(peyk: &Peyk, method: &str, path: &str, body: Option<Value>) -> Value {
    let mut request = peyk.request(method, &format!("/control/v1{path}"));
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let answer = harness::send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Presses a button below the newest message, which the person waits for.
async fn press(peyk: &Peyk, person: &str, chat: &str, text: &str, button: usize) -> Value {
    let path = format!("/people/{person}/conversations/{chat}/messages");
    for _ in 0..200 {
        let page = control(peyk, "GET", &path, None).await;
        let last = page["items"].as_array().unwrap().last().unwrap().clone();
        if last["text"] == text {
            let path = format!("{path}/{}/clicks", last["id"]);
            return control(peyk, "POST", &path, Some(json!({ "button": button }))).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody said {text}");
}

fn bot(folder: &std::path::Path) -> Bot<u32> {
    let mut bot = Bot::with_sessions(FileSessions::in_folder(folder).unwrap());
    bot.on_text(|talk| async move {
        let vote = |stars: &str| Button::dynamic(stars, Vote { stars: stars.into() });
        let pay = Button::server_link("pay", Invoice { number: "7/8".into() })?;
        let strange = Button::dynamic("?", json!({ "other": 1 }))?;
        talk.reply(Reply::text("vote").buttons([
            vec_row([vote("1")?, vote("5")?]),
            pay.into(),
            strange.into(),
        ]))
        .await
    });
    bot.on_button(|press: Press<u32>, vote: Vote| async move {
        assert!(press.user().is_some() && press.chat().is_some() && press.post().is_none());
        let count = press.state().await? + 1;
        press.keep(count).await?;
        press.reply(format!("{} stars, vote {count}", vote.stars)).await?;
        Ok(Reaction::text("thank you"))
    });
    bot.on_link(|_: Press<u32>, invoice: Invoice| async move {
        Ok(format!("https://shop.example/pay?number={}", invoice.number))
    });
    bot
}

fn vec_row(buttons: [Button; 2]) -> peyk_client::kenar::ButtonRow {
    buttons.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handler_whose_data_fits_answers_a_press() {
    let folder = tempfile::tempdir().unwrap();
    // The bot has to listen before the server knows where, and to know where the server is.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let peyk = peyk(address).await;
    let kenar = Kenar::builder(APP_KEY).peyk(&*peyk.url).care(crate::care()).build().unwrap();
    drop(listener);
    let place = address.to_string();
    let source = Source::kenar_webhook(kenar.clone(), &place, "echo-identification").await.unwrap();
    assert_eq!(source.address(), Some(address));
    let taken = Source::kenar_webhook(kenar, &place, "x").await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Setup);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = bot(folder.path()).run_until([source], async { drop(stopped.await) });
    let running = tokio::spawn(running);

    let path = format!("/people/ivan/conversations/{BOT_CHAT}/messages");
    control(&peyk, "POST", &path, Some(json!({ "text": "hi" }))).await;
    let link = press(&peyk, "ivan", BOT_CHAT, "vote", 3).await;
    assert_eq!(link["opens"]["url"], "https://shop.example/pay?number=7/8", "{link}");
    let strange = press(&peyk, "ivan", BOT_CHAT, "vote", 4).await;
    assert_eq!(strange["calls"][0]["status"], 500, "{strange}");
    let voted = press(&peyk, "ivan", BOT_CHAT, "vote", 2).await;
    assert_eq!(voted["happened"], "shows the text `thank you`", "{voted}");
    let page = control(&peyk, "GET", &path, None).await;
    assert_eq!(page["items"].as_array().unwrap().last().unwrap()["text"], "5 stars, vote 1");

    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "it listens no more");
    let kept = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(kept, 1);
    peyk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_in_a_conversation_about_a_post_knows_the_post_and_the_side() {
    let (ask, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let peyk = peyk(address).await;
    let kenar = Kenar::builder(APP_KEY).peyk(&*peyk.url).care(crate::care()).build().unwrap();
    let sara = kenar.as_user(SARA_TOKEN);
    drop(listener);
    let place = address.to_string();
    let source = Source::kenar_webhook(kenar, &place, "echo-identification").await.unwrap();
    let source = source.as_user(sara.clone());
    let mut bot = Bot::<()>::new();
    bot.on_button(move |press: Press<()>, data: Value| {
        ask.send((press.post(), press.side().cloned(), data)).unwrap();
        async move {
            press.reply("reserved").await?;
            Reaction::text("done").and_open("https://shop.example/")
        }
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(bot.run_until([source], async { drop(stopped.await) }));
    let button = Button::dynamic("reserve", json!({ "days": "2" })).unwrap();
    let message = peyk_client::kenar::ConversationMessage::text("reserve it?").unwrap();
    sara.send(&POST_CHAT.into(), message.receiver_buttons([[button]])).await.unwrap();
    let pressed = press(&peyk, "ivan", POST_CHAT, "reserve it?", 1).await;
    assert_eq!(pressed["opens"]["url"], "https://shop.example/", "{pressed}");
    let (post, side, data) = asked.recv().await.unwrap();
    assert_eq!(post, Some(harness::POST.into()));
    assert_eq!(side.unwrap().as_str(), "DEMAND");
    assert_eq!(data, json!({ "days": "2" }));
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap().unwrap();
    peyk.stop().await;
}

#[test]
fn a_grid_of_rows_of_different_lengths_can_be_built() {
    let button = |caption: &str| Button::dynamic(caption, json!({})).unwrap();
    let rows = vec![vec![button("1"), button("2")], vec![button("3")]];
    let grid = peyk_client::kenar::ButtonGrid::try_from(rows).unwrap();
    let same = [vec_row([button("1"), button("2")]), button("3").into()];
    assert_eq!(grid, same.into());
    assert!(BotMessage::text("x").is_ok());
}
