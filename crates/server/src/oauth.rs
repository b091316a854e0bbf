//! OAuth 2.0: the consent page and the endpoints around it.
//!
//! The table of contents is [`routes`]. All that is decided is decided in `peyk_engine::oauth`;
//! here are the forms, the page and the words of RFC 6749, 7009, 7636, 7662 and 8414.

mod authorize;
mod consent;
mod error;
mod introspect;
pub mod locale;
mod metadata;
mod page;
mod query;
mod request;
mod revoke;
mod style;
mod token;
mod words;

pub use authorize::redirect_to;

/// What a scope allows, in the words in which the person is asked.
pub fn scope_words(locale: peyk_model::Locale, name: peyk_model::ScopeName) -> &'static str {
    (words::words(locale).scope)(name)
}
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use peyk_model::OauthRefusal;
use peyk_wire::oauth as wire;

use crate::Site;
use crate::faults::{self, Dialect, Door};

/// The routes.
pub fn routes(site: &Site) -> Router<Site> {
    let authorize = get(authorize::show).post(authorize::decide);
    let on = |router: Router<Site>, operation: peyk_wire::Operation, method: MethodRouter<Site>| {
        let door = Door { dialect: Dialect::Oauth, operation };
        let method = method.layer(from_fn_with_state((site.clone(), door), faults::at_door));
        let add = |router: Router<Site>, path: &&str| router.route(path, Clone::clone(&method));
        operation.paths.iter().fold(router, add)
    };
    let mut router = Router::new().route(style::PATH, get(style::show));
    router = on(router, wire::authorize::OPERATION, authorize);
    router = on(router, wire::token::OPERATION, post(token::answer));
    router = on(router, wire::revoke::OPERATION, post(revoke::answer));
    router = on(router, wire::introspect::OPERATION, post(introspect::answer));
    router = on(router, wire::metadata::OPERATION, get(metadata::answer));
    router.method_not_allowed_fallback(error::wrong_method)
}

/// Whether an address is one of these.
pub fn owns_path(path: &str) -> bool {
    path.starts_with("/oauth2/")
}

/// The answer at an unknown address.
pub fn unknown_path() -> Response {
    error::Failure::unknown_path().into_response()
}

/// The answer of a server that is broken.
pub fn broken() -> Response {
    error::Failure::broken().into_response()
}

/// The statuses with which an endpoint says no because of a fault.
pub const FAULT_STATUSES: [u16; 4] = [400, 401, 500, 503];

/// The answer with this status.
pub fn fault(status: u16) -> Option<Response> {
    let refused = |refusal: OauthRefusal| Some(error::Failure::from(refusal).into_response());
    match status {
        400 => refused(OauthRefusal::RefreshInvalid),
        401 => refused(OauthRefusal::ClientNotAuthenticated),
        500 => Some(broken()),
        503 => Some(error::Failure::unavailable().into_response()),
        _ => None,
    }
}
