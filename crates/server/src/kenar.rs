//! The Kenar dialect: what apps of the classifieds marketplace speak.
//!
//! This file is the table of contents: every operation with the handler behind all paths it was
//! ever published under. What every operation has in common is in `asked` (the request),
//! `credentials` (who asks), `limits` (how often), `convert` (words to nouns and back) and `error`
//! (saying no).

mod addon_page;
mod asked;
mod assets;
mod bot_send_message;
mod bot_send_message_to_user;
pub mod callback;
mod conversation_send_message;
mod convert;
mod credentials;
mod error;
pub mod event;
mod fault;
mod generate_upload_token;
mod get_conversation;
mod get_user;
mod get_user_id_by_phone;
mod legacy_event;
mod legacy_post_conversations;
mod legacy_send_message;
mod limits;
mod register_event_subscription;
pub mod start;
mod upload;
pub(crate) mod words;

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use peyk_wire::kenar as wire;
use peyk_wire::{Method, Operation};

use crate::Site;
use crate::faults::{self, Dialect, Door};

pub use addon_page::routes as pages;
pub use fault::{FAULT_STATUSES, expired_token, fault, shown};

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .merge(door(wire::bot_send_message::OPERATION, bot_send_message::answer))
        .merge(door(wire::bot_send_message_to_user::OPERATION, bot_send_message_to_user::answer))
        .merge(door(wire::conversation_send_message::OPERATION, conversation_send_message::answer))
        .merge(door(wire::legacy_send_message::OPERATION, legacy_send_message::answer))
        .merge(door(wire::generate_upload_token::OPERATION, generate_upload_token::answer))
        .merge(door(wire::upload::OPERATION, upload::answer).layer(upload::body_limit()))
        .merge(door(wire::get_conversation::OPERATION, get_conversation::answer))
        .merge(door(wire::get_user::OPERATION, get_user::answer))
        .merge(door(wire::get_user::LEGACY_OPERATION, get_user::answer))
        .merge(door(wire::get_user_id_by_phone::OPERATION, get_user_id_by_phone::answer))
        .merge(door(
            wire::register_event_subscription::OPERATION,
            register_event_subscription::answer,
        ))
        .merge(door(wire::legacy_post_conversations::OPERATION, legacy_post_conversations::answer))
        .merge(door(wire::assets::SCOPES_OPERATION, assets::scopes))
        .merge(door(wire::assets::PERMISSIONS_OPERATION, assets::permissions))
        .method_not_allowed_fallback(error::wrong_method)
}

/// One handler behind every path of an operation.
fn door<H, T>(operation: Operation, handler: H) -> Router<Site>
where
    H: Handler<T, Site>,
    T: 'static,
{
    let method = match operation.method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
    };
    let counted = async move |State(site): State<Site>, request: Request| {
        let at = Door { dialect: Dialect::Kenar, operation };
        let counted = |request| limits::answer(site.clone(), operation, request, handler);
        faults::around(&site, at, request, counted).await
    };
    operation
        .paths
        .iter()
        .fold(Router::new(), |routes, path| routes.route(path, on(method, counted.clone())))
}

/// Whether an unknown address would be this dialect's.
pub fn owns_path(path: &str) -> bool {
    path.contains("/open-platform/") || path.starts_with("/upload/")
}

/// The answer at an unknown address.
pub fn unknown_path() -> Response {
    error::unknown_path()
}

/// The answer of a server that is broken.
pub fn broken() -> Response {
    error::broken()
}
