//! Faults of letters to receivers, and what their attempts say.

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json};

use super::{control, fault};
use crate::events::{Heard, Receiver, number, says, start};
use crate::harness::{BOT_CHAT, LIVE_BOT_CHAT, Peyk};

async fn echo() -> (Receiver, Peyk) {
    let receiver = Receiver::start(|_| StatusCode::OK.into_response()).await;
    let peyk = start(Some(format!("{}/webhook", receiver.url)), None).await;
    (receiver, peyk)
}

async fn ivan_says(peyk: &Peyk, text: &str) {
    says(peyk, "ivan", number(peyk, BOT_CHAT).await, text).await;
}

fn text(heard: &Heard) -> String {
    heard.json()["new_chatbot_message"]["text"].as_str().unwrap().to_owned()
}

/// Lets time run until every letter is settled.
async fn settle(peyk: &Peyk) {
    let run = Some(json!({ "action": "run_until_idle" }));
    let clock = control(peyk, "POST", "/clock", run).await;
    assert_eq!(clock["run"]["is_idle"], true, "{clock}");
}

/// State and attempts (outcome, reason) of every delivery, the oldest first.
async fn deliveries(peyk: &Peyk) -> Vec<(String, Vec<(String, String)>)> {
    let page = control(peyk, "GET", "/deliveries", None).await;
    let mut all = Vec::new();
    for item in page["items"].as_array().unwrap().iter().rev() {
        let path = format!("/deliveries/{}", item["id"].as_str().unwrap());
        let record = control(peyk, "GET", &path, None).await;
        let tried = record["tried"].as_array().unwrap().iter().rev();
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let tried = tried.map(|each| (word(&each["outcome"]), word(&each["reason"])));
        all.push((word(&record["state"]), tried.collect()));
    }
    all
}

/// One letter meets this rule: what is heard, and what the attempts say.
async fn check(rule: Value, heard: usize, state: &str, tried: &[(&str, &str)]) {
    let (receiver, peyk) = echo().await;
    let mut named = json!({ "name": "it", "count": 1 });
    named.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
    fault(&peyk, named).await;
    ivan_says(&peyk, "salam").await;
    settle(&peyk).await;
    let found = deliveries(&peyk).await.remove(0);
    let expected = tried.iter().map(|(outcome, reason)| ((*outcome).into(), (*reason).into()));
    assert_eq!(found, (state.to_owned(), expected.collect()), "{rule}");
    for _ in 0..heard {
        receiver.next().await;
    }
    // One more, to see that nothing else came before it.
    ivan_says(&peyk, "last").await;
    assert_eq!(text(&receiver.next().await), "last", "{rule}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_letter_fails_on_its_way_and_is_tried_again() {
    check(
        json!({ "effect": "status", "code": 500, "direction": "out" }),
        1,
        "delivered",
        &[("failed", "fault it: answered in the receiver's place, answered 500"), ("accepted", "")],
    )
    .await;
    check(
        json!({ "effect": "cut", "direction": "out" }),
        1,
        "delivered",
        &[
            ("failed", "fault it: the connection was cut before the letter was sent"),
            ("accepted", ""),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_letter_whose_answer_is_lost_arrives_twice() {
    for (effect, words) in [
        ("lose_answer", "no answer came in time"),
        ("cut", "the connection was cut after the letter was sent"),
    ] {
        let mut rule = json!({ "effect": effect, "direction": "out" });
        if effect == "cut" {
            rule["at"] = "after".into();
        }
        let lost = format!("fault it: {words}, the answer was 200");
        check(rule, 2, "delivered", &[("failed", &lost), ("accepted", "")]).await;
    }
}

#[tokio::test]
async fn a_letter_is_sent_twice_or_never() {
    let twice = ("accepted", "fault it: sent twice");
    check(json!({ "effect": "duplicate" }), 2, "delivered", &[twice, twice]).await;
    let never = ("dropped", "fault it: never sent");
    check(json!({ "effect": "drop" }), 0, "dead", &[never]).await;
}

#[tokio::test]
async fn the_word_of_a_receiver_that_is_made_up_counts() {
    let gone = json!({ "effect": "status", "code": 400, "direction": "out" });
    let refused = ("refused", "fault it: answered in the receiver's place, answered 400");
    check(gone, 0, "dead", &[refused]).await;
}

#[tokio::test]
async fn a_late_letter_holds_up_its_conversation_and_no_other() {
    let (receiver, peyk) = echo().await;
    fault(
        &peyk,
        json!({ "name": "late", "effect": "delay", "direction": "out", "milliseconds": 60_000,
                "conversation": BOT_CHAT, "count": 1 }),
    )
    .await;
    for text in ["one", "two"] {
        ivan_says(&peyk, text).await;
    }
    let bot = Some(json!({ "bot": "echo" }));
    let opened = control(&peyk, "POST", "/people/olga/conversations", bot).await;
    let other = opened["conversation"]["id"].as_i64().unwrap_or_else(|| panic!("{opened}"));
    says(&peyk, "olga", peyk_model::ConversationId(other), "other").await;
    assert_eq!(text(&receiver.next().await), "other");
    settle(&peyk).await;
    let heard = [text(&receiver.next().await), text(&receiver.next().await)];
    assert_eq!(heard, ["one", "two"]);
    let (state, tried) = deliveries(&peyk).await.remove(0);
    let held = ("held".into(), "fault late: held back with all that follow for 60 s".into());
    assert_eq!((state.as_str(), tried), ("delivered", vec![held, ("accepted".into(), "".into())]));
    peyk.stop().await;
}

#[tokio::test]
async fn a_letter_held_aside_is_overtaken() {
    let (receiver, peyk) = echo().await;
    let rule = json!({ "name": "swap", "effect": "reorder", "milliseconds": 5000, "count": 1 });
    fault(&peyk, rule).await;
    for text in ["one", "two", "three"] {
        ivan_says(&peyk, text).await;
    }
    let mut heard = vec![text(&receiver.next().await), text(&receiver.next().await)];
    settle(&peyk).await;
    heard.push(text(&receiver.next().await));
    assert_eq!(heard, ["two", "three", "one"]);
    let first = deliveries(&peyk).await.remove(0);
    assert_eq!(first.1[0], ("held".into(), "fault swap: held aside for 5 s".into()));
    // It is found among the deliveries of its conversation again.
    let page = control(&peyk, "GET", "/deliveries", None).await;
    let lanes: Vec<_> = page["items"].as_array().unwrap().iter().map(|it| &it["lane"]).collect();
    assert!(lanes.iter().all(|lane| *lane == lanes[0]), "{page}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_letter_drifts_or_is_cut_short() {
    let (receiver, peyk) = echo().await;
    for (drift, field) in [("unknown_word", Some("type")), ("extra_field", None)] {
        let mut rule =
            json!({ "name": "d", "effect": "drift", "drift": drift, "direction": "out" });
        if let Some(field) = field {
            rule["field"] = field.into();
        }
        fault(&peyk, rule).await;
        ivan_says(&peyk, drift).await;
        let heard = receiver.next().await.json();
        match field {
            Some(_) => assert_eq!(heard["type"], "SOMETHING_NEW"),
            None => assert_eq!(heard["new_chatbot_message"]["something_new"]["since"], "today"),
        }
        settle(&peyk).await;
        control(&peyk, "DELETE", "/faults", None).await;
    }
    fault(&peyk, json!({ "name": "half", "effect": "truncate", "direction": "out" })).await;
    ivan_says(&peyk, "whole").await;
    let heard = receiver.next().await;
    assert!(serde_json::from_str::<Value>(&heard.body).is_err(), "{}", heard.body);
    settle(&peyk).await;
    let reasons: Vec<_> = deliveries(&peyk).await.into_iter().map(|(_, tried)| tried).collect();
    assert_eq!(reasons[0][0].1, "fault d: the body was changed, unknown_word");
    assert_eq!(reasons[2][0].1, "fault half: half of the body was sent");
    peyk.stop().await;
}

#[tokio::test]
async fn a_rule_meets_the_letters_that_it_names() {
    let (receiver, peyk) = echo().await;
    for (name, fitting) in [
        ("a", json!({ "app": "live" })),
        ("b", json!({ "operation": "post_changed" })),
        ("c", json!({ "dialect": "market" })),
        ("d", json!({ "person": "olga" })),
        ("e", json!({ "conversation": LIVE_BOT_CHAT })),
    ] {
        let mut rule = json!({ "name": name, "effect": "drop" });
        rule.as_object_mut().unwrap().extend(fitting.as_object().unwrap().clone());
        fault(&peyk, rule).await;
    }
    ivan_says(&peyk, "through").await;
    assert_eq!(text(&receiver.next().await), "through");
    peyk.stop().await;
}
