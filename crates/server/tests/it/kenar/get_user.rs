//! `GET /v1/open-platform/users` and the `POST` of older clients.

use serde_json::json;

use super::{Call, IVAN_PHONE, SARA_PHONE, needs_a_key, needs_a_token, user_id};
use crate::harness::{APP_KEY, IVAN_TOKEN, LIVE_KEY, LIVE_TOKEN, PHONE_TOKEN, Peyk, SARA_TOKEN};

const PATH: &str = "/v1/open-platform/users";

fn calls() -> [Call; 4] {
    [
        Call::get(PATH),
        Call::get(PATH).header("content-type", "application/json"),
        Call::post(PATH, json!({})),
        Call::post(PATH, json!({})).raw(""),
    ]
}

#[tokio::test]
async fn a_grant_shows_what_its_scopes_name() {
    let peyk = Peyk::start().await;
    let sara = user_id(&peyk, APP_KEY, SARA_PHONE).await;
    let ivan = user_id(&peyk, APP_KEY, IVAN_PHONE).await;
    let all = json!({
        "phone_number": SARA_PHONE, "phone_numbers": [SARA_PHONE], "user_id": sara,
    });
    let phone = json!({ "phone_number": IVAN_PHONE, "phone_numbers": [IVAN_PHONE] });
    for call in calls() {
        call.clone().token(SARA_TOKEN).gives(&peyk, all.clone()).await;
        call.clone().token(IVAN_TOKEN).gives(&peyk, json!({ "user_id": ivan })).await;
        call.clone().token(PHONE_TOKEN).gives(&peyk, phone.clone()).await;
        call.header("x-access-token", SARA_TOKEN).gives(&peyk, all.clone()).await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_user_is_shown_to_whom_they_allowed_it() {
    let peyk = Peyk::start().await;
    for call in calls() {
        let call = call.token(SARA_TOKEN);
        needs_a_key(&call, &peyk, "USER_RETRIEVE").await;
        needs_a_token(&call, &peyk).await;
        let denied = "permission denied: USER_ID or USER_PHONE";
        call.key(LIVE_KEY).token(LIVE_TOKEN).is_refused(&peyk, 403, 7, denied).await;
    }
    peyk.stop().await;
}
