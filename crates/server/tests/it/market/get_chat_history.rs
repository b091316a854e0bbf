//! `POST /v2/businesses/{businessId}/chats/history`.

use peyk_server::{PagesBound, Settings};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{ask, history, ours, person_writes, refused, result, strict};
use crate::harness::*;

fn read(peyk: &Peyk, query: &str, body: &Value) -> RequestBuilder {
    ours(peyk, "POST", &format!("/chats/history?chatId={ORDER_CHAT}{query}")).json(body)
}

async fn page(peyk: &Peyk, query: &str, body: &Value) -> (Vec<i64>, Option<String>) {
    let result = result(peyk, read(peyk, query, body)).await;
    let messages = result["messages"].as_array().unwrap();
    let ids = messages.iter().map(|message| message["messageId"].as_i64().unwrap()).collect();
    (ids, result["paging"]["nextPageToken"].as_str().map(str::to_owned))
}

async fn say(peyk: &Peyk, count: usize) {
    for number in 0..count {
        person_writes(peyk, "ivan", ORDER_CHAT, &format!("{number}")).await;
    }
}

#[tokio::test]
async fn history_names_its_order_and_its_messages_oldest_first() {
    let peyk = Peyk::start().await;
    let whole = result(&peyk, read(&peyk, "", &json!({}))).await;
    let message = |index: usize, sender: &str, text: &str| {
        json!({
            "messageId": whole["messages"][index]["messageId"],
            "createdAt": "2026-11-20T15:00:00+03:00",
            "sender": sender,
            "message": text,
        })
    };
    let chat = result(&peyk, ours(&peyk, "GET", &format!("/chat?chatId={ORDER_CHAT}"))).await;
    let expected = json!({
        "orderId": ORDER,
        "context": chat["context"],
        "messages": [message(0, "CUSTOMER", "Где заказ?"), message(1, "PARTNER", "Уже в пути.")],
        "paging": {},
    });
    assert_eq!(whole, expected);
}

#[tokio::test]
async fn an_empty_chat_has_an_empty_history() {
    let peyk = Peyk::start().await;
    let request = ours(&peyk, "POST", &format!("/chats/history?chatId={DIRECT_CHAT}"));
    let whole = result(&peyk, request).await;
    let expected = json!({ "context": whole["context"], "messages": [], "paging": {} });
    assert_eq!(whole, expected);
}

#[tokio::test]
async fn history_begins_with_the_message_asked_for_or_the_next_one() {
    let peyk = Peyk::start().await;
    say(&peyk, 4).await;
    let (all, _) = page(&peyk, "", &json!({})).await;
    assert!(all.is_sorted() && all.len() == 6);
    let from = async |id: i64| page(&peyk, "", &json!({ "messageIdFrom": id })).await.0;
    assert_eq!(from(1).await, all);
    assert_eq!(from(all[0]).await, all);
    assert_eq!(from(all[3]).await, all[3..]);
    assert_eq!(from(all[5]).await, all[5..]);
    assert_eq!(from(all[5] + 1).await, [0; 0]);
    assert_eq!(from(i64::MAX).await, [0; 0]);
    assert_eq!(page(&peyk, "", &json!({ "messageIdFrom": null })).await.0, all);
    let text = json!({ "messageIdFrom": all[3].to_string() });
    assert_eq!(page(&peyk, "", &text).await.0, all[3..]);
}

#[tokio::test]
async fn a_wrong_beginning_is_refused() {
    let peyk = Peyk::start().await;
    for small in [0, -1] {
        let text = format!(
            "'messageIdFrom' must be greater than or equal to '1' (rejected value: '{small}')"
        );
        refused(&peyk, read(&peyk, "", &json!({ "messageIdFrom": small })), 400, &text).await;
    }
    for wrong in [json!("x"), json!(1.5), json!({}), json!([1]), json!(true)] {
        let request = read(&peyk, "", &json!({ "messageIdFrom": wrong }));
        refused(&peyk, request, 400, "Illegal input at 'messageIdFrom'").await;
    }
}

#[tokio::test]
async fn a_page_has_fifty_messages_unless_told_and_a_hundred_at_most() {
    let peyk = Peyk::start().await;
    say(&peyk, 103).await;
    for (query, count) in [
        ("", 50),
        ("&limit=1", 1),
        ("&limit=99", 99),
        ("&limit=100", 100),
        ("&limit=101", 100),
        ("&limit=1000", 100),
    ] {
        let (ids, next) = page(&peyk, query, &json!({})).await;
        assert!(ids.len() == count && next.is_some(), "{query}");
    }
    let text = "'limit' must be greater than or equal to '1' (rejected value: '0')";
    refused(&peyk, read(&peyk, "&limit=0", &json!({})), 400, text).await;
    refused(&peyk, read(&peyk, "&limit=x", &json!({})), 400, "Type mismatch: 'x'").await;
}

#[tokio::test]
async fn the_last_page_has_no_token_even_when_it_is_full() {
    let peyk = Peyk::start().await;
    let (ids, next) = page(&peyk, "&limit=2", &json!({})).await;
    assert_eq!((ids.len(), next), (2, None));
}

#[tokio::test]
async fn a_strict_site_refuses_a_limit_above_the_maximum() {
    let peyk = Peyk::with(world(), strict()).await;
    assert_eq!(ask(&peyk, read(&peyk, "&limit=100", &json!({}))).await.0, 200);
    let text = "Parameter limit must be less than or equal to '100' (rejected value: '101')";
    refused(&peyk, read(&peyk, "&limit=101", &json!({})), 400, text).await;
}

#[tokio::test]
async fn a_token_is_good_for_its_own_question_only() {
    let peyk = Peyk::start().await;
    let (first, token) = page(&peyk, "&limit=1", &json!({})).await;
    let token = token.unwrap();
    for name in ["pageToken", "page_token"] {
        let (second, _) = page(&peyk, &format!("&{name}={token}"), &json!({})).await;
        assert!(second.len() == 1 && second[0] > first[0]);
        let (again, _) = page(&peyk, &format!("&limit=1&{name}="), &json!({})).await;
        assert_eq!(again, first);
    }
    let query = format!("&pageToken={token}");
    let from = json!({ "messageIdFrom": first[0] });
    refused(&peyk, read(&peyk, &query, &from), 400, "Bad page token").await;
    let other = ours(&peyk, "POST", &format!("/chats/history?chatId={DIRECT_CHAT}{query}"));
    refused(&peyk, other, 400, "Bad page token").await;
    let list = ours(&peyk, "POST", &format!("/chats?pageToken={token}"));
    refused(&peyk, list, 400, "Bad page token").await;
}

#[tokio::test]
async fn a_tampered_token_is_refused() {
    let peyk = Peyk::start().await;
    let token = page(&peyk, "&limit=1", &json!({})).await.1.unwrap();
    for index in 0..token.len() - 1 {
        let mut bytes = token.clone().into_bytes();
        bytes[index] = if bytes[index] == b'x' { b'y' } else { b'x' };
        let query = format!("&pageToken={}", String::from_utf8(bytes).unwrap());
        refused(&peyk, read(&peyk, &query, &json!({})), 400, "Bad page token").await;
    }
}

#[test]
fn pages_have_no_gap_and_no_repeat_while_people_write() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let peyk = runtime.block_on(Peyk::start());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(16));
    let writes = prop::collection::vec(0..4_usize, 1..12);
    let outcome = runner.run(&(4..=9_usize, writes), |(limit, writes)| {
        let seen = runtime.block_on(async {
            let (mut seen, mut token) = (Vec::new(), String::new());
            let mut writes = writes.into_iter();
            loop {
                let query = format!("&limit={limit}&pageToken={token}");
                let (ids, next) = page(&peyk, &query, &json!({})).await;
                assert!(ids.len() <= limit);
                seen.extend(ids);
                // Fewer messages come than a page holds, so the end is reached.
                say(&peyk, writes.next().unwrap_or(0)).await;
                match next {
                    Some(next) => token = next,
                    None => break seen,
                }
            }
        });
        let mut whole = Vec::new();
        runtime.block_on(async {
            let mut from = 1;
            while let (ids, _) = page(&peyk, "&limit=100", &json!({ "messageIdFrom": from })).await
                && let Some(last) = ids.last()
            {
                from = last + 1;
                whole.extend(ids);
            }
        });
        // What was written after the last page was read is not on it.
        prop_assert_eq!(&whole[..seen.len()], &seen[..]);
        prop_assert!(whole.len() - seen.len() < 4);
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(async {
        assert!(history(&peyk, ORDER_CHAT).await.len() > 2);
        peyk.stop().await;
    });
}

#[tokio::test]
async fn a_page_that_was_kept_is_shown_as_it_was_and_only_to_whoever_may_see_it() {
    let peyk = Peyk::start().await;
    let text = async |query: &str, key: &str| {
        let path = format!("/chats/history?chatId={ORDER_CHAT}{query}");
        let answer = send(super::bare(&peyk, "POST", &path).header("Api-Key", key)).await;
        (answer.status, answer.headers["content-type"].to_str().unwrap().to_owned(), answer.body)
    };
    let before = [text("", MARKET_KEY).await, text("&limit=1", MARKET_KEY).await];
    assert_eq!(text("", MARKET_KEY).await, before[0]);
    assert_eq!(text("", READ_ONLY_KEY).await, before[0]);
    assert_eq!(text("", OTHER_KEY).await.0, 403);
    person_writes(&peyk, "ivan", ORDER_CHAT, "Ау?").await;
    assert_ne!(text("", MARKET_KEY).await, before[0]);
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 3);
    assert_eq!(text("&limit=1", MARKET_KEY).await, before[1]);
    let engine = &peyk.running().site().engine;
    let revoked = engine.write(|context| {
        let hash = peyk_engine::keyring::hash_secret(MARKET_KEY);
        let key = context.tx.key_by_secret(&hash, peyk_engine::Credential::Key)?;
        Ok(context.tx.revoke_key(key.expect("the World has this key").id, context.now)?)
    });
    assert!(revoked.await.unwrap());
    assert_eq!(text("&limit=1", MARKET_KEY).await.0, 401);
    assert_eq!(text("&limit=1", READ_ONLY_KEY).await, before[1]);
    peyk.stop().await;
}

#[tokio::test]
async fn a_server_that_keeps_no_pages_answers_the_same() {
    let settings = Settings { pages: PagesBound(0), ..Settings::default() };
    let servers = [Peyk::start().await, Peyk::with(world(), settings).await];
    let mut answers = Vec::new();
    for peyk in &servers {
        for _ in 0..2 {
            answers.push(result(peyk, read(peyk, "&limit=1", &json!({}))).await);
        }
    }
    // Only the ids are each server's own.
    let of = |answer: &Value| (answer["context"].clone(), answer["messages"][0]["message"].clone());
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[2], answers[3]);
    assert_eq!(of(&answers[0]), of(&answers[2]));
    assert!(answers[0]["paging"]["nextPageToken"].is_string());
    for peyk in servers {
        peyk.stop().await;
    }
}
