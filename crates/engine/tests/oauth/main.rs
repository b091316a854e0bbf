//! Consent, tokens, keys and limits on a database of either kind.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod consent;
#[path = "../../../store/tests/support/database.rs"]
mod database;
mod harness;
mod keys;
mod limits;
mod rotation;
mod servers;
mod tokens;
