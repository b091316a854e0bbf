//! Saying no: every refusal as an HTTP status, a gRPC code and a text.

use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{StatusCode, header};
use peyk_engine::Error;
use peyk_engine::Fault;
use peyk_model::{LimitReached, Refusal};
use peyk_wire::kenar::error::{Status, code};

use crate::exchanges::{Reason, Why};
use crate::json::JsonMistake;
use crate::multipart::MultipartMistake;

/// What a handler answers.
pub type Answer<T> = Result<Json<T>, Failure>;

/// Why a request was not done.
#[derive(Debug)]
pub enum Failure {
    /// A rule says no.
    Refused(Refusal),
    /// The server is broken.
    Broken(Fault),
    /// The body is not what it should be.
    Body(JsonMistake),
    /// The body is no form with a file.
    Form(MultipartMistake),
    /// The app called too much; it may call again after so long.
    Limited(LimitReached, Duration),
    /// A part of the request means nothing here; the text says what should be there.
    Argument(String),
}

impl Failure {
    /// An answer that cannot be written.
    pub fn unwritten(error: serde_json::Error) -> Self {
        Self::Broken(Fault::Unusable(format!("an answer cannot be written: {error}")))
    }

    /// A part of the request that means nothing here.
    pub fn argument(message: impl Into<String>) -> Self {
        Self::Argument(message.into())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Broken(fault) => Self::Broken(fault),
        }
    }
}

impl From<JsonMistake> for Failure {
    fn from(mistake: JsonMistake) -> Self {
        Self::Body(mistake)
    }
}

impl From<MultipartMistake> for Failure {
    fn from(mistake: MultipartMistake) -> Self {
        Self::Form(mistake)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let why = self.why();
        let mut response = match self {
            Self::Refused(refusal) => {
                let (status, code) = of_refusal(&refusal);
                answer(status, code, refusal.to_string())
            }
            Self::Broken(fault) => {
                tracing::error!(fault = %peyk_engine::chain(&fault), "a request was not answered");
                broken()
            }
            Self::Body(mistake) => of_body(mistake),
            Self::Form(mistake) => bad_request(of_form(&mistake)),
            Self::Limited(reached, wait) => of_limit(&reached, wait),
            Self::Argument(message) => bad_request(message),
        };
        if let Some(why) = why {
            response.extensions_mut().insert(Reason::from(why));
        }
        response
    }
}

impl Failure {
    /// What was decided; nothing if the server is broken.
    fn why(&self) -> Option<Why> {
        match self {
            Self::Refused(refusal) => Some(Why::Refused(refusal.clone())),
            Self::Broken(_) => None,
            Self::Body(mistake) => Some(Why::Body(mistake.clone())),
            Self::Form(mistake) => Some(Why::Form(mistake.clone())),
            Self::Limited(reached, _) => Some(Why::Limited(reached.clone())),
            Self::Argument(message) => Some(Why::Argument(message.clone())),
        }
    }
}

/// The vendor documents no header; the standard one does no harm.
fn of_limit(reached: &LimitReached, wait: Duration) -> Response {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let seconds = wait.as_micros().div_ceil(1_000_000).max(1).to_string();
    let body = answer(status, code::RESOURCE_EXHAUSTED, reached.to_string());
    ([(header::RETRY_AFTER, seconds)], body).into_response()
}

fn of_refusal(refusal: &Refusal) -> (StatusCode, i32) {
    match refusal {
        Refusal::ApiKeyMissing
        | Refusal::ApiKeyInvalid
        | Refusal::ApiKeyRevoked
        | Refusal::ApiKeyExpired
        | Refusal::TokenMissing
        | Refusal::TokenInvalid
        | Refusal::TokenOfAnotherApp
        | Refusal::UploadTokenInvalid => (StatusCode::UNAUTHORIZED, code::UNAUTHENTICATED),
        Refusal::PermissionMissing(_)
        | Refusal::ScopeMissing(_)
        | Refusal::KeyScopeMissing(_)
        | Refusal::StageMismatch
        | Refusal::AccessDenied => (StatusCode::FORBIDDEN, code::PERMISSION_DENIED),
        Refusal::NotFound { .. } => (StatusCode::NOT_FOUND, code::NOT_FOUND),
        Refusal::AlreadyExists { .. }
        | Refusal::TokenIsNoKey { .. }
        | Refusal::IdempotencyConflict => (StatusCode::CONFLICT, code::ALREADY_EXISTS),
        // The stock gateway of gRPC would say 400; the vendor publishes 412.
        Refusal::RecipientBlocked
        | Refusal::ArbitrationImpossible
        | Refusal::ArbitrationUnderWay
        | Refusal::NoArbitration
        | Refusal::ConversationFinished => {
            (StatusCode::PRECONDITION_FAILED, code::FAILED_PRECONDITION)
        }
        Refusal::FileTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, code::INVALID_ARGUMENT),
        Refusal::SidesAreTheSame
        | Refusal::TextEmpty
        | Refusal::TextTooLong { .. }
        | Refusal::TextHasNul
        | Refusal::LocationOutOfRange
        | Refusal::ContactMalformed
        | Refusal::TooManyButtonRows { .. }
        | Refusal::TooManyButtonsInRow { .. }
        | Refusal::CaptionEmpty
        | Refusal::CaptionTooLong
        | Refusal::NotOneAction { .. }
        | Refusal::ButtonTooLarge
        | Refusal::FileEmpty
        | Refusal::FileTypeNotAllowed { .. }
        | Refusal::IdempotencyKeyMalformed
        | Refusal::TooManyKeys
        | Refusal::TooManySnapshots
        | Refusal::TooManyFaults
        | Refusal::WorldTooLarge
        | Refusal::WorldFileMissing(_)
        | Refusal::KeyNameMalformed
        | Refusal::PermissionNotOfApp(_)
        | Refusal::PermissionUnknown(_)
        | Refusal::CursorInvalid => (StatusCode::BAD_REQUEST, code::INVALID_ARGUMENT),
    }
}

fn of_body(mistake: JsonMistake) -> Response {
    match mistake {
        JsonMistake::TooLarge => {
            let message = "the body is too large";
            answer(StatusCode::PAYLOAD_TOO_LARGE, code::INVALID_ARGUMENT, message)
        }
        JsonMistake::Cut => bad_request("the body was cut"),
        JsonMistake::EndsEarly => bad_request("the body is no json: it ends in the middle"),
        JsonMistake::Syntax { message } => bad_request(format!("the body is no json: {message}")),
        JsonMistake::Shape { path, message } if path == "." => bad_request(message),
        JsonMistake::Shape { path, message } => bad_request(format!("{path}: {message}")),
    }
}

fn of_form(mistake: &MultipartMistake) -> &'static str {
    match mistake {
        MultipartMistake::NotMultipart => "the body must be multipart/form-data with a boundary",
        MultipartMistake::Malformed => "the multipart body is malformed",
        MultipartMistake::NoFile => "the form needs a part `file`",
    }
}

/// The answer to a method that a path does not know.
pub async fn wrong_method(request: Request) -> Response {
    let message = format!("method {} is not allowed here", request.method());
    let answer = answer(StatusCode::METHOD_NOT_ALLOWED, code::UNIMPLEMENTED, message);
    (Extension(Reason::from(Why::WrongMethod)), answer).into_response()
}

/// The answer at an unknown address.
pub fn unknown_path() -> Response {
    let answer = answer(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is no such operation");
    (Extension(Reason::from(Why::UnknownPath)), answer).into_response()
}

/// The answer of a server that is broken.
pub fn broken() -> Response {
    answer(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, "internal error")
}

fn bad_request(message: impl Into<String>) -> Response {
    answer(StatusCode::BAD_REQUEST, code::INVALID_ARGUMENT, message)
}

/// An answer that says no.
pub fn answer(status: StatusCode, code: i32, message: impl Into<String>) -> Response {
    (status, Json(Status::new(code, message))).into_response()
}
