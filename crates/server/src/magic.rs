//! Magic at the doors of a sandbox: keys that are always over their limit, and receivers that fail.
//!
//! A World gives a receiver, `/magic/receiver/…`, as the address for events, to see how deliveries
//! are tried again.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures_util::stream;
use http::StatusCode;
use peyk_engine::world::{Secret, World, WorldKey};
use peyk_model::{BusinessId, KeyScope};

use crate::Site;
use crate::guard::Owner;

/// What every Kenar key that is always over its limit begins with; the app's slug follows.
const KENAR_KEY: &str = "magic-over-limit-";
/// The same for Market, where the business's id fills the key up to its length.
const MARKET_KEY: &str = "ACMA:MagicOverLimit";
/// What people call such a key.
const KEY_NAME: &str = "always over its limit";

const LOSES_ANSWER: &str = "loses-answer";
const FAILS: &str = "fails";
/// How receivers fail, as their addresses end.
pub const RECEIVERS: [&str; 2] = [LOSES_ANSWER, FAILS];

/// The key of an app that is always over its limit.
pub fn kenar_key(slug: &str) -> String {
    format!("{KENAR_KEY}{slug}")
}

/// The key of a business that is always over its limit.
pub fn market_key(business: BusinessId) -> String {
    format!("{MARKET_KEY}{:026}:00000420", business.0)
}

/// Whether this is a key with which everybody is over their limit, if it is anybody's at all.
pub fn is_over_limit(site: &Site, key: Option<&str>) -> bool {
    let is_magic = |key: &str| key.starts_with(KENAR_KEY) || key.starts_with(MARKET_KEY);
    key.is_some_and(is_magic) && !site.settings.is_production()
}

/// Gives every app and every business of a World a key that is always over its limit.
pub fn add_keys(world: &mut World) {
    for app in &mut world.apps {
        add_key(&mut app.api_keys, kenar_key(&app.slug), app.permissions.clone());
    }
    for business in &mut world.businesses {
        let allows = vec![KeyScope::AllMethods];
        add_key(&mut business.api_keys, market_key(business.id), allows);
    }
}

fn add_key<P>(keys: &mut Vec<WorldKey<P>>, secret: String, allows: Vec<P>) {
    let secret = Secret::Plain(secret);
    // An exported World has it already.
    if keys.iter().all(|key| key.secret.hash() != secret.hash()) {
        keys.push(WorldKey { secret, name: KEY_NAME.to_owned(), allows, revoked: false });
    }
}

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new().route("/magic/receiver/{manner}", post(receive))
}

/// `POST /magic/receiver/{manner}`: hears the event and fails.
async fn receive(State(site): State<Site>, Path(manner): Path<String>, _event: Bytes) -> Response {
    match manner.as_str() {
        _ if site.settings.is_production() => Owner::Nobody.unknown_path(),
        LOSES_ANSWER => lost_answer(),
        FAILS => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => Owner::Nobody.unknown_path(),
    }
}

/// An answer whose connection is cut before its end.
fn lost_answer() -> Response {
    let cut = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "cut on purpose");
    let pieces = stream::iter([Ok(Bytes::from_static(b"{")), Err(cut)]);
    Body::from_stream(pieces).into_response()
}
