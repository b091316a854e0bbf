//! `/magic/receiver/…`: receivers of a sandbox that fail in a way that has a name.
//!
//! A World gives one of them as the address for events, to see how deliveries are tried again.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures_util::stream;
use http::StatusCode;

use crate::Site;
use crate::guard::Owner;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new().route("/magic/receiver/{manner}", post(receive))
}

/// `POST /magic/receiver/{manner}`: hears the event and fails.
async fn receive(State(site): State<Site>, Path(manner): Path<String>, _event: Bytes) -> Response {
    match manner.as_str() {
        _ if site.settings.is_production() => Owner::Nobody.unknown_path(),
        "loses-answer" => lost_answer(),
        "fails" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => Owner::Nobody.unknown_path(),
    }
}

/// An answer whose connection is cut before its end.
fn lost_answer() -> Response {
    let cut = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "cut on purpose");
    let pieces = stream::iter([Ok(Bytes::from_static(b"{")), Err(cut)]);
    Body::from_stream(pieces).into_response()
}
