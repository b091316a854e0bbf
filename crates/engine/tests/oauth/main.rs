//! Consent, tokens, keys and limits on a database of either kind.

mod consent;
#[path = "../../../store/tests/support/database.rs"]
mod database;
mod harness;
mod keys;
mod limits;
mod rotation;
mod tokens;
