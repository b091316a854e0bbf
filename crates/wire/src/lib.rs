//! The words of the two chat APIs Peyk speaks, and of the OAuth between them.
//!
//! Every request, response, event and error body is a type here, and every operation is a value that says its method and all
//! the paths it was ever published under. The server reads requests and writes responses with these types; the client does the
//! opposite with the same ones. This crate must not know a rule (what is allowed, how long, how many) and does no IO: it only
//! knows how things are spelled.

#[macro_use]
mod string_enum;

pub mod json_object;
pub mod kenar;
pub mod market;
pub mod number;
pub mod oauth;
pub mod operation;
pub mod secret;
#[cfg(feature = "spec")]
pub mod spec;

mod null;

pub use json_object::JsonObject;
pub use number::{Uint64Form, Uint64Text};
pub use operation::{Method, Operation};
pub use secret::Secret;
