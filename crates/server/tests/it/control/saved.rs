//! Save as test: what was done by hand is played again, against the same bot and against another.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::Uri;
use peyk_engine::world::World;
use peyk_server::rehearsal::{Beginning, Patience, Rehearsal, Temporary};
use peyk_server::scenario::play::{Failure, Play};
use peyk_server::scenario::read::{NoWorld, parse};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{get, post};
use crate::harness::{self, APP_KEY, BOT_CHAT, BUSINESS, MARKET_KEY, ORDER_CHAT, Peyk, world};

const PATIENCE: Duration = Duration::from_secs(30);

/// A bot at both marketplaces; what it says begins with its word.
#[derive(Clone)]
struct Bot {
    url: String,
    word: &'static str,
    api: watch::Sender<String>,
    heard: Arc<Mutex<Vec<String>>>,
    http: reqwest::Client,
}

impl Bot {
    async fn start(word: &'static str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bot = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            word,
            api: watch::Sender::new(String::new()),
            heard: Arc::default(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        let routes = Router::new().fallback(hear).with_state(bot.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        bot
    }

    /// The World of the tests, in which this bot is the app and the shop.
    fn world(&self) -> World {
        let World { mut apps, mut businesses, .. } = world();
        apps[0].events_url = Some(format!("{}/event", self.url));
        apps[0].dynamic_action_url = Some(format!("{}/action", self.url));
        businesses[0].notification_url = Some(format!("{}/market", self.url));
        World { apps, businesses, ..world() }
    }

    async fn api(&self) -> String {
        let mut api = self.api.subscribe();
        api.wait_for(|url| !url.is_empty()).await.unwrap().clone()
    }

    /// Says it in the bot's chat, with buttons; nobody hears it if the bot is blocked.
    async fn says(&self, said: &str) {
        let path = format!("/experimental/open-platform/chatbot-conversations/{BOT_CHAT}/messages");
        let button = |caption: &str| {
            let action = json!({ "get_dynamic_action": { "data": { "chosen": caption } } });
            json!({ "caption": caption, "action": action })
        };
        let rows = json!([{ "buttons": [button("yes"), button("no")] }]);
        let text = format!("{}: {said}", self.word);
        let body = json!({ "type": "TEXT", "text_message": text, "buttons": { "rows": rows } });
        let call = self.http.post(self.api().await + &path).header("x-api-key", APP_KEY);
        call.json(&body).send().await.unwrap();
    }

    async fn hear_market(&self, event: &Value) {
        if event["notificationType"] != "CHAT_MESSAGE_SENT" {
            return;
        }
        let id = event["messageId"].as_str().unwrap();
        let base = format!(
            "{}/v2/businesses/{BUSINESS}/chats/message?chatId={ORDER_CHAT}",
            self.api().await
        );
        let read = self.http.get(format!("{base}&messageId={id}")).header("api-key", MARKET_KEY);
        let message: Value = read.send().await.unwrap().json().await.unwrap();
        if message["result"]["sender"] == "CUSTOMER" {
            let said = message["result"]["message"].as_str().filter(|text| !text.is_empty());
            let said = said.unwrap_or("a file");
            let call = self.http.post(base).header("api-key", MARKET_KEY);
            let body = json!({ "message": format!("{}: {said}", self.word) });
            call.json(&body).send().await.unwrap();
        }
    }
}

async fn hear(State(bot): State<Bot>, uri: Uri, body: Bytes) -> Response {
    let event: Value = serde_json::from_slice(&body).unwrap();
    match uri.path() {
        "/event" => {
            let message = &event["new_chatbot_message"];
            let said = message["text"].as_str().filter(|text| !text.is_empty());
            bot.says(said.unwrap_or("a file")).await;
        }
        "/action" => {
            let chosen = event["extra_data"]["chosen"].as_str().unwrap().to_owned();
            bot.says(&format!("you chose {chosen}")).await;
            return Json(json!({ "text_message": format!("{chosen} it is") })).into_response();
        }
        _ => bot.hear_market(&event).await,
    }
    bot.heard.lock().unwrap().push(uri.path().to_owned());
    let time = "2026-11-20T12:00:00.000Z";
    Json(json!({ "version": "1.0", "name": "shop", "time": time })).into_response()
}

/// Waits until a chat has so many messages, and gives them.
async fn messages(peyk: &Peyk, chat: &str, count: usize) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let page =
            get(peyk, &format!("/people/ivan/conversations/{chat}/messages?limit=200")).await;
        let found = page["items"].as_array().unwrap().clone();
        if found.len() >= count {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{found:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn says(peyk: &Peyk, chat: &str, text: &str) {
    let body = json!({ "text": text });
    post(peyk, &format!("/people/ivan/conversations/{chat}/messages"), body).await;
}

async fn sends_a_photo(peyk: &Peyk, chat: &str) {
    photo_goes_to(peyk, &format!("people/ivan/conversations/{chat}/files")).await;
}

async fn photo_goes_to(peyk: &Peyk, address: &str) {
    let path = format!("/control/v1/{address}");
    let photo = include_bytes!("../../../../engine/src/scripts/props/photo.png");
    let part = reqwest::multipart::Part::bytes(photo.to_vec()).file_name("photo.png");
    let form = reqwest::multipart::Form::new().part("file", part);
    let answer = harness::send(peyk.request("POST", &path).multipart(form)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn block(peyk: &Peyk, method: &str) {
    let path = format!("/control/v1/people/ivan/conversations/{BOT_CHAT}/block");
    assert_eq!(harness::send(peyk.request(method, &path)).await.status, 200);
}

/// The scenario that a conversation makes, once this is in it: PostgreSQL tells late what others may
/// still be in the middle of.
async fn saved(peyk: &Peyk, chat: &str, last: &str) -> String {
    let path = format!("/control/v1/conversations/{chat}/scenario?name=saved&world=w.toml");
    let began = Instant::now();
    loop {
        let answer = harness::send(peyk.request("GET", &path)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        if answer.body.contains(last) || began.elapsed() > PATIENCE {
            return answer.body;
        }
    }
}

/// Plays a saved scenario against a bot, as `peyk test` does.
async fn play(text: &str, bot: &Bot) -> Option<Failure> {
    let world = bot.world();
    let known = world.clone();
    let file = parse("saved.toml", text, |_| Ok::<_, NoWorld>(known)).unwrap();
    let sandbox = Temporary::start(Beginning::of(world)).await.unwrap();
    bot.api.send_replace(sandbox.running.url().to_owned());
    let patience = Patience { answer: Duration::from_secs(5), silence: Duration::from_millis(300) };
    let rehearsal = Rehearsal::new(sandbox.running.site().clone(), patience);
    rehearsal.greet().await.unwrap();
    let mut play = Play::begin(&rehearsal, Path::new("")).await.unwrap();
    let failure = play.play(&file.scenarios[0]).await.unwrap();
    sandbox.stop().await.unwrap();
    failure
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bots_conversation_is_saved_whole_and_played_again() {
    let bot = Bot::start("bot").await;
    let peyk = Peyk::with(bot.world(), Default::default()).await;
    bot.api.send_replace(peyk.running().url().to_owned());
    says(&peyk, BOT_CHAT, "hi").await;
    let said = messages(&peyk, BOT_CHAT, 2).await;
    let click = format!("/people/ivan/conversations/{BOT_CHAT}/messages/{}/clicks", said[1]["id"]);
    post(&peyk, &click, json!({ "button": 2 })).await;
    messages(&peyk, BOT_CHAT, 3).await;
    sends_a_photo(&peyk, BOT_CHAT).await;
    messages(&peyk, BOT_CHAT, 5).await;
    block(&peyk, "PUT").await;
    block(&peyk, "DELETE").await;
    says(&peyk, BOT_CHAT, "again").await;
    messages(&peyk, BOT_CHAT, 7).await;
    let text = saved(&peyk, BOT_CHAT, "bot: again").await;
    let expected = r#"world = "w.toml"

[[scenario]]
name = "saved"
chat = { person = "ivan", bot = "echo" }
steps = [
  { say = "hi" },
  { expect = { exact = "bot: hi", buttons = ["yes", "no"] } },
  { click = "no", shows = "no it is" },
  { expect = { exact = "bot: you chose no", buttons = ["yes", "no"] } },
  { send = "photo" },
  { expect = { exact = "bot: a file", buttons = ["yes", "no"] } },
  { do = "block" },
  { do = "unblock" },
  { say = "again" },
  { expect = { exact = "bot: again", buttons = ["yes", "no"] } },
]
"#;
    assert_eq!(text, expected);
    peyk.stop().await;
    assert_eq!(play(&text, &bot).await, None);
    let other = Bot::start("other").await;
    let failure = play(&text, &other).await.unwrap();
    let why =
        "expected the text `bot: hi` and the buttons `yes`, `no`, found `other: hi` [yes | no]";
    assert_eq!((failure.line, failure.why.as_str()), (8, why));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shops_conversation_is_saved_with_all_that_the_marketplace_did() {
    let bot = Bot::start("shop").await;
    let peyk = Peyk::with(bot.world(), Default::default()).await;
    bot.api.send_replace(peyk.running().url().to_owned());
    let chat = ORDER_CHAT.to_string();
    let before = messages(&peyk, &chat, 2).await.len();
    says(&peyk, &chat, "где?").await;
    messages(&peyk, &chat, before + 2).await;
    sends_a_photo(&peyk, &chat).await;
    messages(&peyk, &chat, before + 4).await;
    let path = format!("/people/ivan/conversations/{chat}/messages");
    let place = json!({ "location": { "latitude": 55.5, "longitude": -37.25 } });
    post(&peyk, &path, place).await;
    messages(&peyk, &chat, before + 6).await;
    post(&peyk, &format!("/conversations/{chat}/finish"), json!({})).await;
    post(&peyk, &format!("/conversations/{chat}/arbitration/start"), json!({})).await;
    let words = json!({ "as": "market", "text": "Разберёмся" });
    post(&peyk, &format!("/conversations/{chat}/messages"), words).await;
    photo_goes_to(&peyk, &format!("conversations/{chat}/files?as=market")).await;
    photo_goes_to(&peyk, &format!("conversations/{chat}/files?as=support")).await;
    post(&peyk, &format!("/conversations/{chat}/arbitration/finish"), json!({})).await;
    let text = saved(&peyk, &chat, "decide").await;
    let expected = r#"world = "w.toml"

[[scenario]]
name = "saved"
chat = { person = "ivan", order = 90001 }
steps = [
  { say = "где?" },
  { expect = "shop: где?" },
  { send = "photo" },
  { expect = "shop: a file" },
  { location = "55.5, -37.25" },
  { expect = "shop: 55.5, -37.25" },
  { do = "close" },
  { do = "dispute" },
  { market = "Разберёмся" },
  { send = "photo", by = "market" },
  { send = "photo", by = "support" },
  { do = "decide" },
]
"#;
    assert_eq!(text, expected);
    peyk.stop().await;
    assert_eq!(play(&text, &bot).await, None);
    let other = Bot::start("other").await;
    let failure = play(&text, &other).await.unwrap();
    let why = "expected the text `shop: где?`, found `other: где?`";
    assert_eq!((failure.line, failure.why.as_str()), (8, why));
}
