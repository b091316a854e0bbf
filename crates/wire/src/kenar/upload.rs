//! POST /upload/{media_type}
//!
//! Takes one file as a multipart form on the chat host, under the token of `generate_upload_token`, and answers with the id
//! that later goes into `media_token`.

use serde::{Deserialize, Serialize};

use crate::Operation;

/// How this operation is called; it knows neither API keys nor scopes.
pub const OPERATION: Operation = Operation::post("ChatUpload_Upload", &["/upload/{media_type}"]);

/// The name of the form's only part.
pub const FILE_PART: &str = "file";

/// The only `status` a successful upload has.
pub const STATUS_OK: &str = "ok";

string_enum! {
    /// The last segment of the upload path.
    MediaType {
        /// A picture.
        Image = "image",
        /// A film.
        Video = "video",
        /// A recording.
        Voice = "voice",
        /// A document.
        File = "file",
    }
}

/// What the upload became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadResponse {
    /// The media token.
    pub id: String,
    /// [`STATUS_OK`].
    pub status: String,
}
