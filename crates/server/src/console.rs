//! The console: Peyk in a browser. Be a person, see the wire, look after what runs.
//!
//! Pages are written here and call verbs as every other door does. They work without scripts; with
//! them a page shows again what changed. Nothing is loaded from anywhere else.

mod access;
mod acts;
mod assets;
mod bubble;
mod chats;
mod deliveries;
mod digits;
mod exchange;
mod faults;
mod form;
mod frame;
mod guard;
mod icon;
mod live;
mod magic;
mod marketplace;
mod moment;
mod notice;
mod programs;
mod refusal;
mod sandbox;
mod scripts;
mod sign_in;
mod texts;
mod try_it;
mod visit;
mod who;
mod worlds;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use peyk_model::MediaKind;
use peyk_model::limits::{MULTIPART_OVERHEAD_BYTES, WORLD_FILE_MAX_BYTES};
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;

use crate::Site;
use crate::demo_bot::DemoBot;
use guard::Trouble;
use notice::Notices;
use try_it::act;

/// Where everything but the first page is.
const ROOT: &str = "/console";

type Address = (&'static str, MethodRouter<Site>);

fn table() -> Vec<Address> {
    let file_limit = MediaKind::Video.max_bytes() + MULTIPART_OVERHEAD_BYTES;
    let mut table = vec![
        ("/", get(try_it::show)),
        ("/console/try/open", post(try_it::open)),
        ("/console/try/say", post(act::say)),
        ("/console/try/file", post(act::send_file).layer(DefaultBodyLimit::max(file_limit))),
        ("/console/try/location", post(act::send_location)),
        ("/console/try/contact", post(act::send_contact)),
        ("/console/try/press", post(act::press)),
        ("/console/try/block", post(act::block)),
        ("/console/try/webhook", post(act::set_webhook)),
        ("/console/try/delivery", post(act::operate_delivery)),
        ("/console/live", get(live::stream)),
        ("/console/chats", get(chats::list)),
        ("/console/chats/{conversation}", get(chats::show)),
        ("/console/chats/{conversation}/dispute", post(marketplace::dispute)),
        ("/console/chats/{conversation}/decide", post(marketplace::end_dispute)),
        ("/console/chats/{conversation}/close", post(marketplace::close)),
        ("/console/exchanges/{exchange}", get(exchange::show)),
        ("/console/sign-in", get(sign_in::show).post(sign_in::sign_in)),
        ("/console/sign-out", post(sign_in::sign_out)),
        ("/console/access", get(access::show)),
        ("/console/access/log", get(access::log)),
        ("/console/access/accounts", post(access::add)),
        ("/console/access/accounts/{account}/role", post(access::change_role)),
        ("/console/access/accounts/{account}/password", post(access::change_password)),
        ("/console/access/accounts/{account}/remove", post(access::remove)),
        ("/console/access/sessions/{session}/end", post(access::end_session)),
        ("/console/deliveries", get(deliveries::show)),
        ("/console/deliveries/{delivery}", get(deliveries::record)),
        ("/console/deliveries/{delivery}/replay", post(deliveries::act::replay)),
        ("/console/deliveries/{delivery}/cancel", post(deliveries::act::cancel)),
        ("/console/deliveries/{delivery}/attempts/{number}", get(deliveries::attempt)),
        ("/console/webhooks/{webhook}", get(deliveries::webhook)),
        ("/console/webhooks/{webhook}/url", post(deliveries::act::set_url)),
        ("/console/webhooks/{webhook}/on", post(deliveries::act::switch_on)),
        ("/console/webhooks/{webhook}/off", post(deliveries::act::switch_off)),
        ("/console/webhooks/{webhook}/pause", post(deliveries::act::pause)),
        ("/console/webhooks/{webhook}/resume", post(deliveries::act::resume)),
        ("/console/webhooks/{webhook}/ping", post(deliveries::act::ping)),
        ("/console/webhooks/{webhook}/rotate-secret", post(deliveries::act::rotate_secret)),
        ("/console/webhooks/{webhook}/replay", post(deliveries::act::replay_dead)),
        ("/console/apps", get(programs::index)),
        ("/console/apps/{app}", get(programs::app)),
        ("/console/apps/{app}/keys", post(programs::create_of_app)),
        ("/console/apps/{app}/urls", post(programs::change_urls)),
        ("/console/businesses/{business}", get(programs::business)),
        ("/console/businesses/{business}/keys", post(programs::create_of_business)),
        ("/console/businesses/{business}/tokens/expire", post(programs::expire_token)),
        ("/console/businesses/{business}/tokens/rotate", post(programs::replace_token)),
        ("/console/businesses/{business}/tokens/revoke", post(programs::revoke_token)),
        ("/console/keys/{key}/change", post(programs::change)),
        ("/console/keys/{key}/rotate", post(programs::rotate)),
        ("/console/keys/{key}/revoke", post(programs::revoke)),
        ("/console/grants/{grant}/revoke", post(programs::revoke_grant)),
        ("/console/grants/{grant}/expire", post(programs::expire_tokens)),
        ("/console/grants/{grant}/rotate", post(programs::replace_tokens)),
        ("/console/tokens/inspect", post(programs::inspect)),
        ("/console/{*rest}", get(async || Trouble::NoPage).post(async || Trouble::NoPage)),
    ];
    table.extend(sandbox_table());
    table
}

fn sandbox_table() -> [Address; 11] {
    let world_limit = WORLD_FILE_MAX_BYTES + MULTIPART_OVERHEAD_BYTES;
    [
        ("/console/sandbox", get(sandbox::show)),
        ("/console/sandbox/clock", post(sandbox::move_clock)),
        ("/console/sandbox/scripts", post(sandbox::switch_script)),
        ("/console/sandbox/world.toml", get(worlds::export)),
        ("/console/sandbox/world", post(worlds::load).layer(DefaultBodyLimit::max(world_limit))),
        ("/console/sandbox/snapshots", post(worlds::make_snapshot)),
        ("/console/sandbox/snapshots/restore", post(worlds::restore_snapshot)),
        ("/console/sandbox/snapshots/delete", post(worlds::delete_snapshot)),
        ("/console/sandbox/reset", post(worlds::reset)),
        ("/console/sandbox/faults/add", post(faults::add)),
        ("/console/sandbox/faults", post(faults::change)),
    ]
}

/// What the console remembers between requests.
#[derive(Debug)]
pub struct Console {
    notices: Notices,
    demo_bot: DemoBot,
    found: watch::Sender<u64>,
    stop: watch::Sender<bool>,
}

impl Console {
    /// A console that remembers nothing yet.
    pub fn new() -> Self {
        let (found, stop) = (watch::Sender::new(0), watch::Sender::new(false));
        Self { notices: Notices::default(), demo_bot: DemoBot::default(), found, stop }
    }

    /// Ends all streams.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// The demo bot's way to the API.
    pub fn demo_bot(&self) -> &DemoBot {
        &self.demo_bot
    }

    /// What the indexer counts up whenever there is more to be found.
    pub fn found(&self) -> watch::Sender<u64> {
        self.found.clone()
    }

    fn stopped(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

/// Every path of a page or a form.
pub fn paths() -> Vec<&'static str> {
    table().into_iter().map(|(path, _)| path).collect()
}

/// The routes.
pub fn routes(site: &Site) -> Router<Site> {
    let pages = table()
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    let pages = pages.route_layer(from_fn_with_state(site.clone(), guard::enter));
    let assets = Router::new()
        .route("/console/assets/{version}/{name}", get(assets::show))
        .route_layer(from_fn(guard::protected));
    pages.merge(assets).layer(CompressionLayer::new().gzip(true))
}

/// Whether an unknown address would be the console's.
pub fn owns_path(path: &str) -> bool {
    path == "/" || path == ROOT || path.starts_with("/console/")
}

/// The answer of a server that is broken.
pub fn broken() -> Response {
    guard::plain_broken()
}
