//! POST /experimental/open-platform/chat/upload
//!
//! Gives the app a token with which it may upload media to the chat host. The body is an empty object or nothing at all.

use serde::{Deserialize, Serialize};

use crate::{Operation, Secret};

/// How this operation is called.
pub const OPERATION: Operation = Operation {
    permission: Some("CHAT_UPLOAD_MEDIA"),
    ..Operation::post("ChatAPI_GenerateUploadToken", &["/experimental/open-platform/chat/upload"])
};

/// Nothing needs to be said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GenerateUploadTokenRequest {}

/// A token for the upload host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerateUploadTokenResponse {
    /// Opaque base64, sent back as `Authorization: Bearer`.
    pub token: Secret,
}
