//! What was acknowledged stays, whatever is killed when.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Place;

const WRITERS: usize = 8;
const ROUNDS: usize = 3;
/// Acknowledged messages after which the server is killed.
const ENOUGH: usize = 40;
const CONVERSATION: &str =
    "/people/ivan/conversations/edbb9499-cccc-4d35-b21f-621fa95f2b3e/messages";
const HISTORY: usize = 4;

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
async fn an_acknowledged_message_is_there_once_after_a_kill() {
    let place = Place::new();
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let served = place.serve(&[]);
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
}
