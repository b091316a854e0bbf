//! Memory of a Peyk server: the only place with SQL.
//!
//! A verb of the engine is a plain function of an open transaction, [`Tx`]. The [`Store`] runs
//! verbs on its own threads and answers the asynchronous world after their commit, so nothing can
//! be awaited between begin and commit. This crate must not know a rule or an HTTP status.

mod bell;
mod commits;
mod encode;
mod fault;
mod job;
mod memo;
mod migrate;
mod mint;
pub mod objects;
mod pg;
mod queue;
mod snapshot;
mod sql;
mod sqlite;
mod store;
mod tls;
mod tx;
mod value;

pub use bell::Bell;
pub use commits::{OTHERS_UNSEEN_MAX, Sight};
pub use fault::Fault;
pub use job::Failure;
pub use migrate::{Migrated, latest_schema};
pub use mint::Mint;
pub use snapshot::Snapshot;
pub use sql::*;
pub use store::{Database, Store, backup};
pub use tx::Tx;

/// A fault with everything that caused it, for logs.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
