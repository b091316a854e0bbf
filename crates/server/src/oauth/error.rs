//! Errors: every refusal in the words of RFC 6749.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use peyk_engine::Error;
use peyk_model::OauthRefusal;
use peyk_wire::oauth::error::{OauthError, OauthErrorCode};

use crate::exchanges::{Reason, Why};

/// An answer of an endpoint that says no.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    error: OauthError,
    why: Option<Why>,
}

impl Failure {
    /// The server is broken.
    pub fn broken() -> Self {
        let error = OauthError::new(OauthErrorCode::ServerError, "the server is broken");
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, error, why: None }
    }

    /// The server cannot answer now.
    pub fn unavailable() -> Self {
        let code = OauthErrorCode::TemporarilyUnavailable;
        let error = OauthError::new(code, "the server cannot answer now");
        Self { status: StatusCode::SERVICE_UNAVAILABLE, error, why: None }
    }

    /// Nobody has this address.
    pub fn unknown_path() -> Self {
        let error = OauthError::new(OauthErrorCode::InvalidRequest, "there is no such endpoint");
        Self { status: StatusCode::NOT_FOUND, error, why: Some(Why::UnknownPath) }
    }

    /// The request is no request.
    pub fn invalid_request(description: impl Into<String>) -> Self {
        let description = description.into();
        let why = Some(Why::Argument(description.clone()));
        let error = OauthError::new(OauthErrorCode::InvalidRequest, description);
        Self { status: StatusCode::BAD_REQUEST, error, why }
    }
}

/// The answer at an address that takes another method.
pub async fn wrong_method(method: Method) -> Failure {
    let text = format!("method {method} is not allowed here");
    let error = OauthError::new(OauthErrorCode::InvalidRequest, text);
    Failure { status: StatusCode::METHOD_NOT_ALLOWED, error, why: Some(Why::WrongMethod) }
}

/// The word of RFC 6749 for a refusal.
pub fn code(refusal: &OauthRefusal) -> OauthErrorCode {
    match refusal {
        OauthRefusal::Missing(_)
        | OauthRefusal::RedirectNotRegistered
        | OauthRefusal::ChallengeMalformed
        | OauthRefusal::ChallengeMethodUnsupported => OauthErrorCode::InvalidRequest,
        OauthRefusal::ClientUnknown | OauthRefusal::ClientNotAuthenticated => {
            OauthErrorCode::InvalidClient
        }
        OauthRefusal::ResponseTypeUnsupported => OauthErrorCode::UnsupportedResponseType,
        OauthRefusal::GrantTypeUnsupported => OauthErrorCode::UnsupportedGrantType,
        OauthRefusal::ScopeUnknown(_)
        | OauthRefusal::TooManyScopes
        | OauthRefusal::ResourceMissing(_)
        | OauthRefusal::ResourceUnexpected(_)
        | OauthRefusal::ResourceMalformed(_)
        | OauthRefusal::ScopeNotOfApp(_)
        | OauthRefusal::NotInvolved(_)
        | OauthRefusal::StageMismatch(_) => OauthErrorCode::InvalidScope,
        OauthRefusal::RefusedByPerson | OauthRefusal::PersonUnknown => OauthErrorCode::AccessDenied,
        OauthRefusal::TokenOfAnotherApp => OauthErrorCode::UnauthorizedClient,
        OauthRefusal::VerifierWrong
        | OauthRefusal::CodeInvalid
        | OauthRefusal::CodeReused
        | OauthRefusal::RedirectDiffers
        | OauthRefusal::RefreshInvalid
        | OauthRefusal::RefreshReused => OauthErrorCode::InvalidGrant,
    }
}

impl From<OauthRefusal> for Failure {
    fn from(refusal: OauthRefusal) -> Self {
        let code = code(&refusal);
        let status = match code {
            OauthErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let error = OauthError::new(code, description(&refusal));
        Self { status, error, why: Some(Why::NotAuthorized(refusal)) }
    }
}

/// The text of a refusal, in the characters that RFC 6749 allows.
pub fn description(refusal: &OauthRefusal) -> String {
    let plain = |c: char| if matches!(c, ' '..='~') && c != '"' && c != '\\' { c } else { '?' };
    refusal.to_string().chars().map(plain).collect()
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        tracing::error!(fault = %peyk_engine::chain(&error), "an oauth request was not answered");
        Self::broken()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = private((self.status, Json(self.error)).into_response());
        if self.status == StatusCode::UNAUTHORIZED {
            let basic = HeaderValue::from_static("Basic realm=\"peyk\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
        }
        if let Some(why) = self.why {
            response.extensions_mut().insert(Reason::from(why));
        }
        response
    }
}

/// An answer that nobody may keep.
pub fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
