//! The sandbox's page: its one clock, and what its people do on their own; faults, magic names and
//! Worlds are beside this file.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use peyk_engine::clock::{self, Movement};
use peyk_engine::{Context, Snapshot, faults, scripts, snapshot};
use peyk_model::Timestamp;
use peyk_model::fault::DriftKind;
use peyk_model::limits::{CLOCK_EARLIEST, CLOCK_LATEST, IDLE_LONGEST};
use serde::Deserialize;

use super::faults::{EFFECTS, Places, Rule, places, shown};
use super::form::Filled;
use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::magic::{self, Group};
use super::moment::{Form, Moment};
use super::notice::{Notice, Tone};
use super::scripts::{self as standing, Row};
use super::visit::Visit;
use crate::Site;

#[derive(Template)]
#[template(path = "console/sandbox.html")]
struct Page {
    frame: Frame,
    scripts: Vec<Row>,
    /// None in a World without magic.
    magic: Option<Vec<Group>>,
    faults: Vec<Rule>,
    /// What a fault can be about.
    places: Vec<Places>,
    snapshots: Vec<(Snapshot, Moment)>,
    /// The clock's time as the field for another one wants it.
    field_time: String,
}

/// `GET /console/sandbox`.
pub async fn show(State(site): State<Site>, visit: Visit) -> Result<Response, Trouble> {
    only_here(&site)?;
    let verb = |context: &mut Context<'_, '_>| {
        Ok((standing::found(context)?, faults::faults(context)?, magic::found(context)?))
    };
    let (found, kept, known) = site.engine.read(verb).await?;
    let scripts = standing::rows(&visit, found);
    let faults = kept.iter().map(|each| shown(visit.texts, each)).collect();
    let magic = known.map(|known| magic::groups(&site, &known));
    let made = |snapshot: Snapshot| {
        let at = visit.moment(Timestamp(snapshot.made_at), Form::Full);
        (snapshot, at)
    };
    let snapshots = snapshot::snapshots(&site.engine).await?.into_iter().map(made).collect();
    let title = visit.texts.say("nav-sandbox");
    let frame = Frame::new(&visit, Section::Sandbox, title).live("/console/live");
    let field_time = super::moment::field(visit.now);
    let places = places(visit.texts);
    page(&Page { frame, scripts, magic, faults, places, snapshots, field_time })
}

impl Page {
    /// What can go wrong.
    fn effects(&self) -> Vec<&'static str> {
        EFFECTS.iter().map(|(word, _)| *word).collect()
    }

    /// How a vendor's words change.
    fn drifts(&self) -> Vec<&'static str> {
        DriftKind::ALL.iter().map(|kind| kind.word()).collect()
    }
}

pub(super) fn only_here(site: &Site) -> Result<(), Trouble> {
    if site.is_sandbox() { Ok(()) } else { Err(Trouble::SandboxOnly) }
}

/// What is done to the clock.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Freeze,
    Unfreeze,
    Reset,
    Set,
    Advance,
    Run,
}

/// The clock's form.
#[derive(Debug, Deserialize)]
pub struct ClockForm {
    act: Act,
    time: Option<String>,
    seconds: Option<u64>,
}

/// `POST /console/sandbox/clock`.
pub async fn move_clock(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<ClockForm>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    let home = Section::Sandbox.path();
    let now = site.engine.clock().now();
    let movement = match form.act {
        Act::Freeze => Some(Movement::Freeze),
        Act::Unfreeze => Some(Movement::Unfreeze),
        Act::Reset => Some(Movement::Reset),
        Act::Set => form.time.as_deref().and_then(super::moment::parse_field).map(Movement::Set),
        Act::Advance => form.seconds.map(|seconds| Movement::Advance(Duration::from_secs(seconds))),
        Act::Run => return run(&site, &visit).await,
    };
    let Some(movement) = movement.filter(|movement| stays_in_bounds(*movement, now)) else {
        let words = visit.texts.say("clock-bounds");
        return Ok(visit.go_with(&site, &home, Notice::new(Tone::Refused, words)));
    };
    clock::move_clock(&site.engine, movement).await?;
    Ok(visit.done(&site, &home, "clock-moved-done"))
}

fn stays_in_bounds(movement: Movement, now: Timestamp) -> bool {
    let time = match movement {
        Movement::Set(time) => time,
        Movement::Advance(by) => now.after(by),
        Movement::Freeze | Movement::Unfreeze | Movement::Reset => return true,
    };
    (CLOCK_EARLIEST..=CLOCK_LATEST).contains(&time)
}

async fn run(site: &Site, visit: &Visit) -> Result<Response, Trouble> {
    let ran = clock::run_until_idle(&site.engine, IDLE_LONGEST).await?;
    let key = if ran.is_idle { "clock-ran-idle" } else { "clock-ran-on" };
    let words = visit.texts.count(key, i64::try_from(ran.steps).unwrap_or(i64::MAX));
    Ok(visit.go_with(site, &Section::Sandbox.path(), Notice::new(Tone::Done, words)))
}

/// The form that switches a script.
#[derive(Debug, Deserialize)]
pub struct ScriptForm {
    person: String,
    script: String,
    to: Switch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Switch {
    On,
    Off,
}

/// `POST /console/sandbox/scripts`.
pub async fn switch_script(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<ScriptForm>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    let ScriptForm { person, script, to } = form;
    let verb = move |context: &mut Context<'_, '_>| {
        scripts::switch_script(context, &person, &script, to == Switch::On)
    };
    let home = Section::Sandbox.path();
    visit.told(&site, &home, site.engine.write(verb).await, "script-switched")
}
