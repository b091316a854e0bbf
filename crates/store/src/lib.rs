//! Memory of a Peyk server: the only place with SQL.
//!
//! A verb of the engine is a plain function of an open transaction, [`Tx`]. The [`Store`] runs
//! verbs on its own threads and answers the asynchronous world after their commit, so nothing can
//! be awaited between begin and commit. This crate must not know a rule or an HTTP status.

mod fault;
pub mod objects;

pub use fault::Fault;
