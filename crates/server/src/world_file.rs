//! World files: a World as people write it by hand, in TOML.
//!
//! Every mistake of a file is reported at once, with its place, what was found and what was
//! expected; a file with a mistake is not loaded at all. The vendors' words appear here because
//! World files group things the way the vendors' users know them.

mod exact;
mod fault;
mod kenar;
mod market;
mod message;
mod names;
pub(crate) mod script;
pub(crate) mod section;
mod value;
mod write;

use std::ops::Range;
use std::path::Path;

use peyk_engine::world::World;
use toml::de::{DeTable, DeValue};

use names::Names;
use section::{Notes, Section};

pub use write::write;

/// The World that a server starts with when nobody gave it one.
pub const DEMO: &str = include_str!("../worlds/demo.toml");
/// The name of that World's file in messages.
pub const DEMO_NAME: &str = "worlds/demo.toml";

/// The characters that a World's people can play.
pub const CUSTOMERS: &str = include_str!("../worlds/customers.toml");
/// The name of that library in messages.
pub const CUSTOMERS_NAME: &str = "worlds/customers.toml";

/// A mistake in a World file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file.
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// The character in the line, counted from one.
    pub column: usize,
    /// What is there.
    pub found: String,
    /// What should be there.
    pub expected: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, column, found, expected } = self;
        write!(f, "{file}:{line}:{column}: found {found}, expected {expected}")
    }
}

/// Reads a World, or lists every mistake in it in the order of the file.
pub fn parse(name: &str, text: &str) -> Result<World, Vec<Mistake>> {
    parse_noted(Notes::default(), name, text)
}

/// Reads a World whose people may send files from this folder.
pub fn parse_beside(folder: &Path, name: &str, text: &str) -> Result<World, Vec<Mistake>> {
    parse_noted(Notes::beside(Some(folder)), name, text)
}

fn parse_noted(notes: Notes, name: &str, text: &str) -> Result<World, Vec<Mistake>> {
    read_noted(notes, name, text, |top| {
        let world = read(top);
        top.finish();
        world
    })
}

/// Reads a file, or lists every mistake that was noted on the way.
pub(crate) fn read_document<T: Default>(
    name: &str,
    text: &str,
    read: impl FnOnce(&Section<'_, '_>) -> T,
) -> Result<T, Vec<Mistake>> {
    read_noted(Notes::default(), name, text, read)
}

fn read_noted<T: Default>(
    notes: Notes,
    name: &str,
    text: &str,
    read: impl FnOnce(&Section<'_, '_>) -> T,
) -> Result<T, Vec<Mistake>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let found = excerpt(text, span.clone());
        notes.add(span, found, format!("TOML: {}", error.message().replace('\n', ", ")));
    }
    // A broken line can hide the names below it, and what they miss is not worth telling.
    let document = DeValue::Table(document.into_inner());
    let read =
        if errors.is_empty() { read(&Section::top(&notes, &document)) } else { T::default() };
    let mut found = notes.into_found();
    if found.is_empty() {
        return Ok(read);
    }
    found.sort_by_key(|note| note.span.start);
    Err(found.into_iter().map(|note| note.at(name, text)).collect())
}

/// The World of a file that may have more in it.
pub(crate) fn read(top: &Section<'_, '_>) -> World {
    let mut world = World::default();
    let mut names = Names::default();
    for section in top.sections("person") {
        world.people.extend(names::person(&section, &mut names));
        section.finish();
    }
    // Messages name files, and files the apps whose uploads they were.
    let media = top.sections("media");
    names.media.extend(media.iter().filter_map(exact::link));
    let (kenar, market) = (top.table("kenar"), top.table("market"));
    if let Some(kenar) = &kenar {
        kenar::read(kenar, &mut names, &mut world);
        kenar.finish();
    }
    if let Some(market) = &market {
        market::read(market, &mut names, &mut world);
        market.finish();
    }
    exact::read(top, &media, &names, &mut world);
    names.script_files = world.exact.script_files.keys().cloned().collect();
    world.exact.people = std::mem::take(&mut names.person_numbers);
    world.exact.apps = std::mem::take(&mut names.app_numbers);
    world.exact.keys = std::mem::take(&mut names.key_dates);
    script::read(top, &names, &library(), &mut world);
    fault::read(top, &mut world);
    world.magic = top.flag("magic");
    if world.magic {
        crate::magic::add_keys(&mut world);
    }
    world
}

/// The scripts of the library; tests read it for mistakes.
fn library() -> Vec<script::Part> {
    let (document, _) = DeTable::parse_recoverable(CUSTOMERS);
    let document = DeValue::Table(document.into_inner());
    script::parts(&Section::top(&Notes::default(), &document))
}

/// What stands in the file at a place, cut to one short line.
fn excerpt(text: &str, span: Range<usize>) -> String {
    const MAX_CHARS: usize = 40;
    let end = span.end.max(span.start);
    let start = if span.is_empty() {
        text.get(..end).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1)
    } else {
        span.start
    };
    let line = text.get(start..end).unwrap_or_default().lines().next().unwrap_or_default();
    match line.trim() {
        "" => "nothing".to_owned(),
        line if line.chars().count() > MAX_CHARS => {
            format!("`{}…`", line.chars().take(MAX_CHARS).collect::<String>())
        }
        line => format!("`{line}`"),
    }
}
