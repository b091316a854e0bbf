//! The way in: what a request was and what was answered, taken down beside the handlers.
//!
//! Nothing is parsed, written out or looked up here. Heads are copied, small bodies of requests
//! too, and bodies of answers are shared.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body::{Frame, SizeHint};
use peyk_model::Timestamp;

use super::door::{Door, reads_record};
use super::exchange::{self, Answer, Ended, Exchange, Outcome, Way};
use super::reason::{Reason, Why};
use super::recorder::{BODY_MAX_BYTES, Exchanges, Unwritten};
use crate::faults::{AppliedFault, Cut};
use crate::streams::is_event_stream;

/// Takes down a request and its answer, if anything is recorded.
pub async fn record<F>(
    exchanges: &Arc<Exchanges>,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    if !exchanges.is_on() || reads_record(request.uri().path()) {
        return next(request).await;
    }
    let (request, open) = Open::begin(exchanges.clone(), request);
    let response = next(request).await;
    open.answered(response)
}

/// An exchange whose answer is not known yet. Whatever becomes of it, it is kept.
struct Open(Option<Begun>);

struct Begun {
    exchanges: Arc<Exchanges>,
    door: Door,
    started_at: Timestamp,
    began: Instant,
    head: Box<[u8]>,
    body: RequestBody,
    fault: Option<Box<str>>,
    /// Dropped when it is kept.
    unwritten: Option<Unwritten>,
}

enum RequestBody {
    Nothing,
    Read(Arc<Mutex<Gathered>>),
}

/// What of a body has gone by.
struct Gathered {
    is_kept: bool,
    is_over: bool,
    pieces: Pieces,
    size_bytes: u64,
}

enum Pieces {
    Nothing,
    One(Bytes),
    Many(Vec<u8>),
}

impl Open {
    fn begin(exchanges: Arc<Exchanges>, request: Request) -> (Request, Self) {
        let (parts, body) = request.into_parts();
        let head = exchange::request_head(&parts.method, &parts.uri, parts.version, &parts.headers);
        let (body, kept) = if body.is_end_stream() {
            (body, RequestBody::Nothing)
        } else {
            let gathered = Arc::new(Mutex::new(Gathered::new(is_text(&parts.headers))));
            let read = Read { inner: body, gathered: gathered.clone() };
            (Body::new(read), RequestBody::Read(gathered))
        };
        let door = Door::of(parts.uri.path());
        let begun = Begun {
            unwritten: door.is_of_clients().then(|| exchanges.begin()),
            door,
            started_at: exchanges.now(),
            exchanges,
            began: Instant::now(),
            head,
            body: kept,
            fault: None,
        };
        (Request::from_parts(parts, body), Self(Some(begun)))
    }

    /// Watches the body of the answer, and is done when that is over.
    fn answered(mut self, mut response: Response) -> Response {
        let Some(mut begun) = self.0.take() else { return response };
        let reason = response.extensions_mut().remove::<Reason>();
        if begun.door == Door::Other && matches!(&reason, Some(r) if *r.0 == Why::UnknownPath) {
            begun.door = Door::Nowhere;
        }
        begun.fault = response.extensions().get().map(|AppliedFault { name }| name.as_str().into());
        if response.extensions().get::<Cut>().is_some() {
            let outcome = Outcome::Nothing("the connection was cut on purpose".into());
            begun.keep(outcome, reason);
            return response;
        }
        let status = response.status().as_u16();
        let fields = exchange::answer_fields(response.headers());
        let answered = Answered { begun, reason, status, fields };
        if response.body().is_end_stream() {
            answered.keep(exchange::Body::Nothing);
            return response;
        }
        let is_stream = is_event_stream(response.headers());
        let is_kept = answered.begun.door != Door::Media && is_text(response.headers());
        response.map(|inner| {
            let watch = match is_stream {
                true => {
                    let began = answered.begun.began;
                    let exchanges = answered.begun.exchanges.clone();
                    Watch::End { began, exchanges, kept: answered.keep(exchange::Body::Stream) }
                }
                false => Watch::Whole(Box::new(answered)),
            };
            Body::new(Written { inner, watch, gathered: Gathered::new(is_kept) })
        })
    }
}

impl Drop for Open {
    /// The client went away, so there is nobody to answer.
    fn drop(&mut self) {
        let Some(begun) = self.0.take() else { return };
        let outcome = Outcome::Nothing("the client went away before the answer".into());
        begun.keep(outcome, None);
    }
}

impl Begun {
    fn keep(self, outcome: Outcome, reason: Option<Reason>) -> Arc<Exchange> {
        let body = match self.body {
            RequestBody::Nothing => exchange::Body::Nothing,
            RequestBody::Read(gathered) => {
                gathered.lock().unwrap_or_else(PoisonError::into_inner).take()
            }
        };
        let kept = self.exchanges.keep(Exchange {
            id: 0,
            way: Way::In(self.door),
            started_at: self.started_at,
            began: self.began,
            took: self.began.elapsed(),
            head: self.head,
            body,
            outcome,
            reason,
            fault: self.fault,
            ended: Default::default(),
            facts: Default::default(),
        });
        drop(self.unwritten);
        kept
    }
}

/// An exchange whose answer is known but for its body.
struct Answered {
    begun: Begun,
    reason: Option<Reason>,
    status: u16,
    fields: Box<[u8]>,
}

impl Answered {
    fn keep(self, body: exchange::Body) -> Arc<Exchange> {
        let answer = Answer { status: self.status, fields: self.fields, body };
        self.begun.keep(Outcome::Answered(answer), self.reason)
    }
}

/// The body of a request, on its way to a handler.
struct Read {
    inner: Body,
    gathered: Arc<Mutex<Gathered>>,
}

impl HttpBody for Read {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        if let Poll::Ready(frame) = &polled {
            let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
            match frame {
                // A copy: what a connection reads into is much larger.
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        gathered.copy(data);
                    }
                    gathered.is_over |= self.inner.is_end_stream();
                }
                None => gathered.is_over = true,
                Some(Err(_)) => {}
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The body of an answer, on its way to the client.
struct Written {
    inner: Body,
    watch: Watch,
    gathered: Gathered,
}

enum Watch {
    /// It is kept when it is over.
    Whole(Box<Answered>),
    /// It is a stream, kept already; only its end is noted.
    End { began: Instant, exchanges: Arc<Exchanges>, kept: Arc<Exchange> },
    /// Everything was noted.
    Nothing,
}

impl Written {
    fn end(&mut self) {
        match std::mem::replace(&mut self.watch, Watch::Nothing) {
            Watch::Whole(answered) => {
                answered.keep(self.gathered.take());
            }
            Watch::End { began, exchanges, kept } => {
                let size_bytes = self.gathered.size_bytes;
                // It ends only once.
                let _ = kept.ended.set(Ended { after: began.elapsed(), size_bytes });
                exchanges.tell(kept.id());
            }
            Watch::Nothing => {}
        }
    }
}

impl HttpBody for Written {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.gathered.share(data);
                }
                // Before its client can read it, so that whoever was answered finds it.
                if self.inner.is_end_stream() {
                    self.gathered.is_over = true;
                    self.end();
                }
            }
            Poll::Ready(None) => {
                self.gathered.is_over = true;
                self.end();
            }
            Poll::Ready(Some(Err(_))) => self.end(),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        self.end();
    }
}

impl Gathered {
    fn new(is_kept: bool) -> Self {
        Self { is_kept, is_over: false, pieces: Pieces::Nothing, size_bytes: 0 }
    }

    fn copy(&mut self, data: &Bytes) {
        self.size_bytes += data.len() as u64;
        if !self.is_kept {
            return;
        }
        match &mut self.pieces {
            Pieces::Many(kept) => {
                let room = BODY_MAX_BYTES - kept.len();
                kept.extend_from_slice(&data[..data.len().min(room)]);
            }
            Pieces::Nothing => {
                self.pieces = Pieces::Many(data[..data.len().min(BODY_MAX_BYTES)].to_vec());
            }
            Pieces::One(_) => {}
        }
    }

    fn share(&mut self, data: &Bytes) {
        if self.is_kept && matches!(self.pieces, Pieces::Nothing) && data.len() <= BODY_MAX_BYTES {
            self.size_bytes += data.len() as u64;
            self.pieces = Pieces::One(data.clone());
            return;
        }
        if let Pieces::One(first) = &self.pieces {
            self.pieces = Pieces::Many(first.to_vec());
        }
        self.copy(data);
    }

    fn take(&mut self) -> exchange::Body {
        let kept = match std::mem::replace(&mut self.pieces, Pieces::Nothing) {
            _ if !self.is_kept => return exchange::Body::Length(self.size_bytes),
            Pieces::Nothing => Bytes::new(),
            Pieces::One(bytes) => bytes,
            Pieces::Many(bytes) => bytes.into(),
        };
        match kept.len() as u64 {
            length if length < self.size_bytes => exchange::Body::Cut(kept, self.size_bytes),
            _ if self.is_over => exchange::Body::Whole(kept),
            _ => exchange::Body::Partial(kept),
        }
    }
}

/// Whether a body says something to people: no form with files, no picture, film or sound.
fn is_text(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return true };
    let kind = kind.as_bytes();
    let begins =
        |with: &[u8]| kind.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    [&b"application/json"[..], b"text/", b"application/x-www-form-urlencoded"]
        .into_iter()
        .any(begins)
        || ![&b"multipart/"[..], b"image/", b"audio/", b"video/", b"font/", b"application/octet"]
            .into_iter()
            .any(begins)
}
