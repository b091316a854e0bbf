//! `POST /v1/open-platform/get-user-id-by-phone`.

use serde_json::{Value, json};

use super::{Call, SARA_PHONE, needs_a_good_body, needs_a_key, user_id};
use crate::harness::{APP_KEY, LIVE_KEY, Peyk, SARA_TOKEN};

fn call(phone: impl Into<Value>) -> Call {
    Call::post("/v1/open-platform/get-user-id-by-phone", json!({ "phone": phone.into() }))
}

#[tokio::test]
async fn a_phone_is_found_however_it_is_written() {
    let peyk = Peyk::start().await;
    let (_, body) = Call::get("/v1/open-platform/users").token(SARA_TOKEN).send(&peyk).await;
    let expected = json!({ "user_id": body["user_id"] });
    for phone in ["+989120000001", "09120000001", "989120000001", "0912 000 0001", "۰۹۱۲۰۰۰۰۰۰۱"]
    {
        call(phone).gives(&peyk, expected.clone()).await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn each_app_knows_a_person_under_another_id() {
    let peyk = Peyk::start().await;
    let (echo, live) =
        (user_id(&peyk, APP_KEY, SARA_PHONE).await, user_id(&peyk, LIVE_KEY, SARA_PHONE).await);
    assert_ne!(echo, live);
    assert_eq!((echo.len(), live.len()), (44, 44));
    peyk.stop().await;
}

#[tokio::test]
async fn nobody_has_an_unknown_phone() {
    let peyk = Peyk::start().await;
    for phone in ["+989129999999", "sara", "a\u{0}b", "0"] {
        call(phone).is_refused(&peyk, 404, 5, "user not found").await;
    }
    for phone in [Value::Null, json!("")] {
        call(phone).is_refused(&peyk, 400, 3, "phone is required").await;
    }
    call("").raw("").is_refused(&peyk, 400, 3, "phone is required").await;
    needs_a_key(&call(SARA_PHONE), &peyk, "GET_USER_ID_BY_PHONE").await;
    needs_a_good_body(&call(SARA_PHONE), &peyk, "phone").await;
    peyk.stop().await;
}
