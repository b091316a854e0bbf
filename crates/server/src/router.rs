//! All doors on one listener: the paths of the two dialects never meet.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use peyk_engine::upkeep::is_answering;

use crate::guard::Owner;
use crate::{Site, console, control, demo_bot, kenar, magic, market, media, oauth};

/// Every route of the server, without what every request passes on its way there.
pub fn router(site: Site) -> Router {
    Router::new()
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
        .with_state(site)
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
