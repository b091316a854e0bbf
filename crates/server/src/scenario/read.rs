//! Reading: every mistake of a file at once, with its place, what was found and what was expected.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use peyk_engine::world::World;
use peyk_model::Timestamp;
use peyk_model::limits::{CLOCK_EARLIEST, CLOCK_LATEST};

use super::chat::Cast;
use super::{Deed, Scenario, ScenarioFile, Step, step, write};
use crate::world_file::section::Section;
use crate::world_file::{self, Mistake};

/// The name under which a scenario begins in the demo World.
const DEMO: &str = "demo";
/// The sections of a World, which may stand in the file itself.
const WORLD_KEYS: [&str; 11] = [
    "person",
    "kenar",
    "market",
    "script",
    "script_file",
    "magic",
    "clock",
    "media",
    "block",
    "webhook",
    "fault",
];

/// Why the World that a file names cannot be used.
#[derive(Debug)]
pub enum NoWorld {
    /// It cannot be read, for this reason.
    Unreadable(String),
    /// It has mistakes of its own.
    Mistakes(Vec<Mistake>),
}

/// Reads a file from the disk, and the World beside it.
pub fn read_file(path: &Path) -> anyhow::Result<ScenarioFile> {
    let name = path.display().to_string();
    let text = anyhow::Context::with_context(std::fs::read_to_string(path), || {
        format!("{name} cannot be read")
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    parse(&name, &text, |world| read_world(&folder.join(world))).map_err(|mistakes| {
        let lines: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}", lines.join("\n"))
    })
}

fn read_world(path: &Path) -> Result<World, NoWorld> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| NoWorld::Unreadable(error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    world_file::parse_beside(folder, &path.display().to_string(), &text).map_err(NoWorld::Mistakes)
}

/// Reads scenarios, or lists every mistake in the order of the file; `load` reads the World that
/// the file names.
pub fn parse(
    name: &str,
    text: &str,
    load: impl FnOnce(&str) -> Result<World, NoWorld>,
) -> Result<ScenarioFile, Vec<Mistake>> {
    let mut of_the_world = Vec::new();
    let read = world_file::read_document(name, text, |top| {
        let world = match world(top, load) {
            Ok(world) => world?,
            Err(mistakes) => {
                of_the_world = mistakes;
                return None;
            }
        };
        Some(file(top, text, world))
    });
    match read {
        _ if !of_the_world.is_empty() => Err(of_the_world),
        Ok(read) => Ok(read.unwrap_or_default()),
        Err(mistakes) => Err(mistakes),
    }
}

/// Reads one step from JSON, whose keys are those of a file; names are judged when they are used.
pub fn step_from_json(json: &serde_json::Value) -> Result<Deed, Vec<Mistake>> {
    let text = format!("step = {}", write::value(json));
    let read = world_file::read_document("step", &text, |top| {
        let cast = Cast { world: None, chats: HashMap::new() };
        let deed = top.braces("step").and_then(|step| step::deed(&step, &cast, None));
        top.finish();
        deed
    })?;
    // Without a mistake there is a step.
    read.ok_or_else(Vec::new)
}

/// The World: another file's, the demo's, or the sections of this one. None after a mistake that
/// was noted.
fn world(
    top: &Section<'_, '_>,
    load: impl FnOnce(&str) -> Result<World, NoWorld>,
) -> Result<Option<World>, Vec<Mistake>> {
    let Some(found) = top.optional_text("world") else {
        return Ok((!top.has("world")).then(|| world_file::read(top)));
    };
    if let Some(key) = WORLD_KEYS.into_iter().find(|key| top.has(key)) {
        let expected = "either `world` or the sections of a World, not both";
        top.refuse(top.key_span(key), format!("`{key}` beside `world`"), expected);
        return Ok(None);
    }
    if found.value == DEMO {
        return Ok(world_file::parse(world_file::DEMO_NAME, world_file::DEMO).ok());
    }
    match load(found.value) {
        Ok(world) => Ok(Some(world)),
        Err(NoWorld::Mistakes(mistakes)) => Err(mistakes),
        Err(NoWorld::Unreadable(why)) => {
            let expected = format!("a World file beside this one, or `{DEMO}`: {why}");
            top.refuse(&found.span, format!("`{}`", found.value), expected);
            Ok(None)
        }
    }
}

fn file(top: &Section<'_, '_>, text: &str, world: World) -> ScenarioFile {
    let bot = top.optional_text("bot").map(|found| found.value.to_owned());
    let starts_at = starts_at(top);
    let seed = top.optional_number("seed", i64::MAX);
    let mut cast = Cast { world: Some(&world), chats: HashMap::new() };
    if let Some(chats) = top.table("chats") {
        cast.name_chats(&chats);
    }
    let sections = top.sections("scenario");
    if sections.len() > Scenario::PER_FILE_MAX {
        let found = format!("{} scenarios", sections.len());
        top.refuse(top.key_span("scenario"), found, format!("at most {}", Scenario::PER_FILE_MAX));
    }
    let mut names = HashSet::new();
    let scenarios =
        sections.iter().filter_map(|section| scenario(section, text, &cast, &mut names));
    let scenarios = scenarios.collect();
    top.finish();
    let seed = seed.map_or(0, |found| found.value.unsigned_abs());
    ScenarioFile { bot, starts_at, seed, scenarios, world }
}

fn starts_at(top: &Section<'_, '_>) -> Option<Timestamp> {
    let found = top.optional_text("starts_at")?;
    let time = found.value.parse::<jiff::Timestamp>();
    let time = time.ok().map(|time| Timestamp(time.as_microsecond()));
    let time = time.filter(|time| (CLOCK_EARLIEST..=CLOCK_LATEST).contains(time));
    if time.is_none() {
        let expected = "a time from 1970 to 2200 like `2026-11-20T12:00:00Z`";
        top.refuse(&found.span, format!("`{}`", found.value), expected);
    }
    time
}

fn scenario(
    section: &Section<'_, '_>,
    text: &str,
    cast: &Cast<'_>,
    names: &mut HashSet<String>,
) -> Option<Scenario> {
    let name = section.title("name");
    if let Some(name) = &name
        && !names.insert(name.clone())
    {
        section.refuse(
            section.key_span("name"),
            format!("`{name}` for the second time"),
            "another",
        );
    }
    let usual = cast.chat(section, "chat");
    let sections = section.sections("steps");
    if sections.is_empty() && !section.has("steps") {
        section.missing("steps");
    }
    if sections.len() > Scenario::STEPS_MAX {
        let found = format!("{} steps", sections.len());
        section.refuse(section.span(), found, format!("at most {}", Scenario::STEPS_MAX));
    }
    // Without its chat every step would be a mistake.
    let has_chat = usual.is_some() || !section.has("chat");
    let steps = match has_chat {
        true => sections.iter().filter_map(|each| {
            let deed = step::deed(each, cast, usual.as_ref())?;
            Some(Step { line: line(text, each.span().start), deed })
        }),
        false => return None,
    };
    let steps = steps.collect();
    section.finish();
    Some(Scenario { name: name?, line: line(text, section.span().start), steps })
}

/// The line in which a place of the file lies, counted from one.
fn line(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}
