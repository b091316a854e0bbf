//! Errors: the JSON form of a gRPC status, on every operation but OAuth.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::null;

/// The numbers that `code` can hold.
pub mod code {
    /// The caller gave up.
    pub const CANCELLED: i32 = 1;
    /// Nobody knows what went wrong.
    pub const UNKNOWN: i32 = 2;
    /// The request is wrong whatever the state of things.
    pub const INVALID_ARGUMENT: i32 = 3;
    /// It took too long.
    pub const DEADLINE_EXCEEDED: i32 = 4;
    /// There is no such thing, for this caller.
    pub const NOT_FOUND: i32 = 5;
    /// It is there already.
    pub const ALREADY_EXISTS: i32 = 6;
    /// The caller is known and may not.
    pub const PERMISSION_DENIED: i32 = 7;
    /// A limit is spent.
    pub const RESOURCE_EXHAUSTED: i32 = 8;
    /// Things do not stand so that it could be done; the vendor answers 412 with it.
    pub const FAILED_PRECONDITION: i32 = 9;
    /// Somebody else was faster.
    pub const ABORTED: i32 = 10;
    /// Beyond the end.
    pub const OUT_OF_RANGE: i32 = 11;
    /// There is no such operation.
    pub const UNIMPLEMENTED: i32 = 12;
    /// The server is broken.
    pub const INTERNAL: i32 = 13;
    /// The server cannot answer now.
    pub const UNAVAILABLE: i32 = 14;
    /// Data is gone.
    pub const DATA_LOSS: i32 = 15;
    /// The caller is not known.
    pub const UNAUTHENTICATED: i32 = 16;
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Status {
    /// One of [`code`].
    #[serde(default, deserialize_with = "null::as_default")]
    pub code: i32,
    /// For people.
    #[serde(default, deserialize_with = "null::as_default")]
    pub message: String,
    /// For programs: objects with an `@type`.
    #[serde(default, deserialize_with = "null::as_default", skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Value>,
}

impl Status {
    /// An error without details.
    #[must_use]
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Vec::new() }
    }
}
