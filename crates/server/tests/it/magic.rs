//! Magic people, orders and receivers: what rarely happens, under fixed names.

use peyk_engine::world::World;
use peyk_model::{ConversationId, DeliveryState, LimitBook};
use peyk_server::{Settings, start};
use peyk_store::{DeliveryFilter, DeliveryOrder};
use serde_json::{Value, json};

use crate::events::says;
use crate::harness::{self, APP_KEY, BUSINESS, MARKET_KEY, Peyk, world};
use crate::kenar::check_against_spec;
use crate::market::ask;

async fn magic() -> Peyk {
    Peyk::with(World { magic: true, ..world() }, Settings::default()).await
}

/// The business asks; the answer is checked against the specification.
async fn market(peyk: &Peyk, path: &str, body: Value) -> (u16, Value) {
    let path = format!("/v2/businesses/{BUSINESS}/chats{path}");
    ask(peyk, peyk.request("POST", &path).header("api-key", MARKET_KEY).json(&body)).await
}

/// The chat of the business's order with these digits behind its id.
async fn chat(peyk: &Peyk, digits: i64) -> (u16, Value) {
    let order = BUSINESS * 1000 + digits;
    market(peyk, "/new", json!({ "context": { "type": "ORDER", "id": order } })).await
}

#[tokio::test]
async fn who_always_blocks_is_never_reached() {
    let peyk = magic().await;
    let path = "/experimental/open-platform/chatbot-conversations/magic-blocks-echo/messages";
    let body = json!({ "type": "TEXT", "text_message": "x" });
    let request = peyk.request("POST", path).header("x-api-key", APP_KEY).json(&body);
    let answer = harness::send(request).await;
    let body = answer.json();
    let expected = "message delivery failed due to recipient's restriction";
    assert_eq!((answer.status, &body["message"]), (412, &json!(expected)));
    check_against_spec("POST", path, 412, &body);

    let (_, opened) = chat(&peyk, 412).await;
    let id = opened["result"]["chatId"].as_i64().unwrap();
    let path = format!("/message?chatId={id}");
    let (status, body) = market(&peyk, &path, json!({ "message": "x" })).await;
    let errors = json!([{ "code": "FORBIDDEN", "message": "Access denied" }]);
    assert_eq!((status, body), (403, json!({ "status": "ERROR", "errors": errors })));
    peyk.stop().await;
}

#[tokio::test]
async fn a_chat_is_finished_and_an_order_is_nobodys() {
    let peyk = magic().await;
    let (_, opened) = chat(&peyk, 410).await;
    let id = opened["result"]["chatId"].as_i64().unwrap();
    let path = format!("/v2/businesses/{BUSINESS}/chat?chatId={id}");
    let (_, found) = ask(&peyk, peyk.request("GET", &path).header("api-key", MARKET_KEY)).await;
    assert_eq!(found["result"]["status"], "FINISHED", "{found}");
    assert_eq!(chat(&peyk, 404).await.0, 404);
    peyk.stop().await;
}

#[tokio::test]
async fn a_magic_key_is_always_over_its_limit() {
    let demo = peyk_server::world_file::parse("demo.toml", peyk_server::world_file::DEMO).unwrap();
    // Whether or not calls are counted.
    for limits in [LimitBook::default(), LimitBook::NONE] {
        let settings = Settings { limits, ..Settings::default() };
        let peyk = Peyk::with(demo.clone(), settings).await;
        let path = format!("/v2/businesses/{BUSINESS}/chats");
        let key = "ACMA:MagicOverLimit00000000000000000209888193:00000420";
        let request = peyk.request("POST", &path).header("api-key", key).json(&json!({}));
        let answer = harness::send(request).await;
        let text = "Hit rate limit of '5000' requests per 'hour' for resource 'getChats' for \
                    businessId 209888193";
        let errors = json!([{ "code": "ENHANCE_YOUR_CALM", "message": text }]);
        assert_eq!((answer.status, &answer.json()["errors"]), (420, &errors));
        for (name, value) in [
            ("x-ratelimit-resource-limit", "5000"),
            ("x-ratelimit-resource-remaining", "0"),
            ("x-ratelimit-resource-until", "Fri, 20 Nov 2026 13:00:00 GMT"),
        ] {
            assert_eq!(answer.headers[name], value, "{name}");
        }
        let path = "/experimental/open-platform/chatbot-conversations/magic-blocks-echo/messages";
        let body = json!({ "type": "TEXT", "text_message": "x" });
        let request = peyk.request("POST", path).header("x-api-key", "magic-over-limit-echo");
        let answer = harness::send(request.json(&body)).await;
        let body = answer.json();
        let text = "minutely rate limit exceeded: 6000 requests per minute for ";
        assert!(body["message"].as_str().unwrap().starts_with(text), "{body}");
        assert_eq!((answer.status, &body["code"]), (429, &json!(8)));
        assert_eq!(answer.headers["retry-after"], "60");
        check_against_spec("POST", path, 429, &body);
        peyk.stop().await;
    }
    let peyk = Peyk::start().await;
    let request = bot_request(&peyk, "magic-over-limit-echo");
    assert_eq!(harness::send(request).await.status, 401);
    peyk.stop().await;
}

fn bot_request(peyk: &Peyk, key: &str) -> reqwest::RequestBuilder {
    let path =
        format!("/experimental/open-platform/chatbot-conversations/{}/messages", harness::BOT_CHAT);
    let body = json!({ "type": "TEXT", "text_message": "x" });
    peyk.request("POST", &path).header("x-api-key", key).json(&body)
}

#[tokio::test]
async fn a_receiver_that_loses_its_answer_or_fails_is_tried_again() {
    for manner in ["loses-answer", "fails"] {
        let peyk = magic().await;
        let url = format!("{}/magic/receiver/{manner}", peyk.url);
        let World { mut apps, .. } = world();
        apps[0].events_url = Some(url);
        let World { people, .. } = world();
        let load = World { apps, people, ..World::default() };
        let load = peyk
            .running()
            .site()
            .engine
            .write(move |context| peyk_engine::world::load_world(context, &load));
        load.await.unwrap();
        let id: ConversationId = crate::events::number(&peyk, harness::BOT_CHAT).await;
        says(&peyk, "ivan", id, "salam").await;
        let run = json!({ "action": "run_until_idle", "max_seconds": 60 });
        let clock = peyk.request("POST", "/control/v1/clock").json(&run);
        assert_eq!(harness::send(clock).await.json()["run"]["is_idle"], false);
        let read = peyk.running().site().engine.read(|context| {
            Ok(context.tx.deliveries(
                &DeliveryFilter::default(),
                DeliveryOrder::NewestFirst(None),
                10,
            )?)
        });
        let (delivery, _) = read.await.unwrap().remove(0);
        assert_eq!(delivery.state, DeliveryState::Retrying, "{manner}");
        assert!(delivery.attempts >= 2, "{manner}: {delivery:?}");
        peyk.stop().await;
    }
}

#[tokio::test]
async fn without_magic_nobody_is_magic() {
    let peyk = Peyk::start().await;
    assert_eq!(chat(&peyk, 412).await.0, 404);
    let people = harness::send(peyk.request("GET", "/control/v1/people")).await;
    assert!(!people.body.contains("magic"), "{}", people.body);
    peyk.stop().await;
}

#[tokio::test]
async fn magic_is_loaded_as_often_as_one_likes() {
    let peyk = magic().await;
    let again = World { magic: true, ..world() };
    let load = peyk
        .running()
        .site()
        .engine
        .write(move |context| peyk_engine::world::load_world(context, &again));
    load.await.unwrap();
    assert_eq!(chat(&peyk, 410).await.0, 200);
    peyk.stop().await;
}

#[tokio::test]
async fn production_knows_no_magic() {
    let admin_token = Some("s3cret".to_owned());
    let settings = Settings { admin_token, ..Settings::default() };
    let folder = crate::database::folder();
    let refused = start(peyk_server::Setup {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        database: crate::database::database(folder.path()),
        objects: folder.path().join("media").to_str().unwrap().to_owned(),
        secret: b"test secret".to_vec(),
        clock: peyk_engine::Clock::system(),
        dice: peyk_engine::Dice::seeded(1),
        world: Some(World { magic: true, ..world() }),
        settings: settings.clone(),
    })
    .await;
    let refused = refused.err().expect("no magic in production").to_string();
    assert_eq!(refused, "the World asks for magic people, and production has none");
    let peyk = Peyk::with(world(), settings).await;
    let answer = harness::send(peyk.request("POST", "/magic/receiver/fails").body("{}")).await;
    assert_eq!(answer.status, 404);
    peyk.stop().await;
}
