//! The marketplace decides, writes and changes posts.

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::json;

use super::{get, post, refused, until};
use crate::events::{Receiver, start};
use crate::harness::{
    self, APP_KEY, BOT_CHAT, BUSINESS, DIRECT_CHAT, MARKET_KEY, ORDER_CHAT, POST, SARA_TOKEN,
};

#[tokio::test]
async fn a_dispute_is_started_written_in_and_finished() {
    let peyk = harness::Peyk::start().await;
    let path = format!("/conversations/{ORDER_CHAT}");
    let started = post(&peyk, &format!("{path}/arbitration/start"), json!({})).await;
    assert_eq!(
        (&started["kind"], &started["status"]),
        (&json!("arbitration"), &json!("waiting_for_arbiter"))
    );
    for author in ["market", "support"] {
        let body = json!({ "as": author, "text": "Разбираемся." });
        let written = post(&peyk, &format!("{path}/messages"), body).await;
        assert_eq!(
            (&written["author"], &written["text"]),
            (&json!(author), &json!("Разбираемся."))
        );
    }
    let again = refused(&peyk, "POST", &format!("{path}/arbitration/start"), Some(json!({}))).await;
    assert_eq!((again.0, again.1.as_str()), (409, "arbitration_under_way"));
    let finished = post(&peyk, &format!("{path}/arbitration/finish"), json!({})).await;
    assert_eq!(finished["status"], "finished");
    for (chat, step, code) in [
        (ORDER_CHAT.to_string(), "finish", "no_arbitration"),
        (DIRECT_CHAT.to_string(), "start", "arbitration_impossible"),
        (BOT_CHAT.to_owned(), "start", "arbitration_impossible"),
        ("nothing".to_owned(), "start", "not_found"),
    ] {
        let path = format!("/conversations/{chat}/arbitration/{step}");
        assert_eq!(refused(&peyk, "POST", &path, Some(json!({}))).await.1, code, "{path}");
    }
    peyk.stop().await;
}

/// The statuses of a chat, as a person and as the shop's program see it.
async fn statuses(peyk: &harness::Peyk) -> (String, String, String) {
    let all = get(peyk, "/people/ivan/conversations").await;
    let found = all["items"].as_array().unwrap().iter().find(|each| each["id"] == ORDER_CHAT);
    let path = format!("/v2/businesses/{BUSINESS}/chat?chatId={ORDER_CHAT}");
    let request = peyk.request("GET", &path).header("api-key", MARKET_KEY);
    let chat = harness::send(request).await.json()["result"].clone();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    (word(&found.unwrap()["status"]), word(&chat["type"]), word(&chat["status"]))
}

#[tokio::test]
async fn a_chat_that_is_no_dispute_is_closed_and_opened_by_its_next_message() {
    let peyk = harness::Peyk::start().await;
    let path = format!("/conversations/{ORDER_CHAT}");
    for _ in 0..2 {
        let finished = post(&peyk, &format!("{path}/finish"), json!({})).await;
        assert_eq!((&finished["kind"], &finished["status"]), (&json!("chat"), &json!("finished")));
    }
    let word = |text: &str| text.to_owned();
    assert_eq!(statuses(&peyk).await, (word("finished"), word("CHAT"), word("FINISHED")));
    // It is news once, and no receiver is told.
    let feed = until(&peyk, "/events?cursor=start", |page| page["items"][0].is_object()).await;
    let told: Vec<_> = feed["items"].as_array().unwrap().iter().collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&told[0]["type"], &told[0]["webhooks"]),
        (&json!("conversation_finished"), &json!([]))
    );
    super::document().check_schema("Event", told[0]).unwrap();
    let send = format!("/v2/businesses/{BUSINESS}/chats/message?chatId={ORDER_CHAT}");
    let request = peyk.request("POST", &send).header("api-key", MARKET_KEY);
    assert_eq!(harness::send(request.json(&json!({ "message": "Ещё раз" }))).await.status, 200);
    let open = (word("waiting_for_buyer"), word("CHAT"), word("WAITING_FOR_CUSTOMER"));
    assert_eq!(statuses(&peyk).await, open);
    post(&peyk, &format!("{path}/arbitration/start"), json!({})).await;
    let again = refused(&peyk, "POST", &format!("{path}/finish"), Some(json!({}))).await;
    assert_eq!((again.0, again.1.as_str()), (409, "arbitration_under_way"));
    assert_eq!(refused(&peyk, "POST", "/conversations/nothing/finish", None).await.0, 404);
    peyk.stop().await;
}

#[tokio::test]
async fn the_arbiter_and_the_support_send_files() {
    let peyk = harness::Peyk::start().await;
    let send = async |query: &str, part: &'static str| {
        let path = format!("/control/v1/conversations/{ORDER_CHAT}/files{query}");
        let file = reqwest::multipart::Part::bytes(b"act of acceptance".to_vec());
        let form = reqwest::multipart::Form::new().part(part, file.file_name("act.txt"));
        harness::send(peyk.request("POST", &path).multipart(form)).await
    };
    for author in ["market", "support"] {
        let sent = send(&format!("?as={author}"), "file").await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        let message = sent.json();
        super::document().check_schema("PlainMessage", &message).unwrap();
        assert_eq!(
            (&message["author"], &message["media"]["name"]),
            (&json!(author), &json!("act.txt"))
        );
    }
    let path = format!("/v2/businesses/{BUSINESS}/chats/history?chatId={ORDER_CHAT}");
    let request = peyk.request("POST", &path).header("api-key", MARKET_KEY).json(&json!({}));
    let history = harness::send(request).await.json();
    let messages = history["result"]["messages"].as_array().unwrap();
    let files: Vec<_> = messages
        .iter()
        .filter(|each| each["payload"].is_array())
        .map(|each| {
            (each["sender"].as_str().unwrap(), each["payload"][0]["name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(files, [("MARKET", "act.txt"), ("SUPPORT", "act.txt")], "{history}");
    for (query, part) in [("", "file"), ("?as=buyer", "file"), ("?as=market", "other")] {
        assert_eq!(send(query, part).await.status, 400, "{query} {part}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_changed_post_is_heard_by_whoever_subscribed_to_it() {
    let receiver = Receiver::start(|_| StatusCode::OK.into_response()).await;
    let peyk = start(Some(receiver.url.clone()), None).await;
    let token = "ory_at_posts";
    let grant = peyk_engine::world::World {
        grants: vec![peyk_engine::world::WorldGrant {
            app: "echo".into(),
            person: "sara".into(),
            access_token: peyk_engine::world::Secret::Plain(token.into()),
            refresh_token: None,
            scopes: vec![peyk_model::Scope::parse("USER_POSTS_GET").unwrap()],
        }],
        ..peyk_engine::world::World::default()
    };
    let engine = &peyk.running().site().engine;
    let load = move |context: &mut peyk_engine::Context<'_, '_>| {
        peyk_engine::world::load_world(context, &grant)
    };
    engine.write(load).await.unwrap();
    let subscribe = |token: &'static str| {
        peyk.request("POST", "/v1/open-platform/events/subscriptions")
            .header("X-API-Key", APP_KEY)
            .bearer_auth(token)
            .json(&json!({ "event_type": "POST_UPDATE", "event_resource_id": POST }))
    };
    assert_eq!(harness::send(subscribe(token)).await.status, 200);
    assert_eq!(harness::send(subscribe(SARA_TOKEN)).await.status, 403);
    for change in ["publish", "retire", "ongoing", "archive"] {
        let body = json!({ "change": change });
        let answer = post(&peyk, &format!("/posts/{POST}/changes"), body).await;
        assert_eq!(answer, json!({ "post": POST, "change": change }));
        let heard = receiver.next().await.json();
        let expected = json!({
            "type": "POST_UPDATE",
            "post_update": { "type": change.to_uppercase(), "post": { "token": POST } }
        });
        assert_eq!(heard, expected);
    }
    let path = format!("/posts/{POST}/changes");
    let found = refused(&peyk, "POST", &path, Some(json!({ "change": "burn" }))).await;
    assert_eq!(found.2, "change must be publish, retire, ongoing or archive");
    let body = Some(json!({ "change": "retire" }));
    assert_eq!(refused(&peyk, "POST", "/posts/none/changes", body).await.0, 404);
    peyk.stop().await;
}
