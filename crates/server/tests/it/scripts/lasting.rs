//! What people are going to do outlives the server, and is done once.

use peyk_engine::scripts::Actor;
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
