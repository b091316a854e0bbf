//! What an app hears.

use axum::response::IntoResponse;
use http::StatusCode;
use peyk_model::media::File;
use peyk_model::message::Content;
use peyk_model::{Location, MediaKind};
use peyk_server::{KenarWords, Settings};
use serde_json::{Value, json};

use super::{Receiver, number, says, sends, start, start_with};
use crate::harness::{
    APP_KEY, BARE_KEY, BOT_CHAT, IVAN_TOKEN, POST, POST_CHAT, Peyk, SARA_TOKEN, send,
};
use crate::kenar::{IVAN_PHONE, SARA_PHONE, user_id};
use peyk_wire::spec::Spec;

async fn echo_in(words: KenarWords) -> (Receiver, Peyk) {
    let receiver = Receiver::start(|_| StatusCode::OK.into_response()).await;
    let settings = Settings { kenar: words, ..Settings::default() };
    let peyk = start_with(Some(format!("{}/webhook/", receiver.url)), None, settings).await;
    (receiver, peyk)
}

async fn echo() -> (Receiver, Peyk) {
    let receiver = Receiver::start(|_| StatusCode::OK.into_response()).await;
    let peyk = start(Some(format!("{}/webhook/", receiver.url)), None).await;
    (receiver, peyk)
}

fn checked(event: Value) -> Value {
    Spec::kenar().check_schema("WebhookEvent", &event).unwrap();
    event
}

/// An event without what changes from run to run.
fn bare(event: &Value, kind: &str) -> Value {
    let mut event = checked(event.clone());
    let message = event[kind].as_object_mut().unwrap();
    let id = message.remove("id").unwrap();
    assert_eq!(id.as_str().unwrap().len(), 36);
    assert_eq!(message.remove("sent_at").unwrap(), "2026-11-20T12:00:00.000000Z");
    event
}

async fn subscribe(peyk: &Peyk, token: &str, body: &Value) -> (u16, Value) {
    let request = peyk
        .request("POST", "/v1/open-platform/events/subscriptions")
        .header("X-API-Key", APP_KEY)
        .bearer_auth(token)
        .json(body);
    let answer = send(request).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn a_bot_hears_what_a_person_writes_to_it() {
    let (receiver, peyk) = echo().await;
    let chat = number(&peyk, BOT_CHAT).await;
    says(&peyk, "ivan", chat, "/start MY_DIVAR").await;
    let heard = receiver.next().await;
    assert_eq!(heard.path, "/webhook/");
    assert_eq!(heard.headers["authorization"], "echo-identification");
    assert_eq!(heard.headers["content-type"], "application/json");
    assert!(heard.headers["webhook-id"].to_str().unwrap().starts_with("evt_"));
    assert!(heard.headers["webhook-signature"].to_str().unwrap().starts_with("v1,"));
    let expected = json!({
        "type": "NEW_CHATBOT_MESSAGE",
        "new_chatbot_message": {
            "conversation": { "id": BOT_CHAT, "type": "BOT" },
            "sender": { "type": "HUMAN" },
            "type": "TEXT",
            "text": "/start MY_DIVAR"
        }
    });
    assert_eq!(bare(&heard.json(), "new_chatbot_message"), expected);
    peyk.stop().await;
}

#[tokio::test]
async fn a_subscriber_hears_both_sides_with_its_metadata() {
    let (receiver, peyk) = echo().await;
    let body = json!({
        "event_type": "NEW_MESSAGE_ON_POST",
        "event_resource_id": POST,
        "metadata": { "key": "value" }
    });
    assert_eq!(subscribe(&peyk, SARA_TOKEN, &body).await, (200, json!({})));
    let chat = number(&peyk, POST_CHAT).await;
    says(&peyk, "ivan", chat, "سلام").await;
    says(&peyk, "sara", chat, "بفرمایید").await;
    for (side, text) in [("BUYER", "سلام"), ("SELLER", "بفرمایید")] {
        let expected = json!({
            "type": "NEW_MESSAGE",
            "metadata": { "key": "value" },
            "new_message": {
                "conversation": { "id": POST_CHAT, "type": "POST", "post_token": POST },
                "sender": { "side": side, "type": "HUMAN" },
                "type": "TEXT",
                "text": text
            }
        });
        let mut heard = checked(receiver.next().await.json());
        let message = heard["new_message"].as_object_mut().unwrap();
        assert!(message.remove("id").is_some() && message.remove("sent_at").is_some());
        assert_eq!(heard, expected);
    }
    peyk.stop().await;
}

#[tokio::test]
async fn what_the_app_itself_sends_for_the_seller_is_heard_as_a_bots() {
    let (receiver, peyk) = echo().await;
    let body = json!({ "event_type": "NEW_MESSAGE_ON_POST", "event_resource_id": POST });
    subscribe(&peyk, SARA_TOKEN, &body).await;
    let request = peyk
        .request("POST", &format!("/v2/open-platform/conversations/{POST_CHAT}/messages"))
        .header("X-API-Key", APP_KEY)
        .bearer_auth(SARA_TOKEN)
        .json(&json!({ "message": "hello" }));
    assert_eq!(send(request).await.status, 200);
    let heard = receiver.next().await.json();
    assert_eq!(heard["new_message"]["sender"], json!({ "side": "SELLER", "type": "BOT" }));
    assert!(heard.get("metadata").is_none());
    peyk.stop().await;
}

#[tokio::test]
async fn an_app_hears_its_own_voice_only_if_it_wants_to() {
    let (receiver, peyk) = echo_in(KenarWords { own_echo: false, ..KenarWords::CURRENT }).await;
    let body = json!({ "event_type": "NEW_MESSAGE_ON_POST", "event_resource_id": POST });
    subscribe(&peyk, SARA_TOKEN, &body).await;
    for token in [SARA_TOKEN, IVAN_TOKEN] {
        let request = peyk
            .request("POST", &format!("/v2/open-platform/conversations/{POST_CHAT}/messages"))
            .header("X-API-Key", APP_KEY)
            .bearer_auth(token)
            .json(&json!({ "message": "from the app" }));
        assert_eq!(send(request).await.status, 200);
    }
    // A conversation is told in its order, so whatever came before this would have been heard.
    says(&peyk, "sara", number(&peyk, POST_CHAT).await, "by hand").await;
    let heard = receiver.next().await.json();
    assert_eq!(heard["new_message"]["text"], "by hand");
    assert_eq!(heard["new_message"]["sender"], json!({ "side": "SELLER", "type": "HUMAN" }));
    peyk.stop().await;
}

#[tokio::test]
async fn a_profile_chooses_how_times_and_sizes_are_spelled() {
    let when = 1_795_176_000_000_000_i64;
    for (words, sent_at, size) in [
        (KenarWords::CURRENT, json!("2026-11-20T12:00:00.000000Z"), json!("204800")),
        (KenarWords::DOCUMENTS, json!(when), json!(204_800)),
    ] {
        let (receiver, peyk) = echo_in(words).await;
        for kind in MediaKind::ALL {
            sends(&peyk, "ivan", number(&peyk, BOT_CHAT).await, file(kind)).await;
            let heard = checked(receiver.next().await.json());
            let message = &heard["new_chatbot_message"];
            let data = &message[format!("{}_data", kind.word())];
            assert_eq!((&message["sent_at"], &data["size_bytes"]), (&sent_at, &size), "{heard}");
        }
        // What is not an event is spelled as ever.
        let request = peyk
            .request("GET", &format!("/v1/open-platform/chat/conversations/{POST_CHAT}"))
            .header("X-API-Key", APP_KEY)
            .bearer_auth(SARA_TOKEN);
        let answer = send(request).await.json();
        assert_eq!(answer["messages"][0]["sent_at"], "2026-11-20T12:00:00.000000Z");
        peyk.stop().await;
    }
}

fn file(kind: MediaKind) -> Content {
    Content::File(File {
        name: format!("a.{}", kind.extensions()[0]),
        kind,
        size_bytes: 204_800,
        mime: "application/octet-stream".to_owned(),
        dimensions: None,
        object: "0".repeat(64),
    })
}

#[tokio::test]
async fn subscriptions_that_make_no_sense_are_refused() {
    let (_, peyk) = echo().await;
    for (token, body, status, code, message) in [
        (SARA_TOKEN, json!({}), 400, 3, "event_type is required"),
        (SARA_TOKEN, json!({ "event_type": "NEW_MOON" }), 400, 3, "unknown event_type `NEW_MOON`"),
        (
            SARA_TOKEN,
            json!({ "event_type": "NEW_MESSAGE_ON_POST", "event_resource_id": "", "metadata": null }),
            403,
            7,
            "permission denied: CHAT_SUPPLIER_ALL_CONVERSATIONS_READ",
        ),
        (
            IVAN_TOKEN,
            json!({ "event_type": "POST_UPDATE" }),
            403,
            7,
            "permission denied: USER_POSTS_GET",
        ),
        (
            "ory_at_nobody",
            json!({ "event_type": "POST_UPDATE" }),
            401,
            16,
            "access token is invalid or expired",
        ),
    ] {
        let expected = json!({ "code": code, "message": message });
        assert_eq!(subscribe(&peyk, token, &body).await, (status, expected), "{body}");
    }
    let request = peyk
        .request("POST", "/v1/open-platform/events/subscriptions")
        .header("X-API-Key", BARE_KEY)
        .bearer_auth(SARA_TOKEN)
        .json(&json!({ "event_type": "NEW_MESSAGE_ON_POST", "event_resource_id": POST }));
    assert_eq!(send(request).await.status, 403);
    peyk.stop().await;
}

#[tokio::test]
async fn the_oldest_registration_has_an_address_and_a_word_of_its_own() {
    let receiver = Receiver::start(|_| StatusCode::NO_CONTENT.into_response()).await;
    let peyk = start(None, None).await;
    let request = peyk
        .request("POST", "/v1/open-platform/notify/chat/post-conversations")
        .header("X-API-Key", APP_KEY)
        .header("x-access-token", SARA_TOKEN)
        .json(&json!({
            "post_token": POST,
            "endpoint": format!("{}/old", receiver.url),
            "identification_key": "old-word"
        }));
    assert_eq!(send(request).await.json(), json!({}));
    says(&peyk, "ivan", number(&peyk, POST_CHAT).await, "سلام").await;
    let heard = receiver.next().await;
    assert_eq!(
        (heard.path.as_str(), &heard.headers["authorization"]),
        ("/old", &"old-word".parse().unwrap())
    );
    let id = async |phone: &str| user_id(&peyk, APP_KEY, phone).await;
    let sent_at = "1795176000000000";
    let expected = json!({
        "type": "CHAT_MESSAGE",
        "timestamp": "1795176000",
        "payload": {
            "@type": "type.googleapis.com/notify.ChatMessagePayload",
            "id": heard.json()["payload"]["id"],
            "type": "TEXT",
            "data": {
                "@type": "type.googleapis.com/notify.ChatMessageTextData",
                "text": "سلام",
            },
            "sender": { "id": id(IVAN_PHONE).await, "is_supply": false },
            "receiver": { "id": id(SARA_PHONE).await, "is_supply": true },
            "metadata": { "category": "", "post_token": POST, "title": "دوچرخه" },
            "sent_at": sent_at,
        },
    });
    assert_eq!(heard.json(), expected);
    // A picture has no words in this form; the next text comes behind it.
    let chat = number(&peyk, POST_CHAT).await;
    let place = Location::new(35.7, 51.4).unwrap();
    sends(&peyk, "ivan", chat, Content::Location(place)).await;
    says(&peyk, "ivan", chat, "هستید؟").await;
    assert_eq!(receiver.next().await.json()["payload"]["data"]["text"], "هستید؟");
    peyk.stop().await;
}

#[tokio::test]
async fn an_app_hears_that_a_person_took_everything_back() {
    let (receiver, peyk) = echo().await;
    let callback = "http://127.0.0.1:3000/callback";
    let scope = "NOTIFICATION_ACCESS_REVOCATION USER_ID";
    let consent = json!({ "client_id": "echo", "redirect_uri": callback, "scope": scope });
    let approve = peyk.request("POST", "/control/v1/people/olga/approve").json(&consent);
    let code = send(approve).await.json()["code"].as_str().unwrap().to_owned();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("client_id", "echo"),
        ("client_secret", "echo-secret"),
        ("redirect_uri", callback),
    ];
    let tokens = send(peyk.request("POST", "/oauth2/token").form(&form)).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    let whoami = || {
        let request = peyk.request("GET", "/v1/open-platform/users");
        send(request.header("X-API-Key", APP_KEY).bearer_auth(token))
    };
    let user_id = whoami().await.json()["user_id"].clone();
    send(peyk.request("DELETE", "/control/v1/people/olga/apps/echo")).await;
    let heard = checked(receiver.next().await.json());
    let revocation = json!({ "user_id": user_id });
    let expected =
        json!({ "type": "USER_ACCESS_REVOCATION", "user_access_revocation": revocation });
    assert_eq!(heard, expected);
    assert_eq!(whoami().await.status, 401);
    peyk.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bot_can_call_back_from_inside_its_handler() {
    // The receiver hears a message, and answers it through the API before it acknowledges.
    let address = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let url = address.clone();
    let receiver = Receiver::start(move |heard| {
        let (url, event) = (url.get().unwrap().clone(), heard.json());
        let call = std::thread::spawn(move || answer_back(&url, &event));
        // Tasks that wait on this thread go on elsewhere, for the answer may depend on them.
        tokio::task::block_in_place(|| call.join().unwrap()).into_response()
    })
    .await;
    let peyk = start(Some(format!("{}/webhook", receiver.url)), None).await;
    address.set(peyk.url.clone()).unwrap();
    says(&peyk, "ivan", number(&peyk, BOT_CHAT).await, "سلام").await;
    receiver.next().await;
    let request = peyk
        .request("GET", &format!("/v1/open-platform/chat/conversations/{BOT_CHAT}"))
        .header("X-API-Key", APP_KEY)
        .bearer_auth(IVAN_TOKEN);
    let texts: Vec<_> = send(request).await.json()["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts, ["سلام", "echo: سلام"]);
    peyk.stop().await;
}

#[tokio::main(flavor = "current_thread")]
async fn answer_back(url: &str, event: &Value) -> StatusCode {
    let message = &event["new_chatbot_message"];
    let chat = message["conversation"]["id"].as_str().unwrap();
    let text = format!("echo: {}", message["text"].as_str().unwrap());
    let path = format!("{url}/v1/open-platform/chat/bot/conversations/{chat}/messages");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(path).header("X-API-Key", APP_KEY);
    request.json(&json!({ "text_message": text })).send().await.unwrap().status()
}
