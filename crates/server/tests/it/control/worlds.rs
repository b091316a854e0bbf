//! Worlds that are written and loaded again: nothing is lost, nothing is added.

use peyk_engine::world::World;
use peyk_model::LimitBook;
use peyk_server::Settings;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{call, get, post, refused};
use crate::harness::{
    self, APP_KEY, BOT_CHAT, BUSINESS, DIRECT_CHAT, FRESH_ORDER, IVAN_TOKEN, MARKET_KEY,
    ORDER_CHAT, POST, POST_CHAT, Peyk, RETURN, SARA_TOKEN,
};

/// One thing that somebody does through a public door.
#[derive(Debug, Clone)]
enum Deed {
    Says(&'static str, &'static str, String),
    Sends(&'static str, &'static str, Value),
    BotSays(String, Value),
    AppSays(&'static str, String),
    ShopSays(i64, String),
    ShopOpens(Value),
    Photo(&'static str, &'static str),
    Blocks(&'static str, &'static str, bool),
    Disputes(bool),
    Subscribes,
    Consents,
    Forwards(u64),
    MakesKey,
    SetsUrl(usize, Option<&'static str>),
}

fn words() -> impl Strategy<Value = String> {
    "[ -~а-яا-ی\n\"'\\\\]{0,12}x"
}

fn deed() -> impl Strategy<Value = Deed> {
    let person = prop_oneof![Just("ivan"), Just("sara")];
    let buttons = json!({ "rows": [{ "buttons": [
        { "action": { "open_direct_link": { "link": "https://example.com/\"x\"" } },
          "icon_name": "STAR", "caption": "Открыть \\ باز" } ] }] });
    prop_oneof![
        (person.clone(), words()).prop_map(|(who, text)| Deed::Says(who, POST_CHAT, text)),
        words().prop_map(|text| Deed::Says("ivan", BOT_CHAT, text)),
        Just(Deed::Sends(
            "ivan",
            POST_CHAT,
            json!({ "location": { "latitude": 35.7, "longitude": 51.25 } })
        )),
        Just(Deed::Sends(
            "sara",
            POST_CHAT,
            json!({ "contact": { "name": "علی", "phone": "+98912" } })
        )),
        words().prop_map(move |text| Deed::BotSays(text, buttons.clone())),
        (prop_oneof![Just(IVAN_TOKEN), Just(SARA_TOKEN)], words())
            .prop_map(|(token, text)| Deed::AppSays(token, text)),
        (prop_oneof![Just(ORDER_CHAT), Just(DIRECT_CHAT)], words())
            .prop_map(|(chat, text)| Deed::ShopSays(chat, text)),
        prop_oneof![
            Just(json!({ "context": { "type": "ORDER", "id": FRESH_ORDER } })),
            Just(json!({ "context": { "type": "RETURN", "id": RETURN } })),
        ]
        .prop_map(Deed::ShopOpens),
        Just(Deed::Photo("ivan", POST_CHAT)),
        (person, prop_oneof![Just(POST_CHAT), Just(BOT_CHAT)], any::<bool>())
            .prop_map(|(who, chat, on)| Deed::Blocks(who, chat, on)),
        any::<bool>().prop_map(Deed::Disputes),
        Just(Deed::Subscribes),
        Just(Deed::Consents),
        (1_u64..100_000).prop_map(Deed::Forwards),
        Just(Deed::MakesKey),
        (0_usize..4, prop_oneof![Just(None), Just(Some("http://127.0.0.1:9/hook"))])
            .prop_map(|(hook, url)| Deed::SetsUrl(hook, url)),
    ]
}

/// A picture of one pixel.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x62, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];

/// Does it; whether it is refused does not matter.
#[expect(clippy::too_many_lines, reason = "one arm for each deed")]
async fn does(peyk: &Peyk, deed: &Deed) {
    let control = |method: &'static str, path: String, body: Value| {
        let request = peyk.request(method, &format!("/control/v1{path}"));
        if body.is_null() { request } else { request.json(&body) }
    };
    let kenar = "/v1/open-platform/chat";
    let request = match deed {
        Deed::Says(who, chat, text) => {
            let path = format!("/people/{who}/conversations/{chat}/messages");
            control("POST", path, json!({ "text": text }))
        }
        Deed::Sends(who, chat, body) => {
            control("POST", format!("/people/{who}/conversations/{chat}/messages"), body.clone())
        }
        Deed::BotSays(text, buttons) => {
            let body = json!({ "type": "TEXT", "text_message": text, "buttons": buttons });
            let path = format!("{kenar}/bot/conversations/{BOT_CHAT}/messages");
            peyk.request("POST", &path).header("x-api-key", APP_KEY).json(&body)
        }
        Deed::AppSays(token, text) => {
            let path = format!("{kenar}/conversations/{POST_CHAT}/messages");
            let body = json!({ "type": "TEXT", "text_message": text });
            let request = peyk.request("POST", &path).header("x-api-key", APP_KEY);
            request.header("x-access-token", *token).json(&body)
        }
        Deed::ShopSays(chat, text) => {
            let path = format!("/v2/businesses/{BUSINESS}/chats/message?chatId={chat}");
            peyk.request("POST", &path)
                .header("api-key", MARKET_KEY)
                .json(&json!({ "message": text }))
        }
        Deed::ShopOpens(body) => {
            let path = format!("/v2/businesses/{BUSINESS}/chats/new");
            peyk.request("POST", &path).header("api-key", MARKET_KEY).json(body)
        }
        Deed::Photo(who, chat) => {
            let part = reqwest::multipart::Part::bytes(PIXEL).file_name("یک.png");
            let form = reqwest::multipart::Form::new().part("file", part);
            let path = format!("/people/{who}/conversations/{chat}/files");
            control("POST", path, Value::Null).multipart(form)
        }
        Deed::Blocks(who, chat, on) => {
            let method = if *on { "PUT" } else { "DELETE" };
            control(method, format!("/people/{who}/conversations/{chat}/block"), Value::Null)
        }
        Deed::Disputes(start) => {
            let what = if *start { "start" } else { "finish" };
            control("POST", format!("/conversations/{ORDER_CHAT}/arbitration/{what}"), Value::Null)
        }
        Deed::Subscribes => {
            let body = json!({ "event_type": "POST_MESSAGES", "post_token": POST });
            let path = "/v1/open-platform/events/subscriptions";
            let request = peyk.request("POST", path).header("x-api-key", APP_KEY);
            request.header("x-access-token", SARA_TOKEN).json(&body)
        }
        Deed::Consents => {
            let body = json!({ "app": "echo", "scopes": ["USER_ID", "offline_access"] });
            control("POST", "/people/olga/approve".into(), body)
        }
        Deed::Forwards(seconds) => {
            control("POST", "/clock".into(), json!({ "action": "advance", "seconds": seconds }))
        }
        Deed::MakesKey => control("POST", "/apps/echo/keys".into(), json!({ "name": "nächster" })),
        Deed::SetsUrl(hook, url) => {
            let listed = get(peyk, "/webhooks").await;
            let id = listed["items"][*hook]["id"].as_i64().unwrap_or(0);
            // What a receiver does on its own would go on while the export is made.
            post(peyk, &format!("/webhooks/{id}/pause"), Value::Null).await;
            control("PUT", format!("/webhooks/{id}/url"), json!({ "url": url }))
        }
    };
    let answer = harness::send(request).await;
    assert!(answer.status < 500, "{deed:?}: {answer:?}");
}

async fn export(peyk: &Peyk) -> String {
    let answer = harness::send(peyk.request("GET", "/control/v1/world")).await;
    assert_eq!(
        (answer.status, &answer.headers["content-type"]),
        (200, &"application/toml".parse().unwrap())
    );
    answer.body
}

async fn load(peyk: &Peyk, text: &str) {
    let request = peyk.request("POST", "/control/v1/world?replace=true");
    let answer = harness::send(request.body(text.to_owned())).await;
    assert_eq!(answer.status, 200, "{answer:?}\n{text}");
}

/// What both dialects tell of every conversation.
async fn told(peyk: &Peyk) -> Vec<String> {
    let mut told = Vec::new();
    for (chat, token) in [(POST_CHAT, SARA_TOKEN), (BOT_CHAT, IVAN_TOKEN)] {
        let path = format!("/v1/open-platform/chat/conversations/{chat}");
        let request = peyk.request("GET", &path).header("x-api-key", APP_KEY);
        told.push(harness::send(request.header("x-access-token", token)).await.body);
    }
    let shop = format!("/v2/businesses/{BUSINESS}/chats");
    let list = peyk.request("POST", &shop).header("api-key", MARKET_KEY).body("{}");
    let list = harness::send(list).await;
    let chats: Value = serde_json::from_str(&list.body).unwrap();
    told.push(list.body);
    for chat in chats["result"]["chats"].as_array().unwrap() {
        let path = format!("{shop}/history?chatId={}", chat["chatId"]);
        let history = peyk.request("POST", &path).header("api-key", MARKET_KEY).body("{}");
        told.push(harness::send(history).await.body);
    }
    told
}

/// The World of the tests, in which Olga has files of her own to send.
fn world_with_files(folder: &std::path::Path) -> World {
    std::fs::write(folder.join("offer.txt"), "an offer\n").unwrap();
    std::fs::write(folder.join("empty.txt"), "").unwrap();
    let text = "[[person]]\nid = \"olga\"\nname = \"O\"\nphone = \"+79160000002\"\nlocale = \"ru\"\n\
        [[script]]\nname = \"sends\"\nperson = \"olga\"\n[[script.then]]\nfile = \"offer.txt\"\n\
        [[script.then]]\nsend = \"photo\"\n[[script.then]]\nfile = \"empty.txt\"\n";
    let read = peyk_server::world_file::parse_beside(folder, "w.toml", text).unwrap();
    World { scripts: read.scripts, ..harness::world() }
}

async fn server(world: World) -> Peyk {
    let settings = Settings {
        limits: LimitBook::NONE,
        public_url: "http://127.0.0.1:8080".into(),
        ..Settings::default()
    };
    let mut peyk = Peyk::with(world, settings).await;
    peyk.url = format!("http://{}", peyk.running().address());
    peyk
}

/// An export but for when keys were last used: that is noted once a second, by the machine's clock.
fn without_uses(world: &str) -> Vec<&str> {
    world.lines().filter(|line| !line.starts_with("last_used_at = ")).collect()
}

#[test]
fn whatever_was_done_an_export_loaded_elsewhere_is_the_same_export_and_reads_the_same() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let world = world_with_files(folder.path());
    let (here, there) =
        runtime.block_on(async { (server(world).await, server(World::default()).await) });
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    let deeds = proptest::collection::vec(deed(), 0..25);
    let ran = TestRunner::new(config).run(&deeds, |deeds| {
        runtime.block_on(async {
            call(&here, "POST", "/reset", None).await;
            for deed in &deeds {
                does(&here, deed).await;
            }
            let exported = export(&here).await;
            assert!(exported.matches("[[script_file]]").count() == 2, "{exported}");
            load(&there, &exported).await;
            let again = export(&there).await;
            let (before, after) = (told(&here).await, told(&there).await);
            prop_assert_eq!(without_uses(&exported), without_uses(&again));
            prop_assert_eq!(before, after);
            Ok(())
        })
    });
    runtime.block_on(async {
        here.stop().await;
        there.stop().await;
    });
    ran.unwrap();
}

#[tokio::test]
async fn what_was_said_is_kept_as_a_scenario() {
    let peyk = Peyk::start().await;
    does(&peyk, &Deed::Says("ivan", BOT_CHAT, "Где \"заказ\"?".into())).await;
    does(&peyk, &Deed::BotSays("В пути".into(), json!({ "rows": [] }))).await;
    does(&peyk, &Deed::Forwards(90)).await;
    does(&peyk, &Deed::Says("ivan", BOT_CHAT, "Спасибо".into())).await;
    let path = format!("/control/v1/conversations/{BOT_CHAT}/scenario?name=thanks&world=w.toml");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    // PostgreSQL tells late what others may still be in the middle of.
    let text = loop {
        let answer = harness::send(peyk.request("GET", &path)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        if answer.body.contains("Спасибо") || std::time::Instant::now() > deadline {
            break answer.body;
        }
    };
    let expected = "world = \"w.toml\"\n\n[[scenario]]\nname = \"thanks\"\n\
        chat = { person = \"ivan\", bot = \"echo\" }\nsteps = [\n  \
        { say = \"Где \\\"заказ\\\"?\" },\n  { expect = \"В пути\" },\n  { pass = \"1m30s\" },\n  \
        { say = \"Спасибо\" },\n]\n";
    assert_eq!(text, expected);
    peyk.stop().await;
}

#[tokio::test]
async fn a_world_with_mistakes_is_refused_with_every_place_and_nothing_is_loaded() {
    let peyk = Peyk::start().await;
    let before = export(&peyk).await;
    let text = "[[person]]\nid = \"new\"\n[[media]]\nat = 1\n";
    let answer = harness::send(peyk.request("POST", "/control/v1/world").body(text)).await;
    assert_eq!(answer.status, 400);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "world_has_mistakes");
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("world.toml:1:1: found no `name`, expected one in [[person]]"));
    assert!(message.contains("\nworld.toml:4:1: found `at`, expected one of"), "{message}");
    assert_eq!(export(&peyk).await, before);
    peyk.stop().await;
}

#[tokio::test]
async fn sealed_secrets_are_of_use_to_a_server_with_the_same_secret_only_and_open_ones_to_all() {
    let peyk = Peyk::start().await;
    let sealed = export(&peyk).await;
    assert!(!sealed.contains("echo-identification") && sealed.contains("_sealed = "));
    let open = harness::send(peyk.request("GET", "/control/v1/world?secrets=open")).await.body;
    assert!(open.contains("identification_key = \"echo-identification\""));
    let foreign =
        sealed.replace("identification_key_sealed = \"", "identification_key_sealed = \"AAAA");
    load(&peyk, &foreign).await;
    let after = harness::send(peyk.request("GET", "/control/v1/world?secrets=open")).await.body;
    assert!(!after.contains("identification_key"), "what cannot be opened is no key");
    peyk.stop().await;
}

#[tokio::test]
async fn a_world_is_loaded_beside_what_is_there_and_moves_the_clock() {
    let peyk = Peyk::start().await;
    let text = "[clock]\nstands_at = 2027-01-01T00:00:00Z\n[[person]]\nid = \"nora\"\nname = \"Nora\"\n\
                phone = \"+4930123456\"\nlocale = \"en\"\n";
    let answer = harness::send(peyk.request("POST", "/control/v1/world").body(text)).await;
    assert_eq!(
        answer.json(),
        json!({ "people": 1, "conversations": 0, "time": "2027-01-01T00:00:00.000000Z" })
    );
    let people = get(&peyk, "/people").await;
    assert_eq!(people["items"].as_array().unwrap().len(), 4);
    let (status, code, _) = refused(&peyk, "GET", "/world?secrets=all", None).await;
    assert_eq!((status, code.as_str()), (400, "invalid_request"));
    let taken = "[[person]]\nid = \"omid\"\nname = \"O\"\nphone = \"+4930234567\"\nlocale = \"fa\"\nnumber = 1\n";
    let answer = harness::send(peyk.request("POST", "/control/v1/world").body(taken)).await;
    assert_eq!(
        (answer.status, answer.json()["error"]["code"].clone()),
        (409, json!("already_exists"))
    );
    post(&peyk, "/reset", json!({})).await;
    assert_eq!(get(&peyk, "/people").await["items"].as_array().unwrap().len(), 3);
    peyk.stop().await;
}

#[tokio::test]
async fn a_large_file_of_a_script_is_named_by_its_hash_and_found_in_the_media() {
    let folder = tempfile::tempdir().unwrap();
    let world = world_with_files(folder.path());
    let size = usize::try_from(peyk_model::limits::WORLD_MEDIA_MAX_BYTES).unwrap() + 1;
    let offer = "x".repeat(size);
    std::fs::write(folder.path().join("offer.txt"), &offer).unwrap();
    let peyk = server(world).await;
    let exported = export(&peyk).await;
    assert_eq!(exported.matches("[[script_file]]").count(), 2);
    assert_eq!(exported.matches("bytes = ").count(), 1, "only the small one is in it");
    std::fs::remove_file(folder.path().join("offer.txt")).unwrap();
    load(&peyk, &exported).await;
    assert_eq!(without_uses(&export(&peyk).await), without_uses(&exported));
    let there = server(World::default()).await;
    let request = there.request("POST", "/control/v1/world?replace=true");
    let answer = harness::send(request.body(exported)).await;
    let told = answer.json();
    assert_eq!((answer.status, &told["error"]["code"]), (409, &json!("world_file_missing")));
    let name = blake3::hash(offer.as_bytes()).to_hex().to_string();
    assert!(told["error"]["message"].as_str().unwrap().contains(&name), "{told}");
    peyk.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn what_was_said_so_long_ago_has_its_time_and_an_export_has_the_date() {
    let peyk = Peyk::start().await;
    let text = "[[person]]\nid = \"nora\"\nname = \"Nora\"\nphone = \"+4930123456\"\nlocale = \"en\"\n\
        [[market.business]]\nid = 7\nname = \"Shop\"\n\
        [[market.business.api_key]]\nname = \"k\"\nkey = \"ACMA:kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk:0123abcd\"\nscopes = [\"communication\"]\n\
        [[market.chat]]\nid = 77\ndirect = \"nora\"\nbusiness = 7\n\
        [[market.chat.message]]\nfrom = \"customer\"\ntext = \"Is it there?\"\nago = \"1d2h\"\n\
        [[market.chat.message]]\nfrom = \"partner\"\ntext = \"Yes.\"\nago = \"1d2h\"\n\
        [[market.chat.message]]\nfrom = \"customer\"\ntext = \"Thanks\"\nago = \"30m\"\n";
    let add = async || harness::send(peyk.request("POST", "/control/v1/world").body(text)).await;
    assert_eq!(add().await.status, 200);
    let shop = |method: &str, rest: &str| {
        let request = peyk.request(method, &format!("/v2/businesses/7/{rest}"));
        let request =
            request.header("api-key", "ACMA:kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk:0123abcd");
        if method == "POST" { request.body("{}") } else { request }
    };
    let chat = harness::send(shop("GET", "chat?chatId=77")).await.json();
    let times = (&chat["result"]["createdAt"], &chat["result"]["updatedAt"]);
    assert_eq!(times, (&json!("2026-11-19T13:00:00+03:00"), &json!("2026-11-20T14:30:00+03:00")));
    let history = harness::send(shop("POST", "chats/history?chatId=77")).await.json();
    let messages = history["result"]["messages"].as_array().unwrap();
    let of = |name: &str| messages.iter().map(|each| each[name].clone()).collect::<Vec<_>>();
    let first = json!("2026-11-19T13:00:00+03:00");
    let mut said = of("createdAt");
    said.sort_by_key(Value::to_string);
    assert_eq!(said, [first.clone(), first, json!("2026-11-20T14:30:00+03:00")]);
    let ids: std::collections::BTreeSet<_> =
        of("messageId").iter().map(|id| id.as_i64().unwrap()).collect();
    assert_eq!(ids.len(), 3);
    let exported = export(&peyk).await;
    assert!(exported.contains("at = 2026-11-20T11:30:00.000000Z") && !exported.contains("ago = "));
    // Neither the same World at another time, nor its export, changes anything.
    peyk.clock().advance(std::time::Duration::from_secs(3600));
    assert_eq!(add().await.status, 200);
    assert_eq!(without_uses(&export(&peyk).await), without_uses(&exported));
    load(&peyk, &exported).await;
    assert_eq!(without_uses(&export(&peyk).await), without_uses(&exported));
    peyk.stop().await;
}

#[tokio::test]
async fn the_clock_of_a_world_tells_when_so_long_ago_was() {
    let peyk = Peyk::start().await;
    let text = "[clock]\nstands_at = 2027-01-01T00:00:00Z\n\
        [[person]]\nid = \"nora\"\nname = \"Nora\"\nphone = \"+4930123456\"\nlocale = \"en\"\n\
        [[kenar.app]]\nslug = \"new\"\ntitle = \"New\"\n\
        [[kenar.bot_conversation]]\napp = \"new\"\nperson = \"nora\"\n\
        [[kenar.bot_conversation.message]]\nfrom = \"nora\"\ntext = \"Hi\"\nago = \"1h\"\n\
        [[kenar.bot_conversation.message]]\nfrom = \"bot\"\ntext = \"Hello\"\n";
    let answer = harness::send(peyk.request("POST", "/control/v1/world").body(text)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let exported = export(&peyk).await;
    for at in ["2026-12-31T23:00:00.000000Z", "2027-01-01T00:00:00.000000Z"] {
        assert!(exported.contains(&format!("\nat = {at}\n")), "{at}: {exported}");
    }
    peyk.stop().await;
}
