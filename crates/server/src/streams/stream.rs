//! One stream, on a connection of its own.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::Response;
use http::response::Parts;
use http::{Version, header};
use http_body::Body as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The end of a body whose length nobody knew.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";
/// How much is read at once of what nobody expects.
const READ_BYTES: usize = 256;

/// Writes an answer to a connection, for as long as both are there.
#[derive(Debug)]
pub struct Stream<I> {
    connection: I,
    /// None when it is over.
    body: Option<Body>,
    /// Whether chunks tell how long they are; to HTTP/1.0 the connection's end is the body's.
    is_chunked: bool,
    /// What has to be written; it has no room while there is nothing.
    unsent: Vec<u8>,
    /// How much of that was written.
    sent: usize,
    /// Whether something was written since everything was flushed.
    is_writing: bool,
}

impl<I> Stream<I> {
    /// A stream with this answer to a request of this version.
    pub fn new(connection: I, version: Version, response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let is_chunked = version == Version::HTTP_11;
        let unsent = head(version, &parts);
        Self { connection, body: Some(body), is_chunked, unsent, sent: 0, is_writing: false }
    }

    fn frame(&mut self, data: &[u8]) {
        // An empty chunk would be the last one.
        if !self.is_chunked || data.is_empty() {
            self.unsent.extend_from_slice(data);
            return;
        }
        self.unsent.extend_from_slice(format!("{:x}\r\n", data.len()).as_bytes());
        self.unsent.extend_from_slice(data);
        self.unsent.extend_from_slice(b"\r\n");
    }
}

/// The head of the answer. Nothing else is said on the connection.
fn head(version: Version, parts: &Parts) -> Vec<u8> {
    let mut head = Vec::new();
    let mut line = |name: &[u8], value: &[u8]| {
        head.extend_from_slice(name);
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    };
    line(format!("{version:?} ").as_bytes(), parts.status.to_string().as_bytes());
    for (name, value) in &parts.headers {
        line(format!("{name}: ").as_bytes(), value.as_bytes());
    }
    if !parts.headers.contains_key(header::DATE) {
        let date = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        line(b"date: ", date.as_bytes());
    }
    if version == Version::HTTP_11 {
        line(b"transfer-encoding: ", b"chunked");
    }
    line(b"connection: ", b"close");
    line(b"", b"");
    head
}

impl<I: AsyncRead + AsyncWrite + Unpin> Stream<I> {
    /// Writes until the body or the connection is over, or there is nothing to write.
    fn poll_all(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            self.look_for_client(context)?;
            ready!(self.poll_unsent(context))?;
            let Some(body) = &mut self.body else {
                return Pin::new(&mut self.connection).poll_shutdown(context);
            };
            match ready!(Pin::new(body).poll_frame(context)) {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.frame(&data);
                    }
                }
                // Without a last chunk, so that it does not look like the end.
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                None => {
                    self.body = None;
                    if self.is_chunked {
                        self.unsent.extend_from_slice(LAST_CHUNK);
                    }
                }
            }
        }
    }

    /// Fails when the client is gone. Whatever it still says has nothing to do with the stream.
    fn look_for_client(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let mut bytes = [0; READ_BYTES];
        loop {
            let mut read = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.connection).poll_read(context, &mut read)? {
                Poll::Pending => return Ok(()),
                Poll::Ready(()) if read.filled().is_empty() => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Poll::Ready(()) => {}
            }
        }
    }

    fn poll_unsent(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut connection = Pin::new(&mut self.connection);
        while self.sent < self.unsent.len() {
            self.is_writing = true;
            let written = connection.as_mut().poll_write(context, &self.unsent[self.sent..]);
            match ready!(written)? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.sent += written,
            }
        }
        if self.is_writing {
            ready!(connection.poll_flush(context))?;
            (self.unsent, self.sent, self.is_writing) = (Vec::new(), 0, false);
        }
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> Future for Stream<I> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Err(error) = ready!(self.poll_all(context)) {
            tracing::debug!(%error, "a stream broke off");
        }
        Poll::Ready(())
    }
}
