//! What people are going to do is done once, however often the server is killed meanwhile.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Place, Served};

const MESSAGES: usize = 40;
/// After how many answers the server is killed.
const KILLS: [usize; 3] = [1, 40, 80];
/// How long the last server may take.
const PATIENCE: Duration = Duration::from_secs(60);
const CHAT: &str = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01";

const WORLD: &str = r#"
[[person]]
id = "ivan"
name = "Иван"
phone = "+79160000001"
locale = "ru"
[[kenar.app]]
slug = "echo"
title = "Echo"
[[kenar.app.api_key]]
key = "echo-key"
permissions = ["CHAT_BOT_SEND_MESSAGE"]
[[kenar.bot_conversation]]
id = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01"
app = "echo"
person = "ivan"
[[script]]
person = "ivan"
name = "answers"
limit = 1000
[[script.then]]
after_seconds = 1
say = "{text}/1"
[[script.then]]
after_seconds = 1
send = "photo"
[[script.then]]
after_seconds = 1
say = "{text}/2"
"#;

async fn clock(served: &Served, action: Value) {
    served.control("/clock", Some(action)).await.unwrap();
}

/// What Ivan said so far: texts, and `image` for pictures.
async fn said(served: &Served) -> Vec<String> {
    let messages = served.messages(&format!("/people/ivan/conversations/{CHAT}/messages")).await;
    let mine = messages.iter().filter(|message| message["is_mine"] == true);
    mine.map(|message| message["text"].as_str().unwrap_or("image").to_owned()).collect()
}

async fn until_said(served: &Served, count: usize) -> Vec<String> {
    let enough = tokio::time::timeout(PATIENCE, async {
        loop {
            let said = said(served).await;
            if said.len() >= count {
                return said;
            }
        }
    });
    enough.await.expect("people act")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_that_wait_are_done_once_though_the_server_is_killed() {
    let place = Place::new();
    std::fs::write(place.path().join("w.toml"), WORLD).unwrap();
    let first = place.serve(&["--world", "w.toml"]);
    clock(&first, json!({ "action": "freeze" })).await;
    for number in 0..MESSAGES {
        let path = format!("/experimental/open-platform/chatbot-conversations/{CHAT}/messages");
        let body = json!({ "type": "TEXT", "text_message": number.to_string() });
        let request =
            first.http.post(format!("{}{path}", first.url())).header("x-api-key", "echo-key");
        assert_eq!(request.json(&body).send().await.unwrap().status(), 200);
    }
    // Nothing is due before the clock moves; then everything is, and the server dies in the middle.
    let mut served = first;
    clock(&served, json!({ "action": "advance", "seconds": 60 })).await;
    for count in KILLS {
        until_said(&served, count).await;
        served.stop("-KILL");
        served = place.serve(&[]);
    }
    let mut found = until_said(&served, 3 * MESSAGES).await;
    let path = "/people/ivan/scripts";
    let waiting = async || {
        served.control(path, None).await.unwrap()["items"][0]["waiting_steps"].as_u64().unwrap()
    };
    assert_eq!(waiting().await, 0);
    assert_eq!(said(&served).await, found, "nothing comes after that");
    found.retain(|text| text != "image");
    let mut expected: Vec<_> =
        (0..MESSAGES).flat_map(|number| [format!("{number}/1"), format!("{number}/2")]).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}
