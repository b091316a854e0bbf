//! Asking for consent: addresses, errors that travel, state, and consent without a browser.

use super::{REDIRECT, asking, encoded, location, visit};
use crate::harness::{LIVE_CHAT, POST_CHAT, Peyk, send, world};
use peyk_server::Settings;
use serde_json::{Value, json};

#[tokio::test]
async fn state_comes_back_byte_for_byte() {
    let peyk = Peyk::start().await;
    let base = asking("USER_ID").replace("&state=xyz", "");
    for state in ["a%20b", "a+b", "%D8%B3%ff", "a=b%26code%3Dstolen", "%0d%0aSet-Cookie:x", "~!()*"]
    {
        let answer = visit(&peyk, &format!("{base}&state={state}&auto_approve=sara")).await;
        let rest = location(&answer).strip_prefix(&format!("{REDIRECT}?state={state}&code="));
        assert_eq!(rest.map(str::len), Some(64), "{answer:?}");
    }
    let answer = visit(&peyk, &format!("{base}&auto_approve=sara")).await;
    assert!(location(&answer).starts_with(&format!("{REDIRECT}?code=")));
    peyk.stop().await;
}

#[tokio::test]
async fn an_error_that_can_be_told_travels_to_the_app() {
    let peyk = Peyk::start().await;
    let told = async |query: &str| {
        let answer = visit(&peyk, query).await;
        assert_eq!(answer.status, 302, "{answer:?}");
        let location = location(&answer).to_owned();
        let rest = location.strip_prefix(&format!("{REDIRECT}?state=xyz&error=")).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    assert_eq!(told(&asking("USER_ID admin")).await, "invalid_scope");
    assert_eq!(told(&asking("POST_EDIT")).await, "invalid_scope");
    let live = asking(&format!("CHAT_CONVERSATION_READ.{LIVE_CHAT}"));
    assert_eq!(told(&live).await, "invalid_scope");
    let foreign = asking(&format!("CHAT_CONVERSATION_READ.{POST_CHAT}"));
    assert_eq!(told(&format!("{foreign}&auto_approve=olga")).await, "invalid_scope");
    assert_eq!(told(&format!("{foreign}&auto_approve=nobody")).await, "access_denied");
    let token = asking("USER_ID").replace("response_type=code", "response_type=token");
    assert_eq!(told(&token).await, "unsupported_response_type");
    let challenge = format!("{}&code_challenge=short", asking("USER_ID"));
    assert_eq!(told(&challenge).await, "invalid_request");
    peyk.stop().await;
}

#[tokio::test]
async fn an_error_about_the_address_itself_stays_here() {
    let peyk = Peyk::start().await;
    let good = asking("USER_ID");
    for query in [
        good.replace("client_id=echo", "client_id=nobody"),
        good.replace("client_id=echo&", ""),
        good.replace("callback", "callback2"),
        good.replace(&encoded(REDIRECT), &encoded("http://127.0.0.1:3000/callback#x")),
        good.replace(&encoded(REDIRECT), &encoded("http://127.0.0.1:3000@evil.example/callback")),
        format!("{good}&scope=USER_PHONE"),
        format!("{good}&redirect_uri={}", encoded("http://evil.example")),
        String::new(),
    ] {
        for more in ["", "&auto_approve=sara"] {
            let answer = visit(&peyk, &format!("{query}{more}")).await;
            assert_eq!(answer.status, 400, "{query}");
            assert!(!answer.headers.contains_key("location"));
            assert!(answer.body.contains("This request cannot be answered"));
        }
    }
    peyk.stop().await;
}

#[tokio::test]
async fn scopes_come_in_every_form_that_clients_send() {
    let peyk = Peyk::start().await;
    let base = asking("").replace("&scope=", "");
    for scope in [
        format!("USER_ID%20CONVERSATION_SEND_MESSAGE.{POST_CHAT}"),
        format!("USER_ID+CONVERSATION_SEND_MESSAGE__{POST_CHAT}"),
    ] {
        let answer = visit(&peyk, &format!("{base}&scope={scope}&auto_approve=sara")).await;
        assert!(location(&answer).contains("code="), "{answer:?}");
    }
    let old = format!("{}/oauth?{base}&scope=USER_ID&auto_approve=sara", peyk.url);
    assert_eq!(send(super::staying().get(old)).await.status, 302);
    peyk.stop().await;
}

#[tokio::test]
async fn a_program_approves_through_the_control_api() {
    let peyk = Peyk::start().await;
    let ask = async |person: &str, body: Value| {
        let path = format!("/control/v1/people/{person}/approve");
        let answer = send(peyk.request("POST", &path).json(&body)).await;
        (answer.status, answer.json())
    };
    let scope = format!("CHAT_CONVERSATION_READ.{POST_CHAT}");
    let body =
        json!({ "client_id": "echo", "redirect_uri": REDIRECT, "scope": scope, "state": "a b" });
    let (status, consent) = ask("sara", body.clone()).await;
    let code = consent["code"].as_str().unwrap();
    let back = format!("{REDIRECT}?state=a+b&code={code}");
    assert_eq!((status, &consent["redirect_to"]), (200, &json!(back)));
    let (status, refused) = ask("olga", body).await;
    assert_eq!((status, &refused["error"]["code"]), (409, &json!("not_authorized")));
    peyk.stop().await;
}

#[tokio::test]
async fn where_there_is_an_admin_nobody_plays_somebody_else() {
    let settings = Settings { admin_token: Some("admin-token".into()), ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    let base = asking("USER_ID");
    assert_eq!(visit(&peyk, &format!("{base}&auto_approve=sara")).await.status, 403);
    assert_eq!(visit(&peyk, &base).await.status, 403);
    assert_eq!(visit(&peyk, &format!("{base}&sign_in=forged")).await.status, 403);
    let sign_in = peyk.request("POST", "/control/v1/people/sara/sign_in");
    assert_eq!(send(peyk.request("POST", "/control/v1/people/sara/sign_in")).await.status, 401);
    let word = send(sign_in.bearer_auth("admin-token")).await.json();
    let word = word["sign_in"].as_str().unwrap();
    let page = visit(&peyk, &format!("{base}&sign_in={word}")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("You are signed in as <bdi>سارا</bdi>."), "{}", page.body);
    assert!(!page.body.contains("name=\"person\""));
    peyk.clock().advance(std::time::Duration::from_secs(600));
    assert_eq!(visit(&peyk, &format!("{base}&sign_in={word}")).await.status, 403);
    peyk.stop().await;
}
