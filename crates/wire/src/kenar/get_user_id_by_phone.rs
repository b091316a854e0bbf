//! POST /v1/open-platform/get-user-id-by-phone
//!
//! Turns a phone number into the id by which this app knows that user.

use serde::{Deserialize, Serialize};

use crate::Operation;

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    permission: Some("GET_USER_ID_BY_PHONE"),
    ..Operation::post("Finder_GetUserIDByPhone", &["/v1/open-platform/get-user-id-by-phone"])
};

/// Whose id is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GetUserIdByPhoneRequest {
    /// The phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// The id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetUserIdByPhoneResponse {
    /// The user's id for this app.
    pub user_id: String,
}
