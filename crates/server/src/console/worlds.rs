//! What a sandbox's page does to everything at once: Worlds, snapshots, a new beginning.

use std::sync::Arc;

use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Query, Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use peyk_engine::world::{Secrets, bring_world, export_with_files, keep_files};
use peyk_engine::{Error, faults, snapshot};
use peyk_model::is_identifier;
use peyk_model::limits::SNAPSHOT_NAME_MAX_CHARS;
use serde::Deserialize;

use super::form::{CSRF, Filled};
use super::frame::Section;
use super::guard::Trouble;
use super::notice::{Notice, Tone};
use super::sandbox::only_here;
use super::visit::Visit;
use crate::{Site, world_file};

/// What a World that was pasted is called in mistakes.
const PASTED: &str = "world.toml";
/// Most fields of its form.
const FIELDS_MAX: usize = 8;
/// Most mistakes that are told at once.
const MISTAKES_MAX: usize = 20;

/// A World as a form sends it: a file, or what was pasted. The word that shows where the form came
/// from stands before both.
struct Sent {
    name: String,
    text: String,
    replaces: bool,
}

impl Sent {
    async fn of(site: &Site, visit: &Visit, request: Request) -> Result<Self, Trouble> {
        let parts = Multipart::from_request(request, &()).await;
        let mut parts = parts.map_err(|_| Trouble::Malformed)?;
        let mut sent = Self { name: PASTED.to_owned(), text: String::new(), replaces: false };
        let mut is_ours = false;
        for _ in 0..FIELDS_MAX {
            let Some(part) = parts.next_field().await.map_err(|_| Trouble::Malformed)? else {
                break;
            };
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|_| Trouble::Malformed)?;
            let text = String::from_utf8(bytes.into()).map_err(|_| Trouble::Malformed)?;
            match field.as_str() {
                CSRF => is_ours = visit.knows_form(site, &text),
                _ if !is_ours => return Err(Trouble::Stale),
                "replace" => sent.replaces = true,
                "text" if sent.text.is_empty() => sent.text = text.replace("\r\n", "\n"),
                "file" if !text.is_empty() => {
                    sent.name = name.unwrap_or_else(|| PASTED.to_owned());
                    sent.text = text;
                }
                _ => {}
            }
        }
        if is_ours { Ok(sent) } else { Err(Trouble::Stale) }
    }
}

/// `POST /console/sandbox/world`: loads a World on top of what there is, or in its place.
pub async fn load(
    State(site): State<Site>,
    visit: Visit,
    request: Request,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    let home = Section::Sandbox.path();
    let sent = Sent::of(&site, &visit, request).await?;
    let world = match world_file::parse(&sent.name, &sent.text) {
        Ok(world) => Arc::new(world),
        Err(mistakes) => {
            let mut notice = Notice::new(Tone::Refused, visit.texts.say("world-mistakes"));
            let lines = mistakes.iter().take(MISTAKES_MAX).map(ToString::to_string);
            notice.quote = Some(lines.collect::<Vec<_>>().join("\n"));
            return Ok(visit.go_with(&site, &home, notice));
        }
    };
    let loaded = if sent.replaces {
        keep_files(site.engine.objects(), &world).await?;
        snapshot::reset(&site.engine, Some(world)).await.map(|_| ())
    } else {
        bring_world(&site.engine, world).await
    };
    faults::follow_faults(&site.engine).await?;
    ended(&site, &visit, loaded, "world-loaded")
}

/// Whether an export has the secrets that are sent as they are, or sealed.
#[derive(Debug, Deserialize)]
pub struct ExportQuery {
    #[serde(default)]
    secrets: String,
}

/// `GET /console/sandbox/world.toml`: everything as a file.
pub async fn export(
    State(site): State<Site>,
    Query(ExportQuery { secrets }): Query<ExportQuery>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    let secrets = if secrets == "open" { Secrets::Open } else { Secrets::Sealed };
    let world = export_with_files(&site.engine, secrets).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/toml"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"world.toml\""),
    ];
    Ok((headers, world_file::write(&world)).into_response())
}

fn ended<T>(
    site: &Site,
    visit: &Visit,
    outcome: Result<T, Error>,
    key: &str,
) -> Result<Response, Trouble> {
    let home = Section::Sandbox.path();
    visit.told(site, &home, outcome, key)
}

/// A snapshot by its name.
#[derive(Debug, Deserialize)]
pub struct SnapshotForm {
    name: String,
}

/// `POST /console/sandbox/snapshots`: keeps everything as it is.
pub async fn make_snapshot(
    State(site): State<Site>,
    visit: Visit,
    Filled(SnapshotForm { name }): Filled<SnapshotForm>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    if !is_identifier(&name, SNAPSHOT_NAME_MAX_CHARS) {
        let words = visit.texts.say("snapshot-name");
        let notice = Notice::new(Tone::Refused, words);
        return Ok(visit.go_with(&site, &Section::Sandbox.path(), notice));
    }
    ended(&site, &visit, snapshot::make_snapshot(&site.engine, &name).await, "snapshot-made")
}

/// `POST /console/sandbox/snapshots/restore`: puts everything back to one.
pub async fn restore_snapshot(
    State(site): State<Site>,
    visit: Visit,
    Filled(SnapshotForm { name }): Filled<SnapshotForm>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    ended(&site, &visit, snapshot::restore_snapshot(&site.engine, &name).await, "snapshot-restored")
}

/// `POST /console/sandbox/snapshots/delete`: forgets one.
pub async fn delete_snapshot(
    State(site): State<Site>,
    visit: Visit,
    Filled(SnapshotForm { name }): Filled<SnapshotForm>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    ended(&site, &visit, snapshot::delete_snapshot(&site.engine, &name).await, "snapshot-deleted")
}

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub struct Empty {}

/// `POST /console/sandbox/reset`: back to the World the server was started with.
pub async fn reset(
    State(site): State<Site>,
    visit: Visit,
    Filled(Empty {}): Filled<Empty>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    let world = site.world.get().cloned();
    ended(&site, &visit, snapshot::reset(&site.engine, world).await, "reset-done")
}
