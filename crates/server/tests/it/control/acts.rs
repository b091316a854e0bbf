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
