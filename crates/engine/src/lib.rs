//! Verbs of a marketplace chat: what a Peyk server does.
//!
//! A verb decides: it reads what it needs through the open transaction, asks the rules of the
//! model, writes, and leaves the commit to the store. This crate must not know a vendor's word or
//! an HTTP status.

pub mod error;
pub mod media;

pub use error::Error;
