//! Limits of calls at both doors, and what the control API tells of them and of keys.

use std::time::Duration;

use peyk_model::LimitBook;
use peyk_model::rate::{KenarLimits, MarketLimits, Profile};
use peyk_server::Settings;
use serde_json::{Value, json};

use crate::harness::{
    APP_KEY, Answer, BARE_KEY, BOT_CHAT, BUSINESS, LIVE_BOT_CHAT, LIVE_KEY, MARKET_KEY, ORDER_CHAT,
    Peyk, READ_ONLY_KEY, REVOKED_KEY, REVOKED_MARKET_KEY, send, world,
};
use peyk_wire::spec::Spec;

async fn start(limits: LimitBook) -> Peyk {
    Peyk::with(world(), Settings { limits, ..Settings::default() }).await
}

fn market(profile: Profile, hourly: u32) -> LimitBook {
    let numbers = MarketLimits { hourly: Some(hourly), ..MarketLimits::of(profile) };
    LimitBook { market: Some(numbers), ..LimitBook::NONE }
}

fn kenar(numbers: [u32; 3]) -> LimitBook {
    let [global_per_minute, app_per_minute, app_per_day] = numbers;
    let numbers = KenarLimits { global_per_minute, app_per_minute, app_per_day };
    LimitBook { kenar: Some(numbers), ..LimitBook::NONE }
}

async fn get_chat(peyk: &Peyk, business: i64, key: &str) -> Answer {
    let path = format!("/v2/businesses/{business}/chat?chatId={ORDER_CHAT}");
    send(peyk.request("GET", &path).header("Api-Key", key)).await
}

/// Limit, remaining and end of the window, as an answer tells them.
fn told(answer: &Answer) -> [&str; 3] {
    ["limit", "remaining", "until"].map(|name| {
        answer.headers[format!("x-ratelimit-resource-{name}").as_str()].to_str().unwrap()
    })
}

fn too_many(answer: &Answer, message: &str) {
    let body = json!({
        "status": "ERROR",
        "errors": [{ "code": "ENHANCE_YOUR_CALM", "message": message }],
    });
    assert_eq!((answer.status, answer.json()), (420, body.clone()));
    let path = "/v2/businesses/{businessId}/chat";
    assert_eq!(Spec::market().check_response(path, "GET", 420, &body), Ok(()));
}

const UNTIL: &str = "Fri, 20 Nov 2026 13:00:00 GMT";

#[tokio::test]
async fn every_answer_of_the_shop_tells_how_the_hour_stands() {
    let peyk = start(LimitBook::default()).await;
    assert_eq!(told(&get_chat(&peyk, BUSINESS, MARKET_KEY).await), ["1000", "999", UNTIL]);
    let missing = format!("/businesses/{BUSINESS}/chat?chatId=999");
    let missing = send(peyk.request("GET", &missing).header("Api-Key", MARKET_KEY)).await;
    assert_eq!((missing.status, told(&missing)), (404, ["1000", "998", UNTIL]));
    let foreign = get_chat(&peyk, 1, MARKET_KEY).await;
    assert_eq!((foreign.status, told(&foreign)), (403, ["1000", "997", UNTIL]));
    let nobody = get_chat(&peyk, BUSINESS, "nobody").await;
    assert_eq!((nobody.status, told(&nobody)), (401, ["1000", "1000", UNTIL]));
    let revoked = get_chat(&peyk, BUSINESS, REVOKED_MARKET_KEY).await;
    assert_eq!((revoked.status, told(&revoked)), (401, ["1000", "1000", UNTIL]));
    assert_eq!(told(&get_chat(&peyk, BUSINESS, READ_ONLY_KEY).await)[1], "996", "keys share");
    let list = peyk.request("POST", &format!("/v2/businesses/{BUSINESS}/chats"));
    assert_eq!(told(&send(list.header("Api-Key", MARKET_KEY)).await), ["5000", "4999", UNTIL]);
    let key = peyk.request("POST", "/v2/auth/token").header("Api-Key", MARKET_KEY);
    assert_eq!(told(&send(key).await), ["100", "99", UNTIL]);
    peyk.stop().await;
}

#[tokio::test]
async fn the_numbers_of_2025_can_be_chosen() {
    let book =
        LimitBook { market: Some(MarketLimits::of(Profile::Seed2025)), ..LimitBook::default() };
    let peyk = start(book).await;
    let list = peyk.request("POST", &format!("/v2/businesses/{BUSINESS}/chats"));
    assert_eq!(told(&send(list.header("Api-Key", MARKET_KEY)).await)[0], "10000");
    peyk.stop().await;
}

#[tokio::test]
async fn the_shop_is_refused_at_its_limit_until_the_next_hour() {
    for (profile, more) in
        [(Profile::Current, " for businessId 209888193"), (Profile::Seed2025, "")]
    {
        let peyk = start(market(profile, 2)).await;
        for _ in 0..2 {
            assert_eq!(get_chat(&peyk, BUSINESS, MARKET_KEY).await.status, 200);
        }
        let refused = get_chat(&peyk, BUSINESS, MARKET_KEY).await;
        let text = "Hit rate limit of '2' requests per 'hour' for resource 'getChat'";
        too_many(&refused, &format!("{text}{more}"));
        assert_eq!(told(&refused), ["2", "0", UNTIL]);
        peyk.clock().advance(Duration::from_secs(3599));
        assert_eq!(get_chat(&peyk, BUSINESS, MARKET_KEY).await.status, 420);
        peyk.clock().advance(Duration::from_secs(1));
        let next = get_chat(&peyk, BUSINESS, MARKET_KEY).await;
        assert_eq!((next.status, told(&next)[1]), (200, "1"));
        peyk.stop().await;
    }
}

#[tokio::test]
async fn more_than_four_calls_at_once_are_refused() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for (profile, amount, more) in
        [(Profile::Current, 4, " for businessId 209888193"), (Profile::Seed2025, 2, "")]
    {
        let peyk = start(market(profile, 100)).await;
        let address = peyk.url.strip_prefix("http://").unwrap();
        let mut running = Vec::new();
        // Calls whose bodies do not end run until their clients go on.
        for _ in 0..amount {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let head = format!(
                "POST /v2/businesses/{BUSINESS}/chats HTTP/1.1\r\nHost: x\r\nApi-Key: {MARKET_KEY}\r\n\
                 Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            // The server asks for the body when the operation reads it.
            let mut line = [0; 12];
            stream.read_exact(&mut line).await.unwrap();
            assert_eq!(&line, b"HTTP/1.1 100");
            running.push(stream);
        }
        let refused = get_chat(&peyk, BUSINESS, MARKET_KEY).await;
        too_many(&refused, &format!("Hit rate limit of '{amount}' parallel requests{more}"));
        assert_eq!(told(&refused)[1], "100", "it was not counted");
        let mut first = running.remove(0);
        first.write_all(b"{}").await.unwrap();
        let mut rest = [0; 40];
        first.read_exact(&mut rest).await.unwrap();
        assert_eq!(get_chat(&peyk, BUSINESS, MARKET_KEY).await.status, 200);
        drop((first, running));
        peyk.stop().await;
    }
}

async fn bot(peyk: &Peyk, key: &str, chat: &str) -> Answer {
    let path = format!("/v1/open-platform/chat/bot/conversations/{chat}/messages");
    let body = json!({ "type": "TEXT", "text_message": "hello" });
    send(peyk.request("POST", &path).header("x-api-key", key).json(&body)).await
}

fn exhausted(answer: &Answer, message: &str, wait: &str) {
    let body = json!({ "code": 8, "message": message });
    assert_eq!((answer.status, answer.json()), (429, body.clone()));
    assert_eq!(answer.headers["retry-after"], wait);
    let path = "/v1/open-platform/chat/bot/conversations/{conversation_id}/messages";
    assert_eq!(Spec::kenar().check_response(path, "POST", 429, &body), Ok(()));
}

#[tokio::test]
async fn an_app_is_told_which_limit_it_reached() {
    let name = "ChatAPI_ChatBotSendMessage";
    let minute = format!("minutely rate limit exceeded: 2 requests per minute for {name}");
    let day = format!("daily quota exceeded: 2 requests per day for {name}");
    for (numbers, message, wait) in [
        ([9, 2, 9], minute, Duration::from_secs(60)),
        ([9, 9, 2], day, Duration::from_secs(12 * 3600)),
    ] {
        let peyk = start(kenar(numbers)).await;
        for _ in 0..2 {
            assert_eq!(bot(&peyk, APP_KEY, BOT_CHAT).await.status, 200);
        }
        let seconds = wait.as_secs().to_string();
        exhausted(&bot(&peyk, APP_KEY, BOT_CHAT).await, &message, &seconds);
        assert_eq!(bot(&peyk, LIVE_KEY, LIVE_BOT_CHAT).await.status, 200, "another app");
        let other = peyk.request("POST", "/experimental/open-platform/chat/upload");
        assert_eq!(send(other.header("x-api-key", APP_KEY)).await.status, 200, "another operation");
        peyk.clock().advance(wait - Duration::from_secs(1));
        exhausted(&bot(&peyk, APP_KEY, BOT_CHAT).await, &message, "1");
        peyk.clock().advance(Duration::from_secs(1));
        assert_eq!(bot(&peyk, APP_KEY, BOT_CHAT).await.status, 200);
        peyk.stop().await;
    }
}

#[tokio::test]
async fn all_apps_share_a_limit_and_all_paths_of_an_operation_count_as_one() {
    let peyk = start(kenar([2, 9, 9])).await;
    assert_eq!(bot(&peyk, APP_KEY, BOT_CHAT).await.status, 200);
    let path =
        format!("/experimental/open-platform/chatbot-conversations/{LIVE_BOT_CHAT}/messages");
    let old = peyk.request("POST", &path).header("x-api-key", LIVE_KEY);
    assert_eq!(send(old.json(&json!({ "text_message": "x" }))).await.status, 200);
    let message = "global minutely rate limit exceeded: 2 requests per minute for \
                   ChatAPI_ChatBotSendMessage";
    exhausted(&bot(&peyk, APP_KEY, BOT_CHAT).await, message, "60");
    peyk.stop().await;
}

#[tokio::test]
async fn calls_that_fail_count_but_those_with_a_dead_key_do_not() {
    let peyk = start(kenar([9, 2, 9])).await;
    assert_eq!(bot(&peyk, REVOKED_KEY, BOT_CHAT).await.status, 401);
    assert_eq!(bot(&peyk, "nobody", BOT_CHAT).await.status, 401);
    assert_eq!(bot(&peyk, BARE_KEY, BOT_CHAT).await.status, 403);
    assert_eq!(bot(&peyk, APP_KEY, "no-such-chat").await.status, 404);
    assert_eq!(bot(&peyk, APP_KEY, BOT_CHAT).await.status, 429);
    peyk.stop().await;
}

async fn control(peyk: &Peyk, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = peyk.request(method, &format!("/control/v1{path}"));
    let answer = send(if body.is_null() { request } else { request.json(&body) }).await;
    let fits = super::control::document();
    let body = answer.json();
    let path = format!("/control/v1{}", path.split('?').next().unwrap());
    assert_eq!(fits.check_response(&path, method, answer.status, &body), Ok(()), "{body}");
    (answer.status, body)
}

#[tokio::test]
async fn the_control_api_shows_every_count() {
    let peyk = start(LimitBook::default()).await;
    get_chat(&peyk, BUSINESS, MARKET_KEY).await;
    bot(&peyk, APP_KEY, BOT_CHAT).await;
    let (_, limits) = control(&peyk, "GET", "/limits", Value::Null).await;
    let count = |spender: &str, resource: &str, period: &str, limit: u32, until: &str| {
        json!({
            "spender": spender, "resource": resource, "period": period, "calls": 1,
            "limit": limit, "until": format!("2026-11-{until}:00.000000Z"),
        })
    };
    let send = "ChatAPI_ChatBotSendMessage";
    let expected = json!([
        count("app echo", send, "day", 500_000, "21T00:00"),
        count("app echo", send, "minute", 6_000, "20T12:01"),
        count("all apps", send, "minute", 60_000, "20T12:01"),
        count("business 209888193", "getChat", "hour", 1_000, "20T13:00"),
    ]);
    assert_eq!(limits["counts"], expected);
    peyk.stop().await;
}

#[tokio::test]
async fn a_key_is_made_used_changed_rotated_and_revoked_through_the_control_api() {
    let peyk = start(LimitBook::default()).await;
    let path = format!("/businesses/{BUSINESS}/keys");
    let (status, made) = control(&peyk, "POST", &path, json!({ "name": "chats" })).await;
    assert_eq!((status, &made["allows"]), (200, &json!(["all-methods"])));
    let (id, secret) = (made["id"].as_i64().unwrap(), made["secret"].as_str().unwrap());
    assert_eq!(get_chat(&peyk, BUSINESS, secret).await.status, 200);
    peyk.running().site().engine.flush().await.unwrap();
    let (_, keys) = control(&peyk, "GET", &path, Value::Null).await;
    let last = keys["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["last_used_at"], "2026-11-20T12:00:00.000000Z");
    assert!(last.get("secret").is_none());
    let key = format!("/keys/{id}");
    let restrict = json!({ "allows": ["all-methods:read-only"], "name": "reader" });
    let (_, changed) = control(&peyk, "PATCH", &key, restrict).await;
    assert_eq!((&changed["name"], &changed["is_live"]), (&json!("reader"), &json!(true)));
    let overlap = json!({ "overlap_seconds": 60 });
    let (_, next) = control(&peyk, "POST", &format!("{key}/rotate"), overlap).await;
    peyk.clock().advance(Duration::from_secs(60));
    assert_eq!(get_chat(&peyk, BUSINESS, secret).await.status, 401);
    let next_secret = next["secret"].as_str().unwrap();
    assert_eq!(get_chat(&peyk, BUSINESS, next_secret).await.status, 200);
    let next_key = format!("/keys/{}", next["id"]);
    control(&peyk, "DELETE", &next_key, Value::Null).await;
    let revoked = get_chat(&peyk, BUSINESS, next_secret).await;
    assert_eq!(revoked.json()["errors"][0]["message"], "Api-Key token is revoked");
    let unknown = control(&peyk, "POST", &path, json!({ "name": "x", "allows": ["fly"] })).await;
    assert_eq!((unknown.0, &unknown.1["error"]["code"]), (400, &json!("permission_unknown")));
    let (_, made) = control(&peyk, "POST", "/apps/echo/keys", json!({ "name": "bot" })).await;
    assert_eq!(bot(&peyk, made["secret"].as_str().unwrap(), BOT_CHAT).await.status, 200);
    peyk.stop().await;
}

#[tokio::test]
async fn a_person_sees_and_takes_back_what_they_allowed() {
    let peyk = start(LimitBook::default()).await;
    let (_, grants) = control(&peyk, "GET", "/grants?person=ivan&app=echo", Value::Null).await;
    let grants = grants["items"].as_array().unwrap();
    assert_eq!(grants.len(), 2);
    let token = json!({ "token": crate::harness::IVAN_TOKEN });
    let (_, facts) = control(&peyk, "POST", "/tokens/inspect", token.clone()).await;
    assert_eq!((&facts["person"], &facts["app"]), (&json!("ivan"), &json!("echo")));
    let one = format!("/grants/{}", facts["grant"]);
    assert_eq!(control(&peyk, "DELETE", &one, Value::Null).await.1, json!({ "revoked": 1 }));
    let (_, facts) = control(&peyk, "POST", "/tokens/inspect", token).await;
    assert_eq!(facts, json!({ "active": false }));
    let all = "/people/ivan/apps/echo";
    assert_eq!(control(&peyk, "DELETE", all, Value::Null).await.1, json!({ "revoked": 1 }));
    assert_eq!(control(&peyk, "DELETE", all, Value::Null).await.1, json!({ "revoked": 0 }));
    peyk.stop().await;
}
