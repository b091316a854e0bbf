//! POST /oauth2/introspect
//!
//! Says what a token is worth (RFC 7662); of one that is worth nothing it says only that.

use serde::{Deserialize, Serialize};

use crate::Operation;

/// How this operation is called.
pub const OPERATION: Operation = Operation::post("OAuth_Introspect", &["/oauth2/introspect"]);

/// Which token; the form is the one of revocation.
pub type IntrospectRequest = super::revoke::RevokeRequest;

/// What the token is worth.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IntrospectResponse {
    /// Whether it is worth anything.
    pub active: bool,
    /// What was granted, divided by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The app's slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The user's id for this app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// When it ends, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When it was given, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// How it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
}
