//! `/control/v1/world`: everything a sandbox has, as a World file, and such a file loaded.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use peyk_engine::snapshot;
use peyk_engine::world::{Secrets, bring_world, export_with_files, keep_files};
use peyk_model::limits::WORLD_FILE_MAX_BYTES;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError, sandbox_only};
use super::convert;
use crate::{Site, world_file};

/// How World files are called in the world of media types.
const TOML: &str = "application/toml";

/// What of an export is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AskedSecrets {
    /// As they are.
    Open,
    /// Sealed.
    Sealed,
}

/// `?secrets=open`.
#[derive(Deserialize)]
pub struct ExportQuery {
    secrets: Option<AskedSecrets>,
}

/// `GET`: everything as a World file.
pub async fn export(
    State(site): State<Site>,
    query: Result<Query<ExportQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ControlError> {
    sandbox_only(&site)?;
    let Query(query) = query.map_err(|rejection| {
        ControlError::invalid(format!("the query cannot be read: {rejection}"))
    })?;
    let secrets = match query.secrets {
        Some(AskedSecrets::Open) => Secrets::Open,
        Some(AskedSecrets::Sealed) | None => Secrets::Sealed,
    };
    let world = export_with_files(&site.engine, secrets).await?;
    Ok(([(header::CONTENT_TYPE, TOML)], world_file::write(&world)).into_response())
}

/// `?replace=true`.
#[derive(Deserialize)]
pub struct LoadQuery {
    #[serde(default)]
    replace: bool,
}

/// `POST`: loads a World file beside what is there, or in its place.
pub async fn load(
    State(site): State<Site>,
    query: Result<Query<LoadQuery>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Answer<Value> {
    sandbox_only(&site)?;
    let Query(LoadQuery { replace }) = query.map_err(|rejection| {
        ControlError::invalid(format!("the query cannot be read: {rejection}"))
    })?;
    let bytes = axum::body::to_bytes(request.into_body(), WORLD_FILE_MAX_BYTES).await;
    let bytes = bytes.map_err(|_| {
        ControlError::invalid(format!("a World file has at most {WORLD_FILE_MAX_BYTES} bytes"))
    })?;
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|_| ControlError::invalid("a World file is UTF-8"))?;
    let world = world_file::parse("world.toml", text);
    let world = Arc::new(world.map_err(|found| ControlError::world_has_mistakes(&found))?);
    let (people, conversations) = (world.people.len(), world.conversations.len());
    if replace {
        keep_files(site.engine.objects(), &world).await?;
        snapshot::reset(&site.engine, Some(world)).await?;
    } else {
        bring_world(&site.engine, world).await?;
    }
    let time = convert::time(site.engine.clock().now());
    Ok(Json(json!({ "people": people, "conversations": conversations, "time": time })))
}
