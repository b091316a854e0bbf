//! Every refusal in a sentence that says what to do.

use serde_json::{Value, json};

use super::{get, items};
use crate::control::{post, until};
use crate::events::start;
use crate::harness::{
    self, APP_KEY, BARE_KEY, BOT_CHAT, BUSINESS, IVAN_TOKEN, LIVE_KEY, LIVE_TOKEN, MARKET_KEY,
    MARKET_TOKEN, ORDER_CHAT, OTHER_BUSINESS, OTHER_CHAT, PHONE_TOKEN, POST_CHAT, Peyk,
    READ_ONLY_KEY, REVOKED_KEY, REVOKED_MARKET_KEY, SARA_TOKEN, world,
};
use peyk_model::rate::{MarketLimits, Profile};
use peyk_server::Settings;

type Header = (&'static str, &'static str);
/// A method, a path, headers, a body, and what the record says about its refusal.
type Refused = (&'static str, &'static str, &'static [Header], &'static str, &'static str);
/// A method, a path, headers, a body, and differences by part, kind and place.
type Differing = (
    &'static str,
    &'static str,
    &'static [Header],
    &'static str,
    &'static [(&'static str, &'static str, &'static str)],
);

const APP: Header = ("x-api-key", APP_KEY);
const SHOP: Header = ("api-key", MARKET_KEY);
const JSON: Header = ("content-type", "application/json");
const HI: &str = r#"{"text_message":"hi"}"#;
const LONG: &str =
    "/v1/open-platform/chat/bot/conversations/11111111-2222-4333-8444-555555555555/messages";

const KENAR: &[Refused] = &[
    ("POST", "BOT", &[], HI, "no key came: send the key of your program as `X-API-Key`"),
    (
        "POST",
        "BOT",
        &[("api-key", APP_KEY)],
        HI,
        "the key came in `Api-Key`, and this API reads `X-API-Key`",
    ),
    (
        "POST",
        "BOT",
        &[("bearer", APP_KEY)],
        HI,
        "a key came in `Authorization`, which is for tokens: send it as `X-API-Key`",
    ),
    ("POST", "BOT?api_key=x", &[], HI, "the key stands in the query"),
    (
        "POST",
        "BOT",
        &[("x-api-key", "unheard-of")],
        HI,
        "nobody on this server has the key in `X-API-Key`",
    ),
    (
        "POST",
        "BOT",
        &[("x-api-key", SARA_TOKEN)],
        HI,
        "`X-API-Key` holds a token: send it as `Authorization: Bearer …`",
    ),
    ("POST", "BOT", &[("x-api-key", MARKET_KEY)], HI, "the key belongs to business 209888193"),
    ("POST", "BOT", &[("x-api-key", REVOKED_KEY)], HI, "the key `key` was revoked at 2026-11-20"),
    (
        "POST",
        "BOT",
        &[("x-api-key", BARE_KEY)],
        HI,
        "the key `key` lacks CHAT_BOT_SEND_MESSAGE; it has nothing: allow it with `peyk key change 2`",
    ),
    (
        "GET",
        "/v1/open-platform/users",
        &[APP],
        "",
        "the operation acts for a person and no token of theirs came",
    ),
    (
        "GET",
        "/v1/open-platform/users",
        &[APP, ("authorization", SARA_TOKEN)],
        "",
        "`Authorization` must be `Bearer`, a space and the token",
    ),
    (
        "GET",
        "/v1/open-platform/users",
        &[APP, ("bearer", "ory_at_nobody")],
        "",
        "nobody on this server has this token",
    ),
    (
        "GET",
        "/v1/open-platform/users",
        &[APP, ("bearer", APP_KEY)],
        "",
        "the token is a key: send it as `X-API-Key`",
    ),
    (
        "GET",
        "/v1/open-platform/users",
        &[APP, ("bearer", LIVE_TOKEN)],
        "",
        "the token was given to live, and the key belongs to echo",
    ),
    ("GET", "BOT_READ", &[APP, ("bearer", SARA_TOKEN)], "", "names another conversation or post"),
    (
        "GET",
        "READ",
        &[APP, ("bearer", PHONE_TOKEN)],
        "",
        "it has USER_PHONE: ask the person for it",
    ),
    ("POST", "BOT", &[APP], r#"{"text_message":"#, "the body is no JSON: it ends in the middle"),
    (
        "POST",
        "BOT",
        &[APP],
        r#"{"text_message":5}"#,
        "the field `text_message` of the body is wrong: invalid type",
    ),
    (
        "POST",
        "BOT",
        &[APP, ("content-type", "application/x-www-form-urlencoded")],
        "text_message=hi",
        "the body came as `application/x-www-form-urlencoded`, and this operation takes JSON",
    ),
    ("POST", "BOT", &[APP], "{}", "text_message or media_token is required"),
    ("POST", "BOT", &[APP], r#"{"media_token":"none"}"#, "nobody has uploaded the file `none`"),
    ("POST", LONG, &[APP], HI, "there is no conversation `11111111-2222-4333-8444-555555555555`"),
    ("POST", "FOREIGN", &[APP], HI, "exists, but the app echo has no part in it"),
    (
        "POST",
        "/v1/open-platform/chat/bots/conversation/1/messages",
        &[APP],
        HI,
        "did you mean POST /v1/open-platform/chat/bot/conversations/{conversation_id}/messages",
    ),
    ("PUT", "BOT", &[APP], HI, "does not take PUT, but POST"),
    (
        "POST",
        "/upload/image",
        &[("bearer", IVAN_TOKEN)],
        "",
        "the upload token is none of this server's",
    ),
    ("POST", "/oauth2/token", &[], "grant_type=password", "grant_type must be"),
    ("POST", "/v1/chats", &[], "", "nothing answers at /v1/chats"),
    ("POST", "BOT", &[("x-api-key", LIVE_KEY)], HI, "exists, but the app live has no part in it"),
];

const MARKET: &[Refused] = &[
    (
        "POST",
        "CHATS",
        &[JSON],
        "{}",
        "no credentials came: send the key of the cabinet as `Api-Key`",
    ),
    (
        "POST",
        "CHATS",
        &[JSON, ("x-api-key", MARKET_KEY)],
        "{}",
        "the key came in `X-API-Key`, and this API reads `Api-Key`",
    ),
    ("POST", "CHATS", &[JSON, ("api-key", "short")], "{}", "a key looks like `ACMA:`"),
    ("POST", "CHATS", &[JSON, ("api-key", MARKET_TOKEN)], "{}", "`Api-Key` holds an OAuth token"),
    ("POST", "CHATS", &[JSON, ("api-key", REVOKED_MARKET_KEY)], "{}", "the key `key` was revoked"),
    (
        "POST",
        "CHATS",
        &[JSON, ("bearer", MARKET_KEY)],
        "{}",
        "the token is a key: send it as `Api-Key`",
    ),
    (
        "POST",
        "OTHER",
        &[JSON, SHOP],
        "{}",
        "the key belongs to business 209888193, and the path names 300000001",
    ),
    (
        "POST",
        "SEND",
        &[JSON, ("api-key", READ_ONLY_KEY)],
        "{}",
        "the key lacks all-methods or communication; it has all-methods:read-only",
    ),
    (
        "POST",
        "CHATS?pageToken=nonsense",
        &[JSON, SHOP],
        "{}",
        "the page token belongs to another question",
    ),
    (
        "POST",
        "SEND",
        &[("content-type", "text/plain"), SHOP],
        "x",
        "send `Content-Type: application/json`",
    ),
    ("GET", "FOREIGN_CHAT", &[SHOP], "", "exists, but the business 209888193 has no part in it"),
    ("POST", "/v2/business/1/chats/histroy", &[SHOP], "", "nothing answers at"),
    (
        "POST",
        "/v2/businesses/1/chats/histroy",
        &[SHOP],
        "",
        "did you mean POST /v2/businesses/{businessId}/chats/history (getChatHistory)?",
    ),
];

const DIFFERENCES: &[Differing] = &[
    (
        "POST",
        "BOT",
        &[APP, JSON],
        r#"{"text_message":"hi","txt":1}"#,
        &[("request", "unknown_field", "$")],
    ),
    (
        "POST",
        "BOT",
        &[APP, JSON],
        r#"{"text_message":5}"#,
        &[("request", "wrong_type", "$.text_message")],
    ),
    (
        "POST",
        "BOT",
        &[APP, JSON],
        r#"{"text_message":"hi","type":"LOUD"}"#,
        &[("request", "outside_enum", "$.type")],
    ),
    ("POST", "BOT", &[APP, JSON], "{}", &[("request", "missing_field", "$")]),
    ("POST", "OLD", &[APP, JSON], r#"{"text_message":"hi"}"#, &[("request", "deprecated", "path")]),
    (
        "GET",
        "/v1/open-platform/users",
        &[APP, ("x-access-token", SARA_TOKEN)],
        "",
        &[("request", "deprecated", "x-access-token")],
    ),
    (
        "POST",
        "CHATS?limt=5&limit=x",
        &[SHOP, JSON],
        "{}",
        &[("request", "unknown_field", "?limt"), ("request", "wrong_type", "?limit")],
    ),
    (
        "POST",
        "CHATS?page_token=",
        &[SHOP, JSON],
        r#"{"orderIds":[1]}"#,
        &[("request", "deprecated", "?page_token"), ("request", "deprecated", "$.orderIds")],
    ),
    ("POST", "CHATS", &[SHOP, JSON], "{}", &[]),
    ("GET", "CHAT", &[SHOP], "", &[("request", "missing_field", "?chatId")]),
];

/// A path whose first words stand for what is the same in many.
fn real(path: &str) -> String {
    let bot = "/v1/open-platform/chat/bot/conversations";
    let read = "/v1/open-platform/chat/conversations";
    let shop = format!("/v2/businesses/{BUSINESS}");
    for (word, stands_for) in [
        ("BOT_READ", format!("{read}/{BOT_CHAT}")),
        ("BOT", format!("{bot}/{BOT_CHAT}/messages")),
        ("READ", format!("{read}/{POST_CHAT}")),
        ("OLD", format!("/experimental/open-platform/chatbot-conversations/{BOT_CHAT}/messages")),
        ("CHATS", format!("{shop}/chats")),
        ("CHAT", format!("{shop}/chat")),
        ("SEND", format!("{shop}/chats/message?chatId={ORDER_CHAT}")),
        ("OTHER", format!("/v2/businesses/{OTHER_BUSINESS}/chats")),
        ("FOREIGN_CHAT", format!("{shop}/chat?chatId={OTHER_CHAT}")),
        ("FOREIGN", format!("{bot}/{}/messages", harness::LIVE_BOT_CHAT)),
    ] {
        if let Some(rest) = path.strip_prefix(word) {
            return stands_for + rest;
        }
    }
    path.to_owned()
}

fn asked(
    peyk: &Peyk,
    method: &str,
    path: &str,
    headers: &[Header],
    body: &str,
) -> reqwest::RequestBuilder {
    let request = peyk.request(method, &real(path)).body(body.to_owned());
    headers.iter().fold(request, |request, (name, value)| match *name {
        "bearer" => request.bearer_auth(value),
        name => request.header(name, *value),
    })
}

/// Sends a request and takes what the record says about its refusal.
async fn explanation(
    peyk: &Peyk,
    method: &str,
    path: &str,
    headers: &[Header],
    body: &str,
) -> String {
    harness::send(asked(peyk, method, path, headers, body)).await;
    let newest = items(peyk, "?limit=1").await[0].clone();
    newest["explanation"].as_str().unwrap_or_else(|| panic!("{newest}")).to_owned()
}

#[tokio::test]
async fn refusals_of_the_kenar_dialect_say_what_to_do() {
    let peyk = Peyk::start().await;
    for (method, path, headers, body, expected) in KENAR {
        let said = explanation(&peyk, method, path, headers, body).await;
        assert!(said.contains(expected), "{method} {path} {headers:?}: {said}\nlacks {expected}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn refusals_of_the_market_dialect_say_what_to_do() {
    let peyk = Peyk::start().await;
    for (method, path, headers, body, expected) in MARKET {
        let said = explanation(&peyk, method, path, headers, body).await;
        assert!(said.contains(expected), "{method} {path} {headers:?}: {said}\nlacks {expected}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_limit_says_when_calls_count_again() {
    let market = MarketLimits { hourly: Some(1), ..MarketLimits::of(Profile::Current) };
    let limits = peyk_model::LimitBook { market: Some(market), ..peyk_model::LimitBook::NONE };
    let peyk = Peyk::with(world(), Settings { limits, ..Settings::default() }).await;
    super::history(&peyk, ORDER_CHAT).await;
    super::history(&peyk, ORDER_CHAT).await;
    let refused = items(&peyk, "?status=420").await[0].clone();
    let expected = "all 1 calls of getChatHistory for this hour are used up: the next ones count \
                    from 2026-11-20T13:00:00.000000Z on, 60 min after this request";
    assert_eq!(refused["explanation"], expected);
    peyk.stop().await;
}

#[tokio::test]
async fn a_person_who_blocked_and_a_receiver_that_fails_are_named() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/webhook", free.local_addr().unwrap());
    drop(free);
    let peyk = start(Some(url), None).await;
    let block = format!("/people/ivan/conversations/{BOT_CHAT}/block");
    super::call(&peyk, "PUT", &block, None).await;
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    let body = r#"{"text_message":"hi"}"#;
    let said = explanation(&peyk, "POST", &path, &[("x-api-key", APP_KEY)], body).await;
    assert!(said.starts_with("the person blocked the sender"), "{said}");
    super::call(&peyk, "DELETE", &block, None).await;
    let messages = format!("/people/ivan/conversations/{BOT_CHAT}/messages");
    post(&peyk, &messages, json!({ "text": "hi" })).await;
    let page = until(&peyk, "/exchanges?direction=out", |page| page["items"][0].is_object()).await;
    let said = page["items"][0]["explanation"].as_str().unwrap();
    assert!(said.ends_with("and the letter is tried again"), "{said}");
    peyk.stop().await;
}

/// What is said of the newest letter, and its number.
async fn of_newest(peyk: &Peyk) -> (u64, String) {
    let item = items(peyk, "?direction=out&limit=1").await[0].clone();
    (item["id"].as_u64().unwrap(), item["explanation"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_is_said_of_a_letter_is_what_really_follows() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/webhook", free.local_addr().unwrap());
    drop(free);
    let peyk = start(Some(url), None).await;
    let webhook = get(&peyk, "/webhooks?app=echo").await["items"][0]["id"].clone();
    let webhook = format!("/webhooks/{webhook}");
    let messages = format!("/people/ivan/conversations/{BOT_CHAT}/messages");
    post(&peyk, &messages, json!({ "text": "cancelled" })).await;
    let retrying = |page: &Value| page["items"][0].is_object();
    let page = until(&peyk, "/deliveries?state=retrying", retrying).await;
    let (first, said) = of_newest(&peyk).await;
    assert!(said.ends_with(", and the letter is tried again"), "{said}");
    post(&peyk, &format!("{webhook}/pause"), json!({})).await;
    let said = of_newest(&peyk).await.1;
    assert!(said.ends_with("once its webhook is not paused any more"), "{said}");
    post(&peyk, &format!("{webhook}/resume"), json!({})).await;
    let delivery = page["items"][0]["id"].as_str().unwrap();
    post(&peyk, &format!("/deliveries/{delivery}/cancel"), json!({})).await;
    assert_eq!(of_newest(&peyk).await.0, first);
    let said = of_newest(&peyk).await.1;
    assert!(said.ends_with("the letter is not tried again: it was cancelled"), "{said}");

    post(&peyk, &messages, json!({ "text": "dead" })).await;
    let run = json!({ "action": "run_until_idle", "max_seconds": 200_000 });
    assert_eq!(post(&peyk, "/clock", run).await["run"]["is_idle"], true);
    let (last, said) = of_newest(&peyk).await;
    assert!(
        said.ends_with("the letter is given up: it was tried as long as letters are"),
        "{said}"
    );
    let before = get(&peyk, &format!("/exchanges/{}", last - 1)).await["explanation"].clone();
    assert!(before.as_str().unwrap().ends_with("and the letter was tried again"), "{before}");

    // A receiver that failed so often is left alone for a while.
    post(&peyk, "/clock", json!({ "action": "advance", "seconds": 60 })).await;
    post(&peyk, &messages, json!({ "text": "off" })).await;
    until(&peyk, "/deliveries?state=retrying", retrying).await;
    post(&peyk, &format!("{webhook}/off"), json!({})).await;
    let said = of_newest(&peyk).await.1;
    assert!(said.ends_with("not tried again: its webhook is switched off"), "{said}");
    peyk.stop().await;
}

#[tokio::test]
async fn differences_from_the_specification_are_named() {
    let peyk = Peyk::start().await;
    for (method, path, headers, body, expected) in DIFFERENCES {
        harness::send(asked(&peyk, method, path, headers, body)).await;
        let id = items(&peyk, "?limit=1").await[0]["id"].clone();
        let shown = get(&peyk, &format!("/exchanges/{id}")).await;
        let differences = shown["differences"].as_array().unwrap_or_else(|| panic!("{shown}"));
        let word = |each: &Value, name: &str| each[name].as_str().unwrap().to_owned();
        let found: Vec<_> = differences
            .iter()
            .map(|each| (word(each, "part"), word(each, "kind"), word(each, "at")))
            .collect();
        let found: Vec<_> =
            found.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
        for each in *expected {
            assert!(found.contains(each), "{method} {path} {body}: {found:?} lacks {each:?}");
        }
        assert_eq!(found.is_empty(), expected.is_empty(), "{method} {path} {body}: {found:?}");
    }
    peyk.stop().await;
}
