//! `/control/v1/snapshots` and `/control/v1/reset`: a sandbox that goes back to what it was.

use axum::Json;
use axum::extract::State;
use peyk_engine::{Snapshot, snapshot};
use peyk_model::limits::SNAPSHOT_NAME_MAX_CHARS;
use peyk_model::{Timestamp, is_identifier};
use serde_json::{Value, json};

use super::answer::{Answer, ControlError, sandbox_only};
use super::convert;
use super::extract::Names;
use crate::Site;

/// `GET /snapshots`: all of them, by name.
pub async fn list(State(site): State<Site>) -> Answer<Value> {
    let found = snapshot::snapshots(&site.engine).await?;
    Ok(Json(json!({ "items": found.iter().map(shown).collect::<Vec<_>>() })))
}

/// `PUT /snapshots/{name}`: keeps everything as it is.
pub async fn make(State(site): State<Site>, Names(name): Names<String>) -> Answer<Value> {
    sandbox_only(&site)?;
    if !is_identifier(&name, SNAPSHOT_NAME_MAX_CHARS) {
        return Err(ControlError::invalid(format!(
            "name: expected 1 to {SNAPSHOT_NAME_MAX_CHARS} of the characters A-Z, a-z, 0-9, `-` \
             and `_`"
        )));
    }
    Ok(Json(shown(&snapshot::make_snapshot(&site.engine, &name).await?)))
}

/// `DELETE /snapshots/{name}`: forgets one.
pub async fn forget(State(site): State<Site>, Names(name): Names<String>) -> Answer<Value> {
    sandbox_only(&site)?;
    snapshot::delete_snapshot(&site.engine, &name).await?;
    Ok(Json(json!({})))
}

/// `POST /snapshots/{name}/restore`: puts everything back to one.
pub async fn restore(State(site): State<Site>, Names(name): Names<String>) -> Answer<Value> {
    sandbox_only(&site)?;
    let timeline = snapshot::restore_snapshot(&site.engine, &name).await?;
    tracing::info!(timeline, "everything was put back to snapshot `{name}`");
    Ok(Json(put_back(&site, timeline)))
}

/// `POST /reset`: back to the World the server was started with, or to nothing.
pub async fn reset(State(site): State<Site>) -> Answer<Value> {
    sandbox_only(&site)?;
    let timeline = snapshot::reset(&site.engine, site.world.get().cloned()).await?;
    tracing::info!(timeline, "everything was put back to the beginning");
    Ok(Json(put_back(&site, timeline)))
}

fn put_back(site: &Site, timeline: i64) -> Value {
    json!({ "timeline": timeline, "time": convert::time(site.engine.clock().now()) })
}

fn shown(snapshot: &Snapshot) -> Value {
    json!({
        "name": snapshot.name,
        "made_at": convert::time(Timestamp(snapshot.made_at)),
        "size_bytes": snapshot.size_bytes,
    })
}
