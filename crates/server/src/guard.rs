//! The guard: whatever happens to a handler, its caller gets an answer in its own dialect.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Extension;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::HeaderValue;
use http::header::RETRY_AFTER;
use peyk_engine::timeline::{Ended, on_one_timeline};

use crate::exchanges::{Reason, Why};
use crate::{console, control, kenar, market, oauth};

/// Longest time until an answer begins; uploads of the largest file over a slow line fit in.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);

/// Whose address a path is, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The control API's.
    Control,
    /// The Market dialect's.
    Market,
    /// The Kenar dialect's.
    Kenar,
    /// Authorisation's.
    Oauth,
    /// The console's.
    Console,
    /// Nobody's in particular.
    Nobody,
}

impl Owner {
    /// Whose address this path is, or would be.
    pub fn of(path: &str) -> Self {
        if control::owns_path(path) {
            Self::Control
        } else if market::owns_path(path) {
            Self::Market
        } else if kenar::owns_path(path) {
            Self::Kenar
        } else if oauth::owns_path(path) {
            Self::Oauth
        } else if console::owns_path(path) {
            Self::Console
        } else {
            Self::Nobody
        }
    }

    /// In whose words a request is answered that nobody understands: whose address it is, and at
    /// nobody's address whose credentials it brings.
    pub fn of_request(request: &Request) -> Self {
        match Self::of(request.uri().path()) {
            Self::Nobody if request.headers().contains_key("api-key") => Self::Market,
            Self::Nobody if request.headers().contains_key("x-api-key") => Self::Kenar,
            owner => owner,
        }
    }

    /// The answer at an address that nobody has.
    pub fn unknown_path(self) -> Response {
        match self {
            Self::Control => control::unknown_path(),
            Self::Market => market::unknown_path(),
            Self::Kenar => kenar::unknown_path(),
            Self::Oauth => oauth::unknown_path(),
            Self::Console | Self::Nobody => {
                let reason = Extension(Reason::from(Why::UnknownPath));
                (StatusCode::NOT_FOUND, reason, "not found").into_response()
            }
        }
    }

    /// The answer of a server that is broken.
    fn broken(self) -> Response {
        match self {
            Self::Control => control::broken(),
            Self::Market => market::broken(),
            Self::Kenar => kenar::broken(),
            Self::Oauth => oauth::broken(),
            Self::Console => console::broken(),
            Self::Nobody => (StatusCode::INTERNAL_SERVER_ERROR, "internal error").into_response(),
        }
    }
}

/// Lets a handler answer, within a time, and answers for it if it cannot.
pub async fn guard<F>(request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let owner = Owner::of(request.uri().path());
    // The handler may panic before there is a future of it.
    let answer = AssertUnwindSafe(async { next(request).await }).catch_unwind();
    match tokio::time::timeout(ANSWER_TIMEOUT, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!("a handler panicked");
            owner.broken()
        }
        Err(_) => {
            tracing::error!("a handler took longer than {} s", ANSWER_TIMEOUT.as_secs());
            owner.broken()
        }
    }
}

/// Lets a handler see one history only: if everything was put back while it was at work, it has
/// done all before or nothing, and its caller may ask again.
pub async fn hold_timeline<F>(request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let owner = Owner::of(request.uri().path());
    match on_one_timeline(next(request)).await {
        Ended::Well(response) => response,
        Ended::WithItsTimeline(_) => {
            tracing::info!("a request met a World that was put back meanwhile");
            let mut response = owner.broken();
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("0"));
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn panic_at(path: &'static str) -> (u16, String) {
        async fn broken() -> StatusCode {
            panic!("on purpose")
        }
        let routes = Router::new().route(path, get(broken));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = async |request| routes.oneshot(request).await.unwrap();
        let response = guard(request, answer).await;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_answered_in_the_callers_dialect() {
        let kenar = panic_at("/v1/open-platform/users").await;
        assert_eq!(kenar, (500, r#"{"code":13,"message":"internal error"}"#.into()));
        let market = r#"{"status":"ERROR","errors":[{"code":"INTERNAL_ERROR","message":"Internal server error"}]}"#;
        assert_eq!(panic_at("/v2/businesses/1/chats").await, (500, market.into()));
        assert_eq!(panic_at("/elsewhere").await, (500, "internal error".into()));
    }
}
