//! GET /v1/open-platform/users
//!
//! Says who the token's user is, as far as the granted scopes allow. Older clients send a POST with an empty body.

use serde::{Deserialize, Serialize};

use crate::{Operation, null};

const PATHS: &[&str] = &["/v1/open-platform/users"];

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    permission: Some("USER_RETRIEVE"),
    scopes: &["USER_ID", "USER_PHONE"],
    ..Operation::get("Finder_GetUser", PATHS)
};

/// How older clients call it.
pub const LEGACY_OPERATION: Operation = Operation {
    permission: Some("USER_RETRIEVE"),
    scopes: &["USER_ID", "USER_PHONE"],
    ..Operation::post("Finder_GetUserLegacyPost", PATHS)
};

/// What the app may know of the user.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GetUserResponse {
    /// The phone, under `USER_PHONE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The same phone as a list of one; deprecated, but a published client library cannot do without it.
    #[serde(default, deserialize_with = "null::as_default", skip_serializing_if = "Vec::is_empty")]
    pub phone_numbers: Vec<String>,
    /// The user's id for this app, under `USER_ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}
