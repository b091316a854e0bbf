//! The control API.

mod access;
mod acts;
mod clicks;
mod clock;
mod deliveries;
mod document;
mod exchanges;
mod feeds;
mod following;
mod marketplace;
mod people;
mod rehearsal;
mod saved;
mod snapshots;
mod streams;
mod tokens;
mod webhooks;
mod worlds;

use serde_json::Value;

use crate::harness::{self, Answer, Peyk};
use peyk_wire::spec;

/// The document that the server gives out.
pub fn document() -> spec::Spec {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/control/openapi.json");
    spec::Spec::of(&std::fs::read_to_string(path).unwrap())
}

/// Calls the API and checks the answer against its document.
pub async fn call(peyk: &Peyk, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = peyk.request(method, &format!("/control/v1{path}"));
    let request = match &body {
        Some(body) => request.json(body),
        None => request,
    };
    checked(method, path, harness::send(request).await)
}

fn checked(method: &str, path: &str, answer: Answer) -> (u16, Value) {
    let body = answer.json();
    let path = path.split('?').next().unwrap();
    let checked =
        document().check_response(&format!("/control/v1{path}"), method, answer.status, &body);
    assert_eq!(checked, Ok(()), "{method} {path}: {body}");
    (answer.status, body)
}

async fn get(peyk: &Peyk, path: &str) -> Value {
    let (status, body) = call(peyk, "GET", path, None).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

async fn delete(peyk: &Peyk, path: &str) -> Value {
    let (status, body) = call(peyk, "DELETE", path, None).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

async fn post(peyk: &Peyk, path: &str, body: Value) -> Value {
    let (status, answer) = call(peyk, "POST", path, Some(body)).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// The status, the code and the message of a refusal.
async fn refused(
    peyk: &Peyk,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> (u16, String, String) {
    let (status, answer) = call(peyk, method, path, body).await;
    let word = |name: &str| answer["error"][name].as_str().unwrap().to_owned();
    (status, word("code"), word("message"))
}

/// Asks again and again until the answer is as it must become.
pub async fn until(peyk: &Peyk, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let answer = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        loop {
            let answer = get(peyk, path).await;
            if is_so(&answer) {
                return answer;
            }
        }
    });
    answer.await.expect("it becomes so")
}
