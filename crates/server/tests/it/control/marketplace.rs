//! The marketplace decides, writes and changes posts.

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::json;

use super::{post, refused};
use crate::events::{Receiver, start};
use crate::harness::{self, APP_KEY, BOT_CHAT, DIRECT_CHAT, ORDER_CHAT, POST, SARA_TOKEN};

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
