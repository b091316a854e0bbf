//! The checker: a value beside its schema.

use serde_json::{Map, Value};

use super::{Difference, DifferenceKind, Spec, list, misfits};

use DifferenceKind as Kind;

/// Walks through a value and its schema together.
pub(super) struct Checker<'a> {
    pub(super) spec: &'a Spec,
    pub(super) differences: &'a mut Vec<Difference>,
}

impl Checker<'_> {
    fn note(&mut self, kind: DifferenceKind, at: &str, what: impl std::fmt::Display) {
        self.differences.push(Difference { kind, at: at.to_owned(), text: what.to_string() });
    }

    /// Checks a value and that it has no key beyond the published ones.
    pub(super) fn closed(&mut self, schema: &Value, value: &Value, at: &str) {
        self.open(schema, value, at);
        let Some(known) = self.spec.properties(schema) else { return };
        for name in value.as_object().into_iter().flat_map(Map::keys) {
            if !known.contains(&name.as_str()) {
                self.note(Kind::UnknownField, at, format_args!("unknown property {name}"));
            }
        }
    }

    fn open(&mut self, schema: &Value, value: &Value, at: &str) {
        let schema = self.spec.resolve(schema);
        if value.is_null() {
            if schema["nullable"] != Value::Bool(true) {
                self.note(Kind::WrongType, at, "null");
            }
            return;
        }
        for part in list(&schema["allOf"]) {
            self.open(part, value, at);
        }
        self.one_of(schema, value, at);
        let allowed = list(&schema["enum"]);
        if !allowed.is_empty() && !allowed.contains(value) {
            self.note(Kind::OutsideEnum, at, format_args!("{value} is not in the enum"));
        }
        match schema["type"].as_str() {
            None => {}
            Some("object") if value.is_object() => {}
            Some("array") if value.is_array() => {}
            Some("boolean") if value.is_boolean() => {}
            Some("number") if value.is_number() => {}
            Some("integer") if value.is_i64() || value.is_u64() => {}
            Some("string") if value.is_string() => {}
            Some(kind) => {
                self.note(Kind::WrongType, at, format_args!("{value} is not of type {kind}"));
            }
        }
        match value {
            Value::Object(fields) => self.object(schema, fields, at),
            Value::Array(items) => self.array(schema, items, at),
            Value::String(text) => self.string(schema, text, at),
            Value::Number(_) => self.number(schema, value, at),
            Value::Bool(_) | Value::Null => {}
        }
    }

    fn one_of(&mut self, schema: &Value, value: &Value, at: &str) {
        let parts = list(&schema["oneOf"]);
        if parts.is_empty() {
            return;
        }
        let results = parts.iter().map(|part| misfits(self.spec.differences(part, value)));
        let failures: Vec<String> = results.filter_map(Result::err).map(|e| e.join("; ")).collect();
        if parts.len() - failures.len() != 1 {
            let matches = parts.len() - failures.len();
            self.note(
                Kind::WrongType,
                at,
                format_args!("{matches} of oneOf match: {}", failures.join(" | ")),
            );
        }
    }

    fn object(&mut self, schema: &Value, fields: &Map<String, Value>, at: &str) {
        for name in list(&schema["required"]).iter().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                self.note(Kind::MissingField, at, format_args!("{name} is missing"));
            }
        }
        if let Some(most) = schema["maxProperties"].as_u64()
            && fields.len() as u64 > most
        {
            self.note(Kind::OutOfBounds, at, format_args!("more than {most} properties"));
        }
        let exclusive: Vec<&str> =
            list(&schema["x-exactly-one-of"]).iter().filter_map(Value::as_str).collect();
        let given =
            exclusive.iter().filter(|name| fields.get(**name).is_some_and(|v| !v.is_null()));
        if !exclusive.is_empty() && given.count() != 1 {
            self.note(
                Kind::MissingField,
                at,
                format_args!("not exactly one of {}", exclusive.join(", ")),
            );
        }
        for (name, value) in fields {
            if let Some(property) = schema["properties"].get(name) {
                let at = format!("{at}.{name}");
                if property["deprecated"] == Value::Bool(true) {
                    self.note(Kind::Deprecated, &at, "deprecated");
                }
                self.closed(property, value, &at);
            }
        }
    }

    fn array(&mut self, schema: &Value, items: &[Value], at: &str) {
        self.length(schema, ["minItems", "maxItems"], items.len(), at);
        if schema["uniqueItems"] == Value::Bool(true) {
            let doubled = items.iter().enumerate().any(|(i, item)| items[..i].contains(item));
            if doubled {
                self.note(Kind::OutOfBounds, at, "an item comes twice");
            }
        }
        if let Some(schema) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.closed(schema, item, &format!("{at}[{index}]"));
            }
        }
    }

    fn string(&mut self, schema: &Value, text: &str, at: &str) {
        self.length(schema, ["minLength", "maxLength"], text.chars().count(), at);
        let fits = match schema["format"].as_str() {
            Some("date-time") => is_date_time(text),
            Some("uint64") => text.parse::<u64>().is_ok(),
            Some("uuid") => text.len() == 36,
            Some(_) | None => true,
        };
        if !fits {
            self.note(
                Kind::OutOfBounds,
                at,
                format_args!("{text:?} is not of format {}", schema["format"]),
            );
        }
    }

    fn number(&mut self, schema: &Value, value: &Value, at: &str) {
        if schema["format"] == "int32" && value.as_i64().is_none_or(|n| i32::try_from(n).is_err()) {
            self.note(Kind::OutOfBounds, at, format_args!("{value} is not an int32"));
        }
        let number = value.as_f64().expect("JSON numbers are doubles or integers");
        if schema["minimum"].as_f64().is_some_and(|least| number < least) {
            self.note(Kind::OutOfBounds, at, format_args!("{value} is too small"));
        }
        if schema["maximum"].as_f64().is_some_and(|most| number > most) {
            self.note(Kind::OutOfBounds, at, format_args!("{value} is too large"));
        }
    }

    fn length(&mut self, schema: &Value, [least, most]: [&str; 2], length: usize, at: &str) {
        let length = length as u64;
        if schema[least].as_u64().is_some_and(|least| length < least) {
            self.note(Kind::OutOfBounds, at, format_args!("shorter than {least}"));
        }
        if schema[most].as_u64().is_some_and(|most| length > most) {
            self.note(Kind::OutOfBounds, at, format_args!("longer than {most}"));
        }
    }
}

fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    let shape = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(byte, expected)| match expected {
                b'0' => byte.is_ascii_digit(),
                literal => byte == literal,
            })
    };
    let Some(zone) = time.find(['Z', '+', '-']) else { return false };
    let (clock, zone) = time.split_at(zone);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    shape(date, "0000-00-00")
        && shape(clock, "00:00:00")
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && (zone == "Z" || shape(&zone[1..], "00:00"))
}
