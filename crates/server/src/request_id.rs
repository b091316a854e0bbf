//! Request ids: one word that ties an answer to the log.

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use peyk_model::ClockPosition;
use tracing::Instrument;

use crate::Site;

/// The header that carries the id, in requests and answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that is taken from a request, in bytes.
const MAX_BYTES: usize = 64;

/// Gives every request an id, its own or a new one, and logs how it ended.
pub async fn trace<F>(site: &Site, request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let id = match given.filter(|id| is_plain(id)) {
        Some(id) => id.to_owned(),
        None => site.engine.dice().uuid(),
    };
    let clock = site.engine.clock();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // Of the highest level, so that no filter takes the id from the lines that are left.
    let time = tracing::field::Empty;
    let span = tracing::error_span!("request", id, %method, path, time);
    if clock.position() != ClockPosition::MACHINE {
        // The log's own times are the machine's.
        span.record("time", crate::control::time(clock.now()));
    }
    let _under_way = site.activity.request(&path);
    let mut response = next(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(status, "{method} {path} was answered with {status}"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn is_plain(id: &str) -> bool {
    (1..=MAX_BYTES).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
