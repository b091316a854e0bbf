//! Rules: added, shown, switched, counted and taken away.

use peyk_engine::world::World;
use peyk_engine::{Clock, Dice};
use peyk_server::{Settings, Setup, start, world_file};
use serde_json::{Value, json};

use super::{control, fault, shop_says, tally};
use crate::database::{database, folder};
use crate::harness::{self, ORDER_CHAT, Peyk, START, world};

async fn refused(peyk: &Peyk, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = peyk.request(method, &format!("/control/v1{path}")).json(&body);
    let answer = harness::send(request).await;
    (answer.status, answer.json()["error"].clone())
}

#[tokio::test]
async fn a_rule_is_added_counted_switched_and_taken_away() {
    let peyk = Peyk::start().await;
    let rule =
        json!({ "name": "calm", "effect": "status", "code": 420, "dialect": "market", "skip": 1 });
    let shown = fault(&peyk, rule.clone()).await;
    let expected = json!({
        "name": "calm", "is_on": true, "direction": "in", "dialect": "market",
        "chance_percent": 100, "seed": 0, "skip": 1, "effect": "status", "code": 420,
        "matched": 0, "done": 0,
    });
    assert_eq!(shown, expected);
    assert_eq!(control(&peyk, "GET", "/faults", None).await, json!({ "items": [expected] }));
    let statuses = async || {
        let mut statuses = Vec::new();
        for _ in 0..2 {
            statuses.push(harness::send(shop_says(&peyk, ORDER_CHAT, "x")).await.status);
        }
        statuses
    };
    assert_eq!(statuses().await, [200, 420]);
    assert_eq!(tally(&peyk, "calm").await, (2, 1));
    let off = control(&peyk, "PUT", "/faults/calm", Some(json!({ "is_on": false }))).await;
    assert_eq!((&off["is_on"], &off["matched"]), (&json!(false), &json!(2)));
    assert_eq!(statuses().await, [200, 200]);
    let on = control(&peyk, "PUT", "/faults/calm", Some(json!({ "is_on": true }))).await;
    assert_eq!((&on["is_on"], &on["matched"], &on["done"]), (&json!(true), &json!(0), &json!(0)));
    assert_eq!(statuses().await, [200, 420]);
    let (status, error) = refused(&peyk, "POST", "/faults", rule).await;
    assert_eq!((status, &error["code"]), (409, &json!("already_exists")));
    assert_eq!(control(&peyk, "DELETE", "/faults/calm", None).await, json!({ "deleted": 1 }));
    assert_eq!(statuses().await, [200, 200]);
    let (status, error) = refused(&peyk, "DELETE", "/faults/calm", json!({})).await;
    assert_eq!((status, &error["code"]), (404, &json!("not_found")));
    for name in ["a", "b"] {
        fault(&peyk, json!({ "name": name, "effect": "truncate" })).await;
    }
    assert_eq!(control(&peyk, "DELETE", "/faults", None).await, json!({ "deleted": 2 }));
    peyk.stop().await;
}

#[tokio::test]
async fn a_rule_with_a_mistake_is_refused_in_words() {
    let peyk = Peyk::start().await;
    for (rule, words) in [
        (json!({ "effect": "drop" }), "name: found no `name`, expected one"),
        (
            json!({ "name": "a", "effect": "status", "code": 420, "dialect": "kenar" }),
            "code: found `420`, expected one of 400, 401, 403, 404, 405, 409, 412, 413, 429, 500, \
             503, 504 for `kenar`",
        ),
        (
            json!({ "name": "a", "effect": "truncate", "dialect": "telex" }),
            "dialect: found `telex`, expected one of `kenar`, `market`, `oauth`, `media`",
        ),
        (
            json!({ "name": "a", "effect": "truncate", "dialect": "media", "operation": "getChats" }),
            "operation: found `getChats`, expected one of `readMedia`",
        ),
        (
            json!({ "name": "a", "effect": "truncate", "loud": true }),
            "loud: found `loud`, expected one of `name`, `is_on`, `direction`, `dialect`, \
             `operation`, `app`, `business`, `person`, `conversation`, `chance_percent`, `seed`, \
             `skip`, `count`, `effect`",
        ),
    ] {
        let (status, error) = refused(&peyk, "POST", "/faults", rule).await;
        assert_eq!((status, &error["message"]), (400, &json!(words)));
    }
    assert_eq!(control(&peyk, "GET", "/faults", None).await, json!({ "items": [] }));
    peyk.stop().await;
}

#[tokio::test]
async fn there_are_not_too_many_rules() {
    let peyk = Peyk::start().await;
    for number in 0..peyk_model::FaultRule::RULES_MAX {
        fault(&peyk, json!({ "name": format!("r{number}"), "effect": "drop" })).await;
    }
    let one_more = json!({ "name": "more", "effect": "drop" });
    let (status, error) = refused(&peyk, "POST", "/faults", one_more).await;
    assert_eq!((status, &error["code"]), (409, &json!("too_many_faults")));
    peyk.stop().await;
}

#[tokio::test]
async fn production_has_no_faults_of_that_kind() {
    let admin_token = Some("s3cret-s3cret".to_owned());
    let settings = Settings { admin_token, ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    let rule = json!({ "name": "a", "effect": "truncate" });
    for (method, path) in [
        ("GET", "/faults"),
        ("POST", "/faults"),
        ("DELETE", "/faults"),
        ("GET", "/faults/a"),
        ("PUT", "/faults/a"),
        ("DELETE", "/faults/a"),
    ] {
        let body = if method == "PUT" { json!({ "is_on": true }) } else { rule.clone() };
        let request = peyk.request(method, &format!("/control/v1{path}")).json(&body);
        let answer = harness::send(request.bearer_auth("s3cret-s3cret")).await;
        assert_eq!(answer.status, 403, "{method} {path}");
        assert_eq!(answer.json()["error"]["code"], "sandbox_only");
    }
    peyk.stop().await;
}

const FILE: &str = r#"
[[fault]]
name = "calm"
dialect = "market"
effect = "status"
code = 420
count = 1
[[fault]]
name = "slow"
is_on = false
effect = "delay"
milliseconds = 20
"#;

#[tokio::test]
async fn a_world_brings_its_faults_and_a_restart_keeps_them_and_their_counts() {
    let (folder, mut worlds) = (folder(), vec![None]);
    let database = database(folder.path());
    let faults = world_file::parse("w.toml", FILE).unwrap().faults;
    worlds.push(Some(World { faults, ..world() }));
    for (status, matched) in [(420, 1), (200, 2)] {
        let setup = Setup {
            listen: "127.0.0.1:0".parse().unwrap(),
            tls: None,
            database: database.clone(),
            objects: folder.path().join("media").to_str().unwrap().to_owned(),
            secret: b"test secret".to_vec(),
            clock: Clock::standing_at(START),
            dice: Dice::seeded(1),
            world: worlds.pop().unwrap(),
            settings: Settings::default(),
        };
        let running = start(setup).await.unwrap();
        let path =
            format!("/v2/businesses/{}/chats/history?chatId={ORDER_CHAT}", harness::BUSINESS);
        let request = reqwest::Client::new().post(format!("{}{path}", running.url()));
        let request = request.header("api-key", harness::MARKET_KEY).json(&json!({}));
        assert_eq!(harness::send(request).await.status, status);
        let counted = running.site().engine.read(peyk_engine::faults::faults).await.unwrap();
        assert_eq!((counted[0].1.matched, counted[0].1.done), (matched, 1));
        assert_eq!((counted[1].0.name.as_str(), counted[1].0.is_on), ("slow", false));
        running.stop().await.unwrap();
    }
}

#[test]
fn a_mistake_in_a_file_is_told_with_its_line() {
    let check = |text: &str, expected: &[&str]| {
        let mistakes = world_file::parse("w.toml", text).unwrap_err();
        let found: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{text}");
    };
    check(
        "[[fault]]\nname = \"a\"\neffect = \"status\"\ncode = 999\n",
        &["w.toml:4:1: found `999`, expected a number from 100 to 599"],
    );
    check("[[fault]]\nname = \"a\"\n", &["w.toml:1:1: found no `effect`, expected one"]);
    check(
        "[[fault]]\nname = \"a\"\neffect = \"drop\"\ndialect = \"media\"\n",
        &["w.toml:4:1: found `media`, expected one of `kenar`, `market`"],
    );
    check(
        "[[fault]]\nname = \"a\"\neffect = \"drop\"\n[[fault]]\nname = \"a\"\neffect = \"drop\"\n",
        &["w.toml:5:1: found `a` for the second time, expected another"],
    );
    check(
        "[[fault]]\nname = \"a\"\neffect = [\"drop\"]\n",
        &["w.toml:3:10: found a list, expected a text, a whole number, `true` or `false`"],
    );
}
