//! Alike: whether a bot called as it did when it was recorded, up to ids and times.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Exchange;
use crate::exchanges::MASK;

/// Most places of one body that are told.
const PLACES_MAX: usize = 5;
/// Most characters of a value that are told.
const VALUE_MAX_CHARS: usize = 80;
/// From here on a number is an id or a time.
const ID_MIN: u64 = 1_000_000_000_000;

/// UUIDs, times and long numbers.
static IDS_AND_TIMES: LazyLock<Regex> = LazyLock::new(|| {
    let uuid = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}";
    let time = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?";
    Regex::new(&format!("{uuid}|{time}|[0-9]{{13,}}")).expect("the expression is right")
});

/// A call of a bot, as far as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The vendor's name of the operation.
    pub operation: Option<String>,
    /// The conversation.
    pub conversation: Option<String>,
    /// The method.
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// The body, as far as it is known.
    pub body: Option<String>,
    /// How it was answered.
    pub status: Option<u16>,
}

/// What is other than it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A call was not made.
    Missing(Called),
    /// A call was made that was not recorded.
    Extra(Called),
    /// A call was made otherwise; what, in words.
    Changed(Called, Vec<String>),
    /// All calls were made, but this one before one that was recorded earlier.
    Earlier(Called),
}

impl Called {
    /// A recorded call.
    pub fn of(exchange: &Exchange) -> Self {
        Self {
            operation: exchange.operation.clone(),
            conversation: exchange.conversation.clone(),
            method: exchange.method.clone(),
            target: exchange.target().to_owned(),
            body: exchange.request.body.clone(),
            status: exchange.status,
        }
    }

    /// What the call is called.
    pub fn name(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        let name = self.operation.clone().unwrap_or_else(|| format!("{} {path}", self.method));
        match &self.conversation {
            Some(conversation) => format!("{name} in {conversation}"),
            None => name,
        }
    }

    /// Whether the two are calls of one operation in one conversation.
    pub fn is_like(&self, other: &Self) -> bool {
        let is_same_operation = match (&self.operation, &other.operation) {
            (Some(one), Some(two)) => one == two,
            (None, None) => self.method == other.method && path(self) == path(other),
            (Some(_), None) | (None, Some(_)) => false,
        };
        is_same_operation && self.conversation == other.conversation
    }
}

fn path(call: &Called) -> &str {
    call.target.split('?').next().unwrap_or_default()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(call) => write!(f, "missing: {}{}", call.name(), said(call)),
            Self::Extra(call) => write!(f, "not recorded: {}{}", call.name(), said(call)),
            Self::Changed(call, what) => {
                write!(f, "changed: {}", call.name())?;
                what.iter().try_for_each(|line| write!(f, "\n  {line}"))
            }
            Self::Earlier(call) => write!(f, "in another order: {}{}", call.name(), said(call)),
        }
    }
}

fn said(call: &Called) -> String {
    call.body.as_ref().map_or_else(String::new, |body| format!(": {}", short(body)))
}

fn short(text: &str) -> String {
    match text.char_indices().nth(VALUE_MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether an operation only reads: how often and when a bot reads is its own business.
pub fn is_reading(call: &Called) -> bool {
    let name = call.operation.as_deref().unwrap_or_default();
    let verb = name.rsplit('_').next().unwrap_or_default();
    call.method == "GET" || verb.starts_with("get") || verb.starts_with("Get")
}

/// Whether two calls are the same, up to ids and times.
pub fn is_alike(recorded: &Called, found: &Called) -> bool {
    recorded.is_like(found) && changes(recorded, found).is_empty()
}

/// How calls that were found differ from those that were recorded.
pub fn compare(recorded: &[Called], found: &[Called]) -> Vec<Difference> {
    let (recorded, found) = (once(recorded), once(found));
    let mut partners: Vec<Option<usize>> = vec![None; recorded.len()];
    let mut is_taken = vec![false; found.len()];
    // Those that are the same are no partners of those that only look like it.
    for fits in [is_alike, |recorded: &Called, found: &Called| recorded.is_like(found)] {
        for (index, call) in recorded.iter().enumerate() {
            if partners[index].is_some() {
                continue;
            }
            let mut open = found.iter().enumerate().filter(|(place, _)| !is_taken[*place]);
            let partner = open.find(|(_, other)| fits(call, other)).map(|(place, _)| place);
            if let Some(place) = partner {
                is_taken[place] = true;
                partners[index] = Some(place);
            }
        }
    }
    let mut differences = Vec::new();
    // In one conversation order counts; between conversations it is chance.
    let mut latest: HashMap<Option<&str>, usize> = HashMap::new();
    for (call, partner) in recorded.iter().zip(&partners) {
        let Some(place) = *partner else {
            differences.push(Difference::Missing(call.clone()));
            continue;
        };
        let what = changes(call, &found[place]);
        if !what.is_empty() {
            differences.push(Difference::Changed(call.clone(), what.clone()));
        }
        if is_reading(call) {
            continue;
        }
        let latest = latest.entry(call.conversation.as_deref()).or_insert(place);
        if what.is_empty() && *latest > place {
            differences.push(Difference::Earlier(call.clone()));
        }
        *latest = place.max(*latest);
    }
    let extra = found.iter().zip(&is_taken).filter(|(_, is_taken)| !**is_taken);
    differences.extend(extra.map(|(call, _)| Difference::Extra(call.clone())));
    differences
}

/// The calls, with what is read again and again only once.
fn once(calls: &[Called]) -> Vec<Called> {
    let mut kept: Vec<Called> = Vec::new();
    for call in calls {
        let is_known = is_reading(call) && kept.iter().any(|known| is_alike(known, call));
        if !is_known {
            kept.push(call.clone());
        }
    }
    kept
}

/// What is other in a call.
fn changes(recorded: &Called, found: &Called) -> Vec<String> {
    let mut changes = Vec::new();
    if (&recorded.method, path(recorded)) != (&found.method, path(found)) {
        let (one, two) = (path(recorded), path(found));
        changes.push(format!(
            "address: recorded {} {one}, found {} {two}",
            recorded.method, found.method
        ));
    }
    let (one, two) = (query(recorded), query(found));
    if one != two {
        changes.push(format!("query: recorded {one:?}, found {two:?}"));
    }
    changes.extend(other_answer(recorded.body.as_deref(), found.body.as_deref()));
    // Without both answers nothing can be said about them.
    if let (Some(one), Some(two)) = (recorded.status, found.status)
        && one != two
    {
        changes.push(format!("answered with {two}, recorded {one}"));
    }
    changes
}

fn query(call: &Called) -> Vec<(String, String)> {
    let query = call.target.split_once('?').map_or("", |(_, query)| query);
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), plain(&value)))
        .collect();
    pairs.sort_unstable();
    pairs
}

/// What is other in a body, in words.
pub fn other_answer(recorded: Option<&str>, found: Option<&str>) -> Vec<String> {
    let (one, two) = match (recorded, found) {
        // Of files only the length is kept.
        (None, _) | (_, None) => return Vec::new(),
        (Some(one), Some(two)) => (one, two),
    };
    let mut changes = Vec::new();
    match (serde_json::from_str::<Value>(one), serde_json::from_str::<Value>(two)) {
        (Ok(one), Ok(two)) => differing(&one, &two, "", &mut changes),
        (Err(_), _) | (_, Err(_)) if is_same(one, two) => {}
        (Err(_), _) | (_, Err(_)) => changes.push(told("the body", one, two)),
    }
    changes.truncate(PLACES_MAX);
    changes
}

fn differing(recorded: &Value, found: &Value, place: &str, changes: &mut Vec<String>) {
    match (recorded, found) {
        (Value::Object(one), Value::Object(two)) => {
            let others = two.keys().filter(|key| !one.contains_key(*key));
            for key in one.keys().chain(others) {
                let value = |fields: &serde_json::Map<_, Value>| {
                    fields.get(key).cloned().unwrap_or_default()
                };
                let place = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                differing(&value(one), &value(two), &place, changes);
            }
        }
        (Value::Array(one), Value::Array(two)) => {
            for index in 0..one.len().max(two.len()) {
                let value = |items: &[Value]| items.get(index).cloned().unwrap_or_default();
                differing(&value(one), &value(two), &format!("{place}[{index}]"), changes);
            }
        }
        (Value::String(one), Value::String(two)) if is_same(one, two) => {}
        (Value::Number(one), Value::Number(two)) => {
            let is_id =
                |number: &serde_json::Number| number.as_u64().is_some_and(|it| it >= ID_MIN);
            if one != two && !(is_id(one) && is_id(two)) {
                changes.push(told(place, &one.to_string(), &two.to_string()));
            }
        }
        (one, two) if one == two => {}
        (Value::String(one), _) if one == MASK => {}
        (one, two) => changes.push(told(place, &words(one), &words(two))),
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn told(place: &str, one: &str, two: &str) -> String {
    let place = if place.is_empty() { "the body" } else { place };
    format!("{place}: recorded `{}`, found `{}`", short(one), short(two))
}

/// Whether two texts are the same up to ids, times and what is masked.
fn is_same(recorded: &str, found: &str) -> bool {
    recorded == found || recorded == MASK || plain(recorded) == plain(found)
}

/// A text without its ids and times.
fn plain(text: &str) -> String {
    IDS_AND_TIMES.replace_all(text, "<id>").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(conversation: &str, body: &str) -> Called {
        Called {
            operation: Some("sendMessageToChat".into()),
            conversation: Some(conversation.into()),
            method: "POST".into(),
            target: format!("/v2/businesses/1/chats/message?chatId={conversation}"),
            body: Some(body.into()),
            status: None,
        }
    }

    fn read(id: &str) -> Called {
        Called {
            operation: Some("getChatMessage".into()),
            method: "GET".into(),
            target: format!("/v2/businesses/1/chats/message?messageId={id}"),
            body: None,
            ..send("5", "")
        }
    }

    fn told(recorded: &[Called], found: &[Called]) -> Vec<String> {
        compare(recorded, found).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ids_times_and_the_number_of_reads_make_no_difference() {
        let one = r#"{"message":"seen 2026-11-20T12:00:00.1Z","id":1700000000000000}"#;
        let two = r#"{"id":1700000000000001, "message":"seen 2027-01-01T00:00:00Z"}"#;
        let found = [read("1700000000000009"), read("1700000000000009"), send("5", two)];
        assert_eq!(told(&[read("1700000000000001"), send("5", one)], &found), [""; 0]);
    }

    #[test]
    fn differences_are_told_in_words() {
        let text = |text: &str| format!(r#"{{"message":"{text}"}}"#);
        let recorded = [send("5", &text("a")), send("5", &text("b")), send("6", &text("c"))];
        let found = [send("5", &text("b")), send("5", &text("d")), send("7", &text("e"))];
        assert_eq!(
            told(&recorded, &found),
            [
                "changed: sendMessageToChat in 5\n  message: recorded `a`, found `d`",
                "in another order: sendMessageToChat in 5: {\"message\":\"b\"}",
                "missing: sendMessageToChat in 6: {\"message\":\"c\"}",
                "not recorded: sendMessageToChat in 7: {\"message\":\"e\"}",
            ]
        );
    }

    #[test]
    fn what_was_masked_is_not_compared_and_lists_are() {
        let one = r#"{"token":"•••","list":[1,2],"flag":true}"#;
        let two = r#"{"token":"new","list":[1,3,4],"flag":null}"#;
        assert_eq!(
            other_answer(Some(one), Some(two)),
            [
                "flag: recorded `true`, found `nothing`",
                "list[1]: recorded `2`, found `3`",
                "list[2]: recorded `nothing`, found `4`",
            ]
        );
        assert_eq!(other_answer(Some("a"), Some("b")), ["the body: recorded `a`, found `b`"]);
        assert_eq!(other_answer(None, Some("b")), [""; 0]);
    }
}
