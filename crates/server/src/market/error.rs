//! Errors: every way to say no, in this dialect's words.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use peyk_engine::Error;
use peyk_engine::Fault;
use peyk_model::limits::TEXT_MAX;
use peyk_model::rate::Profile;
use peyk_model::{KeyScope, Limit, LimitReached, Noun, Refusal, Spender};
use peyk_wire::market::error::{ErrorEnvelope, code};

use crate::exchanges::{Reason, Why};
use crate::json::JsonMistake;

/// Most characters of a refused value that are repeated to its sender.
const REPEATED_CHARS: usize = 100;

/// An answer that says no.
#[derive(Debug, PartialEq, Eq)]
pub struct Rejection {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// What was decided, if not just what the message says.
    why: Option<Why>,
}

impl Rejection {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), why: None }
    }

    fn because(self, why: Why) -> Self {
        Self { why: Some(why), ..self }
    }

    /// Nobody has this address.
    pub fn unknown_path() -> Self {
        Self::not_found("Resource not found").because(Why::UnknownPath)
    }

    /// The request is wrong.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::BAD_REQUEST, message)
    }

    /// The caller is nobody.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code::UNAUTHORIZED, message)
    }

    /// The caller may not.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code::FORBIDDEN, message)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, message)
    }

    /// The address is right and the method is not.
    pub fn method_not_allowed(message: impl Into<String>) -> Self {
        let (status, code) = (StatusCode::METHOD_NOT_ALLOWED, code::METHOD_NOT_ALLOWED);
        Self::new(status, code, message).because(Why::WrongMethod)
    }

    fn unsupported(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code::UNSUPPORTED_MEDIA_TYPE, message)
    }

    /// The body is of a kind that the operation does not take.
    pub fn wrong_content_type(content_type: &str) -> Self {
        Self::unsupported(format!("Content type '{content_type}' not supported"))
    }

    /// The body is of a kind that nobody has heard of.
    pub fn unknown_content_type(content_type: &str) -> Self {
        Self::unsupported(format!("Unknown content-type: '{content_type}'"))
    }

    /// The body must say what it is, and does not.
    pub fn missing_content_type() -> Self {
        Self::unsupported("Missing Content-Type")
    }

    /// A text stands where a number is due.
    pub fn type_mismatch(value: &str) -> Self {
        Self::bad_request(format!("Type mismatch: '{}'", repeated(value)))
    }

    /// A field is not there.
    pub fn null(field: &str) -> Self {
        Self::bad_request(format!("'{field}' must not be null (rejected value: null)"))
    }

    /// A field holds nothing.
    pub fn empty(field: &str, value: &str) -> Self {
        Self::bad_request(format!("'{field}' must not be empty (rejected value: '{value}')"))
    }

    /// A field holds too little or too much.
    pub fn size(field: &str, max: usize, value: &str) -> Self {
        Self::bad_request(format!(
            "'{field}' size must be between '1' and '{max}' (rejected value: '{}')",
            repeated(value)
        ))
    }

    /// A field holds what it cannot hold.
    pub fn illegal_input(path: &str) -> Self {
        Self::bad_request(format!("Illegal input at '{path}'"))
    }

    /// The body is larger than it may be.
    pub fn too_big(max_bytes: usize, size_bytes: usize) -> Self {
        let max = max_bytes / 1024;
        // Rounded up, so that what is refused never looks as if it fitted.
        let hundredths = (size_bytes * 100).div_ceil(1024 * 1024);
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        Self::bad_request(format!(
            "The request is too big: Maximum allowed request size must be less than '{max}' KB, \
             but passed '{whole}.{rest:02}' MB"
        ))
    }

    /// The business called too much. Documents of 2025 do not say who did.
    pub fn too_many(reached: &LimitReached, profile: Profile) -> Self {
        let (text, spender) = match reached {
            LimitReached::Parallel { spender, amount } => {
                (format!("Hit rate limit of '{amount}' parallel requests"), spender)
            }
            LimitReached::Window { limit, .. } => {
                let Limit { amount, period, resource, spender } = limit;
                let period = period.word();
                let text = format!(
                    "Hit rate limit of '{amount}' requests per '{period}' for resource '{resource}'"
                );
                (text, spender)
            }
        };
        let message = match (profile, spender) {
            (Profile::Current, Spender::Business(id)) => format!("{text} for businessId {id}"),
            (Profile::Current, Spender::App(_) | Spender::AllApps) | (Profile::Seed2025, _) => text,
        };
        let status = StatusCode::from_u16(420).expect("420 is a number of a status");
        let why = Why::Limited(reached.clone());
        Self::new(status, code::ENHANCE_YOUR_CALM, message).because(why)
    }

    /// There is no such message in this chat.
    pub fn no_message(id: impl std::fmt::Display, chat: impl std::fmt::Display) -> Self {
        Self::not_found(format!("Can't find message by id: '{id}' for chat '{chat}'"))
    }
}

/// A value from outside, short enough to be repeated.
fn repeated(value: &str) -> String {
    match value.char_indices().nth(REPEATED_CHARS) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let why = self.why.unwrap_or_else(|| Why::Argument(self.message.clone()));
        let body = Json(ErrorEnvelope::new(self.code, self.message));
        (self.status, Extension(Reason::from(why)), body).into_response()
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Broken(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Self {
        if let Fault::Closed = fault {
            return Self::unavailable();
        }
        tracing::error!(fault = %peyk_engine::chain(&fault), "a call to the market dialect failed");
        Self::broken()
    }
}

impl Rejection {
    /// The server cannot answer now.
    pub fn unavailable() -> Self {
        let message = "Service temporarily unavailable. Please, try again later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code::SERVICE_UNAVAILABLE, message)
    }

    /// The server is broken.
    pub fn broken() -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, code::INTERNAL_ERROR, "Internal server error")
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        let why = Why::Refused(refusal.clone());
        Self::in_words(refusal).because(why)
    }
}

impl Rejection {
    fn in_words(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::ApiKeyMissing | Refusal::TokenMissing => {
                Self::unauthorized("Credentials are not specified")
            }
            Refusal::ApiKeyInvalid | Refusal::ApiKeyExpired => {
                Self::unauthorized("Api-Key token is invalid")
            }
            Refusal::ApiKeyRevoked => Self::unauthorized("Api-Key token is revoked"),
            Refusal::TokenInvalid | Refusal::TokenOfAnotherApp | Refusal::UploadTokenInvalid => {
                Self::forbidden("OAuth token is invalid")
            }
            Refusal::KeyScopeMissing(scopes) => Self::forbidden(scopes_missing(scopes)),
            Refusal::ScopeMissing(_) | Refusal::PermissionMissing(_) => {
                Self::forbidden("Scope is invalid")
            }
            // A customer who wants to hear nothing more is told about as little as a stranger.
            Refusal::StageMismatch | Refusal::AccessDenied | Refusal::RecipientBlocked => {
                Self::forbidden("Access denied")
            }
            Refusal::NotFound { noun, id } => Self::not_found(not_found(noun, &id)),
            Refusal::TextEmpty | Refusal::TextTooLong { .. } => {
                Self::bad_request(format!("'message' size must be between '1' and '{TEXT_MAX}'"))
            }
            Refusal::ConversationFinished => Self::bad_request("Chat is closed"),
            Refusal::TextHasNul => Self::illegal_input("message"),
            Refusal::FileEmpty => Self::empty("file", ""),
            Refusal::FileTooLarge { max_bytes, size_bytes } => Self::too_big(max_bytes, size_bytes),
            Refusal::FileTypeNotAllowed { .. } => Self::illegal_input("file"),
            Refusal::CursorInvalid => Self::bad_request("Bad page token"),
            Refusal::IdempotencyKeyMalformed => {
                Self::bad_request("Incorrect Idempotency-Key header value")
            }
            Refusal::IdempotencyConflict => {
                Self::bad_request("Idempotency-Key was already used with another request")
            }
            // Clients of this dialect cannot ask for any of these.
            Refusal::AlreadyExists { .. }
            | Refusal::TokenIsNoKey { .. }
            | Refusal::SidesAreTheSame
            | Refusal::LocationOutOfRange
            | Refusal::ContactMalformed
            | Refusal::TooManyButtonRows { .. }
            | Refusal::TooManyButtonsInRow { .. }
            | Refusal::CaptionEmpty
            | Refusal::CaptionTooLong
            | Refusal::NotOneAction { .. }
            | Refusal::ButtonTooLarge
            | Refusal::ArbitrationImpossible
            | Refusal::ArbitrationUnderWay
            | Refusal::NoArbitration
            | Refusal::TooManyKeys
            | Refusal::TooManySnapshots
            | Refusal::TooManyFaults
            | Refusal::WorldTooLarge
            | Refusal::WorldFileMissing(_)
            | Refusal::KeyNameMalformed
            | Refusal::PermissionNotOfApp(_)
            | Refusal::PermissionUnknown(_) => Self::bad_request(text),
        }
    }
}

fn scopes_missing(scopes: &[KeyScope]) -> String {
    let words: Vec<_> = scopes.iter().map(|scope| scope.word()).collect();
    let words = words.join(", ");
    format!("Token does not have any of the scopes to access the API method: {words}")
}

fn not_found(noun: Noun, id: &str) -> String {
    match noun {
        Noun::Conversation => format!("Can't find chat by id: '{id}'"),
        Noun::Message => format!("Can't find message by id: '{id}'"),
        Noun::Order => format!("Order not found: '{id}'"),
        Noun::Return => format!("Return not found: '{id}'"),
        Noun::Person
        | Noun::App
        | Noun::Post
        | Noun::Business
        | Noun::Media
        | Noun::Webhook
        | Noun::Delivery
        | Noun::Script
        | Noun::FaultRule
        | Noun::ApiKey
        | Noun::Grant
        | Noun::Button
        | Noun::Exchange
        | Noun::Snapshot => "Resource not found".to_owned(),
    }
}

impl From<JsonMistake> for Rejection {
    fn from(mistake: JsonMistake) -> Self {
        use peyk_model::limits::JSON_BODY_MAX_BYTES;
        let why = Why::Body(mistake.clone());
        let rejection = match mistake {
            JsonMistake::TooLarge => Self::too_big(JSON_BODY_MAX_BYTES, JSON_BODY_MAX_BYTES + 1),
            JsonMistake::Cut | JsonMistake::EndsEarly => {
                Self::bad_request("Unexpected end of content")
            }
            JsonMistake::Syntax { message } => Self::bad_request(format!("JSON: {message}")),
            JsonMistake::Shape { path, message } if path == "." => {
                Self::bad_request(format!("JSON: {}", repeated(&message)))
            }
            JsonMistake::Shape { path, .. } => Self::illegal_input(&repeated(&path)),
        };
        rejection.because(why)
    }
}
