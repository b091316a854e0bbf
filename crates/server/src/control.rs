//! The control API, `/control/v1`: acting as a World's people, for consoles, scripts and tests.
//!
//! It is no dialect: it names things as the model does, in snake case, and has its own OpenAPI
//! document. It can act as anybody, so only this machine or the holder of the admin token may use
//! it, and no web page of another origin.

mod access;
mod acts;
mod answer;
mod audit;
mod business_tokens;
mod clock;
mod consent;
mod convert;
mod deliveries;
mod directory;
mod document;
mod exchanges;
mod extract;
mod faults;
mod feeds;
mod grants;
mod hub;
mod input;
mod keys;
mod limits;
mod marketplace;
mod person_block;
mod person_bots;
mod person_clicks;
mod person_conversations;
mod person_files;
mod person_messages;
mod reader;
mod rehearsal;
mod scenario;
mod scripts;
mod snapshots;
mod status;
mod tokens;
mod webhooks;
mod worlds;

pub use access::{check as check_access, is_local, is_own_host, is_own_origin};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
pub use hub::{Hub, tell_feeds};
pub use input::NewConversation;
use peyk_model::MediaKind;
use peyk_model::limits::MULTIPART_OVERHEAD_BYTES;

use crate::Site;
use answer::ControlError;
pub(crate) use convert::{delivery_id, delivery_place, letter_id, time};
pub(crate) use deliveries::replay_all;
pub(crate) use webhooks::{is_web_url, off as switch_off};

/// The root of all paths.
pub const ROOT: &str = "/control/v1";

fn table() -> Vec<(&'static str, MethodRouter<Site>)> {
    let file_limit = MediaKind::Video.max_bytes() + MULTIPART_OVERHEAD_BYTES;
    let files = post(person_files::send).layer(DefaultBodyLimit::max(file_limit));
    vec![
        ("/status", get(status::show)),
        ("/openapi.json", get(document::show)),
        ("/people", get(directory::people)),
        ("/apps", get(directory::apps)),
        ("/posts", get(directory::posts)),
        ("/businesses", get(directory::businesses)),
        ("/apps/{app}/keys", get(keys::of_app).post(keys::create_of_app)),
        ("/businesses/{business}/keys", get(keys::of_business).post(keys::create_of_business)),
        ("/businesses/{business}/tokens", get(business_tokens::list)),
        ("/businesses/{business}/tokens/{token}", delete(business_tokens::revoke)),
        ("/businesses/{business}/tokens/{token}/expire", post(business_tokens::expire)),
        ("/businesses/{business}/tokens/{token}/rotate", post(business_tokens::rotate)),
        ("/keys/{key}", patch(keys::change).delete(keys::revoke)),
        ("/keys/{key}/rotate", post(keys::rotate)),
        ("/grants", get(grants::list)),
        ("/grants/{grant}", delete(grants::revoke)),
        ("/grants/{grant}/expire", post(grants::expire)),
        ("/grants/{grant}/rotate", post(grants::rotate)),
        ("/tokens/inspect", post(tokens::inspect)),
        ("/limits", get(limits::show)),
        ("/people/{handle}/apps/{app}", delete(grants::revoke_all)),
        ("/people/{handle}/approve", post(consent::approve_for)),
        ("/people/{handle}/sign_in", post(consent::sign_in)),
        (
            "/people/{handle}/conversations",
            get(person_conversations::list).post(person_conversations::open),
        ),
        (
            "/people/{handle}/conversations/{conversation}/messages",
            get(person_messages::list).post(person_messages::send),
        ),
        (
            "/people/{handle}/conversations/{conversation}/messages/{message}/clicks",
            post(person_clicks::click),
        ),
        ("/people/{handle}/bots/{slug}/start", post(person_bots::start)),
        ("/people/{handle}/conversations/{conversation}/files", files),
        (
            "/people/{handle}/conversations/{conversation}/block",
            put(person_block::block).delete(person_block::unblock),
        ),
        ("/people/{handle}/scripts", get(scripts::list)),
        ("/people/{handle}/scripts/{name}", put(scripts::switch)),
        ("/acts", get(audit::list)),
        ("/events", get(feeds::events)),
        ("/exchanges", get(exchanges::list).delete(exchanges::clear)),
        ("/exchanges/feed", get(exchanges::follow)),
        ("/exchanges/{exchange}", get(exchanges::show)),
        ("/exchanges/{exchange}/copy", get(exchanges::copy)),
        ("/lint", get(exchanges::lint)),
        ("/webhooks", get(webhooks::list)),
        ("/webhooks/{webhook}", get(webhooks::show)),
        ("/webhooks/{webhook}/feed", get(feeds::letters)),
        ("/webhooks/{webhook}/lanes", get(webhooks::lanes)),
        ("/webhooks/{webhook}/url", put(webhooks::set_url)),
        ("/webhooks/{webhook}/on", post(webhooks::switch_on)),
        ("/webhooks/{webhook}/off", post(webhooks::switch_off)),
        ("/webhooks/{webhook}/pause", post(webhooks::pause)),
        ("/webhooks/{webhook}/resume", post(webhooks::resume)),
        ("/webhooks/{webhook}/ping", post(webhooks::ping)),
        ("/webhooks/{webhook}/rotate-secret", post(webhooks::rotate_secret)),
        ("/deliveries", get(deliveries::list)),
        ("/deliveries/replay", post(deliveries::replay_many)),
        ("/deliveries/{delivery}", get(deliveries::show)),
        ("/deliveries/{delivery}/replay", post(deliveries::replay)),
        ("/deliveries/{delivery}/cancel", post(deliveries::cancel)),
    ]
}

/// What the marketplace itself does in conversations.
fn marketplace() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/conversations/{conversation}/arbitration/start", post(marketplace::start_arbitration)),
        ("/conversations/{conversation}/arbitration/finish", post(marketplace::finish_arbitration)),
        ("/conversations/{conversation}/finish", post(marketplace::finish)),
        ("/conversations/{conversation}/messages", post(marketplace::write)),
        ("/conversations/{conversation}/files", post(marketplace::send_file)),
        ("/posts/{post}/changes", post(marketplace::change_post)),
    ]
}

/// What only a sandbox does: its clock moves, things go wrong on purpose, and all is put back.
fn sandbox() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/clock", get(clock::show).post(clock::change)),
        ("/rehearsal", post(rehearsal::begin)),
        ("/rehearsal/steps", post(rehearsal::step)),
        ("/faults", get(faults::list).post(faults::add).delete(faults::clear)),
        ("/faults/{name}", get(faults::show).put(faults::switch).delete(faults::delete)),
        ("/conversations/{conversation}/scenario", get(scenario::show)),
        ("/reset", post(snapshots::reset)),
        ("/world", get(worlds::export).post(worlds::load)),
        ("/snapshots", get(snapshots::list)),
        ("/snapshots/{name}", put(snapshots::make).delete(snapshots::forget)),
        ("/snapshots/{name}/restore", post(snapshots::restore)),
    ]
}

fn all() -> impl Iterator<Item = (&'static str, MethodRouter<Site>)> {
    table().into_iter().chain(marketplace()).chain(sandbox())
}

/// Every path, as the OpenAPI document writes it.
pub fn paths() -> Vec<String> {
    all().map(|(path, _)| format!("{ROOT}{path}")).collect()
}

/// The routes.
pub fn routes(site: &Site) -> Router<Site> {
    let record = axum::middleware::from_fn_with_state(site.clone(), acts::record);
    let guard = axum::middleware::from_fn_with_state(site.clone(), access::check);
    let routes = all().fold(Router::new(), |router, (path, methods)| {
        router.route(&format!("{ROOT}{path}"), methods)
    });
    routes
        .method_not_allowed_fallback(async || ControlError::method_not_allowed().into_response())
        .route_layer(record)
        .route_layer(guard)
        .route_layer(axum::middleware::from_fn_with_state(site.clone(), clock::stamp))
}

/// Whether an unknown address would be this API's.
pub fn owns_path(path: &str) -> bool {
    path.starts_with("/control/")
}

/// The answer at an unknown address.
pub fn unknown_path() -> Response {
    ControlError::unknown_path().into_response()
}

/// The answer of a server that is broken.
pub fn broken() -> Response {
    ControlError::broken().into_response()
}
