//! Cutting: a connection that ends where its answer should begin.

use axum::response::Response;

/// The mark of an answer in whose place the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut;

/// The answer, or the failure that cuts the connection where an answer is marked so: it makes HTTP/1
/// close its connection without a byte, and HTTP/2 reset its stream.
pub fn unless_cut(answer: Response) -> std::io::Result<Response> {
    match answer.extensions().get::<Cut>() {
        Some(Cut) => Err(std::io::Error::other("cut on purpose")),
        None => Ok(answer),
    }
}
