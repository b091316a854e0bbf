//! Streams: answers without an end, which need less of a connection than others.
//!
//! HTTP keeps two buffers of 8 KiB and a task for each connection that can speak both of its
//! versions, whatever goes on there. Nothing of this helps a stream of events, which is a head that
//! was sent and a few bytes now and then; and there are ten thousand of them. So hyper is only lent
//! its connections: the one on which a stream begins is taken back from it, and a task of its own
//! writes the stream. Streams of HTTP/2 share their connection and stay where they are.

mod lent;
mod stream;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::response::Response;
use axum_server::accept::Accept;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, Version, header};
use http_body::Body as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tower::Service;

use lent::{Lent, Place};
use stream::Stream;

/// Whether the body of an answer with these headers is a stream of events.
pub fn is_event_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// All streams of a server: each holds a receiver, which tells it when it has to break off.
#[derive(Debug, Clone)]
pub struct Streams(watch::Sender<bool>);

impl Streams {
    /// None yet.
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Waits until the last one has ended. They are told to end by those they listen to.
    pub async fn ended(&self) {
        self.0.closed().await;
    }

    /// Breaks all of them off.
    pub fn cut(&self) {
        self.0.send_replace(true);
    }

    fn begin<I>(&self, stream: Stream<I>)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut cut = self.0.subscribe();
        tokio::spawn(async move {
            tokio::select! {
                () = stream => {}
                _ = cut.wait_for(|cut| *cut) => {}
            }
        });
    }
}

impl Default for Streams {
    fn default() -> Self {
        Self::new()
    }
}

/// Accepts connections as another acceptor does, and lends them to HTTP.
#[derive(Debug, Clone)]
pub struct Lender<A> {
    pub inner: A,
    pub streams: Streams,
}

impl<A, I, S> Accept<I, S> for Lender<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
    A::Stream: Send + 'static,
    A::Service: Send + 'static,
{
    type Stream = Lent<A::Stream>;
    type Service = Lending<A::Service, A::Stream>;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let (accepted, streams) = (self.inner.accept(stream, service), self.streams.clone());
        Box::pin(async move {
            let (connection, inner) = accepted.await?;
            let place = Place::of(connection, streams);
            Ok((Lent::new(place.clone()), Lending { inner, place }))
        })
    }
}

/// Answers as another service does, and takes the connection back when a stream begins on it.
#[derive(Debug)]
pub struct Lending<S, I> {
    inner: S,
    place: Place<I>,
}

impl<S: Clone, I> Clone for Lending<S, I> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), place: self.place.clone() }
    }
}

impl<S, I, B> Service<Request<B>> for Lending<S, I>
where
    S: Service<Request<B>, Response = Response, Error = io::Error>,
    S::Future: Unpin,
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Response = Response;
    type Error = io::Error;
    type Future = Answering<S::Future, I>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let version = request.version();
        let is_alone = version <= Version::HTTP_11;
        let lent = is_alone.then(|| (self.place.clone(), version));
        Answering { answer: self.inner.call(request), lent }
    }
}

/// An answer that is not there yet.
#[derive(Debug)]
pub struct Answering<F, I> {
    answer: F,
    /// What is needed if it turns out to be a stream; nothing if others use the connection too.
    lent: Option<(Place<I>, Version)>,
}

impl<F, I> Future for Answering<F, I>
where
    F: Future<Output = io::Result<Response>> + Unpin,
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Output = io::Result<Response>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(Pin::new(&mut self.answer).poll(context))?;
        if !is_event_stream(response.headers()) || response.body().is_end_stream() {
            return Poll::Ready(Ok(response));
        }
        let Some((place, version)) = self.lent.take() else { return Poll::Ready(Ok(response)) };
        let Some(connection) = place.take_back() else { return Poll::Ready(Ok(response)) };
        place.streams().begin(Stream::new(connection, version, response));
        // There is nothing left for hyper to do, and an error is how it is told.
        Poll::Ready(Err(io::Error::other("the connection was taken back for a stream")))
    }
}
