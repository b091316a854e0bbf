//! The Market dialect: how a shop's program lists, opens, reads and writes its conversations.
//!
//! The table of contents is [`routes`]. Every operation goes through `call::answer`, which asks
//! who calls and whether they may before an operation sees anything.

mod auth_token;
mod body;
mod call;
mod convert;
mod create_chat;
mod credentials;
mod error;
mod fault;
mod get_chat;
mod get_chat_history;
mod get_chat_message;
mod get_chats;
mod limits;
mod manners;
pub mod notification;
mod parameters;
mod pass;
mod send_file;
mod send_message;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::Method;
use peyk_wire::{Operation, market as wire};

use crate::Site;
use crate::faults::{self, Dialect, Door};
pub use call::drain;
use call::{Admission, Call, MAY_READ, MAY_WRITE};
use error::Rejection;
pub use fault::{FAULT_STATUSES, expired_token, fault, shown};
pub use manners::MarketManners;

/// The routes.
pub fn routes() -> Router<Site> {
    let mut router = Router::new();
    router = serve(router, wire::get_chats::OPERATION, MAY_READ, get_chats::get_chats);
    router = serve(router, wire::get_chat::OPERATION, MAY_READ, get_chat::get_chat);
    router = serve(router, wire::get_chat_history::OPERATION, MAY_READ, get_chat_history::history);
    router = serve(router, wire::get_chat_message::OPERATION, MAY_READ, get_chat_message::message);
    router = serve(router, wire::create_chat::OPERATION, MAY_WRITE, create_chat::create_chat);
    router = serve(router, wire::send_message::OPERATION, MAY_WRITE, send_message::send_message);
    router = serve(router, wire::send_file::OPERATION, MAY_WRITE, send_file::send_file);
    router =
        serve(router, wire::auth_token::OPERATION, Admission::KeyAlone, auth_token::auth_token);
    router.method_not_allowed_fallback(wrong_method)
}

/// Serves an operation on every path it was ever published under.
fn serve<F>(
    router: Router<Site>,
    operation: Operation,
    admission: Admission,
    handler: fn(Call) -> F,
) -> Router<Site>
where
    F: Future<Output = Result<Response, Rejection>> + Send + 'static,
{
    let door = async move |State(site): State<Site>, request: Request| {
        let at = Door { dialect: Dialect::Market, operation };
        let counted = |request| call::answer(site.clone(), operation, admission, request, handler);
        faults::around(&site, at, request, counted).await
    };
    let route = match operation.method {
        peyk_wire::Method::Get => get(door),
        peyk_wire::Method::Post => post(door),
    };
    operation.paths.iter().fold(router, |router, path| router.route(path, route.clone()))
}

/// Whether an unknown address would be this dialect's, in whatever version.
pub fn owns_path(path: &str) -> bool {
    let mut segments = path.split('/').skip(1).peekable();
    segments.next_if(|segment| is_version(segment));
    let resource = segments.next().unwrap_or_default();
    ["businesses", "campaigns", "auth"].contains(&resource)
}

fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix('v').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The answer at an unknown address.
pub fn unknown_path() -> Response {
    Rejection::unknown_path().into_response()
}

/// The answer of a server that is broken.
pub fn broken() -> Response {
    Rejection::broken().into_response()
}

async fn wrong_method(method: Method) -> Rejection {
    Rejection::method_not_allowed(format!("Request method '{method}' not supported"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_dialect_are_known_in_every_version() {
        for path in ["/v2/businesses/1/chat/s", "/businesses/1", "/v3/campaigns", "/auth/x"] {
            assert!(owns_path(path), "{path}");
        }
        for path in ["/", "/v2", "/v/businesses", "/v2/open-platform/businesses", "/oauth2/auth"] {
            assert!(!owns_path(path), "{path}");
        }
    }

    #[test]
    fn the_scopes_that_are_asked_for_are_the_published_ones() {
        let published = |operation: Operation| operation.scopes.to_vec();
        let asked = |admission: Admission| match admission {
            Admission::Scopes(scopes) => scopes.iter().map(|scope| scope.word()).collect(),
            Admission::KeyAlone => Vec::new(),
        };
        for read in [
            wire::get_chats::OPERATION,
            wire::get_chat::OPERATION,
            wire::get_chat_history::OPERATION,
            wire::get_chat_message::OPERATION,
        ] {
            assert_eq!(asked(MAY_READ), published(read), "{}", read.name);
        }
        for write in [
            wire::create_chat::OPERATION,
            wire::send_message::OPERATION,
            wire::send_file::OPERATION,
        ] {
            assert_eq!(asked(MAY_WRITE), published(write), "{}", write.name);
        }
    }
}
