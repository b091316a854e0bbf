//! The `message` sections of conversations.

use std::time::Duration;

use peyk_engine::world::{When, WorldBody, WorldMessage};
use peyk_model::limits::MESSAGE_ID_MAX;
use peyk_model::{
    Action, Author, Button, ButtonGrid, Buttons, Contact, Hand, Location, MessageId, PostToken,
};

use super::names::Names;
use super::section::{Found, Section};
use crate::scenario::span;

type MakeAction = fn(String) -> Action;

/// What a button does, by the key under which a file writes it.
const ACTIONS: [(&str, MakeAction); 6] = [
    ("link", Action::OpenDirectLink),
    ("server_link", Action::OpenServerLink),
    ("legacy_server_link", Action::OpenLegacyServerLink),
    ("dynamic", Action::GetDynamicAction),
    ("post", |token| Action::OpenPostPage(PostToken(token))),
    ("manage_post", |token| Action::OpenPostManagePage(PostToken(token))),
];

/// The `message` sections, each from one of these authors.
pub(super) fn messages(
    section: &Section<'_, '_>,
    names: &Names,
    authors: &[(&str, Author)],
) -> Vec<WorldMessage> {
    let mut messages: Vec<WorldMessage> = Vec::new();
    for section in section.sections("message") {
        let read = message(&section, names, authors);
        section.finish();
        let Some(message) = read else { continue };
        if let Some(When::Ago(span)) = message.at {
            check_order(&section, messages.last(), span);
        }
        messages.push(message);
    }
    messages
}

/// What is told as so long ago comes after what is told as longer ago.
fn check_order(section: &Section<'_, '_>, before: Option<&WorldMessage>, span: Duration) {
    let Some(before) = before else { return };
    let expected = match before.at {
        // How long ago a date is depends on when the World is loaded.
        Some(When::At(_)) => return,
        Some(When::Ago(before)) if before >= span => return,
        Some(When::Ago(before)) => {
            format!("at most `{}`, as the message before", span::show(before))
        }
        None => "an `at` or `ago` for the message before too: it is said now".to_owned(),
    };
    section.refuse(section.key_span("ago"), format!("`{}`", span::show(span)), expected);
}

/// When a message was said: then, or so long before the World is loaded.
fn when(section: &Section<'_, '_>) -> Option<When> {
    let at = section.time("at");
    let ago = section.optional_text("ago").and_then(|found| {
        let span = span::parse(found.value);
        if span.is_none() {
            let expected = "a span like `2h`, `1d3h` or `5m30s`, of at most 366 days";
            section.refuse(&found.span, format!("`{}`", found.value), expected);
        }
        span
    });
    if section.has("at") && section.has("ago") {
        section.refuse(section.key_span("ago"), "`ago` beside `at`", "one of them");
    }
    at.map(When::At).or(ago.map(When::Ago))
}

fn message(
    section: &Section<'_, '_>,
    names: &Names,
    authors: &[(&str, Author)],
) -> Option<WorldMessage> {
    let author = section.text("from").and_then(|from| {
        let author = authors.iter().find(|(name, _)| *name == from.value);
        if author.is_none() {
            let names: Vec<_> = authors.iter().map(|(name, _)| format!("`{name}`")).collect();
            let expected = format!("one of {}", names.join(", "));
            section.refuse(&from.span, format!("`{}`", from.value), expected);
        }
        author.map(|(_, author)| *author)
    });
    let app = section.has("app").then(|| names.app(section, "app")).flatten();
    let body = body(section, names);
    let id = section.optional_number("id", MESSAGE_ID_MAX).map(|found| MessageId(found.value));
    let at = when(section);
    let buyer = grid(section, "buyer_buttons").unwrap_or_default();
    let seller = grid(section, "seller_buttons").unwrap_or_default();
    let author = match (author?, &app) {
        // An app that writes for a person is a program.
        (author, Some(_)) => author.side().map_or(author, |side| Author::on(side, Hand::Bot)),
        (author, None) => author,
    };
    let buttons = Buttons { buyer, seller };
    Some(WorldMessage { author, body: body?, app, buttons, id, at })
}

fn body(section: &Section<'_, '_>, names: &Names) -> Option<WorldBody> {
    let given: Vec<_> = ["text", "file", "location", "contact"]
        .into_iter()
        .filter(|key| section.has(key))
        .collect();
    match given[..] {
        [] | ["text"] => section.message_text("text").map(WorldBody::Text),
        ["file"] => names.file(section, "file").map(WorldBody::File),
        ["location"] => location(section, &section.text("location")?).map(WorldBody::Location),
        ["contact"] => {
            let name = section.optional_text("contact_name").map(|found| found.value.to_owned());
            contact(section, name, &section.text("contact")?).map(WorldBody::Contact)
        }
        _ => {
            let expected = "one of `text`, `file`, `location`, `contact`";
            section.refuse(section.span(), given.join(" and "), expected);
            None
        }
    }
}

/// A place like `35.7219, 51.3347`.
pub(super) fn location(section: &Section<'_, '_>, found: &Found<&str>) -> Option<Location> {
    let place = found.value.split_once(',').and_then(|(latitude, longitude)| {
        let (latitude, longitude) = (latitude.trim().parse(), longitude.trim().parse());
        Location::new(latitude.ok()?, longitude.ok()?).ok()
    });
    if place.is_none() {
        let expected = "latitude and longitude like `35.7219, 51.3347`";
        section.refuse(&found.span, format!("`{}`", found.value), expected);
    }
    place
}

/// Somebody's number, perhaps with their name.
pub(super) fn contact(
    section: &Section<'_, '_>,
    name: Option<String>,
    found: &Found<&str>,
) -> Option<Contact> {
    match Contact::new(name, found.value.to_owned()) {
        Ok(contact) => Some(contact),
        Err(refusal) => {
            section.refuse(&found.span, format!("`{}`", found.value), refusal.to_string());
            None
        }
    }
}

fn grid(section: &Section<'_, '_>, key: &'static str) -> Option<ButtonGrid> {
    let rows = section.grid(key)?;
    let rows = rows.into_iter().map(|row| {
        let row = row.into_iter().filter_map(|section| {
            let button = button(&section);
            section.finish();
            button
        });
        row.collect()
    });
    match ButtonGrid::new(rows.collect()) {
        Ok(grid) => Some(grid),
        Err(refusal) => {
            section.refuse(section.key_span(key), format!("`{key}`"), refusal.to_string());
            None
        }
    }
}

fn button(section: &Section<'_, '_>) -> Option<Button> {
    let caption = section.text("caption").map(|found| found.value.to_owned());
    let text = |key| section.optional_text(key).map(|found| found.value.to_owned());
    let (icon, icon_name) = (text("icon"), text("icon_name"));
    let mut actions = ACTIONS.iter().filter_map(|(key, action)| Some(action(text(key)?)));
    let (first, second) = (actions.next(), actions.next());
    let (Some(action), None) = (first, second) else {
        let words: Vec<_> = ACTIONS.iter().map(|(key, _)| format!("`{key}`")).collect();
        let expected = format!("one of {}", words.join(", "));
        section.refuse(section.span(), "a button that does not do one thing", expected);
        return None;
    };
    Some(Button { caption: caption?, icon, icon_name, action })
}

/// The marketplace itself may write anywhere.
pub(super) const MARKETPLACE: [(&str, Author); 2] =
    [("market", Author::Market), ("support", Author::Support)];
