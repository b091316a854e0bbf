//! `POST /v1/open-platform/chat/bot/users/{user_id}/messages`.

use peyk_wire::kenar::bot_send_message_to_user::OPERATION;
use serde_json::json;

use super::{
    Call, IVAN_PHONE, OLGA_PHONE, SARA_PHONE, block, needs_a_good_body, needs_a_key,
    peyk_with_grant, refuses_a_bad_token, said, takes_a_text_or_a_file, user_id,
};
use crate::harness::{APP_KEY, BOT_CHAT, IVAN_TOKEN, LIVE_KEY, PHONE_TOKEN, Peyk};

const DENIED: &str = "permission denied: CHAT_BOT_USER_MESSAGE_SEND";

fn call(user: &str) -> Call {
    let path = format!("/v1/open-platform/chat/bot/users/{user}/messages");
    Call::post(path, json!({ "type": "TEXT", "text_message": "سلام", "user_id": "ignored" }))
}

#[tokio::test]
async fn a_bot_goes_on_with_a_conversation_under_every_path_without_a_token() {
    let peyk = Peyk::start().await;
    let ivan = user_id(&peyk, APP_KEY, IVAN_PHONE).await;
    for path in OPERATION.paths {
        for user in [ivan.clone(), ivan.replace('=', "%3D")] {
            let call = call("x").path(path.replace("{user_id}", &user));
            call.gives(&peyk, json!({ "conversation_id": BOT_CHAT })).await;
            call.token(IVAN_TOKEN).gives(&peyk, json!({ "conversation_id": BOT_CHAT })).await;
        }
    }
    assert_eq!(said(&peyk, BOT_CHAT).await.len(), 8);
    peyk.stop().await;
}

#[tokio::test]
async fn a_bot_needs_consent_to_write_first() {
    let peyk = peyk_with_grant("olga", "ory_at_olga", "CHAT_BOT_USER_MESSAGE_SEND").await;
    let olga = user_id(&peyk, APP_KEY, OLGA_PHONE).await;
    call(&olga).is_refused(&peyk, 403, 7, DENIED).await;
    let (status, body) = call(&olga).token("ory_at_olga").send(&peyk).await;
    assert_eq!(status, 200, "{body}");
    let key = body["conversation_id"].as_str().unwrap().to_owned();
    assert_eq!(key.len(), 36);
    // Now that the conversation exists, the bot may go on without the token, under either name.
    call(&olga).gives(&peyk, json!({ "conversation_id": key })).await;
    let same = format!("/v1/open-platform/chat/bot/conversations/{key}/messages");
    call(&olga).path(same).gives(&peyk, json!({ "conversation_id": key })).await;
    assert_eq!(said(&peyk, &key).await.len(), 3);
    peyk.stop().await;
}

#[tokio::test]
async fn a_token_that_is_sent_must_allow_it_and_be_of_that_person() {
    let peyk = Peyk::start().await;
    let ivan = user_id(&peyk, APP_KEY, IVAN_PHONE).await;
    let sara = user_id(&peyk, APP_KEY, SARA_PHONE).await;
    refuses_a_bad_token(&call(&ivan), &peyk).await;
    call(&ivan).token(PHONE_TOKEN).is_refused(&peyk, 403, 7, DENIED).await;
    call(&sara).token(IVAN_TOKEN).is_refused(&peyk, 403, 7, "access denied").await;
    peyk.stop().await;
}

#[tokio::test]
async fn the_ids_of_other_apps_and_no_ids_at_all_are_not_found() {
    let peyk = Peyk::start().await;
    let foreign = user_id(&peyk, LIVE_KEY, IVAN_PHONE).await;
    for user in [foreign.as_str(), "nobody", "a%2Fb%3D", "%00", "u+="] {
        call(user).is_refused(&peyk, 404, 5, "user not found").await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn it_has_the_checks_of_every_send() {
    let peyk = Peyk::start().await;
    let ivan = call(&user_id(&peyk, APP_KEY, IVAN_PHONE).await);
    needs_a_key(&ivan, &peyk, "CHAT_BOT_SEND_MESSAGE").await;
    takes_a_text_or_a_file(&ivan, &peyk, "text_message").await;
    needs_a_good_body(&ivan, &peyk, "text_message").await;
    block(&peyk, "ivan", BOT_CHAT).await;
    let message = "message delivery failed due to recipient's restriction";
    ivan.is_refused(&peyk, 412, 9, message).await;
    assert_eq!(said(&peyk, BOT_CHAT).await.len(), 3);
    peyk.stop().await;
}

#[tokio::test]
async fn a_first_message_that_is_refused_opens_nothing() {
    let peyk = peyk_with_grant("olga", "ory_at_olga", "CHAT_BOT_USER_MESSAGE_SEND").await;
    let olga = call(&user_id(&peyk, APP_KEY, OLGA_PHONE).await);
    let media = olga.clone().token("ory_at_olga").json(json!({ "media_token": "nothing" }));
    media.is_refused(&peyk, 404, 5, "media not found").await;
    olga.is_refused(&peyk, 403, 7, DENIED).await;
    peyk.stop().await;
}
