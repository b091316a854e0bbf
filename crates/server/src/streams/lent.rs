//! A connection that was lent, and can be taken back.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Streams;

/// Where a connection is.
#[derive(Debug)]
pub struct Place<I>(Arc<Parts<I>>);

#[derive(Debug)]
struct Parts<I> {
    /// One task uses it, so nobody ever waits for this lock.
    held: Mutex<Held<I>>,
    streams: Streams,
}

#[derive(Debug)]
struct Held<I> {
    /// None once it was taken back.
    connection: Option<I>,
    /// Whether something was written since everything was flushed.
    is_writing: bool,
}

impl<I> Clone for Place<I> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<I> Place<I> {
    /// A place with this connection, which may become one of these streams.
    pub fn of(connection: I, streams: Streams) -> Self {
        let held = Held { connection: Some(connection), is_writing: false };
        Self(Arc::new(Parts { held: Mutex::new(held), streams }))
    }

    /// The streams among which it may be.
    pub fn streams(&self) -> &Streams {
        &self.0.streams
    }

    /// The connection, unless a part of an earlier answer still has to be written to it.
    pub fn take_back(&self) -> Option<I> {
        let mut held = self.held();
        if held.is_writing { None } else { held.connection.take() }
    }

    fn held(&self) -> MutexGuard<'_, Held<I>> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<I: Unpin> Held<I> {
    fn connection(&mut self) -> io::Result<Pin<&mut I>> {
        let connection = self.connection.as_mut().map(Pin::new);
        connection.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

/// A connection that is lent. It is broken for whoever uses it after it was taken back.
#[derive(Debug)]
pub struct Lent<I> {
    place: Place<I>,
}

impl<I> Lent<I> {
    /// Lends what is at this place.
    pub fn new(place: Place<I>) -> Self {
        Self { place }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Lent<I> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.place.held().connection()?.poll_read(context, buffer)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Lent<I> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut held = self.place.held();
        held.is_writing = true;
        held.connection()?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut held = self.place.held();
        held.is_writing = true;
        held.connection()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        let held = self.place.held();
        held.connection.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    /// hyper flushes once it has written everything.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut held = self.place.held();
        let flushed = held.connection()?.poll_flush(context);
        held.is_writing &= !matches!(flushed, Poll::Ready(Ok(())));
        flushed
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.place.held().connection()?.poll_shutdown(context)
    }
}
