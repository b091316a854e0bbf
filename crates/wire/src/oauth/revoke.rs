//! POST /oauth2/revoke
//!
//! Makes a token worthless (RFC 7009); a token nobody knows is answered in the same way.

use serde::{Deserialize, Serialize};

use crate::{Operation, Secret};

/// How this operation is called.
pub const OPERATION: Operation = Operation::post("OAuth_Revoke", &["/oauth2/revoke"]);

/// Which token, as a form; the app may name itself in an `Authorization: Basic` header instead.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RevokeRequest {
    /// An access or a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// `access_token` or `refresh_token`, as a hint only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type_hint: Option<String>,
    /// The app's slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The app's secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
}

/// Nothing needs to be said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RevokeResponse {}
