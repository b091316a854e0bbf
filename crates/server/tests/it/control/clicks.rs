//! Buttons, pressed by people and answered by apps; and the words by which bots are started.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use peyk_engine::world::World;
use peyk_server::Settings;
use serde_json::{Value, json};

use super::{get, post, refused};
use crate::events::{Heard, Receiver};
use crate::harness::{self, APP_KEY, BOT_CHAT, POST, POST_CHAT, Peyk, SARA_TOKEN, send, world};
use crate::kenar::{IVAN_PHONE, SARA_PHONE, user_id, world_with_grant};
use peyk_wire::spec::Spec;

/// Key order, digits and characters that a map would lose.
const DATA: &str = r#"{"z":"007","a":7,"big":12345678901234567890123,"pi":3.1400,"متن":"🎲"}"#;

async fn app(answer: impl Fn(&Heard) -> Response + Send + Sync + 'static) -> (Receiver, Peyk) {
    app_in(world(), answer).await
}

async fn app_in(
    mut world: World,
    answer: impl Fn(&Heard) -> Response + Send + Sync + 'static,
) -> (Receiver, Peyk) {
    let receiver = Receiver::start(answer).await;
    world.apps[0].session_url = Some(format!("{}/session", receiver.url));
    world.apps[0].dynamic_action_url = Some(format!("{}/action", receiver.url));
    (receiver, Peyk::with(world, Settings::default()).await)
}

/// Sends a message with this button to the bot's person, and gives the path of its clicks.
async fn with_button(peyk: &Peyk, action: &str) -> String {
    let body = format!(
        r#"{{"text_message":"hi","buttons":{{"rows":[{{"buttons":[{{"caption":"ok","action":{action}}}]}}]}}}}"#
    );
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    let request = peyk
        .request("POST", &path)
        .header("X-API-Key", APP_KEY)
        .header("content-type", "application/json")
        .body(body);
    assert_eq!(send(request).await.status, 200);
    clicks_of_last(peyk, "ivan", BOT_CHAT).await
}

async fn clicks_of_last(peyk: &Peyk, person: &str, chat: &str) -> String {
    let path = format!("/people/{person}/conversations/{chat}/messages");
    let page = get(peyk, &path).await;
    let last = page["items"].as_array().unwrap().last().unwrap().clone();
    format!("{path}/{}/clicks", last["id"])
}

async fn click(peyk: &Peyk, path: &str) -> Value {
    let mut answer = post(peyk, path, json!({ "button": 1 })).await;
    for call in answer["calls"].as_array_mut().unwrap() {
        assert!(call.as_object_mut().unwrap().remove("duration_ms").is_some());
    }
    answer
}

#[tokio::test]
async fn a_server_link_is_asked_for_with_the_data_as_it_came() {
    let (receiver, peyk) =
        app(|_| Json(json!({ "url": "https://app.example/x" })).into_response()).await;
    let path = with_button(&peyk, &format!(r#"{{"open_server_link":{{"data":{DATA}}}}}"#)).await;
    let answer = click(&peyk, &path).await;
    let heard = receiver.next().await;
    assert_eq!(heard.path, "/session");
    assert_eq!(heard.headers["authorization"], "echo-identification");
    assert_eq!(
        (&heard.headers["api-version"], &heard.headers["api_version"]),
        (&"2".parse().unwrap(), &"2".parse().unwrap())
    );
    Spec::kenar().check_schema("ServerLinkRequest", &nullable(heard.json())).unwrap();
    let user_id = heard.json()["user_id"].as_str().unwrap().to_owned();
    let expected = format!(
        r#"{{"source":"CHAT_MESSAGE_ACTION","post_token":null,"conversation_id":"{BOT_CHAT}","user_side":null,"extra_data":{DATA},"provider_data":{DATA},"user_id":"{user_id}","completion_url":"{}/completion"}}"#,
        peyk.url
    );
    assert_eq!(heard.body, expected);
    let expected = json!({
        "happened": "opens https://app.example/x",
        "opens": { "type": "url", "url": "https://app.example/x" },
        "calls": [{
            "question": "open_server_link",
            "url": format!("{}/session", receiver.url),
            "request": expected,
            "status": 200,
            "answer": r#"{"url":"https://app.example/x"}"#
        }]
    });
    assert_eq!(answer, expected);
    assert_eq!(send(peyk.request("GET", "/completion")).await.status, 200);
    peyk.stop().await;
}

#[tokio::test]
async fn a_button_of_the_oldest_sends_is_asked_about_as_it_was_then() {
    let granted =
        world_with_grant("sara", "ory_at_all", "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND");
    let (receiver, peyk) = app_in(granted, |_| {
        Json(json!({ "status": "200", "message": "success", "url": "https://app.example/x" }))
            .into_response()
    })
    .await;
    let id = async |phone: &str| user_id(&peyk, APP_KEY, phone).await;
    let (sara, ivan) = (id(SARA_PHONE).await, id(IVAN_PHONE).await);
    let message = json!({
        "user_id": sara, "peer_id": ivan, "post_token": POST, "type": "TEXT", "message": "hi",
        "receiver_btn": { "action": "LINK", "data": { "caption": "see", "extra_data": { "order": "7" } } },
    });
    let request = peyk
        .request("POST", "/v2/open-platform/chat/conversation")
        .header("X-API-Key", APP_KEY)
        .header("x-access-token", "ory_at_all")
        .json(&message);
    assert_eq!(send(request).await.status, 200);
    let path = clicks_of_last(&peyk, "ivan", POST_CHAT).await;
    let answer = click(&peyk, &path).await;
    assert_eq!(answer["opens"], json!({ "type": "url", "url": "https://app.example/x" }));
    assert_eq!(answer["calls"][0]["question"], "open_legacy_server_link");
    let heard = receiver.next().await;
    assert_eq!(heard.path, "/session");
    assert_eq!(heard.headers["authorization"], "echo-identification");
    assert!(!heard.headers.contains_key("api-version"));
    let expected = json!({
        "extra_data": { "order": "7" },
        "callback_url": format!("{}/completion", peyk.url),
        "post_token": POST,
        "conversation_id": POST_CHAT,
        "user_id": ivan,
        "peer_id": sara,
        "supplier": { "id": sara },
        "demand": { "id": ivan },
    });
    assert_eq!(heard.json(), expected);
    peyk.stop().await;
}

/// The spec calls these fields nullable in words only.
fn nullable(mut body: Value) -> Value {
    body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    body
}

#[tokio::test]
async fn a_dynamic_action_shows_a_text_and_is_followed_to_a_server_link() {
    let (receiver, peyk) = app(|heard| match heard.path.as_str() {
        "/action" => Json(json!({
            "text_message": "one moment",
            "action": { "open_server_link": { "data": { "step": 2 } } }
        }))
        .into_response(),
        _ => Json(json!({ "url": "https://app.example/step2" })).into_response(),
    })
    .await;
    let grid = json!({ "rows": [{ "buttons": [{
        "caption": "ok",
        "action": { "get_dynamic_action": { "data": { "step": 1 } } }
    }]}]});
    let body = json!({ "message": "hi", "receiver_buttons": grid });
    let request = peyk
        .request("POST", &format!("/v2/open-platform/conversations/{POST_CHAT}/messages"))
        .header("X-API-Key", APP_KEY)
        .bearer_auth(SARA_TOKEN)
        .json(&body);
    let answer = send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let path = clicks_of_last(&peyk, "ivan", POST_CHAT).await;
    let answer = click(&peyk, &path).await;
    assert_eq!(answer["happened"], "shows the text `one moment`, opens https://app.example/step2");
    let asked = receiver.next().await;
    let body = asked.json();
    let expected = json!({
        "touchpoint": "CHAT",
        "post_token": POST,
        "conversation_id": POST_CHAT,
        "user_side": "DEMAND",
        "extra_data": { "step": 1 },
        "user_id": body["user_id"]
    });
    assert_eq!((asked.path.as_str(), &body), ("/action", &expected));
    assert!(asked.headers.get("api-version").is_none());
    Spec::kenar().check_schema("DynamicActionRequest", &body).unwrap();
    let followed = receiver.next().await;
    assert_eq!(followed.path, "/session");
    assert_eq!(followed.json()["extra_data"], json!({ "step": 2 }));
    assert_eq!(followed.json()["user_side"], "DEMAND");
    peyk.stop().await;
}

#[tokio::test]
async fn links_and_posts_open_without_a_question() {
    let peyk = Peyk::start().await;
    for (action, opens, happened) in [
        (
            json!({ "open_direct_link": "https://example.com/a" }),
            json!({ "type": "url", "url": "https://example.com/a" }),
            "opens https://example.com/a".to_owned(),
        ),
        (
            json!({ "open_post_page": { "post_token": POST } }),
            json!({ "type": "post", "post": POST }),
            format!("opens the post {POST}"),
        ),
        (
            json!({ "open_post_manage_page": { "post_token": POST } }),
            json!({ "type": "post_management", "post": POST }),
            format!("opens the page where the post {POST} is managed"),
        ),
    ] {
        let path = with_button(&peyk, &action.to_string()).await;
        let expected = json!({ "happened": happened, "opens": opens, "calls": [] });
        assert_eq!(click(&peyk, &path).await, expected);
    }
    peyk.stop().await;
}

/// What the app answers, and what is said of it.
fn mistakes() -> Vec<(&'static str, u16, &'static str, &'static str)> {
    vec![
        ("open_server_link", 500, "", "answered 500, not 200"),
        ("open_server_link", 204, "", "answered 204, not 200"),
        ("open_server_link", 302, "", "answered 302, not 200"),
        (
            "open_server_link",
            200,
            "<html>",
            "answered 200, but the body is not JSON: expected value at line 1 column 1",
        ),
        ("open_server_link", 200, "{}", "answered 200, but missing field `url` at line 1 column 2"),
        ("open_server_link", 200, r#"{"url":"here"}"#, "`url` is no address: `here`"),
        (
            "open_server_link",
            200,
            r#"{"url":"javascript:alert(1)"}"#,
            "`url` is no address: `javascript:alert(1)`",
        ),
        ("get_dynamic_action", 200, "{}", "the answer has neither `action` nor `text_message`"),
        (
            "get_dynamic_action",
            200,
            r#"{"action":{}}"#,
            "the action cannot be done: a button needs exactly one action, found 0",
        ),
        (
            "get_dynamic_action",
            200,
            r#"{"action":{"get_dynamic_action":{"data":{}}}}"#,
            "a dynamic action must not be answered with another one",
        ),
    ]
}

#[tokio::test]
async fn what_the_app_does_wrong_is_told_in_words() {
    for (question, status, body, mistake) in mistakes() {
        let status = StatusCode::from_u16(status).unwrap();
        let (_receiver, peyk) = app(move |_| (status, body).into_response()).await;
        let path = with_button(&peyk, &format!(r#"{{"{question}":{{"data":{{}}}}}}"#)).await;
        let answer = click(&peyk, &path).await;
        assert_eq!(answer["mistake"], mistake);
        assert_eq!(answer["happened"], format!("the app failed: {mistake}"));
        assert_eq!(answer["calls"][0]["answer"], body);
        peyk.stop().await;
    }
}

#[tokio::test]
async fn an_app_that_cannot_be_asked_is_told_in_words() {
    let peyk = Peyk::start().await;
    let path = with_button(&peyk, r#"{"open_server_link":{}}"#).await;
    let expected = json!({
        "happened": "the app failed: the app has no session URL",
        "mistake": "the app has no session URL",
        "calls": []
    });
    assert_eq!(click(&peyk, &path).await, expected);
    peyk.stop().await;

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let World { mut apps, .. } = world();
    apps[0].session_url = Some(format!("http://{}/", free.local_addr().unwrap()));
    // It listens and never answers.
    let peyk = Peyk::with(World { apps, ..world() }, Settings::default()).await;
    let path = with_button(&peyk, r#"{"open_server_link":{}}"#).await;
    assert_eq!(click(&peyk, &path).await["mistake"], "timed out after 5 s");
    drop(free);
    let refused = click(&peyk, &path).await;
    let mistake = refused["mistake"].as_str().unwrap();
    assert!(mistake.starts_with("connection refused: nobody listens there"), "{mistake}");
    peyk.stop().await;
}

#[tokio::test]
async fn only_what_one_sees_can_be_pressed() {
    let peyk = Peyk::start().await;
    let path = with_button(&peyk, r#"{"open_direct_link":"https://example.com"}"#).await;
    for (path, button, message) in [
        (path.clone(), 2, "button not found"),
        (path.clone(), 0, "button not found"),
        (path.replace("ivan", "sara"), 1, "conversation not found"),
        (
            format!("/people/ivan/conversations/{BOT_CHAT}/messages/1/clicks"),
            1,
            "message not found",
        ),
    ] {
        let found = refused(&peyk, "POST", &path, Some(json!({ "button": button }))).await;
        assert_eq!(found, (404, "not_found".into(), message.into()), "{path}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_bot_is_started_in_the_words_of_each_touchpoint() {
    let receiver = Receiver::start(|_| StatusCode::OK.into_response()).await;
    let peyk = crate::events::start(Some(receiver.url.clone()), None).await;
    for (person, body, text) in [
        (
            "sara",
            json!({ "touchpoint": "MY_POST", "post": POST }),
            format!("/start MY_POST {POST}"),
        ),
        ("sara", json!({ "touchpoint": "MY_DIVAR" }), "/start MY_DIVAR".into()),
        ("sara", json!({ "touchpoint": "DIVAR_PRO" }), "/start DIVAR_PRO".into()),
        (
            "ivan",
            json!({ "touchpoint": "CHAT", "conversation": POST_CHAT }),
            format!("/start CHAT {POST_CHAT}"),
        ),
        (
            "ivan",
            json!({ "touchpoint": "DEMAND_POST", "post": POST }),
            format!("/start DEMAND_POST {POST}"),
        ),
    ] {
        let answer = post(&peyk, &format!("/people/{person}/bots/echo/start"), body).await;
        assert_eq!(answer["message"]["text"], text);
        assert_eq!(receiver.next().await.json()["new_chatbot_message"]["text"], text);
    }
    for (path, body, status, message) in [
        (
            "/people/ivan/bots/echo/start",
            json!({ "touchpoint": "MY_POST", "post": POST }),
            404,
            "post not found",
        ),
        (
            "/people/sara/bots/echo/start",
            json!({ "touchpoint": "DEMAND_POST", "post": POST }),
            404,
            "post not found",
        ),
        (
            "/people/olga/bots/echo/start",
            json!({ "touchpoint": "CHAT", "conversation": POST_CHAT }),
            404,
            "conversation not found",
        ),
        (
            "/people/ivan/bots/nobody/start",
            json!({ "touchpoint": "MY_DIVAR" }),
            404,
            "app not found",
        ),
    ] {
        let found = refused(&peyk, "POST", path, Some(body)).await;
        assert_eq!((found.0, found.2.as_str()), (status, message), "{path}");
    }
    peyk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_app_may_write_from_inside_its_answer() {
    let here: std::sync::Arc<std::sync::OnceLock<(String, tokio::runtime::Handle)>> =
        std::sync::Arc::default();
    let known = here.clone();
    let (_receiver, peyk) = app(move |_| {
        let (url, runtime) = known.get().unwrap().clone();
        let path = format!("{url}/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
        let request = reqwest::Client::builder().no_proxy().build().unwrap().post(path);
        let request =
            request.header("X-API-Key", APP_KEY).json(&json!({ "text_message": "inside" }));
        let (done, wait) = std::sync::mpsc::channel();
        runtime.spawn(async move { done.send(harness::send(request).await.status).unwrap() });
        let status = tokio::task::block_in_place(|| wait.recv_timeout(Duration::from_secs(4)));
        Json(json!({ "text_message": status.unwrap().to_string() })).into_response()
    })
    .await;
    here.set((peyk.url.clone(), tokio::runtime::Handle::current())).unwrap();
    let path = with_button(&peyk, r#"{"get_dynamic_action":{}}"#).await;
    assert_eq!(click(&peyk, &path).await["text"], "200");
    peyk.stop().await;
}
