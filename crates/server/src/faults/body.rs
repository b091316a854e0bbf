//! Bodies that end in their middle or come slowly.

use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::header::CONTENT_LENGTH;
use peyk_model::FaultRule;

/// How often a slow body goes on, and how long the first half of another one is left to arrive.
const TICK: Duration = Duration::from_millis(100);

fn broken(how: &str) -> axum::Error {
    axum::Error::new(std::io::Error::other(format!("{how} on purpose")))
}

/// The same answer, whose connection is cut in the middle of the body.
pub fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let told =
        parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let length: Option<u64> = told.or(body.size_hint().exact());
    // The whole length is promised, so whoever counts sees that something is missing.
    parts.headers.extend(length.map(|length| (CONTENT_LENGTH, length.into())));
    let half = length.map_or(1, |length| length / 2);
    let pieces = body.into_data_stream().scan(half, |left, piece| {
        let piece = piece.map(|mut bytes| {
            let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
            *left -= taken as u64;
            bytes.split_to(taken)
        });
        let is_over = matches!(&piece, Ok(bytes) if bytes.is_empty());
        std::future::ready((!is_over).then_some(piece))
    });
    let cut = stream::once(async {
        // What was written has to leave before the connection is gone.
        tokio::time::sleep(TICK).await;
        Err(broken("cut"))
    });
    Response::from_parts(parts, Body::from_stream(pieces.chain(cut)))
}

/// The same answer, whose body comes at so many bytes a second.
pub fn slowed(response: Response, bytes_per_second: i64) -> Response {
    let (mut parts, body) = response.into_parts();
    let length = body.size_hint().exact();
    parts.headers.extend(length.map(|length| (CONTENT_LENGTH, length.into())));
    let per_second = usize::try_from(bytes_per_second).unwrap_or(usize::MAX).max(1);
    // Less than a byte a tick is one byte now and then.
    let at_once = (per_second / 10).max(1);
    let pause = TICK.max(Duration::from_secs(1) / u32::try_from(per_second).unwrap_or(u32::MAX));
    Response::from_parts(parts, Body::from_stream(slow(body, at_once, pause)))
}

fn slow(
    body: Body,
    at_once: usize,
    pause: Duration,
) -> impl Stream<Item = Result<Bytes, axum::Error>> {
    let began = Instant::now();
    let state = (body.into_data_stream(), Bytes::new());
    stream::unfold(Some(state), move |state| async move {
        let (mut rest, mut piece) = state?;
        while piece.is_empty() {
            match rest.next().await? {
                Ok(bytes) => piece = bytes,
                Err(error) => return Some((Err(error), None)),
            }
        }
        if began.elapsed() > FaultRule::IN_DELAY_MAX {
            return Some((Err(broken("ended")), None));
        }
        tokio::time::sleep(pause).await;
        let taken = piece.split_to(at_once.min(piece.len()));
        Some((Ok(taken), Some((rest, piece))))
    })
}
