//! Kenar's errors: the JSON form of a gRPC status.

use peyk_wire::kenar::error::{Status, code};

use crate::transport::Answer;
use crate::{Error, ErrorKind};

/// Reads an answer that is no success.
pub(super) fn read(answer: &Answer) -> Error {
    let status = answer.status.as_u16();
    let (code, message) = match serde_json::from_slice::<Status>(&answer.body) {
        Ok(error) if error.code != 0 => (Some(error.code), error.message),
        Ok(_) | Err(_) => (None, format!("the server answered {status} without an error body")),
    };
    Error::new(kind(status, code), message).answered(status, code.map(|code| code.to_string()))
}

fn kind(status: u16, code: Option<i32>) -> ErrorKind {
    match (status, code) {
        (429, _) | (_, Some(code::RESOURCE_EXHAUSTED)) => ErrorKind::RateLimited,
        (401, _) | (_, Some(code::UNAUTHENTICATED)) => ErrorKind::Unauthenticated,
        (403, _) | (_, Some(code::PERMISSION_DENIED)) => ErrorKind::Forbidden,
        (404, _) | (_, Some(code::NOT_FOUND)) => ErrorKind::NotFound,
        (412, _) | (_, Some(code::FAILED_PRECONDITION)) => ErrorKind::RecipientRestricted,
        (409, _) => ErrorKind::Conflict,
        // Only these can pass; a 501 stays one.
        (500 | 502 | 503 | 504, _) => ErrorKind::Unavailable,
        (300..=499 | 501 | 505.., _) => ErrorKind::Refused,
        (_, _) => ErrorKind::Unreadable,
    }
}
