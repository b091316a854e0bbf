//! The front: what every request passes on its way to its route, and every answer on its way back.
//!
//! It is one service around all routes. As layers of the router, each of these would be a box on
//! every route that holds the one below, and every request would copy all of them.

use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use futures_util::future::BoxFuture;
use tower::Service;
use tower_http::timeout::TimeoutBody;

use crate::faults::unless_cut;
use crate::{Site, exchanges, guard, request_id, router};

/// How long a client may be silent in the middle of a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Every door of the server, with all that belongs to each of them.
#[derive(Clone)]
pub struct Front {
    routes: Router,
    site: Site,
}

impl Front {
    /// The doors of this site.
    pub fn new(site: Site) -> Self {
        Self { routes: router::router(site.clone()), site }
    }
}

impl<B> Service<http::Request<B>> for Front
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = std::io::Error;
    type Future = BoxFuture<'static, Result<Response, std::io::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), std::io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let (routes, site) = (self.routes.clone(), self.site.clone());
        let request = request.map(Body::new);
        Box::pin(async move { unless_cut(answer(&site, routes, request).await) })
    }
}

/// From the outermost to the innermost: what goes over the wire is recorded as it is, the id is
/// known to whatever is logged, and a panic or a hold-up ends in an answer.
async fn answer(site: &Site, routes: Router, request: Request) -> Response {
    exchanges::record(&site.exchanges, request, |request| {
        request_id::trace(site, request, |request| {
            guard::guard(impatient(request), |request| {
                guard::hold_timeline(request, |request| route(routes, request))
            })
        })
    })
    .await
}

/// A client that is silent in the middle of its body has ended it.
fn impatient(request: Request) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    request.map(|body| Body::new(TimeoutBody::new(BODY_TIMEOUT, body)))
}

async fn route(mut routes: Router, request: Request) -> Response {
    match routes.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
