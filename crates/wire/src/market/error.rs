//! The envelope of errors; clients refuse keys beyond these.

use serde::{Deserialize, Serialize};

use super::envelope::ResponseStatus;
use crate::null;

/// What `code` says for each HTTP status; the documents show one of them and leave the rest open.
pub mod code {
    /// 400.
    pub const BAD_REQUEST: &str = "BAD_REQUEST";
    /// 401.
    pub const UNAUTHORIZED: &str = "UNAUTHORIZED";
    /// 403.
    pub const FORBIDDEN: &str = "FORBIDDEN";
    /// 404.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// 405.
    pub const METHOD_NOT_ALLOWED: &str = "METHOD_NOT_ALLOWED";
    /// 415.
    pub const UNSUPPORTED_MEDIA_TYPE: &str = "UNSUPPORTED_MEDIA_TYPE";
    /// 420.
    pub const ENHANCE_YOUR_CALM: &str = "ENHANCE_YOUR_CALM";
    /// 500.
    pub const INTERNAL_ERROR: &str = "INTERNAL_ERROR";
    /// 503.
    pub const SERVICE_UNAVAILABLE: &str = "SERVICE_UNAVAILABLE";
}

/// An answer that says no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEnvelope {
    /// Always `ERROR`.
    pub status: ResponseStatus,
    /// Why; at least one when written.
    #[serde(default, deserialize_with = "null::as_default", skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ApiError>,
}

impl ErrorEnvelope {
    /// One error.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        let error = ApiError { code: code.to_owned(), message: Some(message.into()) };
        Self { status: ResponseStatus::Error, errors: vec![error] }
    }
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// For programs: one of [`code`], or any other word.
    pub code: String,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
