//! What was acknowledged stays, whatever is killed when.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Place, Served};
use crate::events::Receiver;

const WRITERS: usize = 8;
const ROUNDS: usize = 3;
/// Acknowledged messages after which the server is killed.
const ENOUGH: usize = 40;
const CONVERSATION: &str =
    "/people/ivan/conversations/6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01/messages";
const HISTORY: usize = 2;
/// How long the last server may take to tell the bot everything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes until the server dies, and gives what it acknowledged.
async fn write_until_killed(
    http: reqwest::Client,
    url: String,
    name: String,
    done: tokio::sync::mpsc::UnboundedSender<()>,
) -> Vec<Value> {
    let mut acknowledged = Vec::new();
    loop {
        let text = format!("{name}-{}", acknowledged.len());
        let sent = http.post(&url).json(&json!({ "text": text })).send().await;
        let Ok(answer) = sent else { return acknowledged };
        assert_eq!(answer.status(), 200);
        let Ok(message) = answer.json::<Value>().await else { return acknowledged };
        acknowledged.push(message);
        let _ = done.send(());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_message_is_there_once_after_a_kill_and_its_bot_hears_of_it() {
    let place = Place::new();
    let receiver = Receiver::start(|_| StatusCode::OK.into_response()).await;
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let served = place.serve(&[]);
        if round == 0 {
            tell(&served, &receiver).await;
        }
        let url = format!("{}/control/v1{CONVERSATION}", served.url());
        let (done, mut count) = tokio::sync::mpsc::unbounded_channel();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let name = format!("{round}-{writer}");
                let (http, url, done) = (served.http.clone(), url.clone(), done.clone());
                tokio::spawn(write_until_killed(http, url, name, done))
            })
            .collect();
        for _ in 0..ENOUGH {
            count.recv().await.unwrap();
        }
        let (_, status) = served.stop("-KILL");
        assert_eq!(status.code(), None);
        for writer in writers {
            acknowledged.extend(writer.await.unwrap());
        }
    }
    assert!(acknowledged.len() >= ROUNDS * ENOUGH);

    let served = place.serve(&[]);
    let found = served.messages(CONVERSATION).await;
    let numbers: Vec<_> = found.iter().map(|message| message["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=found.len() as u64).collect::<Vec<_>>());
    let ids: Vec<_> = found.iter().map(|message| message["id"].as_u64().unwrap()).collect();
    assert!(ids.is_sorted_by(|left, right| left < right));
    for message in &acknowledged {
        let copies = found.iter().filter(|each| each["text"] == message["text"]);
        assert_eq!(copies.collect::<Vec<_>>(), [message]);
    }
    let texts: BTreeSet<_> =
        found[HISTORY..].iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!(texts.len(), found.len() - HISTORY, "a message was doubled");
    check_events(&served, &receiver, &ids[HISTORY..]).await;
}

/// Lets the bot hear at this receiver.
async fn tell(served: &Served, receiver: &Receiver) {
    let webhooks = served.control("/webhooks?app=echo", None).await.unwrap();
    let path = format!("{}/control/v1/webhooks/{}/url", served.url(), webhooks["items"][0]["id"]);
    let answer = served.http.put(path).json(&json!({ "url": receiver.url })).send().await;
    assert_eq!(answer.unwrap().status(), 200);
}

/// Every message has one event and one delivery, and was heard: in order, and again only where
/// the server was killed before it knew.
async fn check_events(served: &Served, receiver: &Receiver, ids: &[u64]) {
    let (mut told, mut cursor) = (Vec::new(), "start".to_owned());
    // A page waits for what comes: in PostgreSQL a feed stays behind every open transaction.
    while told.len() < ids.len() {
        let path = format!("/events?limit=200&wait=30&cursor={cursor}");
        let page = served.control(&path, None).await.unwrap();
        let items = page["items"].as_array().unwrap();
        assert!(!items.is_empty(), "{} of {} events are told", told.len(), ids.len());
        told.extend(items.iter().map(|event| event["id"].as_u64().unwrap()));
        cursor = page["next_cursor"].as_str().unwrap().to_owned();
    }
    assert_eq!(told, ids, "each message has one event");
    let all_delivered = tokio::time::timeout(PATIENCE, async {
        loop {
            let webhooks = served.control("/webhooks?app=echo", None).await.unwrap();
            if webhooks["items"][0]["deliveries"] == json!({ "delivered": ids.len() }) {
                return;
            }
        }
    });
    all_delivered.await.expect("everything is delivered");
    let (mut heard, mut again) = (Vec::new(), 0);
    while heard.len() < ids.len() {
        let id = receiver.next().await.headers["webhook-id"].to_str().unwrap().to_owned();
        let id: u64 = id.rsplit('_').next().unwrap().parse().unwrap();
        if heard.contains(&id) {
            again += 1;
        } else {
            heard.push(id);
        }
    }
    assert_eq!(heard, ids, "heard in order");
    assert!(again <= ROUNDS, "{again} were heard again after {ROUNDS} kills");
}
