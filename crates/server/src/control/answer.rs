//! Answers: what the control API says when it says no.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use peyk_engine::Error;
use peyk_model::{OauthRefusal, Refusal};
use serde::Serialize;

use crate::Site;
use crate::json::JsonMistake;
use crate::multipart::MultipartMistake;

/// What a handler returns.
pub type Answer<T> = Result<Json<T>, ControlError>;

/// Refuses what only a sandbox does.
pub fn sandbox_only(site: &Site) -> Result<(), ControlError> {
    if site.settings.is_production() { Err(ControlError::sandbox_only()) } else { Ok(()) }
}

/// A way to say no, with a word for programs and a sentence for people.
#[derive(Debug)]
pub struct ControlError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: ErrorWords<'a>,
}

#[derive(Serialize)]
struct ErrorWords<'a> {
    code: &'a str,
    message: &'a str,
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let error = ErrorWords { code: self.code, message: &self.message };
        (self.status, Json(ErrorBody { error })).into_response()
    }
}

impl ControlError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// A World file has mistakes, each of which is a line of the message.
    pub fn world_has_mistakes(mistakes: &[crate::world_file::Mistake]) -> Self {
        let lines: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        Self::new(StatusCode::BAD_REQUEST, "world_has_mistakes", lines.join("\n"))
    }

    /// The request is not what it should be.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", message)
    }

    /// No such address.
    pub fn unknown_path() -> Self {
        let message = format!("no such path; see {}/openapi.json", super::ROOT);
        Self::new(StatusCode::NOT_FOUND, "unknown_path", message)
    }

    /// The address is right, the method is not.
    pub fn method_not_allowed() -> Self {
        let message = format!("no such method here; see {}/openapi.json", super::ROOT);
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
    }

    /// An app must not ask so, or not this person.
    pub fn not_authorized(refusal: OauthRefusal) -> Self {
        Self::new(StatusCode::CONFLICT, "not_authorized", refusal.to_string())
    }

    /// The admin token is missing or wrong.
    pub fn unauthorized() -> Self {
        let message = "send the admin token as `Authorization: Bearer …`";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
    }

    /// A caller from elsewhere, where only this machine may call.
    pub fn not_from_here() -> Self {
        let message = "without an admin token only this machine may use the control API";
        Self::new(StatusCode::FORBIDDEN, "not_from_here", message)
    }

    /// Something that would be a lie in production.
    pub fn sandbox_only() -> Self {
        let message = "this is for sandboxes, and a server with an admin token is none";
        Self::new(StatusCode::FORBIDDEN, "sandbox_only", message)
    }

    /// A web page of somebody else.
    pub fn foreign_origin() -> Self {
        let message = "web pages of other origins may not use the control API";
        Self::new(StatusCode::FORBIDDEN, "foreign_origin", message)
    }

    /// A name that is not ours.
    pub fn foreign_host() -> Self {
        let message = "the control API answers to an address, to localhost and to the host of \
                       --public-url";
        Self::new(StatusCode::FORBIDDEN, "foreign_host", message)
    }
}

impl From<JsonMistake> for ControlError {
    fn from(mistake: JsonMistake) -> Self {
        match mistake {
            JsonMistake::TooLarge => {
                let message = "the body is too large";
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
            }
            JsonMistake::Cut => Self::invalid("the body was cut"),
            JsonMistake::EndsEarly => Self::invalid("the JSON ends too early"),
            JsonMistake::Syntax { message } => Self::invalid(format!("no JSON: {message}")),
            JsonMistake::Shape { path, message } => Self::invalid(format!("{path}: {message}")),
        }
    }
}

impl From<MultipartMistake> for ControlError {
    fn from(mistake: MultipartMistake) -> Self {
        match mistake {
            MultipartMistake::NotMultipart => {
                let message = "send the file as multipart/form-data";
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_multipart", message)
            }
            MultipartMistake::Malformed => Self::invalid("the multipart body is malformed"),
            MultipartMistake::NoFile => Self::invalid("there is no part called `file`"),
        }
    }
}

impl From<Error> for ControlError {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Broken(fault) => {
                tracing::error!(fault = %peyk_engine::chain(&fault), "a control request failed");
                Self::broken()
            }
        }
    }
}

impl ControlError {
    /// The server is broken.
    pub fn broken() -> Self {
        let message = "the server is broken, see its log";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

impl From<Refusal> for ControlError {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = words(&refusal);
        let mut message = refusal.to_string();
        if let Refusal::TokenIsNoKey { business, token } = refusal {
            let root = super::ROOT;
            message += &format!("; see {root}/businesses/{business}/tokens/{token}");
        }
        Self::new(status, code, message)
    }
}

fn words(refusal: &Refusal) -> (StatusCode, &'static str) {
    match refusal {
        Refusal::ApiKeyMissing
        | Refusal::ApiKeyInvalid
        | Refusal::ApiKeyRevoked
        | Refusal::ApiKeyExpired
        | Refusal::TokenMissing
        | Refusal::TokenInvalid
        | Refusal::TokenOfAnotherApp
        | Refusal::UploadTokenInvalid => (StatusCode::UNAUTHORIZED, "unauthorized"),
        Refusal::PermissionMissing(_)
        | Refusal::ScopeMissing(_)
        | Refusal::KeyScopeMissing(_)
        | Refusal::StageMismatch
        | Refusal::AccessDenied => (StatusCode::FORBIDDEN, "access_denied"),
        Refusal::NotFound { .. } => (StatusCode::NOT_FOUND, "not_found"),
        Refusal::AlreadyExists { .. } => (StatusCode::CONFLICT, "already_exists"),
        Refusal::TokenIsNoKey { .. } => (StatusCode::CONFLICT, "token_is_no_key"),
        Refusal::RecipientBlocked => (StatusCode::CONFLICT, "recipient_blocked"),
        Refusal::SidesAreTheSame => (StatusCode::CONFLICT, "sides_are_the_same"),
        Refusal::ArbitrationImpossible => (StatusCode::CONFLICT, "arbitration_impossible"),
        Refusal::ArbitrationUnderWay => (StatusCode::CONFLICT, "arbitration_under_way"),
        Refusal::NoArbitration => (StatusCode::CONFLICT, "no_arbitration"),
        Refusal::ConversationFinished => (StatusCode::CONFLICT, "conversation_finished"),
        Refusal::TextEmpty => (StatusCode::BAD_REQUEST, "text_empty"),
        Refusal::TextTooLong { .. } => (StatusCode::BAD_REQUEST, "text_too_long"),
        Refusal::TextHasNul => (StatusCode::BAD_REQUEST, "text_has_nul"),
        Refusal::LocationOutOfRange => (StatusCode::BAD_REQUEST, "location_out_of_range"),
        Refusal::ContactMalformed => (StatusCode::BAD_REQUEST, "contact_malformed"),
        Refusal::TooManyButtonRows { .. }
        | Refusal::TooManyButtonsInRow { .. }
        | Refusal::CaptionEmpty
        | Refusal::CaptionTooLong
        | Refusal::NotOneAction { .. }
        | Refusal::ButtonTooLarge => (StatusCode::BAD_REQUEST, "buttons_malformed"),
        Refusal::FileEmpty => (StatusCode::BAD_REQUEST, "file_empty"),
        Refusal::FileTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "file_too_large"),
        Refusal::FileTypeNotAllowed { .. } => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "file_type_not_allowed")
        }
        Refusal::IdempotencyKeyMalformed => (StatusCode::BAD_REQUEST, "idempotency_key_malformed"),
        Refusal::IdempotencyConflict => (StatusCode::CONFLICT, "idempotency_conflict"),
        Refusal::CursorInvalid => (StatusCode::BAD_REQUEST, "cursor_invalid"),
        Refusal::TooManyFaults => (StatusCode::CONFLICT, "too_many_faults"),
        Refusal::TooManyKeys => (StatusCode::CONFLICT, "too_many_keys"),
        Refusal::WorldTooLarge => (StatusCode::CONFLICT, "world_too_large"),
        Refusal::WorldFileMissing(_) => (StatusCode::CONFLICT, "world_file_missing"),
        Refusal::TooManySnapshots => (StatusCode::CONFLICT, "too_many_snapshots"),
        Refusal::KeyNameMalformed => (StatusCode::BAD_REQUEST, "key_name_malformed"),
        Refusal::PermissionNotOfApp(_) => (StatusCode::CONFLICT, "permission_not_of_app"),
        Refusal::PermissionUnknown(_) => (StatusCode::BAD_REQUEST, "permission_unknown"),
    }
}
