//! Faults in this dialect's words, and what its requests show of who asks.

use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use peyk_engine::faults::Shown;
use peyk_model::{AppId, Limit, LimitReached, Noun, Period, Refusal, Spender};
use peyk_wire::Operation;
use peyk_wire::kenar::error::code;
use peyk_wire::kenar::header::API_KEY;

use super::credentials::Credentials;
use super::error::{Failure, answer, broken};
use crate::Site;

/// The statuses with which this dialect says no.
pub const FAULT_STATUSES: [u16; 12] = [400, 401, 403, 404, 405, 409, 412, 413, 429, 500, 503, 504];

/// The answer with this status.
pub fn fault(site: &Site, operation: Operation, status: u16) -> Option<Response> {
    let refused = |refusal: Refusal| Some(Failure::from(refusal).into_response());
    let plain = |code, message: &str| {
        let status = http::StatusCode::from_u16(status).ok()?;
        Some(answer(status, code, message))
    };
    match status {
        400 => plain(code::INVALID_ARGUMENT, "invalid argument"),
        401 => refused(Refusal::ApiKeyInvalid),
        403 => refused(Refusal::AccessDenied),
        404 => plain(code::NOT_FOUND, &format!("{} not found", Noun::Conversation)),
        405 => plain(code::UNIMPLEMENTED, "method is not allowed here"),
        409 => refused(Refusal::IdempotencyConflict),
        412 => refused(Refusal::RecipientBlocked),
        413 => plain(code::INVALID_ARGUMENT, "the body is too large"),
        429 => Some(too_many(site, operation)),
        500 => Some(broken()),
        503 => plain(code::UNAVAILABLE, "service is unavailable"),
        504 => plain(code::DEADLINE_EXCEEDED, "deadline exceeded"),
        _ => None,
    }
}

/// The answer to an app that has called too much, whatever it has called.
pub fn too_many(site: &Site, operation: Operation) -> Response {
    let numbers = site.settings.limits.kenar.unwrap_or_default();
    let limit = Limit {
        // Its text does not say which app it is.
        spender: Spender::App(AppId(0)),
        resource: operation.name,
        period: Period::Minute,
        amount: numbers.app_per_minute,
    };
    let now = site.engine.clock().now();
    let until = limit.period.window(now).until;
    Failure::Limited(LimitReached::Window { limit, until }, until.since(now)).into_response()
}

/// The answer to a token that has expired.
pub fn expired_token() -> Response {
    Failure::from(Refusal::TokenInvalid).into_response()
}

/// What a request shows of who asks.
pub async fn shown(site: &Site, headers: &HeaderMap) -> peyk_engine::Result<Shown> {
    let key = headers.get(API_KEY).and_then(|key| key.to_str().ok()).map(str::trim);
    let app = match key {
        Some(key) => site.engine.app_of_key(key).await?,
        None => None,
    };
    let token = Credentials::of(headers).token().map(str::to_owned);
    Ok(Shown { app, token, ..Shown::default() })
}
