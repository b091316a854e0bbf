//! Cutting: a connection that ends where its answer should begin.

use std::convert::Infallible;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};
use http::{Request, Response};
use tower::Service;

/// The mark of an answer in whose place the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut;

/// Cuts the connection where an answer is marked so. A service that fails makes HTTP/1 close its
/// connection without a byte, and HTTP/2 reset its stream.
#[derive(Debug, Clone)]
pub struct CutConnections<S>(pub S);

impl<S, A, B> Service<Request<A>> for CutConnections<S>
where
    S: Service<Request<A>, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: Send + 'static,
{
    type Response = Response<B>;
    type Error = std::io::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context).map_err(|never| match never {})
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let answer = self.0.call(request).map_err(|never| match never {});
        let unless_cut = async |answer: Response<B>| match answer.extensions().get::<Cut>() {
            Some(Cut) => Err(std::io::Error::other("cut on purpose")),
            None => Ok(answer),
        };
        answer.and_then(unless_cut).boxed()
    }
}
