//! Faults in this dialect's words, and what its requests show of who asks.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Uri};
use peyk_engine::faults::Shown;
use peyk_model::{BusinessId, Refusal};
use peyk_wire::Operation;
use peyk_wire::market::header::{API_KEY, AUTHORIZATION};

use super::call::business_of_path;
use super::error::Rejection;
use super::limits;
use super::parameters::Parameters;
use crate::Site;

/// The statuses with which this dialect says no.
pub const FAULT_STATUSES: [u16; 9] = [400, 401, 403, 404, 405, 415, 420, 500, 503];

/// The answer with this status, and how the operation's limit stands.
pub fn fault(
    site: &Site,
    operation: Operation,
    business: Option<BusinessId>,
    status: u16,
) -> Option<Response> {
    let rejection = match status {
        400 => Rejection::bad_request("Bad request"),
        401 => Refusal::ApiKeyInvalid.into(),
        403 => Refusal::AccessDenied.into(),
        404 => Rejection::not_found("Resource not found"),
        405 => Rejection::method_not_allowed("Request method not supported"),
        415 => Rejection::wrong_content_type("application/octet-stream"),
        420 => {
            let business = business.unwrap_or(BusinessId(0));
            return Some(limits::refuse_always(site, operation, business));
        }
        500 => Rejection::broken(),
        503 => Rejection::unavailable(),
        _ => return None,
    };
    let mut response = rejection.into_response();
    limits::tell_unknown(site, operation, &mut response);
    Some(response)
}

/// The answer to a token that has expired.
pub fn expired_token() -> Response {
    Rejection::from(Refusal::TokenInvalid).into_response()
}

/// What a request shows of who asks.
pub fn shown(uri: &Uri, headers: &HeaderMap) -> Shown {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // A key wins over a token.
    let token = text(AUTHORIZATION).filter(|_| text(API_KEY).is_none());
    Shown {
        app: None,
        business: business_of_path(uri.path()).ok(),
        token: token.map(str::to_owned),
        conversation: Parameters::of(uri).first("chatId").map(str::to_owned),
    }
}
