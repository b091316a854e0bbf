//! The same seed, World and answers of the bot give the same transcript, byte for byte.

use peyk_server::Settings;
use serde_json::{Value, json};

use super::{bot_says, control, ivans, scripted, settle, shop_says};
use crate::harness::{
    self, APP_KEY, BOT_CHAT, BUSINESS, FRESH_ORDER, IVAN_TOKEN, MARKET_KEY, ORDER_CHAT, Peyk,
};

/// Everything by which scripts could differ from run to run.
fn rich() -> String {
    let dice = "chance_percent = 50\nseed = 11\nwhen = { regex = '(?P<n>[0-9]+)' }\nlimit = 100";
    let steps = "[[script.then]]\nafter_seconds = 2\nsay = \"{n}? {me}, {other}\"\n\
                 [[script.then]]\nsend = \"photo\"\n[[script.then]]\nafter_seconds = 1\nsend = \"voice\"";
    let else_steps = "limit = 100\nwhen = { text = \"salam\" }\n[[script.then]]\nsay = \"«{text}»\"\n\
                      [[script.then]]\nafter_seconds = 1\nsend = \"video\"\n\
                      [[script.then]]\nlocation = \"35.7, 51.3\"\n\
                      [[script.then]]\nsupport = \"support\"";
    let silence = "when = { event = \"silence\", seconds = 30 }\nlimit = 3\n\
                   [[script.then]]\nsay = \"hello?\"";
    let olga = "[[script]]\nperson = \"olga\"\nname = \"opens\"\nwhen = { event = \"opened\" }\n\
                [[script.then]]\nafter_seconds = 5\nsay = \"{other}!\"\n\
                [[script.then]]\ndo = \"dispute\"\n[[script.then]]\nafter_seconds = 1\ndo = \"decide\"\n";
    [ivans("dice", &format!("{dice}\n{steps}")), ivans("else", else_steps), ivans("waits", silence)]
        .concat()
        + olga
}

async fn market(peyk: &Peyk, path: &str, body: Value) -> String {
    let path = format!("/v2/businesses/{BUSINESS}/chats{path}");
    let request = peyk.request("POST", &path).header("api-key", MARKET_KEY).json(&body);
    harness::send(request).await.body
}

/// Runs the World once and gives all that both dialects read, with the port taken out.
async fn transcript() -> Vec<String> {
    let peyk = Peyk::with(scripted(&rich()), Settings::default()).await;
    let fault = json!({ "name": "dice", "effect": "status", "code": 500, "chance_percent": 30,
                        "seed": 5, "operation": "sendMessageToChat" });
    control(&peyk, "POST", "/faults", Some(fault)).await;
    let mut statuses = Vec::new();
    for round in 0..6 {
        let text = if round % 2 == 0 { format!("{round} toman") } else { "salam".to_owned() };
        // Who is quiet while others act meets nobody at the same microsecond.
        statuses.push(bot_says(&peyk, &text).await);
        settle(&peyk).await;
        statuses.push(shop_says(&peyk, ORDER_CHAT, &text).await);
        settle(&peyk).await;
    }
    let opened =
        market(&peyk, "/new", json!({ "context": { "type": "ORDER", "id": FRESH_ORDER } }));
    let opened = opened.await;
    settle(&peyk).await;
    let chat: Value = serde_json::from_str(&opened).unwrap();
    let path = format!("/v1/open-platform/chat/conversations/{BOT_CHAT}");
    let request = peyk.request("GET", &path).header("x-api-key", APP_KEY).bearer_auth(IVAN_TOKEN);
    let bodies = vec![
        format!("{statuses:?}"),
        harness::send(request).await.body,
        market(&peyk, &format!("/history?chatId={ORDER_CHAT}&limit=100"), json!({})).await,
        market(&peyk, &format!("/history?chatId={}", chat["result"]["chatId"]), json!({})).await,
        market(&peyk, "?limit=20", json!({})).await,
        opened,
    ];
    let bodies = bodies.into_iter().map(|body| body.replace(&peyk.url, "http://peyk")).collect();
    peyk.stop().await;
    bodies
}

#[tokio::test]
async fn the_same_seed_world_and_answers_give_the_same_transcript() {
    let (first, second) = (transcript().await, transcript().await);
    for (first, second) in first.iter().zip(&second) {
        let differs = first.bytes().zip(second.bytes()).position(|(one, other)| one != other);
        let around = |text: &String| {
            let place = differs.unwrap_or(0);
            let near: Vec<u8> = text.bytes().skip(place.saturating_sub(200)).take(400).collect();
            String::from_utf8_lossy(&near).into_owned()
        };
        assert!(first == second, "{}\n---\n{}", around(first), around(second));
    }
    // It is a transcript of something.
    assert!(first[0].contains("500") && first[0].contains("200"), "{}", first[0]);
    for (body, words) in [
        // Reading a conversation, the Kenar dialect shows texts alone.
        (1, "hello?"),
        (2, "/photo.png"),
        (2, "/video.mp4"),
        (3, "Велосипеды!"),
        (4, "ARBITRAGE"),
    ] {
        assert!(first[body].contains(words), "{words} is not in {}", first[body]);
    }
}
