//! `POST /v2/businesses/{businessId}/chats`.

use std::collections::BTreeSet;

use peyk_engine::world::{World, WorldConversation, WorldOrder, WorldReturn, WorldSubject};
use peyk_model::{BusinessId, CampaignId, ConversationId, Kind, OrderId, ReturnId, Status};
use peyk_server::Settings;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{ask, ours, person_writes, refused, result, strict};
use crate::harness::*;

/// A World with one chat of each state beside those of the tests' World.
fn varied() -> World {
    let mut world = world();
    let mut add = |id: i64, about: WorldSubject, kind: Kind, status: Status| {
        world.conversations.push(WorldConversation {
            about,
            id: Some(ConversationId(id)),
            key: None,
            kind,
            status: Some(status),
            messages: Vec::new(),
        });
    };
    let order = |id| WorldSubject::Order(OrderId(id));
    let goods = |id| WorldSubject::Return(ReturnId(id));
    add(6_001, order(91_001), Kind::Chat, Status::WaitingForSeller);
    add(6_002, order(91_002), Kind::Arbitration, Status::WaitingForArbiter);
    add(6_003, goods(71_001), Kind::Arbitration, Status::WaitingForMarket);
    add(6_004, goods(71_002), Kind::Chat, Status::Finished);
    for order in [91_001, 91_002] {
        world.orders.push(WorldOrder {
            id: OrderId(order),
            business: BusinessId(BUSINESS),
            campaign: CampaignId(4002),
            customer: "olga".into(),
        });
    }
    for (id, order) in [(71_001, 91_001), (71_002, 91_002)] {
        world.returns.push(WorldReturn { id: ReturnId(id), order: OrderId(order) });
    }
    world
}

fn list(peyk: &Peyk, query: &str, filters: &Value) -> RequestBuilder {
    ours(peyk, "POST", &format!("/chats{query}")).json(filters)
}

async fn ids(peyk: &Peyk, query: &str, filters: &Value) -> Vec<i64> {
    ids_of(&result(peyk, list(peyk, query, filters)).await)
}

fn ids_of(page: &Value) -> Vec<i64> {
    let chats = page["chats"].as_array().unwrap();
    chats.iter().map(|chat| chat["chatId"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn only_the_businesss_own_chats_are_listed_the_last_changed_first() {
    let peyk = Peyk::start().await;
    assert_eq!(ids(&peyk, "", &json!({})).await, [DIRECT_CHAT, ORDER_CHAT]);
    peyk.clock().advance(std::time::Duration::from_secs(1));
    person_writes(&peyk, "ivan", ORDER_CHAT, "Где?").await;
    assert_eq!(ids(&peyk, "", &json!({})).await, [ORDER_CHAT, DIRECT_CHAT]);
}

#[tokio::test]
async fn a_chat_in_the_list_is_the_one_that_is_read_alone() {
    let peyk = Peyk::with(varied(), Settings::default()).await;
    let page = result(&peyk, list(&peyk, "", &json!({}))).await;
    assert_eq!(page["paging"], json!({}));
    for chat in page["chats"].as_array().unwrap() {
        let rest = format!("/chat?chatId={}", chat["chatId"]);
        assert_eq!(&result(&peyk, ours(&peyk, "GET", &rest)).await, chat);
    }
}

#[tokio::test]
async fn filters_narrow_each_other_and_their_values_widen() {
    let peyk = Peyk::with(varied(), Settings::default()).await;
    let all = [ORDER_CHAT, DIRECT_CHAT, 6_001, 6_002, 6_003, 6_004];
    let order = |id: i64| json!({ "type": "ORDER", "id": id });
    let goods = |id: i64| json!({ "type": "RETURN", "id": id });
    for (filters, expected) in [
        (json!({}), &all[..]),
        (json!({ "orderIds": null, "contexts": null, "contextTypes": null }), &all),
        (json!({ "types": null, "statuses": null }), &all),
        (json!({ "contexts": [order(91_001)] }), &[6_001]),
        (json!({ "contexts": [goods(71_001)] }), &[6_003]),
        (
            json!({ "contexts": [order(91_001), goods(71_002), order(ORDER)] }),
            &[ORDER_CHAT, 6_001, 6_004],
        ),
        (json!({ "contexts": [order(71_001), goods(91_001)] }), &[]),
        (json!({ "contexts": [order(91_001), order(91_001)] }), &[6_001]),
        (json!({ "orderIds": [91_002, ORDER, 5] }), &[ORDER_CHAT, 6_002, 6_004]),
        (json!({ "orderIds": ["91002"], "contextTypes": ["ORDER"] }), &[6_002]),
        (json!({ "contextTypes": ["ORDER"] }), &[ORDER_CHAT, 6_001, 6_002]),
        (json!({ "contextTypes": ["RETURN", "DIRECT"] }), &[DIRECT_CHAT, 6_003, 6_004]),
        (json!({ "types": ["ARBITRAGE"] }), &[6_002, 6_003]),
        (json!({ "types": ["ARBITRAGE", "CHAT", "CHAT"] }), &all),
        (json!({ "statuses": ["NEW"] }), &[DIRECT_CHAT]),
        (json!({ "statuses": ["WAITING_FOR_CUSTOMER"] }), &[ORDER_CHAT]),
        (json!({ "statuses": ["WAITING_FOR_PARTNER"] }), &[6_001]),
        (json!({ "statuses": ["WAITING_FOR_ARBITER", "WAITING_FOR_MARKET"] }), &[6_002, 6_003]),
        (json!({ "statuses": ["FINISHED"] }), &[6_004]),
        (json!({ "statuses": ["FINISHED", "NEW"], "contextTypes": ["RETURN"] }), &[6_004]),
        (json!({ "types": ["CHAT"], "statuses": ["WAITING_FOR_ARBITER"] }), &[]),
        (json!({ "contexts": [order(91_001)], "types": ["CHAT"], "orderIds": [91_001] }), &[6_001]),
        (json!({ "contexts": [order(91_001)], "contextTypes": ["RETURN"] }), &[]),
    ] {
        let found: BTreeSet<_> = ids(&peyk, "?limit=20", &filters).await.into_iter().collect();
        assert_eq!(found, expected.iter().copied().collect(), "{filters}");
    }
}

#[tokio::test]
async fn each_mistake_in_a_filter_is_named() {
    let peyk = Peyk::start().await;
    let context = |kind: Value, id: Value| json!({ "contexts": [{ "type": kind, "id": id }] });
    let null = |field: &str| format!("'{field}' must not be null (rejected value: null)");
    let small = |field: &str| {
        format!("'{field}' must be greater than or equal to '1' (rejected value: '0')")
    };
    let illegal = |path: &str| format!("Illegal input at '{path}'");
    for (filters, text) in [
        (json!({ "statuses": ["OLD"] }), illegal("statuses[0]")),
        (json!({ "statuses": ["NEW", "new"] }), illegal("statuses[1]")),
        (json!({ "statuses": [null] }), illegal("statuses[0]")),
        (json!({ "statuses": "NEW" }), illegal("statuses")),
        (json!({ "types": ["DISPUTE"] }), illegal("types[0]")),
        (json!({ "types": [1] }), illegal("types[0]")),
        (json!({ "contextTypes": ["POST"] }), illegal("contextTypes[0]")),
        (json!({ "orderIds": [1, "x"] }), illegal("orderIds[1]")),
        (json!({ "orderIds": [1.5] }), illegal("orderIds[0]")),
        (json!({ "orderIds": [0] }), small("orderIds[0]")),
        (json!({ "orderIds": {} }), illegal("orderIds")),
        (json!({ "contexts": [5] }), illegal("contexts[0]")),
        (context(json!("DIRECT"), json!(1)), illegal("contexts[0].type")),
        (context(json!("POST"), json!(1)), illegal("contexts[0].type")),
        (context(Value::Null, json!(1)), null("contexts[0].type")),
        (context(json!("ORDER"), Value::Null), null("contexts[0].id")),
        (context(json!("ORDER"), json!(0)), small("contexts[0].id")),
        (context(json!("ORDER"), json!("x")), illegal("contexts[0].id")),
    ] {
        refused(&peyk, list(&peyk, "", &filters), 400, &text).await;
    }
    for filter in ["orderIds", "contexts", "contextTypes", "types", "statuses"] {
        let text = format!("'{filter}' must not be empty (rejected value: '[]')");
        refused(&peyk, list(&peyk, "", &json!({ filter: [] })), 400, &text).await;
    }
}

#[tokio::test]
async fn the_longest_filter_works_and_one_value_more_does_not() {
    let peyk = Peyk::start().await;
    let order = |id: i64| json!({ "type": "ORDER", "id": id });
    let with = |count: i64| {
        let numbers: Vec<i64> = (0..count).map(|number| ORDER + number).collect();
        let contexts: Vec<_> = numbers.iter().map(|id| order(*id)).collect();
        [json!({ "orderIds": numbers }), json!({ "contexts": contexts })]
    };
    for filters in with(500) {
        assert_eq!(ids(&peyk, "", &filters).await, [ORDER_CHAT]);
    }
    for (filters, name) in with(501).iter().zip(["orderIds", "contexts"]) {
        let text = format!("'{name}' size must be between '1' and '500' (rejected value: '501')");
        refused(&peyk, list(&peyk, "", filters), 400, &text).await;
    }
}

/// A World in which [`BUSINESS`] has this many chats about orders from 100,001 on.
fn crowded(chats: i64) -> World {
    let mut world = world();
    world.conversations.clear();
    for number in 1..=chats {
        let order = OrderId(100_000 + number);
        world.orders.push(WorldOrder {
            id: order,
            business: BusinessId(BUSINESS),
            campaign: CampaignId(4001),
            customer: "ivan".into(),
        });
        world.conversations.push(WorldConversation {
            about: WorldSubject::Order(order),
            id: Some(ConversationId(number)),
            key: None,
            kind: Kind::Chat,
            status: None,
            messages: Vec::new(),
        });
    }
    world
}

#[tokio::test]
async fn a_page_has_ten_chats_unless_told_and_twenty_at_most() {
    let peyk = Peyk::with(crowded(25), Settings::default()).await;
    for (query, count) in [
        ("", 10),
        ("?limit=", 10),
        ("?limit=1", 1),
        ("?limit=20", 20),
        ("?limit=21", 20),
        ("?limit=100000", 20),
    ] {
        assert_eq!(ids(&peyk, query, &json!({})).await.len(), count, "{query}");
    }
    for small in ["0", "-1"] {
        let text =
            format!("'limit' must be greater than or equal to '1' (rejected value: '{small}')");
        refused(&peyk, list(&peyk, &format!("?limit={small}"), &json!({})), 400, &text).await;
    }
    refused(&peyk, list(&peyk, "?limit=ten", &json!({})), 400, "Type mismatch: 'ten'").await;
}

#[tokio::test]
async fn a_strict_site_refuses_a_limit_above_the_maximum() {
    let peyk = Peyk::with(world(), strict()).await;
    assert_eq!(ask(&peyk, list(&peyk, "?limit=20", &json!({}))).await.0, 200);
    let text = "Parameter limit must be less than or equal to '20' (rejected value: '21')";
    refused(&peyk, list(&peyk, "?limit=21", &json!({})), 400, text).await;
}

#[tokio::test]
async fn both_spellings_of_the_page_token_work_and_the_newer_wins() {
    let peyk = Peyk::with(crowded(9), Settings::default()).await;
    let page = result(&peyk, list(&peyk, "?limit=4", &json!({}))).await;
    let token = page["paging"]["nextPageToken"].as_str().unwrap().to_owned();
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    let at = async |query: &str| ids(&peyk, &format!("?limit=4{query}"), &json!({})).await;
    let (first, second) = (at("").await, at(&format!("&pageToken={token}")).await);
    assert_ne!(first, second);
    assert_eq!(at(&format!("&page_token={token}")).await, second);
    assert_eq!(at(&format!("&pageToken={token}&page_token=wrong")).await, second);
    assert_eq!(at(&format!("&pageToken={token}==")).await, second);
    assert_eq!(at("&pageToken=").await, first);
    assert_eq!(at("&page_token=").await, first);
    let wrong = list(&peyk, &format!("?pageToken=wrong&page_token={token}"), &json!({}));
    refused(&peyk, wrong, 400, "Bad page token").await;
}

#[tokio::test]
async fn a_token_is_good_for_its_own_question_only() {
    let peyk = Peyk::with(crowded(9), Settings::default()).await;
    let page = result(&peyk, list(&peyk, "?limit=4", &json!({ "types": ["CHAT"] }))).await;
    let token = page["paging"]["nextPageToken"].as_str().unwrap().to_owned();
    let query = format!("?limit=4&pageToken={token}");
    for filters in [json!({}), json!({ "types": ["ARBITRAGE"] }), json!({ "statuses": ["NEW"] })] {
        refused(&peyk, list(&peyk, &query, &filters), 400, "Bad page token").await;
    }
    let history = ours(&peyk, "POST", &format!("/chats/history{query}&chatId=1"));
    refused(&peyk, history, 400, "Bad page token").await;
    let path = format!("/v2/businesses/{OTHER_BUSINESS}/chats{query}");
    let other = peyk.request("POST", &path).header("Api-Key", OTHER_KEY);
    refused(&peyk, other.json(&json!({ "types": ["CHAT"] })), 400, "Bad page token").await;
    let shorter = format!("?limit=2&pageToken={token}");
    let again = ids(&peyk, &shorter, &json!({ "types": ["CHAT"] })).await;
    assert_eq!(again.len(), 2, "another limit is the same question");
}

#[tokio::test]
async fn a_tampered_token_is_refused() {
    let peyk = Peyk::with(crowded(9), Settings::default()).await;
    let page = result(&peyk, list(&peyk, "?limit=4", &json!({}))).await;
    let token = page["paging"]["nextPageToken"].as_str().unwrap().to_owned();
    let mut wrong = vec!["x".to_owned(), token[1..].to_owned(), format!("{token}AA")];
    for index in 0..token.len() - 1 {
        let mut bytes = token.clone().into_bytes();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        wrong.push(String::from_utf8(bytes).unwrap());
    }
    for token in wrong {
        let request = list(&peyk, &format!("?limit=4&pageToken={token}"), &json!({}));
        refused(&peyk, request, 400, "Bad page token").await;
    }
}

/// Pages of some length, and after each page the chats in which somebody writes.
fn readings() -> impl Strategy<Value = (usize, Vec<Vec<i64>>)> {
    let writes = prop::collection::vec(prop::collection::vec(1..=25_i64, 0..4), 25);
    (1..=20_usize, writes)
}

#[test]
fn chats_that_do_not_change_are_seen_exactly_once_while_others_do() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let peyk = runtime.block_on(Peyk::with(crowded(25), Settings::default()));
    let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
    let outcome = runner.run(&readings(), |(limit, writes)| {
        let (seen, changed) = runtime.block_on(read_all(&peyk, limit, &writes));
        let distinct: BTreeSet<i64> = seen.iter().copied().collect();
        prop_assert_eq!(distinct.len(), seen.len(), "a chat came twice");
        for chat in (1..=25).filter(|chat| !changed.contains(chat)) {
            prop_assert!(distinct.contains(&chat), "chat {} was left out", chat);
        }
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(peyk.stop());
}

/// Reads every page, with writes between them; returns what was seen and what was changed.
async fn read_all(peyk: &Peyk, limit: usize, writes: &[Vec<i64>]) -> (Vec<i64>, BTreeSet<i64>) {
    let (mut seen, mut changed, mut token) = (Vec::new(), BTreeSet::new(), String::new());
    for writes in writes {
        let query = format!("?limit={limit}&pageToken={token}");
        let page = result(peyk, list(peyk, &query, &json!({}))).await;
        let found = ids_of(&page);
        assert!(found.len() <= limit);
        seen.extend(found);
        match page["paging"]["nextPageToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => return (seen, changed),
        }
        peyk.clock().advance(std::time::Duration::from_micros(1));
        for chat in writes {
            person_writes(peyk, "ivan", *chat, "Да").await;
            changed.insert(*chat);
        }
    }
    panic!("the list has more pages than chats");
}
