//! All doors on one listener: the paths of the two dialects never meet.

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use peyk_engine::upkeep::is_answering;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::guard::Owner;
use crate::{
    Site, console, control, demo_bot, exchanges, guard, kenar, magic, market, media, oauth,
    request_id,
};

/// How long a client may be silent in the middle of a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Every route of the server.
pub fn router(site: Site) -> Router {
    let routes = Router::new()
        .merge(kenar::routes())
        .merge(kenar::pages(&site))
        .merge(market::routes())
        .merge(media::routes(&site))
        .merge(magic::routes())
        .merge(oauth::routes(&site))
        .merge(control::routes(&site))
        .merge(console::routes(&site))
        .merge(demo_bot::routes(&site))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .fallback(unknown_path)
        .layer(axum::middleware::from_fn(guard::hold_timeline))
        .layer(axum::middleware::from_fn(guard::guard))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(axum::middleware::from_fn_with_state(site.clone(), request_id::trace));
    let exchanges = site.exchanges.clone();
    let routes = match exchanges.is_on() {
        true => routes.layer(axum::middleware::from_fn_with_state(exchanges, exchanges::record)),
        false => routes,
    };
    routes.with_state(site)
}

/// `GET /healthz`: the process lives.
async fn healthz() -> &'static str {
    "ok"
}

/// `GET /readyz`: the database answers, so requests can be sent here.
async fn readyz(State(site): State<Site>) -> Response {
    match site.engine.read(is_answering).await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::warn!(fault = %peyk_engine::chain(&error), "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}

/// An address that nobody has is refused in the words of whoever would have it.
async fn unknown_path(request: Request) -> Response {
    Owner::of_request(&request).unknown_path()
}
