//! Upkeep: what nobody can ask for any more is forgotten, and nothing else.

use std::path::Path;
use std::time::Duration;

use futures_util::stream;
use peyk_engine::idempotency::Once;
use peyk_engine::media::{Accept, receive};
use peyk_engine::send_message::send_as_bot;
use peyk_engine::{Clock, Dice, Error, caller, directory, upload};
use peyk_model::limits::{IDEMPOTENCY_KEPT, UNUSED_MEDIA_LIFE};
use peyk_model::message::Content;
use peyk_model::{ConversationKey, Draft, MediaKind, Text, Timestamp};
use peyk_server::{Running, Settings, Setup, Site, start, upkeep};
use peyk_store::{Database, Fault};

use crate::harness::{self, APP_KEY, BOT_CHAT, START, world};

/// A server whose data outlives it.
async fn server(folder: &Path, database: &Database, now: Timestamp) -> Running {
    let setup = Setup {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        database: database.clone(),
        objects: folder.join("media").to_str().unwrap().to_owned(),
        secret: b"test secret".to_vec(),
        clock: Clock::standing_at(now),
        dice: Dice::seeded(u64::try_from(now.seconds()).unwrap()),
        world: Some(world()),
        settings: Settings::default(),
    };
    start(setup).await.unwrap()
}

/// Uploads a text for the app `echo`, and gives the token to send it by.
async fn uploaded(site: &Site, text: &'static str) -> String {
    let bytes = stream::iter([Ok::<_, Fault>(bytes::Bytes::from_static(text.as_bytes()))]);
    let max_bytes = MediaKind::File.max_bytes();
    let rule = Accept::Anything { max_bytes };
    let file = receive(site.engine.objects(), rule, "note.txt", bytes).await.unwrap();
    let keep = move |context: &mut peyk_engine::Context<'_, '_>| {
        let app = directory::app(context, "echo")?.id;
        upload::keep_upload(context, app, &file)
    };
    site.engine.write(keep).await.unwrap()
}

async fn send(site: &Site, content: Content, once: Option<Once>) -> Result<i64, Error> {
    let draft = Draft::from(content);
    let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
        let caller = caller::app_by_key(context, APP_KEY)?;
        let key = ConversationKey(BOT_CHAT.to_owned());
        send_as_bot(context, &caller, &key, &draft, once.as_ref())
    };
    Ok(site.engine.write(verb).await?.message.number)
}

/// How many objects the folder holds.
fn objects(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { objects(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn an_upload_that_nobody_sent_for_a_day_is_forgotten_with_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let database = crate::database::database(folder.path());
    let media = folder.path().join("media");
    let first = server(folder.path(), &database, START).await;
    let sent = uploaded(first.site(), "sent").await;
    let unused = uploaded(first.site(), "unused").await;
    let same_bytes_as_sent = uploaded(first.site(), "sent").await;
    assert_eq!(send(first.site(), Content::Uploaded(sent), None).await.unwrap(), 1);
    upkeep::run_once(first.site()).await.unwrap();
    assert_eq!(objects(&media), 2);
    first.stop().await.unwrap();

    let almost = Timestamp(START.after(UNUSED_MEDIA_LIFE).0 - 1);
    let second = server(folder.path(), &database, almost).await;
    upkeep::run_once(second.site()).await.unwrap();
    assert_eq!(objects(&media), 2);
    second.site().engine.clock().advance(Duration::from_micros(1));
    upkeep::run_once(second.site()).await.unwrap();
    assert_eq!(objects(&media), 1);
    for token in [unused, same_bytes_as_sent] {
        let refused = send(second.site(), Content::Uploaded(token), None).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    }
    second.stop().await.unwrap();
}

#[tokio::test]
async fn an_idempotency_key_is_forgotten_when_its_time_is_over() {
    let peyk = harness::Peyk::start().await;
    let site = peyk.running().site();
    let send = async |words: &str| {
        let once = Once::new("key", [words.as_bytes()]).unwrap();
        send(site, Content::Text(Text::of_chars(words).unwrap()), Some(once)).await
    };
    assert_eq!(send("one").await.unwrap(), 1);
    peyk.clock().advance(IDEMPOTENCY_KEPT - Duration::from_micros(1));
    upkeep::run_once(site).await.unwrap();
    assert_eq!(send("one").await.unwrap(), 1);
    assert!(send("two").await.is_err());
    peyk.clock().advance(Duration::from_micros(1));
    upkeep::run_once(site).await.unwrap();
    let forgotten = site.engine.write(peyk_engine::upkeep::forget_sends).await.unwrap();
    assert_eq!(forgotten, 0);
    assert_eq!(send("two").await.unwrap(), 2);
    peyk.stop().await;
}

#[tokio::test]
async fn what_was_delivered_is_forgotten_after_its_days_and_what_waits_is_not() {
    const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);
    let settings = Settings { retention: Some(WEEK), ..Settings::default() };
    let mut world = world();
    // Nobody answers there, so that what is sent waits.
    world.businesses[0].notification_url = Some("http://127.0.0.1:9/".into());
    let peyk = harness::Peyk::with(world, settings).await;
    let site = peyk.running().site();
    let chat = crate::events::number(&peyk, BOT_CHAT).await;
    crate::events::says(&peyk, "ivan", chat, "kept").await;
    let order = peyk_model::ConversationId(harness::ORDER_CHAT);
    crate::events::says(&peyk, "ivan", order, "waits").await;
    let told = async || {
        let count = async |path: &str| {
            let path = format!("/control/v1{path}");
            let page = harness::send(peyk.request("GET", &path)).await.json();
            page["items"].as_array().unwrap().len()
        };
        (count("/deliveries").await, count("/events?cursor=start").await)
    };
    // In PostgreSQL a feed stays behind every open transaction of the server, other tests' too.
    let soon = async |expected: (usize, usize)| {
        let told = async { while told().await != expected {} };
        let in_time = tokio::time::timeout(Duration::from_secs(30), told).await;
        in_time.unwrap_or_else(|_| panic!("{expected:?} is never told"));
    };
    peyk.clock().advance(WEEK - Duration::from_micros(10));
    upkeep::run_once(site).await.unwrap();
    soon((2, 2)).await;
    peyk.clock().advance(Duration::from_micros(20));
    upkeep::run_once(site).await.unwrap();
    soon((1, 1)).await;
    let left = harness::send(peyk.request("GET", "/control/v1/deliveries")).await.json();
    assert_eq!(left["items"][0]["state"], "pending");
    peyk.stop().await;
}
