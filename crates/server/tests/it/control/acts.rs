//! The audit log of what is done through the control API.

use peyk_server::Settings;
use serde_json::json;

use super::{call, get, refused};
use crate::harness::{self, POST_CHAT, Peyk, world};

#[tokio::test]
async fn every_act_of_a_sandbox_is_remembered_with_its_end() {
    let peyk = Peyk::start().await;
    let messages = format!("/people/ivan/conversations/{POST_CHAT}/messages");
    call(&peyk, "POST", &messages, Some(json!({ "text": "سلام" }))).await;
    refused(&peyk, "POST", &messages, Some(json!({ "text": "" }))).await;
    refused(&peyk, "DELETE", "/keys/4711", None).await;
    get(&peyk, "/people").await;
    let mut acts = get(&peyk, "/acts").await;
    let chat = format!("handle ivan, conversation {POST_CHAT}");
    for act in acts["items"].as_array_mut().unwrap() {
        act.as_object_mut().unwrap().remove("id");
    }
    let act = |act: &str, target: &str, outcome: &str| {
        json!({
            "at": "2026-11-20T12:00:00.000000Z", "doer": "sandbox", "address": "127.0.0.1",
            "act": act, "target": target, "outcome": outcome,
        })
    };
    let expected = json!([
        act("revoke_key", "key 4711", "refused"),
        act("write", &chat, "refused"),
        act("write", &chat, "done"),
    ]);
    assert_eq!(acts["items"], expected);
    let done = get(&peyk, "/acts?act=write&outcome=done").await;
    assert_eq!(done["items"].as_array().unwrap().len(), 1);
    for wrong in ["/acts?act=nothing", "/acts?outcome=nothing"] {
        assert_eq!(refused(&peyk, "GET", wrong, None).await.1, "invalid_request");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn in_production_the_admin_token_is_who_did_it() {
    let admin_token = Some("s3cret-token".to_owned());
    let peyk = Peyk::with(world(), Settings { admin_token, ..Settings::default() }).await;
    let with_token = |method: &str, path: &str| {
        peyk.request(method, &format!("/control/v1{path}")).bearer_auth("s3cret-token")
    };
    let paused = harness::send(peyk.request("POST", "/control/v1/clock")).await;
    assert_eq!(paused.status, 401);
    let moved = harness::send(with_token("POST", "/clock").json(&json!({ "action": "freeze" })));
    assert_eq!(moved.await.status, 403);
    let acts = harness::send(with_token("GET", "/acts")).await.json();
    let acts = acts["items"].as_array().unwrap();
    assert_eq!(acts.len(), 1, "whoever is not let in does nothing: {acts:?}");
    let shown = [&acts[0]["doer"], &acts[0]["act"], &acts[0]["outcome"]];
    assert_eq!(shown, ["admin_token", "move_clock", "refused"]);
    peyk.stop().await;
}

#[tokio::test]
async fn tokens_of_a_grant_are_ended_and_replaced() {
    let peyk = Peyk::start().await;
    let works = |token: &str| {
        let request = peyk.request("GET", "/v1/open-platform/users").bearer_auth(token);
        let request = request.header("X-API-Key", crate::harness::APP_KEY);
        async move { harness::send(request).await.status }
    };
    let grants = get(&peyk, "/grants?app=echo&person=sara").await;
    let grant = grants["items"][0]["id"].as_i64().unwrap();
    assert_eq!(works(crate::harness::SARA_TOKEN).await, 200);
    let expired = super::post(&peyk, &format!("/grants/{grant}/expire"), json!(null)).await;
    assert_eq!(expired, json!({ "expired": 1 }));
    assert_eq!(works(crate::harness::SARA_TOKEN).await, 401);
    let tokens = super::post(&peyk, &format!("/grants/{grant}/rotate"), json!(null)).await;
    assert!(tokens["refresh_token"].is_string(), "the grant is for when the person is away");
    let first = tokens["access_token"].as_str().unwrap().to_owned();
    assert_eq!(works(&first).await, 200);
    let second = super::post(&peyk, &format!("/grants/{grant}/rotate"), json!(null)).await;
    assert_eq!(works(&first).await, 401);
    assert_eq!(works(second["access_token"].as_str().unwrap()).await, 200);
    call(&peyk, "DELETE", &format!("/grants/{grant}"), None).await;
    let gone = refused(&peyk, "POST", &format!("/grants/{grant}/rotate"), None).await;
    assert_eq!((gone.0, gone.1.as_str()), (404, "not_found"));
    peyk.stop().await;
}
