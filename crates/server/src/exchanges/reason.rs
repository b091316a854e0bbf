//! Reasons: why a request was refused, carried beside its answer as it was really decided.

use std::sync::Arc;

use peyk_model::{LimitReached, OauthRefusal, Refusal};

use crate::json::JsonMistake;
use crate::multipart::MultipartMistake;

/// Why a request was refused. It travels among the extensions of the answer.
#[derive(Debug, Clone)]
pub struct Reason(pub Arc<Why>);

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A rule says no.
    Refused(Refusal),
    /// A rule of authorisation says no.
    NotAuthorized(OauthRefusal),
    /// The caller called too much.
    Limited(LimitReached),
    /// The body is not what it should be.
    Body(JsonMistake),
    /// The body is no form with a file.
    Form(MultipartMistake),
    /// A part of the request is wrong, as this text says.
    Argument(String),
    /// Nobody has this address.
    UnknownPath,
    /// The address is right, the method is not.
    WrongMethod,
}

impl From<Why> for Reason {
    fn from(why: Why) -> Self {
        Self(Arc::new(why))
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NotAuthorized(refusal) => refusal.fmt(f),
            Self::Limited(reached) => reached.fmt(f),
            Self::Body(mistake) => mistake.fmt(f),
            Self::Form(mistake) => mistake.fmt(f),
            Self::Argument(message) => message.fmt(f),
            Self::UnknownPath => f.write_str("nothing answers at this address"),
            Self::WrongMethod => f.write_str("this address does not know the method"),
        }
    }
}
