//! POST /v2/auth/token
//!
//! Describes the key the call was made with. It can only be called with a key.

use serde::{Deserialize, Serialize};

use super::envelope::Envelope;
use super::scope::AuthScope;
use crate::Operation;

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    hourly_limit: Some(100),
    hourly_limit_2025: Some(100),
    ..Operation::post(
        "getAuthTokenInfo",
        &["/v2/auth/token", "/auth/token", "/v2/auth/token.json", "/auth/token.json"],
    )
};

/// The answer.
pub type AuthTokenResponse = Envelope<AuthTokenResult>;

/// What the key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthTokenResult {
    /// The key.
    pub api_key: ApiKeyInfo,
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyInfo {
    /// The name its owner gave it.
    pub name: String,
    /// What it may call.
    pub auth_scopes: Vec<AuthScope>,
}
