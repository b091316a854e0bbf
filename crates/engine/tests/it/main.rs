//! Verbs on a real store, SQLite or PostgreSQL, with a standing clock and seeded dice.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod access;
#[path = "../../../store/tests/support/database.rs"]
mod database;
mod deliver;
mod harness;
mod history;
mod receivers;
mod resting;
mod send_message;
mod simulation;
mod snapshot;
