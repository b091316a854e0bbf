//! `peyk record` and `peyk replay`: a bot is recorded, and the recording is held against it again.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri};
use peyk_client::events::{Signature, Signed};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{Ended, Place, Served};

const KEY: &str = "ACMA:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee:0123abcd";
const BOT_CHAT: &str = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01";
const ORDER_CHAT: i64 = 14_604_701;
const SIGNING: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PATIENCE: Duration = Duration::from_secs(60);

fn world(bot: &str) -> String {
    format!(
        r#"
[[person]]
id = "ivan"
name = "Иван"
phone = "+79160000001"
locale = "ru"
[[kenar.app]]
slug = "echo"
title = "Echo"
events_url = "{bot}/kenar"
identification_key = "echo-identification"
[[kenar.app.api_key]]
key = "echo-secret-key"
permissions = ["CHAT_BOT_SEND_MESSAGE"]
[[kenar.bot_conversation]]
id = "{BOT_CHAT}"
app = "echo"
person = "ivan"
[[market.business]]
id = 209888193
name = "Велосипеды"
notification_url = "{bot}/market"
[[market.business.api_key]]
key = "{KEY}"
scopes = ["communication"]
[[market.order]]
id = 90001
business = 209888193
campaign = 4001
customer = "ivan"
[[market.chat]]
id = {ORDER_CHAT}
order = 90001
"#
    )
}

/// A bot at both marketplaces that says what it hears, and passes over messages that it knows.
#[derive(Clone)]
struct Bot {
    url: String,
    /// The marketplace that it calls.
    api: watch::Sender<String>,
    /// What it says before what it heard.
    says: Arc<Mutex<&'static str>>,
    /// Each message that was told, by its id, as it was told first.
    heard: Arc<Mutex<HashMap<String, (HeaderMap, Bytes)>>>,
    http: reqwest::Client,
}

impl Bot {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bot = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            api: watch::Sender::new(String::new()),
            says: Arc::new(Mutex::new("echo")),
            heard: Arc::default(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        let routes = Router::new().fallback(hear).with_state(bot.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        bot
    }

    /// Where the marketplace is, once somebody has said so.
    async fn api(&self) -> String {
        let mut api = self.api.subscribe();
        api.wait_for(|url| !url.is_empty()).await.unwrap().clone()
    }

    fn words(&self, text: &str) -> String {
        format!("{}: {text}", self.says.lock().unwrap())
    }
}

async fn hear(State(bot): State<Bot>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let event: Value = serde_json::from_slice(&body).unwrap();
    let api = bot.api().await;
    if uri.path() == "/kenar" {
        if headers.get("authorization").is_none_or(|key| key != "echo-identification") {
            return StatusCode::FORBIDDEN.into_response();
        }
        let message = &event["new_chatbot_message"];
        let id = message["id"].as_str().unwrap().to_owned();
        let is_new = bot.heard.lock().unwrap().insert(id, (headers, body)).is_none();
        if is_new && message["sender"]["type"] == "HUMAN" {
            let chat = message["conversation"]["id"].as_str().unwrap();
            let url =
                format!("{api}/experimental/open-platform/chatbot-conversations/{chat}/messages");
            let said = bot.words(message["text"].as_str().unwrap());
            let call = bot.http.post(url).header("x-api-key", "echo-secret-key");
            let call = call.json(&json!({ "type": "TEXT", "text_message": said }));
            assert_eq!(call.send().await.unwrap().status(), 200);
        }
        return StatusCode::OK.into_response();
    }
    if event["notificationType"] == "CHAT_MESSAGE_SENT" {
        let id = event["messageId"].as_str().unwrap().to_owned();
        let is_new = bot.heard.lock().unwrap().insert(id.clone(), (headers, body)).is_none();
        let base = format!("{api}/v2/businesses/209888193/chats/message?chatId={ORDER_CHAT}");
        let read = bot.http.get(format!("{base}&messageId={id}")).header("api-key", KEY);
        let message: Value = read.send().await.unwrap().json().await.unwrap();
        let message = &message["result"];
        assert_eq!(message["messageId"].to_string(), id, "{message}");
        if is_new && message["sender"] == "CUSTOMER" {
            let said = bot.words(message["message"].as_str().unwrap());
            let call = bot.http.post(base).header("api-key", KEY);
            let call = call.json(&json!({ "message": said }));
            assert_eq!(call.send().await.unwrap().status(), 200);
        }
    }
    let answer = json!({ "version": "1.0", "name": "shop", "time": "2026-11-20T12:00:00.000Z" });
    axum::Json(answer).into_response()
}

/// A bot that was talked to at both marketplaces, and the server at which it was.
async fn talked(place: &Place) -> (Bot, Served) {
    let bot = Bot::start().await;
    std::fs::write(place.path().join("world.toml"), world(&bot.url)).unwrap();
    let served = place.serve(&["--world", "world.toml"]);
    bot.api.send_replace(served.url().to_owned());
    let chats = [BOT_CHAT.to_owned(), ORDER_CHAT.to_string()];
    for chat in &chats {
        let path = format!("/people/ivan/conversations/{chat}/messages");
        served.control(&path, Some(json!({ "text": "привет" }))).await.unwrap();
    }
    // The message and its echo; the shop's program reads both.
    until(&served, "?direction=out&app=echo&status=200", 1).await;
    until(&served, "?direction=out&q=CHAT_MESSAGE_SENT&status=200", 2).await;
    (bot, served)
}

/// Waits until so many exchanges are in the record.
async fn until(served: &Served, filter: &str, count: usize) {
    let began = Instant::now();
    loop {
        let page = served.control(&format!("/exchanges{filter}"), None).await.unwrap();
        if page["items"].as_array().unwrap().len() >= count {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{filter}: {page}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Records what the server has, and nothing that comes.
fn record(place: &Place, served: &Served) -> Ended {
    let arguments = ["record", "talk.jsonl", "--since", "start", "--for", "0s"];
    place.run(&[&arguments[..], &["--server", served.url()]].concat())
}

fn lines(place: &Place) -> Vec<Value> {
    let text = std::fs::read_to_string(place.path().join("talk.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_has_both_ways_private_and_without_secrets() {
    let place = Place::new();
    let (_bot, served) = talked(&place).await;
    let ended = record(&place, &served);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let file = place.path().join("talk.jsonl");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    for secret in ["echo-secret-key", "echo-identification", KEY, "whsec_", "\"v1,"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    let lines = lines(&place);
    assert_eq!(lines[0]["format"], "peyk-recording");
    assert_eq!(
        (&lines[0]["apps"], &lines[0]["businesses"]),
        (&json!(["echo"]), &json!([209_888_193]))
    );
    let of = |way: &str, name: &str| {
        let is_it = |line: &&Value| {
            line["way"] == way && [&line["event"], &line["operation"]].contains(&&json!(name))
        };
        lines.iter().filter(is_it).cloned().collect::<Vec<_>>()
    };
    let push = &of("push", "NEW_CHATBOT_MESSAGE")[0];
    assert_eq!((&push["conversation"], &push["status"]), (&json!(BOT_CHAT), &json!(200)));
    let call = &of("call", "ChatAPI_ChatBotSendMessage")[0];
    assert_eq!(call["conversation"], BOT_CHAT);
    assert_eq!(call["request"]["body"], "{\"text_message\":\"echo: привет\",\"type\":\"TEXT\"}");
    assert!(call["at_us"].as_i64() > push["at_us"].as_i64());
    assert_eq!(of("push", "CHAT_MESSAGE_SENT")[0]["conversation"], ORDER_CHAT.to_string());
    assert_eq!(of("call", "sendMessageToChat")[0]["status"], 200);
    let again = record(&place, &served);
    let expected = "peyk: talk.jsonl is there already; --force takes its place\n";
    assert_eq!((again.code, again.stderr.as_str()), (Some(1), expected));
    let bad = place.run(&["record", "new.jsonl", "--dialect", "latin", "--server", served.url()]);
    assert_eq!(bad.stderr, "peyk: there is no dialect `latin`\n");
    assert!(!place.path().join("new.jsonl").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_goes_on_until_it_has_enough_or_is_stopped() {
    for signal in [None, Some("-INT")] {
        let place = Place::new();
        let bot = Bot::start().await;
        std::fs::write(place.path().join("world.toml"), world(&bot.url)).unwrap();
        let served = place.serve(&["--world", "world.toml"]);
        bot.api.send_replace(served.url().to_owned());
        let arguments = ["record", "talk.jsonl", "--app", "echo", "--server", served.url()];
        let count = if signal.is_none() { &["--count", "2"][..] } else { &[] };
        let mut command = place.peyk(&[&arguments[..], count].concat());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        assert!(first.contains(" into talk.jsonl; Ctrl-C ends it"), "{first}");
        let path = format!("/people/ivan/conversations/{BOT_CHAT}/messages");
        served.control(&path, Some(json!({ "text": "a" }))).await.unwrap();
        if let Some(signal) = signal {
            let began = Instant::now();
            // The head, the call and the push.
            while lines(&place).len() < 3 {
                assert!(began.elapsed() < PATIENCE);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            stop(&child, signal);
        }
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "talk.jsonl: 1 push to bots, 1 call by bots\n");
        assert!(child.wait().unwrap().success());
    }
}

fn stop(child: &Child, signal: &str) {
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args([signal, &pid]).status().unwrap().success());
}

/// Replays the recording against a bot that calls the replay itself.
async fn replay(place: &Place, bot: &Bot, more: &[&str]) -> Ended {
    let (to, key) = (format!("{}/{}", bot.url, more[0]), "--identification-key");
    let arguments = ["replay", "talk.jsonl", "--to", &to, "--answer-at", "127.0.0.1:0"];
    let secrets = [key, "echo-identification", "--signing-secret", SIGNING, "--patience", "500ms"];
    bot.api.send_replace(String::new());
    let mut command = place.peyk(&[&arguments[..], &secrets, &more[1..]].concat());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    errors.read_line(&mut first).unwrap();
    let url = first.split_whitespace().find(|word| word.starts_with("http")).expect(&first);
    bot.api.send_replace(url.to_owned());
    tokio::task::spawn_blocking(move || {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        errors.read_to_string(&mut stderr).unwrap();
        Ended { code: child.wait().unwrap().code(), stdout, stderr }
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_is_held_against_its_recording_without_any_server() {
    let place = Place::new();
    let (bot, served) = talked(&place).await;
    assert_eq!(record(&place, &served).code, Some(0));
    served.stop("-TERM");
    for (more, pushes) in
        [(vec!["kenar", "--app", "echo"], 1), (vec!["market", "--business", "209888193"], 3)]
    {
        let ended = replay(&place, &bot, &more).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let plural = if pushes == 1 { "push" } else { "pushes" };
        let expected = format!("{pushes} {plural}, 0 answered otherwise; all calls as recorded\n");
        assert!(ended.stdout.ends_with(&expected), "{ended:?}");
        let paced = replay(&place, &bot, &[&more[..], &["--pace", "1000x"]].concat()).await;
        assert_eq!(paced.code, Some(0), "{paced:?}");
    }
    // Every message was news and signed anew: one at Kenar and two at Market, each replayed twice.
    let signature = Signature::new(SIGNING).unwrap();
    let heard = bot.heard.lock().unwrap();
    let genuine = heard.values().filter(|(headers, body)| {
        let header = |name| headers[name].to_str().unwrap();
        let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
        let signature_of_it = header("webhook-signature");
        signature.verify(Signed { id, timestamp, signature: signature_of_it }, body).is_ok()
    });
    assert_eq!((genuine.count(), heard.len()), (6, 9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_says_something_else_is_told_what() {
    let place = Place::new();
    let (bot, served) = talked(&place).await;
    assert_eq!(record(&place, &served).code, Some(0));
    *bot.says.lock().unwrap() = "эхо";
    let ended = replay(&place, &bot, &["kenar", "--app", "echo"]).await;
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (Some(1), "peyk: the bot did not do what was recorded\n")
    );
    let expected = format!(
        "changed: ChatAPI_ChatBotSendMessage in {BOT_CHAT}\n  text_message: recorded \
         `echo: привет`, found `эхо: привет`\n\n1 push, 0 answered otherwise; 1 difference in calls\n"
    );
    assert!(ended.stdout.ends_with(&expected), "{ended:?}");
    let ended = replay(&place, &bot, &["kenar", "--app", "echo", "--json"]).await;
    let lines: Vec<Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["push"]["status"], 200);
    assert_eq!(lines[1]["difference"]["kind"], "changed");
    assert_eq!(lines[2]["summary"]["is_same"], false);
    // Without the word by which it knows the marketplace the bot refuses.
    let to = format!("{}/kenar", bot.url);
    let ended = place.run(&["replay", "talk.jsonl", "--to", &to, "--app", "echo"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.contains("  403  NEW_CHATBOT_MESSAGE  "), "{ended:?}");
    assert!(ended.stdout.contains("\n           recorded 200, found 403\n"), "{ended:?}");
    assert!(ended.stderr.contains("--identification-key"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_bot_is_recorded_and_replayed_through_its_server() {
    let place = Place::new();
    let served = place.serve(&[]);
    let opened = served.control("/people/alice/conversations", Some(json!({ "bot": "demo-bot" })));
    let chat = opened.await.unwrap()["conversation"]["key"].as_str().unwrap().to_owned();
    let path = format!("/people/alice/conversations/{chat}/messages");
    served.control(&path, Some(json!({ "text": "hello" }))).await.unwrap();
    until(&served, "?direction=out&app=demo-bot&status=200", 1).await;
    let said = served.messages(&path).await;
    let click = format!("{path}/{}/clicks", said[1]["id"]);
    served.control(&click, Some(json!({ "button": 1 }))).await.unwrap();
    until(&served, "?direction=out&app=demo-bot&status=200", 2).await;
    assert_eq!(record(&place, &served).code, Some(0));
    let to = format!("{}/demo/bot", served.url());
    let arguments = ["replay", "talk.jsonl", "--to", &to, "--through", served.url()];
    let more = ["--app", "demo-bot", "--identification-key", "demo-bot-identification"];
    let ended = place.run(&[&arguments[..], &more].concat());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("  200  get_dynamic_action  "), "{ended:?}");
    let expected = "\n2 pushes, 0 answered otherwise; all calls as recorded\n";
    assert!(ended.stdout.ends_with(expected), "{ended:?}");
    // It really spoke once more.
    assert_eq!(served.messages(&path).await.len(), said.len() + 3);
}

#[test]
fn what_cannot_be_replayed_is_told_and_nothing_is_sent() {
    let place = Place::new();
    let run = |text: &str, more: &[&str]| {
        std::fs::write(place.path().join("r.jsonl"), text).unwrap();
        let arguments = ["replay", "r.jsonl", "--to", "http://127.0.0.1:9/"];
        let ended = place.run(&[&arguments[..], more].concat());
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended:?}");
        ended.stderr
    };
    let head = r#"{"format":"peyk-recording","version":1,"peyk":"0.1.0","server":"http://a","base_time":"2026-11-20T12:00:00Z","dialects":[],"apps":[],"businesses":[],"people":[]}"#;
    let push = |owner: &str| {
        format!(
            r#"{{"at_us":5,"time":"2026-11-20T12:00:00Z","way":"push","dialect":"kenar",{owner},"event":"E","method":"POST","url":"http://b/hook","request":{{"headers":[]}},"took_us":7}}"#
        )
    };
    let (echo, shop) = (push("\"app\":\"echo\""), push("\"business\":7"));
    for (text, more, expected) in [
        ("[]", &[][..], "r.jsonl:1: found no head, expected a file of `peyk record`"),
        (&format!("{head}\n{{}}"), &[], "r.jsonl:2:2: found no exchange: missing field `at_us`"),
        (head, &[], "r.jsonl: nobody was told anything while it was recorded"),
        (
            &format!("{head}\n{echo}\n{shop}"),
            &[],
            "r.jsonl: several were told something: choose one of --app echo, --business 7",
        ),
        (
            &format!("{head}\n{echo}"),
            &["--only", "F"],
            "r.jsonl: there are no such pushes; it has E (--app echo)",
        ),
        (
            &format!("{head}\n{echo}"),
            &["--signing-secret", "secret"],
            "--signing-secret takes a secret like whsec_ and base64",
        ),
    ] {
        assert_eq!(run(text, more), format!("peyk: {expected}\n"));
    }
}
