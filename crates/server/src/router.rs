//! All doors on one listener: the paths of the two dialects never meet.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{Site, kenar, market, media, request_id};

/// Every route of the server.
pub fn router(site: Site) -> Router {
    Router::new()
        .merge(kenar::routes())
        .merge(market::routes())
        .merge(media::routes())
        .route("/healthz", get(healthz))
        .fallback(unknown_path)
        .layer(axum::middleware::from_fn_with_state(site.clone(), request_id::trace))
        .layer(CatchPanicLayer::new())
        .with_state(site)
}

/// `GET /healthz`: the process lives.
async fn healthz() -> &'static str {
    "ok"
}

/// An address that nobody has is refused in the words of whoever would have it.
async fn unknown_path(request: Request) -> Response {
    let path = request.uri().path();
    if market::owns_path(path) {
        market::unknown_path()
    } else if kenar::owns_path(path) {
        kenar::unknown_path()
    } else {
        (StatusCode::NOT_FOUND, "not found").into_response()
    }
}
