//! `GET /oauth2/style.css`: how the consent page looks. A file of its own, so that the page needs
//! no inline style and its content policy can forbid them.

use axum::response::{IntoResponse, Response};
use http::header;

/// Where it is.
pub const PATH: &str = "/oauth2/style.css";

/// The sheet.
pub async fn show() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("style.css")).into_response()
}
