//! What people are going to do outlives the server, and is done once.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use peyk_engine::press::Pressed;
use peyk_engine::scripts::{Actor, Hands};
use peyk_engine::{Clock, Dice};
use peyk_server::{Running, Settings, Setup, start};
use peyk_store::Database;

use super::{ivans, scripted};
use crate::database::{database, folder};
use crate::harness::{BOT_CHAT, START};

async fn server(
    folder: &std::path::Path,
    database: &Database,
    admin: bool,
    first: bool,
) -> Running {
    let answer = "[[script.then]]\nafter_seconds = 60\nsay = \"{text}!\"";
    let admin_token = admin.then(|| "s3cret".to_owned());
    start(Setup {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        database: database.clone(),
        objects: folder.join("media").to_str().unwrap().to_owned(),
        secret: b"test secret".to_vec(),
        clock: Clock::standing_at(START),
        dice: Dice::seeded(u64::from(first)),
        world: first.then(|| scripted(&ivans("later", answer))),
        settings: Settings { admin_token, ..Settings::default() },
    })
    .await
    .unwrap()
}

async fn texts(running: &Running) -> Vec<String> {
    let key = peyk_model::ConversationKey(BOT_CHAT.into());
    let read = running.site().engine.read(move |context| {
        let chat = context.tx.conversation_by_key(&key, peyk_store::Lock::None)?.unwrap().id;
        let first = peyk_model::MessageId(0);
        Ok(context.tx.messages_from(chat, first, 100)?)
    });
    let text = |message: peyk_model::Message| match message.body {
        peyk_model::Body::Text(text) => text.as_str().to_owned(),
        other => panic!("{other:?}"),
    };
    read.await.unwrap().into_iter().map(text).collect()
}

async fn bot_says(running: &Running, text: &str) {
    let path = format!("/experimental/open-platform/chatbot-conversations/{BOT_CHAT}/messages");
    let request = reqwest::Client::new().post(format!("{}{path}", running.url()));
    let body = serde_json::json!({ "type": "TEXT", "text_message": text });
    let answer = request.header("x-api-key", "echo-key").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

/// Lets everything happen that is due, whoever does it.
async fn act(running: &Running) {
    let site = running.site().clone();
    Actor::new(site.engine.clone(), std::sync::Arc::new(site)).run_once().await.unwrap();
}

#[tokio::test]
async fn a_step_that_waits_is_done_once_after_a_restart() {
    let folder = folder();
    let database = database(folder.path());
    let first = server(folder.path(), &database, false, true).await;
    bot_says(&first, "one").await;
    act(&first).await;
    first.stop().await.unwrap();
    let second = server(folder.path(), &database, false, false).await;
    act(&second).await;
    assert_eq!(texts(&second).await, ["one"]);
    second.site().engine.clock().advance(std::time::Duration::from_secs(61));
    act(&second).await;
    act(&second).await;
    assert_eq!(texts(&second).await, ["one", "one!"]);
    second.stop().await.unwrap();
}

#[tokio::test]
async fn several_actors_on_one_database_do_nothing_twice() {
    let folder = folder();
    let database = database(folder.path());
    let first = server(folder.path(), &database, false, true).await;
    // SQLite has one server; on PostgreSQL a second one shares the work.
    let second = match &database {
        Database::Sqlite(_) => None,
        Database::Postgres(_) => Some(server(folder.path(), &database, false, false).await),
    };
    for number in 0..10 {
        bot_says(&first, &number.to_string()).await;
    }
    let servers: Vec<&Running> =
        [Some(&first), second.as_ref(), Some(&first)].into_iter().flatten().collect();
    for _ in 0..2 {
        futures_util::future::join_all(servers.iter().map(|running| act(running))).await;
        for running in [Some(&first), second.as_ref()].into_iter().flatten() {
            running.site().engine.clock().advance(std::time::Duration::from_secs(61));
        }
    }
    let mut expected: Vec<String> = (0..10).map(|number: i32| number.to_string()).collect();
    expected.extend((0..10).map(|number: i32| format!("{number}!")));
    assert_eq!(texts(&first).await, expected);
    first.stop().await.unwrap();
    if let Some(second) = second {
        second.stop().await.unwrap();
    }
}

#[tokio::test]
async fn in_production_nobody_acts_on_their_own() {
    let folder = folder();
    let database = database(folder.path());
    let server = server(folder.path(), &database, true, true).await;
    bot_says(&server, "one").await;
    let due = server
        .site()
        .engine
        .read(|context| Ok(context.tx.due_errands(peyk_model::Timestamp(i64::MAX), 10)?));
    assert_eq!(due.await.unwrap(), []);
    server.stop().await.unwrap();
}

/// Hands that tell which press they were asked for, and never come back from the first.
struct Hangs {
    asked: tokio::sync::mpsc::UnboundedSender<(Option<String>, String)>,
    hangs: std::sync::atomic::AtomicBool,
}

impl Hands for Hangs {
    fn press<'p>(&'p self, pressed: &'p Pressed) -> BoxFuture<'p, Result<(), String>> {
        let hangs = self.hangs.swap(false, std::sync::atomic::Ordering::SeqCst);
        self.asked.send((pressed.id.clone(), format!("{:?}", pressed.action))).unwrap();
        async move { if hangs { std::future::pending().await } else { Ok(()) } }.boxed()
    }
}

async fn bot_shows(running: &Running, data: &str) {
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    let action = serde_json::json!({ "get_dynamic_action": { "data": { "is": data } } });
    let rows = serde_json::json!([{ "buttons": [{ "caption": "Yes", "action": action }] }]);
    let body = serde_json::json!({ "text_message": "Well?", "buttons": { "rows": rows } });
    let request = reqwest::Client::new().post(format!("{}{path}", running.url()));
    let answer = request.header("x-api-key", "echo-key").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_press_that_was_under_way_when_a_server_died_comes_again_as_the_same() {
    let folder = folder();
    let database = database(folder.path());
    // An actor of one's own can be killed at any moment; a server's would act beside it.
    let server = server(folder.path(), &database, true, false).await;
    let engine = server.site().engine.clone();
    let steps = "limit = 1\n[[script.then]]\nclick = 1\n[[script.then]]\nsay = \"done\"";
    let world = scripted(&ivans("clicks", steps));
    let load = move |context: &mut peyk_engine::Context<'_, '_>| {
        peyk_engine::world::load_world(context, &world)
    };
    engine.write(load).await.unwrap();
    bot_shows(&server, "first").await;
    let (asked, mut presses) = tokio::sync::mpsc::unbounded_channel();
    let hands = std::sync::Arc::new(Hangs { asked, hangs: true.into() });
    let killed = Actor::new(engine.clone(), hands.clone());
    let first = tokio::select! {
        done = killed.run_once() => panic!("it came back: {done:?}"),
        press = presses.recv() => press.unwrap(),
    };
    drop(killed);
    assert!(first.0.as_ref().unwrap().starts_with("press_") && first.1.contains("first"));
    // What the bot shows meanwhile is not what was pressed.
    bot_shows(&server, "second").await;
    for _ in 0..3 {
        engine.clock().advance(std::time::Duration::from_secs(31));
        Actor::new(engine.clone(), hands.clone()).run_once().await.unwrap();
    }
    assert_eq!(presses.recv().await.unwrap(), first);
    assert!(presses.try_recv().is_err(), "it was pressed once more, and no more");
    assert_eq!(texts(&server).await, ["Well?", "Well?", "done"]);
    server.stop().await.unwrap();
}
