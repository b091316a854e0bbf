//! `GET /control/v1/openapi.json`: the document of this API.

use axum::response::{IntoResponse, Response};
use http::header;

/// The document.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// The document, as it is.
pub async fn show() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}
