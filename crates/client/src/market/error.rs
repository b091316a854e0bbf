//! Market's errors: a list of codes and texts.

use peyk_wire::market::error::ErrorEnvelope;

use crate::transport::{Answer, window_end};
use crate::{Error, ErrorKind};

/// Reads an answer that is no success.
pub(super) fn read(answer: &Answer) -> Error {
    let status = answer.status.as_u16();
    let envelope = serde_json::from_slice::<ErrorEnvelope>(&answer.body).ok();
    let errors = envelope.map(|envelope| envelope.errors).unwrap_or_default();
    let code = errors.first().map(|error| error.code.clone());
    let messages: Vec<&str> = errors.iter().filter_map(|error| error.message.as_deref()).collect();
    let message = if messages.is_empty() {
        format!("the server answered {status} without an error body")
    } else {
        messages.join("; ")
    };
    // Too many at once passes at once; a spent window passes at its end.
    let pause = match status {
        420 | 429 if !message.contains("parallel requests") => window_end(answer),
        _ => None,
    };
    Error::new(kind(status), message).answered(status, code).with_retry_after(pause)
}

fn kind(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 | 423 => ErrorKind::Conflict,
        420 | 429 => ErrorKind::RateLimited,
        // 499 is a request of which the vendor thinks that its client left.
        499 | 500 | 502 | 503 | 504 => ErrorKind::Unavailable,
        300.. => ErrorKind::Refused,
        _ => ErrorKind::Unreadable,
    }
}
