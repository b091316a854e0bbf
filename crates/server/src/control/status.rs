//! `GET /control/v1/status`: what this server is.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::Answer;
use super::convert;
use crate::Site;

/// What this server is, and what time it is there.
pub async fn show(State(site): State<Site>) -> Answer<Value> {
    let public_url = &site.settings.public_url;
    Ok(Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "schema": site.engine.store().migrated().to,
        "dialects": { "kenar": public_url, "market": public_url },
        "time": convert::time(site.engine.clock().now()),
    })))
}
