//! GET /oauth2/auth
//!
//! The page on which a user decides what the app may do. The browser comes back to the app's address with a code, or without
//! one when the user refused.

use serde::{Deserialize, Serialize};

use crate::{Operation, Secret};

/// How this operation is called; the second path was the page's address before 2024.
pub const OPERATION: Operation = Operation::get("OAuth_Authorize", &["/oauth2/auth", "/oauth"]);

/// The only `response_type` there is.
pub const RESPONSE_TYPE_CODE: &str = "code";

/// What the app asks for, as a query; every field but the scope of a bare login is required, and optional here so that an
/// absence can be named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuthorizeRequest {
    /// [`RESPONSE_TYPE_CODE`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_type: Option<String>,
    /// The app's slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Where the browser goes in the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Scopes, divided by spaces; see [`crate::kenar::scope::ScopeWord::parse_list`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Comes back unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What the client must know to use the code (RFC 7636).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// How that was made: `plain` or `S256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge_method: Option<String>,
}

/// What the browser brings back to the app, as a query.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuthorizeCallback {
    /// What the app gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The code; absent when the user refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// Why there is no code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<super::error::OauthErrorCode>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}
