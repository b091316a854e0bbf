//! The sandbox's page: its one clock, and what its people do on their own.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use peyk_engine::clock::{self, Movement};
use peyk_engine::read_conversation::Paging;
use peyk_engine::scripts::{self, Standing};
use peyk_engine::{Context, Result as Answer, Snapshot, directory, faults, snapshot};
use peyk_model::fault::Tally;
use peyk_model::limits::{CLOCK_EARLIEST, CLOCK_LATEST, IDLE_LONGEST};
use peyk_model::{FaultRule, Person, Timestamp};
use serde::Deserialize;

use super::form::Filled;
use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::moment::{Form, Moment};
use super::notice::{Notice, Tone};
use super::visit::Visit;
use crate::Site;

/// Most people whose scripts are shown.
const PEOPLE_MAX: i64 = 200;

#[derive(Template)]
#[template(path = "console/sandbox.html")]
struct Page {
    frame: Frame,
    actors: Vec<(Person, Vec<Standing>)>,
    faults: Vec<(FaultRule, Tally)>,
    snapshots: Vec<(Snapshot, Moment)>,
    /// The clock's time as the field for another one wants it.
    field_time: String,
}

/// `GET /console/sandbox`.
pub async fn show(State(site): State<Site>, visit: Visit) -> Result<Response, Trouble> {
    only_here(&site)?;
    let (actors, faults) =
        site.engine.read(|context| Ok((actors(context)?, faults::faults(context)?))).await?;
    let made = |snapshot: Snapshot| {
        let at = visit.moment(Timestamp(snapshot.made_at), Form::Full);
        (snapshot, at)
    };
    let snapshots = snapshot::snapshots(&site.engine).await?.into_iter().map(made).collect();
    let title = visit.texts.say("nav-sandbox");
    let frame = Frame::new(&visit, Section::Sandbox, title).live("/console/live");
    let field_time = super::moment::field(visit.now);
    page(&Page { frame, actors, faults, snapshots, field_time })
}

pub(super) fn only_here(site: &Site) -> Result<(), Trouble> {
    if site.is_sandbox() { Ok(()) } else { Err(Trouble::SandboxOnly) }
}

fn actors(context: &mut Context<'_, '_>) -> Answer<Vec<(Person, Vec<Standing>)>> {
    let paging = Paging { cursor: None, limit: PEOPLE_MAX };
    let mut actors = Vec::new();
    for person in directory::people(context, &paging)?.items {
        let scripts = scripts::scripts_of(context, &person.handle)?;
        if !scripts.is_empty() {
            actors.push((person, scripts));
        }
    }
    Ok(actors)
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
    match site.engine.write(verb).await {
        Ok(()) => Ok(visit.done(&site, &home, "script-switched")),
        Err(error) => visit.refused(&site, &home, error),
    }
}
