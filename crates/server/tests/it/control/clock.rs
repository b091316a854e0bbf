//! The clock of a sandbox.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::response::IntoResponse;
use peyk_engine::clock::{Movement, move_clock};
use peyk_engine::world::World;
use peyk_engine::{Clock, Dice};
use peyk_model::ConversationId;
use peyk_server::{Running, Settings, Setup, start};
use peyk_store::Database;
use serde_json::{Value, json};

use super::{call, get, post, refused};
use crate::database::{database, folder};
use crate::events::{Receiver, says};
use crate::harness::{self, ORDER_CHAT, Peyk, world};

fn standing(time: &str) -> Value {
    json!({ "time": time, "state": "standing" })
}

#[tokio::test]
async fn a_clock_is_shown_set_and_put_forward() {
    let peyk = Peyk::start().await;
    assert_eq!(get(&peyk, "/clock").await, standing("2026-11-20T12:00:00.000000Z"));
    let later = post(&peyk, "/clock", json!({ "action": "advance", "seconds": 86_400 })).await;
    assert_eq!(later, standing("2026-11-21T12:00:00.000000Z"));
    let set = json!({ "action": "set", "time": "2027-03-20T23:45:00+03:30" });
    assert_eq!(post(&peyk, "/clock", set).await, standing("2027-03-20T20:15:00.000000Z"));
    assert_eq!(get(&peyk, "/status").await["time"], "2027-03-20T20:15:00.000000Z");
    peyk.stop().await;
}

#[tokio::test]
async fn a_clock_goes_on_from_where_it_stood_and_back_to_the_machines() {
    let peyk = Peyk::start().await;
    let going = post(&peyk, "/clock", json!({ "action": "unfreeze" })).await;
    assert_eq!(going["state"], "running");
    assert!(going["time"].as_str() >= Some("2026-11-20T12:00:00"), "{going}");
    let set = json!({ "action": "set", "time": "2030-01-01T00:00:00Z" });
    let going = post(&peyk, "/clock", set).await;
    assert_eq!(
        (&going["state"], going["time"].as_str().unwrap().get(..10)),
        (&json!("running"), Some("2030-01-01"))
    );
    let frozen = post(&peyk, "/clock", json!({ "action": "freeze" })).await;
    assert_eq!(get(&peyk, "/clock").await, frozen);
    let reset = post(&peyk, "/clock", json!({ "action": "reset" })).await;
    assert_eq!((&reset["state"], &reset["ahead_microseconds"]), (&json!("running"), &json!(0)));
    peyk.stop().await;
}

#[tokio::test]
async fn every_answer_of_the_control_api_tells_the_time() {
    let peyk = Peyk::start().await;
    for (method, path) in [("GET", "/people"), ("GET", "/people/nobody/conversations")] {
        let answer = harness::send(peyk.request(method, &format!("/control/v1{path}"))).await;
        assert_eq!(answer.headers["x-peyk-time"], "2026-11-20T12:00:00.000000Z", "{path}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_time_that_cannot_be_is_refused() {
    let peyk = Peyk::start().await;
    let bounds = "the clock goes from 1970-01-01T00:00:00.000000Z to 2200-01-01T00:00:00.000000Z";
    for (action, message) in [
        (
            json!({ "action": "set", "time": "noon" }),
            "time: expected a time like 2026-11-20T12:00:00Z",
        ),
        (json!({ "action": "set", "time": "2201-01-01T00:00:00Z" }), bounds),
        (json!({ "action": "advance", "seconds": 1_u64 << 62 }), bounds),
    ] {
        let refusal = refused(&peyk, "POST", "/clock", Some(action)).await;
        assert_eq!(refusal, (400, "invalid_request".into(), message.into()));
    }
    let (status, code, _) = refused(&peyk, "POST", "/clock", Some(json!({}))).await;
    assert_eq!((status, code.as_str()), (400, "invalid_request"));
    assert_eq!(get(&peyk, "/clock").await, standing("2026-11-20T12:00:00.000000Z"));
    peyk.stop().await;
}

#[tokio::test]
async fn production_shows_its_clock_and_never_moves_it() {
    let settings = Settings { admin_token: Some("s3cret".into()), ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    let clock = |method| peyk.request(method, "/control/v1/clock").bearer_auth("s3cret");
    assert_eq!(harness::send(clock("GET")).await.status, 200);
    let answer = harness::send(clock("POST").json(&json!({ "action": "freeze" }))).await;
    let code = answer.json()["error"]["code"].clone();
    assert_eq!((answer.status, code), (403, json!("sandbox_only")));
    peyk.stop().await;
}

#[tokio::test]
async fn a_clock_is_where_it_was_after_a_restart_but_not_in_production() {
    let folder = folder();
    let database = database(folder.path());
    let run = async |admin_token: Option<&str>| -> anyhow::Result<Running> {
        let settings = Settings { admin_token: admin_token.map(Into::into), ..Settings::default() };
        start(Setup {
            listen: "127.0.0.1:0".parse().unwrap(),
            tls: None,
            database: database.clone(),
            objects: folder.path().join("media").to_str().unwrap().to_owned(),
            secret: b"test secret".to_vec(),
            clock: Clock::system(),
            dice: Dice::seeded(1),
            world: None,
            settings,
        })
        .await
    };
    let first = run(None).await.unwrap();
    let url = format!("{}/control/v1/clock", first.url());
    let set = |action: Value| reqwest::Client::new().post(&url).json(&action).send();
    for action in
        [json!({ "action": "freeze" }), json!({ "action": "set", "time": "2031-05-05T00:00:00Z" })]
    {
        assert_eq!(set(action).await.unwrap().status(), 200);
    }
    let stood = first.site().engine.clock().now();
    first.stop().await.unwrap();
    let refused = run(Some("s3cret")).await.err().expect("a moved clock").to_string();
    assert!(refused.contains("production needs the machine's time"), "{refused}");
    let second = run(None).await.unwrap();
    assert_eq!(second.site().engine.clock().now(), stood);
    second.stop().await.unwrap();
}

#[tokio::test]
async fn time_runs_from_retry_to_retry_until_nothing_is_open() {
    let heard = AtomicUsize::new(0);
    let receiver = Receiver::start(move |_| {
        let status = if heard.fetch_add(1, Ordering::Relaxed) < 12 { 500 } else { 200 };
        (http::StatusCode::from_u16(status).unwrap(), "{}").into_response()
    })
    .await;
    let World { mut apps, .. } = world();
    apps[0].events_url = Some(receiver.url.clone());
    let peyk = Peyk::with(World { apps, ..world() }, Settings::default()).await;
    let chat = crate::events::number(&peyk, harness::BOT_CHAT).await;
    says(&peyk, "ivan", chat, "salam").await;
    let run = json!({ "action": "run_until_idle" });
    let clock = post(&peyk, "/clock", run.clone()).await;
    assert_eq!(clock["run"]["is_idle"], true);
    for _ in 0..13 {
        receiver.next().await;
    }
    assert!(clock["time"].as_str() > Some("2026-11-20T12:01"), "{clock}");
    let again = post(&peyk, "/clock", run).await;
    assert_eq!((&again["time"], &again["run"]["steps"]), (&clock["time"], &json!(0)));
    peyk.stop().await;
}

#[tokio::test]
async fn time_runs_no_further_than_it_was_told() {
    let receiver = Receiver::start(|_| http::StatusCode::BAD_GATEWAY.into_response()).await;
    let World { mut apps, .. } = world();
    apps[0].events_url = Some(receiver.url.clone());
    let peyk = Peyk::with(World { apps, ..world() }, Settings::default()).await;
    let chat = crate::events::number(&peyk, harness::BOT_CHAT).await;
    says(&peyk, "ivan", chat, "salam").await;
    let run = json!({ "action": "run_until_idle", "max_seconds": 300 });
    let clock = post(&peyk, "/clock", run).await;
    assert_eq!(clock["run"]["is_idle"], false);
    assert!(clock["time"].as_str() <= Some("2026-11-20T12:05:00.000000Z"), "{clock}");
    let silent = ConversationId(ORDER_CHAT);
    says(&peyk, "ivan", silent, "Есть кто?").await;
    assert_eq!(
        call(&peyk, "GET", "/clock", None).await.1,
        standing(clock["time"].as_str().unwrap())
    );
    peyk.stop().await;
}

/// A server on this database.
async fn server(folder: &std::path::Path, database: &Database, world: Option<World>) -> Running {
    start(Setup {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        database: database.clone(),
        objects: folder.join("media").to_str().unwrap().to_owned(),
        secret: b"test secret".to_vec(),
        clock: Clock::system(),
        dice: Dice::seeded(u64::from(world.is_some())),
        world,
        settings: Settings::default(),
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn servers_of_one_database_follow_each_others_clock_and_faults() {
    let folder = folder();
    let database = database(folder.path());
    let first = server(folder.path(), &database, Some(world())).await;
    // SQLite has one server: there the other one is played by a writer of its settings.
    let second = match &database {
        Database::Sqlite(_) => None,
        Database::Postgres(_) => Some(server(folder.path(), &database, None).await),
    };
    let engine = second.as_ref().unwrap_or(&first).site().engine.clone();
    let time = peyk_model::Timestamp::from_seconds(1_900_000_000);
    if second.is_some() {
        for movement in [Movement::Freeze, Movement::Set(time)] {
            move_clock(&engine, movement).await.unwrap();
        }
    } else {
        let standing = peyk_model::ClockPosition::Standing(time).to_string();
        engine.write(move |c| Ok(c.tx.put_setting("clock", &standing)?)).await.unwrap();
    }
    let file = "[[fault]]\nname = \"a\"\neffect = \"truncate\"\n";
    let rule = peyk_server::world_file::parse("w.toml", file).unwrap().faults.remove(0);
    engine.write(move |context| peyk_engine::faults::put_fault(context, &rule)).await.unwrap();
    let own = first.site().engine.clone();
    let followed = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        while own.clock().now() != time || own.faults().is_quiet() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    });
    followed.await.expect("the other server is followed");
    // A movement starts from where the other one left the clock.
    let later = move_clock(&own, Movement::Advance(std::time::Duration::from_secs(1))).await;
    let expected =
        peyk_model::ClockPosition::Standing(time.after(std::time::Duration::from_secs(1)));
    assert_eq!(later.unwrap(), expected);
    first.stop().await.unwrap();
    if let Some(second) = second {
        second.stop().await.unwrap();
    }
}
