//! Errors of OAuth (RFC 6749), which have a form of their own.

use serde::{Deserialize, Serialize};

string_enum! {
    /// What went wrong.
    OauthErrorCode {
        /// A field is missing, doubled or wrong.
        InvalidRequest = "invalid_request",
        /// The app is not known, or its secret is wrong.
        InvalidClient = "invalid_client",
        /// The code or the refresh token is worth nothing.
        InvalidGrant = "invalid_grant",
        /// The app may not ask in this way.
        UnauthorizedClient = "unauthorized_client",
        /// There is no such grant type.
        UnsupportedGrantType = "unsupported_grant_type",
        /// There is no such response type.
        UnsupportedResponseType = "unsupported_response_type",
        /// A scope is unknown, or not for this app.
        InvalidScope = "invalid_scope",
        /// The user refused.
        AccessDenied = "access_denied",
        /// The server is broken.
        ServerError = "server_error",
        /// The server cannot answer now.
        TemporarilyUnavailable = "temporarily_unavailable",
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthError {
    /// For programs.
    pub error: OauthErrorCode,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

impl OauthError {
    /// An error with an explanation.
    #[must_use]
    pub fn new(error: OauthErrorCode, description: impl Into<String>) -> Self {
        Self { error, error_description: Some(description.into()) }
    }
}
