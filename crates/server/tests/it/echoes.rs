//! Answers that are given again while nothing happens: only while nothing happens.

use std::time::Duration;

use peyk_engine::keyring::hash_secret;
use peyk_engine::{Context, Credential, Result};
use peyk_model::{ApiKey, Timestamp};
use serde_json::json;

use crate::harness::*;

/// What is asked for again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    History,
    Message(i64),
    Transcript,
}

async fn ask(peyk: &Peyk, asked: Asked) -> Answer {
    let at = format!("/v2/businesses/{BUSINESS}/chats");
    let request = match asked {
        Asked::History => {
            let path = format!("{at}/history?chatId={ORDER_CHAT}");
            peyk.request("POST", &path).header("api-key", MARKET_KEY).json(&json!({}))
        }
        Asked::Message(id) => {
            let path = format!("{at}/message?chatId={ORDER_CHAT}&messageId={id}");
            peyk.request("GET", &path).header("api-key", MARKET_KEY)
        }
        Asked::Transcript => {
            let path = format!("/v1/open-platform/chat/conversations/{POST_CHAT}");
            let request = peyk.request("GET", &path).header("x-api-key", APP_KEY);
            request.header("authorization", format!("Bearer {IVAN_TOKEN}"))
        }
    };
    send(request).await
}

/// All three, each answered as often as it takes to be an echo.
async fn all(peyk: &Peyk) -> [Asked; 3] {
    let history = ask(peyk, Asked::History).await.json();
    let first = history["result"]["messages"][0]["messageId"].as_i64().unwrap();
    let all = [Asked::History, Asked::Message(first), Asked::Transcript];
    for asked in all {
        let first = ask(peyk, asked).await;
        assert_eq!(first.status, 200, "{first:?}");
        for _ in 0..3 {
            let again = ask(peyk, asked).await;
            assert_eq!((again.status, &again.body), (200, &first.body));
            assert_eq!(again.headers["content-type"], "application/json");
        }
    }
    all
}

fn key(context: &mut Context<'_, '_>, secret: &str) -> Result<ApiKey> {
    let found = context.tx.key_by_secret(&hash_secret(secret), Credential::Key)?;
    Ok(found.expect("the World has this key"))
}

#[tokio::test]
async fn nobody_hears_an_answer_again_after_their_key_was_revoked() {
    let peyk = Peyk::unlimited().await;
    let all = all(&peyk).await;
    let revoked = peyk.running().site().engine.write(|context| {
        for secret in [MARKET_KEY, APP_KEY] {
            let id = key(context, secret)?.id;
            assert!(context.tx.revoke_key(id, context.now)?);
        }
        Ok(())
    });
    revoked.await.unwrap();
    for asked in all {
        assert_eq!(ask(&peyk, asked).await.status, 401, "{asked:?}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn nobody_hears_an_answer_again_after_their_grant_was_revoked() {
    let peyk = Peyk::unlimited().await;
    all(&peyk).await;
    let revoked = peyk.running().site().engine.write(|context| {
        let found = context.tx.grant_by_access_token(&hash_secret(IVAN_TOKEN), context.now)?;
        let (grant, _) = found.expect("the World has this token");
        peyk_engine::revoke_grant::revoke_grant_by_id(context, grant.id)
    });
    revoked.await.unwrap();
    assert_eq!(ask(&peyk, Asked::Transcript).await.status, 401);
    peyk.stop().await;
}

#[tokio::test]
async fn nobody_hears_an_answer_again_after_the_time_of_a_key_is_over() {
    let peyk = Peyk::unlimited().await;
    let limited = peyk.running().site().engine.write(|context| {
        for secret in [MARKET_KEY, APP_KEY] {
            let mut key = key(context, secret)?;
            key.expires_at = Some(Timestamp(context.now.0 + 1_000_000));
            context.tx.update_key(&key)?;
        }
        Ok(())
    });
    limited.await.unwrap();
    let all = all(&peyk).await;
    // The clock moves without a commit.
    peyk.clock().advance(Duration::from_secs(1));
    for asked in all {
        assert_eq!(ask(&peyk, asked).await.status, 401, "{asked:?}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn what_was_sent_is_read_by_whoever_reads_next() {
    let peyk = Peyk::unlimited().await;
    let at = format!("/v2/businesses/{BUSINESS}/chats/message?chatId={ORDER_CHAT}");
    for number in 0..40 {
        let text = format!("number {number}.");
        let market = peyk.request("POST", &at).header("api-key", MARKET_KEY);
        assert_eq!(send(market.json(&json!({ "message": text }))).await.status, 200);
        let path = format!("/v2/open-platform/conversations/{POST_CHAT}/messages");
        let kenar = peyk.request("POST", &path).header("x-api-key", APP_KEY);
        let kenar = kenar.header("authorization", format!("Bearer {SARA_TOKEN}"));
        let kenar = kenar.json(&json!({ "type": "TEXT", "message": text }));
        assert_eq!(send(kenar).await.status, 200);
        for _ in 0..2 {
            for asked in [Asked::History, Asked::Transcript] {
                let answer = ask(&peyk, asked).await;
                assert!(answer.body.contains(&text), "{asked:?} without `{text}`: {answer:?}");
            }
        }
    }
    peyk.stop().await;
}

#[tokio::test]
async fn who_may_not_read_hears_no_answer_of_another() {
    let peyk = Peyk::unlimited().await;
    let all = all(&peyk).await;
    let path = format!("/v2/businesses/{BUSINESS}/chats/history?chatId={ORDER_CHAT}");
    for (name, secret) in [("api-key", OTHER_KEY), ("authorization", MARKET_KEY)] {
        let request = peyk.request("POST", &path).header(name, secret).json(&json!({}));
        assert!([401, 403].contains(&send(request).await.status), "{name}");
    }
    let path = format!("/v1/open-platform/chat/conversations/{POST_CHAT}");
    for headers in [vec![("x-api-key", APP_KEY)], vec![("x-api-key", LIVE_KEY)]] {
        let mut request = peyk.request("GET", &path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        assert!([401, 403].contains(&send(request).await.status));
    }
    for asked in all {
        assert_eq!(ask(&peyk, asked).await.status, 200);
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_key_whose_answers_are_given_again_counts_as_used() {
    let peyk = Peyk::unlimited().await;
    all(&peyk).await;
    peyk.clock().advance(Duration::from_secs(60));
    for asked in [Asked::History, Asked::Transcript] {
        ask(&peyk, asked).await;
    }
    let engine = &peyk.running().site().engine;
    engine.flush().await.unwrap();
    let used = engine.read(|context| {
        Ok([key(context, MARKET_KEY)?.last_used_at, key(context, APP_KEY)?.last_used_at])
    });
    let now = Some(Timestamp(START.0 + 60_000_000));
    assert_eq!(used.await.unwrap(), [now, now]);
    peyk.stop().await;
}
