//! The envelope of successful answers.

use serde::{Deserialize, Serialize};

string_enum! {
    /// Whether it worked.
    ResponseStatus {
        /// It did.
        Ok = "OK",
        /// It did not.
        Error = "ERROR",
    }
}

/// An answer with a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// Always `OK`.
    pub status: ResponseStatus,
    /// The result.
    pub result: T,
}

impl<T> Envelope<T> {
    /// It worked, with this result.
    pub fn ok(result: T) -> Self {
        Self { status: ResponseStatus::Ok, result }
    }
}

/// An answer without a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty {
    /// Always `OK`.
    pub status: ResponseStatus,
}

impl Empty {
    /// It worked.
    #[must_use]
    pub fn ok() -> Self {
        Self { status: ResponseStatus::Ok }
    }
}
