//! OAuth 2.0: the consent page and the endpoints.

mod consent;
mod endpoints;
mod page;

use serde_json::Value;

use crate::harness::{Answer, Peyk, send};
use peyk_wire::spec::Spec;

pub const REDIRECT: &str = "http://127.0.0.1:3000/callback";

/// A client that stays where it is sent from, to see where it is sent.
fn staying() -> reqwest::Client {
    let none = reqwest::redirect::Policy::none();
    reqwest::Client::builder().no_proxy().redirect(none).build().unwrap()
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The query with which `echo` asks for these scopes.
fn asking(scope: &str) -> String {
    let (redirect, scope) = (encoded(REDIRECT), encoded(scope));
    format!("response_type=code&client_id=echo&redirect_uri={redirect}&scope={scope}&state=xyz")
}

async fn visit(peyk: &Peyk, query: &str) -> Answer {
    send(staying().get(format!("{}/oauth2/auth?{query}", peyk.url))).await
}

/// Where a browser is sent to.
fn location(answer: &Answer) -> &str {
    answer.headers["location"].to_str().unwrap()
}

/// A code that a person gave without looking at the page.
async fn code(peyk: &Peyk, person: &str, scope: &str) -> String {
    let answer = visit(peyk, &format!("{}&auto_approve={person}", asking(scope))).await;
    assert_eq!(answer.status, 302, "{answer:?}");
    let code = location(&answer).strip_prefix(&format!("{REDIRECT}?state=xyz&code="));
    code.unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

/// Calls an endpoint with a form and checks the answer against the vendor's file where it can.
async fn form(peyk: &Peyk, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    checked(path, send(peyk.request("POST", path).form(fields)).await)
}

fn checked(path: &str, answer: Answer) -> (u16, Value) {
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["pragma"], "no-cache");
    let body = answer.json();
    if path == "/oauth2/token" {
        let fits = Spec::kenar().check_response(path, "POST", answer.status, &body);
        assert_eq!(fits, Ok(()), "{body}");
    }
    (answer.status, body)
}

/// What `echo` gets for a code.
async fn tokens(peyk: &Peyk, person: &str, scope: &str) -> Value {
    let code = code(peyk, person, scope).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("client_id", "echo"),
        ("client_secret", "echo-secret"),
    ];
    let (status, tokens) = form(peyk, "/oauth2/token", &fields).await;
    assert_eq!(status, 200, "{tokens}");
    tokens
}
