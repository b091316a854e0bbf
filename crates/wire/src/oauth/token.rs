//! POST /oauth2/token
//!
//! Turns a code, or a refresh token, into tokens. The body is a form; the pre-2024 address took the same fields as JSON.

use serde::{Deserialize, Serialize};

use crate::{Operation, Secret};

/// Where it was before 2024: a key was as good as the app's secret there, and no address was shown.
pub const PATH_OF_OLD: &str = "/v1/open-platform/oauth/access_token";

/// How this operation is called.
pub const OPERATION: Operation = Operation::post("OAuth_Token", &["/oauth2/token", PATH_OF_OLD]);

/// The only `token_type` there is.
pub const TOKEN_TYPE_BEARER: &str = "bearer";

string_enum! {
    /// What is turned into tokens.
    GrantType {
        /// A code from the authorize page.
        AuthorizationCode = "authorization_code",
        /// A refresh token.
        RefreshToken = "refresh_token",
    }
}

/// What is turned into tokens, and by whom; the app may name itself in an `Authorization: Basic` header instead.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokenRequest {
    /// What `code` or `refresh_token` is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<GrantType>,
    /// The code; on a refresh the guides put the old access token here, which means nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// The refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
    /// The app's slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The app's secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    /// The address the code was sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// What belongs to the challenge of the authorize page (RFC 7636).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<Secret>,
    /// On a refresh, scopes that were granted before; libraries repeat them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// Sent with every call in the user's name.
    pub access_token: Secret,
    /// For how many seconds.
    pub expires_in: i64,
    /// What was granted, divided by spaces.
    pub scope: String,
    /// [`TOKEN_TYPE_BEARER`].
    pub token_type: String,
    /// Only if `offline_access` was granted, or at the pre-2024 address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
    /// Seconds since 1970 when the access token ends, as text; only at the pre-2024 address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}
