//! The server as its clients meet it: over HTTP, on either database.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod command;
mod console;
mod control;
#[path = "../../../store/tests/support/database.rs"]
mod database;
mod echoes;
mod events;
mod faults;
mod harness;
mod kenar;
mod limits;
mod magic;
mod market;
mod oauth;
mod scenarios;
mod scripts;
mod upkeep;
mod world_file;

use peyk_wire::spec;

#[tokio::test]
async fn a_server_starts_answers_and_stops() {
    let peyk = harness::Peyk::start().await;
    let answer = harness::send(peyk.request("GET", "/healthz")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
    peyk.stop().await;
}
