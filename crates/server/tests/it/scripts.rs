//! People who act on their own.

mod characters;
mod deeds;
mod lasting;
mod transcript;

use peyk_engine::world::World;
use peyk_server::{Settings, world_file};
use serde_json::{Value, json};

use crate::harness::{self, APP_KEY, BOT_CHAT, BUSINESS, MARKET_KEY, ORDER_CHAT, Peyk, world};

/// The people of the harness, for files that name them.
const PEOPLE: &str = r#"
[[person]]
id = "sara"
name = "سارا"
phone = "+989120000001"
locale = "fa"
[[person]]
id = "ivan"
name = "Иван"
phone = "+79160000001"
locale = "ru"
[[person]]
id = "olga"
name = "Ольга"
phone = "+79160000002"
locale = "ru"
"#;

/// The World of the tests with these scripts.
fn scripted(scripts: &str) -> World {
    let file = format!("{PEOPLE}{scripts}");
    let read = world_file::parse("w.toml", &file).unwrap_or_else(|found| panic!("{found:?}"));
    World { scripts: read.scripts, ..world() }
}

async fn start(scripts: &str) -> Peyk {
    Peyk::with(scripted(scripts), Settings::default()).await
}

/// Ivan's script with this name and these lines below it.
fn ivans(name: &str, lines: &str) -> String {
    format!("[[script]]\nperson = \"ivan\"\nname = \"{name}\"\n{lines}\n")
}

/// The bot writes to Ivan.
async fn bot_says(peyk: &Peyk, text: &str) -> u16 {
    let path = format!("/experimental/open-platform/chatbot-conversations/{BOT_CHAT}/messages");
    let body = json!({ "type": "TEXT", "text_message": text });
    let request = peyk.request("POST", &path).header("x-api-key", APP_KEY).json(&body);
    harness::send(request).await.status
}

/// The shop writes in this chat.
async fn shop_says(peyk: &Peyk, chat: i64, text: &str) -> u16 {
    let path = format!("/v2/businesses/{BUSINESS}/chats/message?chatId={chat}");
    let request = peyk.request("POST", &path).header("api-key", MARKET_KEY);
    harness::send(request.json(&json!({ "message": text }))).await.status
}

async fn control(peyk: &Peyk, method: &str, path: &str, body: Option<Value>) -> Value {
    let request = peyk.request(method, &format!("/control/v1{path}"));
    let request = match &body {
        Some(body) => request.json(body),
        None => request,
    };
    let answer = harness::send(request).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

/// Lets time run until nobody is going to do anything.
async fn settle(peyk: &Peyk) {
    let run = Some(json!({ "action": "run_until_idle" }));
    let clock = control(peyk, "POST", "/clock", run).await;
    assert_eq!(clock["run"]["is_idle"], true, "{clock}");
}

async fn messages(peyk: &Peyk, handle: &str, chat: &str) -> Vec<Value> {
    let path = format!("/people/{handle}/conversations/{chat}/messages?limit=200");
    control(peyk, "GET", &path, None).await["items"].as_array().unwrap().clone()
}

/// What this person has said in a chat: texts, and the types of everything else.
async fn said(peyk: &Peyk, handle: &str, chat: &str) -> Vec<String> {
    let messages = messages(peyk, handle, chat).await;
    let mine = messages.iter().filter(|message| message["is_mine"] == true);
    let word = |message: &Value| match message["text"].as_str() {
        Some(text) => text.to_owned(),
        None => match message["media"]["kind"].as_str() {
            Some(kind) => kind.to_owned(),
            None => message["type"].as_str().unwrap().to_owned(),
        },
    };
    mine.map(word).collect()
}

#[tokio::test]
async fn a_person_answers_in_their_own_time_through_the_same_door_as_everybody() {
    let answer = "[[script.then]]\nafter_seconds = 2\nsay = \"{me}: {other}, «{text}»\"\n\
                  [[script.then]]\nsay = \"и ещё\"\n[[script.then]]\nafter_seconds = 3\nsay = \"!\"";
    let peyk = start(&ivans("hello", answer)).await;
    assert_eq!(bot_says(&peyk, "salam").await, 200);
    settle(&peyk).await;
    assert_eq!(said(&peyk, "ivan", BOT_CHAT).await, ["Иван: echo, «salam»", "и ещё", "!"]);
    let times: Vec<_> = messages(&peyk, "ivan", BOT_CHAT).await;
    let times: Vec<_> = times.iter().map(|it| it["sent_at"].as_str().unwrap().to_owned()).collect();
    let seconds: Vec<_> = times.iter().map(|time| &time[17..19]).collect();
    assert_eq!(seconds, ["00", "02", "02", "05"]);
    peyk.stop().await;
}

#[tokio::test]
async fn the_first_script_that_fits_answers_until_its_limit() {
    let peyk = start(
        &[
            ivans("price", "when = { text = \"ЦЕН\" }\n[[script.then]]\nsay = \"дорого\""),
            ivans("first", "limit = 1\n[[script.then]]\nsay = \"раз\""),
            ivans("other", "[[script.then]]\nsay = \"дальше\""),
        ]
        .concat(),
    )
    .await;
    for text in ["привет", "цена 5", "ну?"] {
        assert_eq!(shop_says(&peyk, ORDER_CHAT, text).await, 200);
        settle(&peyk).await;
    }
    let said = said(&peyk, "ivan", &ORDER_CHAT.to_string()).await;
    assert_eq!(said[1..], ["раз", "дорого", "дальше"]);
    peyk.stop().await;
}

#[tokio::test]
async fn an_expression_catches_what_is_said_back() {
    let when =
        "when = { regex = '(?P<sum>[0-9]+) (руб)' }\n[[script.then]]\nsay = \"{sum}/{2}/{0}\"";
    let peyk = start(&ivans("sum", when)).await;
    for text in ["ничего", "за 500 рублей"] {
        bot_says(&peyk, text).await;
    }
    settle(&peyk).await;
    assert_eq!(said(&peyk, "ivan", BOT_CHAT).await, ["500/руб/500 руб"]);
    peyk.stop().await;
}

#[tokio::test]
async fn a_script_hears_kinds_and_buttons() {
    let peyk = start(
        &[
            ivans("button", "when = { button = \"buy\" }\n[[script.then]]\nsay = \"кнопка\""),
            ivans("place", "when = { kind = \"location\" }\n[[script.then]]\nsay = \"место\""),
        ]
        .concat(),
    )
    .await;
    let path = format!("/experimental/open-platform/chatbot-conversations/{BOT_CHAT}/messages");
    let button =
        json!({ "caption": "Buy now", "action": { "open_direct_link": "https://a.example" } });
    let body = json!({
        "type": "TEXT", "text_message": "x", "buttons": { "rows": [{ "buttons": [button] }] },
    });
    let request = peyk.request("POST", &path).header("x-api-key", APP_KEY).json(&body);
    let answer = harness::send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let place = json!({ "location": { "latitude": 1, "longitude": 2 } });
    let chat = harness::POST_CHAT;
    let path = format!("/people/sara/conversations/{chat}/messages");
    control(&peyk, "POST", &path, Some(place)).await;
    settle(&peyk).await;
    assert_eq!(said(&peyk, "ivan", BOT_CHAT).await, ["кнопка"]);
    assert_eq!(said(&peyk, "ivan", chat).await.last().unwrap(), "место");
    peyk.stop().await;
}

#[tokio::test]
async fn a_script_begins_when_a_conversation_is_opened_or_time_passes() {
    let opened = "[[script]]\nperson = \"olga\"\nname = \"opens\"\nwhen = { event = \"opened\" }\n\
                  [[script.then]]\nsay = \"открыто\"\n\
                  [[script]]\nperson = \"olga\"\nname = \"ticks\"\nlimit = 3\n\
                  when = { event = \"time\", seconds = 3600 }\n[[script.then]]\nsay = \"час\"\n";
    let peyk = start(opened).await;
    let order = Some(json!({ "order": harness::FRESH_ORDER }));
    let opened = control(&peyk, "POST", "/people/olga/conversations", order).await;
    settle(&peyk).await;
    let chat = opened["conversation"]["id"].to_string();
    assert_eq!(said(&peyk, "olga", &chat).await, ["открыто", "час", "час", "час"]);
    let clock = control(&peyk, "GET", "/clock", None).await;
    assert_eq!(clock["time"], "2026-11-20T15:00:00.000000Z");
    peyk.stop().await;
}

#[tokio::test]
async fn who_is_not_answered_asks_again_and_who_is_does_not() {
    let when = "limit = 2\nwhen = { event = \"silence\", seconds = 60 }\n\
                [[script.then]]\nsay = \"ау\"";
    let peyk = start(&ivans("again", when)).await;
    let chat = ORDER_CHAT.to_string();
    let path = format!("/people/ivan/conversations/{chat}/messages");
    control(&peyk, "POST", &path, Some(json!({ "text": "алло" }))).await;
    shop_says(&peyk, ORDER_CHAT, "слушаем").await;
    settle(&peyk).await;
    assert_eq!(said(&peyk, "ivan", &chat).await[1..], ["алло"]);
    control(&peyk, "POST", &path, Some(json!({ "text": "и что" }))).await;
    settle(&peyk).await;
    assert_eq!(said(&peyk, "ivan", &chat).await[2..], ["и что", "ау", "ау"]);
    peyk.stop().await;
}

#[tokio::test]
async fn a_person_sends_files_places_and_numbers_blocks_and_disputes() {
    let steps = "limit = 1\n[[script.then]]\nsend = \"photo\"\n[[script.then]]\nsend = \"voice\"\n\
                 [[script.then]]\nsend = \"file\"\n[[script.then]]\nlocation = \"55.7, 37.6\"\n\
                 [[script.then]]\ncontact = \"+79160000001\"\n[[script.then]]\ndo = \"dispute\"\n\
                 [[script.then]]\ndo = \"block\"";
    let peyk = start(&ivans("all", steps)).await;
    shop_says(&peyk, ORDER_CHAT, "ну").await;
    settle(&peyk).await;
    let chat = ORDER_CHAT.to_string();
    let kinds = ["image", "voice", "file", "location", "contact"];
    assert_eq!(said(&peyk, "ivan", &chat).await[1..], kinds);
    let conversations = control(&peyk, "GET", "/people/ivan/conversations", None).await;
    let found = conversations["items"].as_array().unwrap().iter();
    let found = found.clone().find(|each| each["id"] == ORDER_CHAT).unwrap();
    assert_eq!(found["status"], "waiting_for_arbiter", "{found}");
    assert_ne!(shop_says(&peyk, ORDER_CHAT, "почему?").await, 200);
    peyk.stop().await;
}

#[tokio::test]
async fn what_a_person_cannot_do_is_told_and_stops_nothing() {
    let steps = "[[script.then]]\ndo = \"dispute\"\n[[script.then]]\nsay = \"ладно\"";
    let peyk = start(&ivans("angry", steps)).await;
    bot_says(&peyk, "x").await;
    settle(&peyk).await;
    assert_eq!(said(&peyk, "ivan", BOT_CHAT).await, ["ладно"]);
    let scripts = control(&peyk, "GET", "/people/ivan/scripts", None).await;
    let expected = json!({ "items": [{
        "name": "angry", "limit": 20, "chance_percent": 100, "is_on": true, "firings": 1,
        "waiting_steps": 0,
        "last_refusal": "only conversations about orders and returns can be disputed",
    }] });
    assert_eq!(scripts, expected);
    peyk.stop().await;
}

#[tokio::test]
async fn two_who_answer_each_other_come_to_an_end() {
    let sara = "[[script]]\nperson = \"sara\"\nname = \"talks\"\nlimit = 7\n\
                [[script.then]]\nafter_seconds = 1\nsay = \"بله\"\n";
    let ivan = ivans("talks", "[[script.then]]\nafter_seconds = 1\nsay = \"да\"");
    let peyk = start(&format!("{sara}{ivan}")).await;
    let path = format!("/people/ivan/conversations/{}/messages", harness::POST_CHAT);
    control(&peyk, "POST", &path, Some(json!({ "text": "начнём" }))).await;
    settle(&peyk).await;
    assert_eq!(messages(&peyk, "ivan", harness::POST_CHAT).await.len(), 2 + 1 + 7 + 7);
    peyk.stop().await;
}

#[tokio::test]
async fn a_script_that_is_off_is_silent_and_on_it_begins_anew() {
    let peyk = start(&ivans("once", "limit = 1\n[[script.then]]\nsay = \"да\"")).await;
    let switch = |is_on: bool| Some(json!({ "is_on": is_on }));
    let path = "/people/ivan/scripts/once";
    for (is_on, count) in [(false, 0), (true, 1), (true, 2)] {
        control(&peyk, "PUT", path, switch(is_on)).await;
        bot_says(&peyk, "x").await;
        settle(&peyk).await;
        assert_eq!(said(&peyk, "ivan", BOT_CHAT).await.len(), count);
    }
    let missing = peyk.request("PUT", "/control/v1/people/ivan/scripts/nothing");
    let answer = harness::send(missing.json(&json!({ "is_on": true }))).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (404, &json!("not_found")));
    peyk.stop().await;
}

#[tokio::test]
async fn the_same_seed_falls_the_same_way() {
    let lines = "seed = 5\nchance_percent = 40\nlimit = 100\n[[script.then]]\nsay = \"{text}\"";
    let mut runs = Vec::new();
    for _ in 0..2 {
        let peyk = start(&ivans("maybe", lines)).await;
        for number in 0..30 {
            bot_says(&peyk, &number.to_string()).await;
        }
        settle(&peyk).await;
        runs.push(said(&peyk, "ivan", BOT_CHAT).await);
        peyk.stop().await;
    }
    assert_eq!(runs[0], runs[1]);
    assert!((4..=20).contains(&runs[0].len()), "{runs:?}");
}
