//! The Kenar dialect.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::Site;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
}

/// Whether an unknown address would be this dialect's.
pub fn owns_path(path: &str) -> bool {
    path.contains("/open-platform/")
}

/// The answer at an unknown address.
pub fn unknown_path() -> Response {
    StatusCode::NOT_FOUND.into_response()
}
