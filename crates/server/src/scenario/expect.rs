//! Steps of a scenario that say what a bot has to do.

use std::time::Duration;

use peyk_engine::scripts::groups;
use peyk_model::script::{BodyKind, Pattern};

use super::{Expected, ExpectedCall, WITHIN, span};
use crate::world_file::section::Section;

/// Statuses of HTTP.
const STATUS_MAX: i64 = 599;
/// Most calls that a step counts.
const TIMES_MAX: i64 = 1_000_000;
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// What the bot has to answer: its whole text, or a table of what the message has to be like.
pub(super) fn expected(step: &Section<'_, '_>) -> Option<Expected> {
    let within = optional_span(step, "within");
    let skips = step.flag("skip");
    let expected = if step.is_text("expect") {
        let exact = step.message_text("expect")?.as_str().to_owned();
        Expected { exact: Some(exact), ..Expected::default() }
    } else {
        let table = step.braces("expect")?;
        let found = described(&table);
        table.finish();
        found?
    };
    Some(Expected { within: within?.unwrap_or(WITHIN), skips, ..expected })
}

fn described(table: &Section<'_, '_>) -> Option<Expected> {
    let exact = match table.has("exact") {
        true => Some(table.message_text("exact")?.as_str().to_owned()),
        false => None,
    };
    let text = table.optional_text("contains").map(|found| found.value.to_owned());
    let regex = table.optional_text("regex");
    let kinds = BodyKind::ALL.iter().map(|kind| kind.word());
    let kind = table.optional_text("kind");
    let kind = kind.and_then(|found| table.word(&found, BodyKind::parse, kinds));
    let button = table.optional_title("button");
    let buttons = table.texts("buttons").into_iter().map(|found| found.value.to_owned()).collect();
    if let Some(found) = &regex
        && let Err(wrong) = groups(found.value)
    {
        let expected = format!("a regular expression: {wrong}");
        table.refuse(&found.span, format!("`{}`", found.value), expected);
        return None;
    }
    let regex = regex.map(|found| found.value.to_owned());
    let expected = Expected {
        exact,
        pattern: Pattern { text, regex, kind, button },
        buttons,
        ..Expected::default()
    };
    if expected == Expected::default() {
        let expected = "one of `exact`, `contains`, `regex`, `kind`, `button`, `buttons`";
        table.refuse(table.span(), "nothing to expect", expected);
        return None;
    }
    Some(expected)
}

/// Calls that the bot has to have made.
pub(super) fn call(step: &Section<'_, '_>) -> Option<ExpectedCall> {
    let status = step.optional_number("status", STATUS_MAX);
    let body = step.optional_text("body").map(|found| found.value.to_owned());
    let times = step.optional_number("times", TIMES_MAX);
    let never = step.flag("never");
    let found = step.text("call")?;
    let words = found.value.split_once(' ');
    let Some((method, path)) =
        words.filter(|(method, path)| METHODS.contains(method) && path.starts_with('/'))
    else {
        let expected = "a method and a path like `POST /v2/businesses/*/chats/message`";
        step.refuse(&found.span, format!("`{}`", found.value), expected);
        return None;
    };
    if never && times.is_some() {
        step.refuse(step.key_span("never"), "`never` and `times`", "only one of them");
        return None;
    }
    let times = times.map(|found| found.value.unsigned_abs());
    Some(ExpectedCall {
        method: method.to_owned(),
        path: path.to_owned(),
        status: status.and_then(|found| u16::try_from(found.value).ok()),
        body,
        times: if never { Some(0) } else { times },
    })
}

/// A span of time that has to be there.
pub(super) fn span(section: &Section<'_, '_>, key: &'static str) -> Option<Duration> {
    let found = section.text(key)?;
    let span = span::parse(found.value);
    if span.is_none() {
        let expected = "a span like `2s`, `1h30m` or `14d`, at most 366 days";
        section.refuse(&found.span, format!("`{}`", found.value), expected);
    }
    span
}

/// A span of time that may be left out; none if there is a mistake.
fn optional_span(section: &Section<'_, '_>, key: &'static str) -> Option<Option<Duration>> {
    if section.has(key) { span(section, key).map(Some) } else { Some(None) }
}
