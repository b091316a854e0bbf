//! What a sandbox's page does to everything at once: Worlds, snapshots, a new beginning, faults.

use axum::extract::State;
use axum::response::Response;
use peyk_engine::world::load_world;
use peyk_engine::{Error, faults, snapshot};
use peyk_model::is_identifier;
use peyk_model::limits::SNAPSHOT_NAME_MAX_CHARS;
use serde::Deserialize;

use super::form::Filled;
use super::frame::Section;
use super::guard::Trouble;
use super::notice::{Notice, Tone};
use super::sandbox::only_here;
use super::visit::Visit;
use crate::{Site, world_file};

/// What a World that was pasted is called in mistakes.
const PASTED: &str = "world.toml";
/// Most mistakes that are told at once.
const MISTAKES_MAX: usize = 20;

/// A World as text.
#[derive(Debug, Deserialize)]
pub struct WorldForm {
    text: String,
}

/// `POST /console/sandbox/world`: loads a World on top of what there is.
pub async fn load(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<WorldForm>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    let home = Section::Sandbox.path();
    let world = match world_file::parse(PASTED, &form.text.replace("\r\n", "\n")) {
        Ok(world) => world,
        Err(mistakes) => {
            let mut notice = Notice::new(Tone::Refused, visit.texts.say("world-mistakes"));
            let lines = mistakes.iter().take(MISTAKES_MAX).map(ToString::to_string);
            notice.quote = Some(lines.collect::<Vec<_>>().join("\n"));
            return Ok(visit.go_with(&site, &home, notice));
        }
    };
    let loaded = site.engine.write(move |context| load_world(context, &world)).await;
    if loaded.is_ok() {
        faults::follow_faults(&site.engine).await?;
    }
    ended(&site, &visit, loaded, "world-loaded")
}

fn ended<T>(
    site: &Site,
    visit: &Visit,
    outcome: Result<T, Error>,
    key: &str,
) -> Result<Response, Trouble> {
    let home = Section::Sandbox.path();
    match outcome {
        Ok(_) => Ok(visit.done(site, &home, key)),
        Err(error) => visit.refused(site, &home, error),
    }
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

/// A rule of faults and how it is to be.
#[derive(Debug, Deserialize)]
pub struct FaultForm {
    name: String,
    to: FaultTo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaultTo {
    On,
    Off,
    Gone,
}

/// `POST /console/sandbox/faults`: switches a rule, or takes it away.
pub async fn change_fault(
    State(site): State<Site>,
    visit: Visit,
    Filled(FaultForm { name, to }): Filled<FaultForm>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    let changed = site.engine.write(move |context| match to {
        FaultTo::On => faults::switch_fault(context, &name, true),
        FaultTo::Off => faults::switch_fault(context, &name, false),
        FaultTo::Gone => faults::delete_fault(context, &name),
    });
    let changed = changed.await;
    faults::follow_faults(&site.engine).await?;
    ended(&site, &visit, changed, "fault-changed")
}
