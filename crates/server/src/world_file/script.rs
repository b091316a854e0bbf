//! The `[[script]]` sections: what people do on their own, and the library of characters.

use std::path::{Component, Path};
use std::time::Duration;

use peyk_engine::scripts::{VARIABLES, groups};
use peyk_engine::world::{World, WorldScript};
use peyk_model::limits::{
    BUTTON_ROWS_MAX, BUTTONS_PER_ROW_MAX, FILE_NAME_MAX_CHARS, HANDLE_MAX_CHARS, TEXT_MAX,
};
use peyk_model::script::{
    Act, BodyKind, Choice, Line, Pattern, Prop, Script, Source, Step, Trigger,
};
use peyk_model::{Contact, Locale, Location, PostChange};

use super::message;
use super::names::Names;
use super::section::{Found, Section};

/// Numbers that every TOML reader takes.
const SEED_MAX: i64 = i64::MAX;
/// Most buttons below a message.
const BUTTONS_MAX: i64 = (BUTTON_ROWS_MAX * BUTTONS_PER_ROW_MAX) as i64;
/// What a step can be.
const STEPS: [&str; 10] =
    ["say", "send", "file", "location", "contact", "click", "do", "market", "support", "post"];

/// Scripts for whoever plays a character and speaks a language.
#[derive(Debug, Clone)]
pub(super) struct Part {
    character: String,
    locale: Locale,
    script: Script,
}

/// A person who plays a character.
#[derive(Debug)]
pub(super) struct Player {
    pub person: String,
    pub locale: Locale,
    pub character: Found<String>,
}

/// Reads every `[[script]]`, and gives players the scripts of their characters.
pub(super) fn read(top: &Section<'_, '_>, names: &Names, library: &[Part], world: &mut World) {
    let mut own = Vec::new();
    for section in top.sections("script") {
        let read = script(&section, names);
        let is_on = !section.flag("off");
        match read {
            Some((Role::Person(person), script)) => {
                if has(world, &person, &script.name) {
                    let found = format!("`{}` for the second time", script.name);
                    section.refuse(section.key_span("name"), found, "another");
                }
                world.scripts.push(WorldScript { person, script, is_on });
            }
            Some((Role::Character(character, locale), script)) => {
                own.push(Part { character, locale, script });
            }
            None => {}
        }
        section.finish();
    }
    for player in &names.players {
        // A character of the file takes the place of the library's.
        let found = [&own[..], library].into_iter().find(|parts| plays(player, parts).count() > 0);
        let Some(found) = found else {
            refuse_character(top, player, own.iter().chain(library));
            continue;
        };
        for part in plays(player, found) {
            if !has(world, &player.person, &part.script.name) {
                let (person, script) = (player.person.clone(), part.script.clone());
                world.scripts.push(WorldScript { person, script, is_on: true });
            }
        }
    }
}

fn has(world: &World, person: &str, name: &str) -> bool {
    world.scripts.iter().any(|each| each.person == person && each.script.name == name)
}

fn plays<'p>(player: &'p Player, parts: &'p [Part]) -> impl Iterator<Item = &'p Part> {
    let Player { locale, character, .. } = player;
    parts.iter().filter(|part| part.character == character.value && part.locale == *locale)
}

fn refuse_character<'p>(
    top: &Section<'_, '_>,
    player: &Player,
    parts: impl Iterator<Item = &'p Part>,
) {
    let Player { locale, character, .. } = player;
    let mut known: Vec<_> = parts
        .filter(|part| part.locale == *locale)
        .map(|part| format!("`{}`", part.character))
        .collect();
    known.sort();
    known.dedup();
    let expected = match &known[..] {
        [] => format!("a person of another language: nobody speaks `{}`", locale.code()),
        known => format!("one of {}", known.join(", ")),
    };
    top.refuse(&character.span, format!("`{}`", character.value), expected);
}

/// The parts of a library that has no mistakes.
pub(super) fn parts(top: &Section<'_, '_>) -> Vec<Part> {
    let names = Names::default();
    let mut parts = Vec::new();
    for section in top.sections("script") {
        if let Some((Role::Character(character, locale), script)) = script(&section, &names) {
            parts.push(Part { character, locale, script });
        }
        section.finish();
    }
    parts
}

enum Role {
    Person(String),
    Character(String, Locale),
}

fn role(section: &Section<'_, '_>, names: &Names) -> Option<Role> {
    if !section.has("character") {
        return Some(Role::Person(names.person(section, "person")?.value));
    }
    let character = section.identifier("character", HANDLE_MAX_CHARS);
    let codes = Locale::ALL.map(Locale::code);
    let locale = section.text("locale");
    let locale = locale.and_then(|found| section.word(&found, Locale::parse, codes));
    Some(Role::Character(character?.value, locale?))
}

fn script(section: &Section<'_, '_>, names: &Names) -> Option<(Role, Script)> {
    let role = role(section, names);
    let name = section.identifier("name", HANDLE_MAX_CHARS);
    let limit = section.optional_number("limit", Script::LIMIT_MAX);
    let chance = section.optional_number("chance_percent", 100);
    let seed = section.optional_number("seed", SEED_MAX);
    let mut variables: Vec<String> = vec!["me".into(), "other".into()];
    let when = section.table("when");
    let trigger = match &when {
        Some(when) => {
            let trigger = trigger(when, &mut variables);
            when.finish();
            trigger
        }
        None => {
            variables = VARIABLES.map(str::to_owned).to_vec();
            (!section.has("when")).then(|| Trigger::Message(Pattern::default()))
        }
    };
    let sections = section.sections("then");
    if sections.len() > Script::STEPS_MAX {
        let found = format!("{} steps", sections.len());
        section.refuse(section.span(), found, format!("at most {}", Script::STEPS_MAX));
    }
    let wanted = sections.len();
    let steps: Vec<Step> =
        sections.iter().filter_map(|section| step(section, &variables, names)).collect();
    let script = Script {
        name: name?.value,
        trigger: trigger?,
        chance_percent: chance.map_or(100, |found| u8::try_from(found.value).unwrap_or(100)),
        seed: seed.map_or(0, |found| found.value),
        limit: limit.map_or(Script::LIMIT_DEFAULT, |found| found.value),
        steps,
    };
    if wanted == 0 && !section.has("then") {
        section.missing("then");
    }
    Some((role?, script))
}

fn trigger(when: &Section<'_, '_>, variables: &mut Vec<String>) -> Option<Trigger> {
    const EVENTS: [&str; 4] = ["message", "opened", "silence", "time"];
    let event = when.optional_text("event");
    let event = match event {
        Some(found) => {
            when.word(&found, |word| EVENTS.into_iter().find(|each| *each == word), EVENTS)?
        }
        None => "message",
    };
    let wait = || {
        let seconds = when.number("seconds", Script::WAIT_MAX_SECONDS)?.value;
        Some(Duration::from_secs(seconds.unsigned_abs()))
    };
    match event {
        "opened" => Some(Trigger::Opened),
        "silence" => Some(Trigger::Silence(wait()?)),
        "time" => Some(Trigger::Time(wait()?)),
        _ => {
            variables.push("text".into());
            Some(Trigger::Message(pattern(when, variables)?))
        }
    }
}

fn pattern(when: &Section<'_, '_>, variables: &mut Vec<String>) -> Option<Pattern> {
    let text = when.optional_title("text");
    let regex = when.optional_text("regex");
    let kinds = BodyKind::ALL.iter().map(|kind| kind.word());
    let kind = when.optional_text("kind").map(|found| when.word(&found, BodyKind::parse, kinds));
    let button = when.optional_title("button");
    let regex = match regex {
        Some(found) => match groups(found.value) {
            Ok(caught) => {
                variables.extend(caught);
                Some(found.value.to_owned())
            }
            Err(wrong) => {
                let expected = format!("a regular expression: {wrong}");
                when.refuse(&found.span, format!("`{}`", found.value), expected);
                return None;
            }
        },
        None => None,
    };
    Some(Pattern { text, regex, kind: kind.flatten(), button })
}

fn step(section: &Section<'_, '_>, variables: &[String], names: &Names) -> Option<Step> {
    let after = section.optional_number("after_seconds", Script::WAIT_MAX_SECONDS);
    let after = after.map_or(0, |found| found.value.unsigned_abs());
    let given: Vec<_> = STEPS.into_iter().filter(|key| section.has(key)).collect();
    let act = match given[..] {
        ["say"] => line(section, "say", variables).map(Act::Say),
        ["market"] => line(section, "market", variables).map(Act::MarketSays),
        ["support"] => line(section, "support", variables).map(Act::SupportSays),
        ["send"] => send(section),
        ["file"] => file(section, names),
        ["click"] => click(section),
        ["post"] => post(section),
        ["location"] => location(section).map(Act::Locate),
        ["contact"] => contact(section).map(Act::Share),
        ["do"] => deed(section),
        _ => {
            let found = if given.is_empty() { "nothing to do".into() } else { given.join(" and ") };
            let words: Vec<_> = STEPS.into_iter().map(|key| format!("`{key}`")).collect();
            let expected = format!("one of {}", words.join(", "));
            section.refuse(section.span(), found, expected);
            return None;
        }
    };
    section.finish();
    Some(Step { after: Duration::from_secs(after), act: act? })
}

/// Words under a key, in which names can be filled in.
fn line(section: &Section<'_, '_>, key: &'static str, variables: &[String]) -> Option<Line> {
    let found = section.text(key);
    let length = section.optional_number("length", i64::try_from(TEXT_MAX).unwrap_or(i64::MAX));
    let found = found?;
    section.message_text(key)?;
    let length = length.map(|found| usize::try_from(found.value).unwrap_or(TEXT_MAX));
    let line = Line { words: found.value.to_owned(), length };
    match line.names() {
        Err(open) => {
            section.refuse(&found.span, format!("`{{{open}`"), "a `}` for every `{`");
            return None;
        }
        Ok(names) => {
            for name in names {
                if !variables.iter().any(|each| each == name) {
                    let words: Vec<_> =
                        variables.iter().map(|each| format!("`{{{each}}}`")).collect();
                    let expected = format!("one of {}", words.join(", "));
                    section.refuse(&found.span, format!("`{{{name}}}`"), expected);
                    return None;
                }
            }
        }
    }
    Some(line)
}

fn send(section: &Section<'_, '_>) -> Option<Act> {
    let words = Prop::ALL.iter().map(|prop| prop.word());
    let prop = section.word(&section.text("send")?, Prop::parse, words)?;
    Some(Act::Send(Source::Prop(prop)))
}

/// A file in the folder of the World file, or one that the World carries.
fn file(section: &Section<'_, '_>, names: &Names) -> Option<Act> {
    let found = section.text("file")?;
    let path = Path::new(found.value);
    section.hide(&["object"]);
    if let Some(object) = section.optional_text("object") {
        return carried(section, names, &found, &object);
    }
    let is_beside = !found.value.is_empty()
        && path.components().all(|part| matches!(part, Component::Normal(_)));
    let whole = section.folder().filter(|_| is_beside).map(|folder| folder.join(path));
    let whole = whole.filter(|whole| whole.is_file());
    let Some(whole) = whole.as_deref().and_then(Path::to_str) else {
        let expected = "the name of a file in the folder of this World file";
        section.refuse(&found.span, format!("`{}`", found.value), expected);
        return None;
    };
    Some(Act::Send(Source::Path(whole.to_owned())))
}

fn carried(
    section: &Section<'_, '_>,
    names: &Names,
    name: &Found<&str>,
    object: &Found<&str>,
) -> Option<Act> {
    let is_name = !name.value.contains(['/', '\\', '\0'])
        && (1..=FILE_NAME_MAX_CHARS).contains(&name.value.chars().count());
    if !is_name {
        let expected = format!("a name of at most {FILE_NAME_MAX_CHARS} characters");
        section.refuse(&name.span, format!("`{}`", name.value), expected);
        return None;
    }
    if !names.script_files.contains(object.value) {
        let expected = "the object of a [[script_file]]";
        section.refuse(&object.span, format!("`{}`", object.value), expected);
        return None;
    }
    let (name, object) = (name.value.to_owned(), object.value.to_owned());
    Some(Act::Send(Source::Kept { name, object }))
}

/// A button, by its number or by words in its caption.
fn click(section: &Section<'_, '_>) -> Option<Act> {
    Some(Act::Click(if section.is_text("click") {
        Choice::Words(section.title("click")?)
    } else {
        Choice::Number(section.number("click", BUTTONS_MAX)?.value)
    }))
}

fn post(section: &Section<'_, '_>) -> Option<Act> {
    let words = PostChange::ALL.iter().map(|change| change.word());
    let found = section.text("post")?;
    Some(Act::ChangePost(section.word(&found, PostChange::parse, words)?))
}

/// A place under the key `location`.
pub(crate) fn location(section: &Section<'_, '_>) -> Option<Location> {
    message::location(section, &section.text("location")?)
}

/// Somebody's number under the key `contact`, with the name under `contact_name`.
pub(crate) fn contact(section: &Section<'_, '_>) -> Option<Contact> {
    let name = section.optional_title("contact_name");
    message::contact(section, name, &section.text("contact")?)
}

fn deed(section: &Section<'_, '_>) -> Option<Act> {
    const DEEDS: [(&str, Act); 6] = [
        ("block", Act::Block),
        ("unblock", Act::Unblock),
        ("dispute", Act::Dispute),
        ("decide", Act::Decide),
        ("close", Act::Close),
        ("stay_silent", Act::StaySilent),
    ];
    let find = |word: &str| DEEDS.into_iter().find(|(name, _)| *name == word).map(|(_, act)| act);
    section.word(&section.text("do")?, find, DEEDS.map(|(name, _)| name))
}
