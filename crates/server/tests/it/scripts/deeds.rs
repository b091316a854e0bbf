//! What people do beside writing: clicks, disputes and their end, posts, films and own files.

use axum::Json;
use axum::response::IntoResponse;
use peyk_engine::world::World;
use peyk_server::{Settings, world_file};
use serde_json::{Value, json};

use super::{bot_says, control, ivans, messages, said, scripted, settle, shop_says, start};
use crate::events::Receiver;
use crate::harness::{self, APP_KEY, BOT_CHAT, ORDER_CHAT, Peyk, world};

/// The bot shows Ivan two buttons that ask the app.
async fn bot_shows_buttons(peyk: &Peyk) {
    let button = |caption: &str, data: &str| json!({ "caption": caption, "action": { "get_dynamic_action": { "data": { "is": data } } } });
    let rows =
        json!([{ "buttons": [button("Yes", "yes")] }, { "buttons": [button("No, never", "no")] }]);
    let body = json!({ "text_message": "Well?", "buttons": { "rows": rows } });
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    let request = peyk.request("POST", &path).header("x-api-key", APP_KEY).json(&body);
    assert_eq!(harness::send(request).await.status, 200);
}

#[tokio::test]
async fn a_person_presses_a_button_by_its_number_or_its_words() {
    let receiver = Receiver::start(|_| Json(json!({ "text_message": "ok" })).into_response()).await;
    let steps = "when = { text = \"go\" }\n[[script.then]]\nafter_seconds = 1\nclick = 1\n\
                 [[script.then]]\nafter_seconds = 1\nclick = \"NEVER\"\n\
                 [[script.then]]\nsay = \"done\"\n[[script.then]]\nclick = 7";
    let scripts = scripted(&ivans("clicks", steps));
    let World { mut apps, .. } = world();
    apps[0].dynamic_action_url = Some(format!("{}/action", receiver.url));
    let peyk = Peyk::with(World { apps, ..scripts }, Settings::default()).await;
    bot_shows_buttons(&peyk).await;
    bot_says(&peyk, "go").await;
    settle(&peyk).await;
    let mut ids = Vec::new();
    for data in ["yes", "no"] {
        let heard = receiver.next().await;
        assert!(heard.body.contains(&format!("\"is\":\"{data}\"")), "{heard:?}");
        ids.push(heard.headers["webhook-id"].to_str().unwrap().to_owned());
    }
    assert!(ids[0] != ids[1] && ids.iter().all(|id| id.starts_with("press_")), "{ids:?}");
    assert_eq!(said(&peyk, "ivan", BOT_CHAT).await, ["done"]);
    let scripts = control(&peyk, "GET", "/people/ivan/scripts", None).await;
    assert_eq!(scripts["items"][0]["last_refusal"], "button not found", "{scripts}");
    assert_eq!(scripts["items"][0]["waiting_steps"], 0);
    peyk.stop().await;
}

#[tokio::test]
async fn an_app_that_does_not_answer_a_click_is_told_of_and_the_person_goes_on() {
    let steps = "[[script.then]]\nclick = 1\n[[script.then]]\nsay = \"done\"";
    let peyk = start(&ivans("clicks", steps)).await;
    bot_shows_buttons(&peyk).await;
    settle(&peyk).await;
    assert_eq!(said(&peyk, "ivan", BOT_CHAT).await, ["done"]);
    let scripts = control(&peyk, "GET", "/people/ivan/scripts", None).await;
    assert!(scripts["items"][0]["last_refusal"].is_string(), "{scripts}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_script_that_speaks_for_the_marketplace_does_not_hear_it() {
    let answer = |name: &str, voice: &str| {
        ivans(name, &format!("when = {{ text = \"?\" }}\n[[script.then]]\n{voice} = \"Sure?\""))
    };
    let hears = "when = { text = \"Sure\" }\n[[script.then]]\nsay = \"quite sure\"";
    let scripts = [answer("market", "market"), answer("support", "support"), ivans("hears", hears)];
    let peyk = start(&scripts.concat()).await;
    let before = messages(&peyk, "ivan", &ORDER_CHAT.to_string()).await.len();
    shop_says(&peyk, ORDER_CHAT, "Well?").await;
    settle(&peyk).await;
    let messages = messages(&peyk, "ivan", &ORDER_CHAT.to_string()).await;
    let told = |each: &Value| each["text"].as_str().unwrap().to_owned();
    let texts: Vec<_> = messages[before..].iter().map(told).collect();
    assert_eq!(texts, ["Well?", "Sure?", "quite sure"]);
    peyk.stop().await;
}

#[tokio::test]
async fn a_dispute_is_started_spoken_about_and_decided() {
    let steps = "limit = 1\n[[script.then]]\ndo = \"dispute\"\n\
                 [[script.then]]\nafter_seconds = 1\nmarket = \"We look at «{text}», {me}.\"\n\
                 [[script.then]]\nafter_seconds = 1\nsupport = \"Support is here.\"\n\
                 [[script.then]]\nafter_seconds = 1\ndo = \"decide\"";
    let peyk = start(&ivans("disputes", steps)).await;
    shop_says(&peyk, ORDER_CHAT, "No refund").await;
    settle(&peyk).await;
    let messages = messages(&peyk, "ivan", &ORDER_CHAT.to_string()).await;
    let last: Vec<_> = messages[messages.len() - 2..]
        .iter()
        .map(|each| (each["author"].as_str().unwrap_or_default(), each["text"].as_str().unwrap()))
        .collect();
    let expected = [("market", "We look at «No refund», Иван."), ("support", "Support is here.")];
    assert_eq!(last, expected, "{messages:?}");
    let path = format!("/v2/businesses/{}/chat?chatId={ORDER_CHAT}", harness::BUSINESS);
    let request = peyk.request("GET", &path).header("api-key", harness::MARKET_KEY);
    let chat = harness::send(request).await.json();
    let found = (&chat["result"]["type"], &chat["result"]["status"]);
    assert_eq!(found, (&json!("ARBITRAGE"), &json!("FINISHED")));
    peyk.stop().await;
}

#[tokio::test]
async fn a_seller_retires_a_post() {
    let script =
        "[[script]]\nperson = \"sara\"\nname = \"sells\"\n[[script.then]]\npost = \"retire\"\n";
    let peyk = start(script).await;
    let path = format!("/people/ivan/conversations/{}/messages", harness::POST_CHAT);
    control(&peyk, "POST", &path, Some(json!({ "text": "I take it" }))).await;
    settle(&peyk).await;
    let events = control(&peyk, "GET", "/events?cursor=start&limit=100&wait=5", None).await;
    let changed = |event: &Value| event["type"] == "post_changed" && event["change"] == "retire";
    assert!(events["items"].as_array().unwrap().iter().any(changed), "{events}");
    peyk.stop().await;
}

#[tokio::test]
async fn films_and_files_from_the_folder_of_the_world_are_sent() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("offer.pdf", b"%PDF-1.4\n%%EOF\n");
    write("gone.pdf", b"%PDF-1.4\n%%EOF\n");
    let steps = "[[script.then]]\nsend = \"video\"\n[[script.then]]\nfile = \"offer.pdf\"\n\
                 [[script.then]]\nfile = \"gone.pdf\"\n[[script.then]]\nsay = \"done\"";
    let file = format!("{}{}", super::PEOPLE, ivans("sends", steps));
    let read = world_file::parse_beside(folder.path(), "w.toml", &file).unwrap();
    std::fs::remove_file(folder.path().join("gone.pdf")).unwrap();
    let scripted = World { scripts: read.scripts, ..world() };
    let peyk = Peyk::with(scripted, Settings::default()).await;
    bot_says(&peyk, "x").await;
    settle(&peyk).await;
    assert_eq!(said(&peyk, "ivan", BOT_CHAT).await, ["video", "file", "done"]);
    let sent = messages(&peyk, "ivan", BOT_CHAT).await;
    assert_eq!(sent[2]["media"]["name"], "offer.pdf");
    let scripts = control(&peyk, "GET", "/people/ivan/scripts", None).await;
    let refusal = scripts["items"][0]["last_refusal"].as_str().unwrap();
    assert!(refusal.ends_with("/gone.pdf cannot be read"), "{refusal}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_file_that_an_export_carries_is_sent_where_no_folder_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("offer.pdf"), b"%PDF-1.4\n%%EOF\n").unwrap();
    let steps = "[[script.then]]\nfile = \"offer.pdf\"";
    let file = format!("{}{}", super::PEOPLE, ivans("sends", steps));
    let read = world_file::parse_beside(folder.path(), "w.toml", &file).unwrap();
    let here = Peyk::with(World { scripts: read.scripts, ..world() }, Settings::default()).await;
    let exported = harness::send(here.request("GET", "/control/v1/world")).await.body;
    here.stop().await;
    drop(folder);
    let there = Peyk::start().await;
    let request = there.request("POST", "/control/v1/world?replace=true").body(exported);
    assert_eq!(harness::send(request).await.status, 200);
    bot_says(&there, "x").await;
    settle(&there).await;
    assert_eq!(said(&there, "ivan", BOT_CHAT).await, ["file"]);
    let sent = messages(&there, "ivan", BOT_CHAT).await;
    let media = &sent.last().unwrap()["media"];
    assert_eq!(media["name"], "offer.pdf");
    let url = media["url"].as_str().unwrap();
    let path = url.strip_prefix(there.url.as_str()).unwrap_or(url);
    let bytes = harness::send(there.request("GET", path)).await;
    assert_eq!(bytes.body, "%PDF-1.4\n%%EOF\n");
    there.stop().await;
}

#[tokio::test]
async fn the_marketplace_closes_a_chat() {
    let steps = "limit = 1\n[[script.then]]\ndo = \"close\"";
    let peyk = start(&ivans("closes", steps)).await;
    shop_says(&peyk, ORDER_CHAT, "Anything else?").await;
    settle(&peyk).await;
    let path = format!("/v2/businesses/{}/chat?chatId={ORDER_CHAT}", harness::BUSINESS);
    let request = peyk.request("GET", &path).header("api-key", harness::MARKET_KEY);
    let chat = harness::send(request).await.json();
    let found = (&chat["result"]["type"], &chat["result"]["status"]);
    assert_eq!(found, (&json!("CHAT"), &json!("FINISHED")));
    peyk.stop().await;
}

#[test]
fn mistakes_in_steps_are_told_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), "x").unwrap();
    let check = |step: &str, expected: &str| {
        let text = format!("{}{}", super::PEOPLE, ivans("x", &format!("[[script.then]]\n{step}")));
        let found = world_file::parse_beside(folder.path(), "w.toml", &text).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].line, found[0].expected.as_str()), (21, expected), "{step}");
    };
    let beside = "the name of a file in the folder of this World file";
    for name in ["b.pdf", "../a.pdf", "/etc/hostname", ""] {
        check(&format!("file = {name:?}"), beside);
    }
    check("click = 0", "a number from 1 to 9");
    check("post = \"burn\"", "one of `publish`, `retire`, `ongoing`, `archive`");
    check("market = \"{nobody}\"", "one of `{text}`, `{me}`, `{other}`");
    let text = format!("{}{}", super::PEOPLE, ivans("x", "[[script.then]]\nfile = \"a.pdf\""));
    assert!(world_file::parse_beside(folder.path(), "w.toml", &text).is_ok());
    assert_eq!(world_file::parse("w.toml", &text).unwrap_err()[0].expected, beside);
}
