//! A small checker of JSON bodies against the two OpenAPI files, enough for what those files use.
//!
//! Other crates include this file with `#[path = "../../../wire/tests/support/spec.rs"] mod spec;`. Objects with published
//! properties are closed: a key beyond them is an error, because real clients refuse it. Patterns are not checked, since worlds
//! and tests use readable tokens.

#![allow(dead_code, reason = "every including test uses its own part of this")]

use serde_json::{Map, Value};

const KENAR: &str = include_str!("../spec/kenar-chat.openapi.json");
const MARKET: &str = include_str!("../spec/market-chats.openapi.json");

/// One OpenAPI file.
pub struct Spec {
    document: Value,
}

/// One operation of an OpenAPI file.
pub struct SpecOperation<'a> {
    /// The path the file lists it under.
    pub path: &'a str,
    /// Every path, aliases included, without hosts.
    pub paths: Vec<&'a str>,
    /// Upper-case method.
    pub method: String,
    /// The operation object.
    pub body: &'a Value,
}

impl Spec {
    /// The Divar Kenar chat API.
    pub fn kenar() -> Self {
        Self { document: serde_json::from_str(KENAR).expect("the Kenar file is JSON") }
    }

    /// The Yandex Market chats API.
    pub fn market() -> Self {
        Self { document: serde_json::from_str(MARKET).expect("the Market file is JSON") }
    }

    /// Another file, as JSON.
    pub fn of(document: &str) -> Self {
        Self { document: serde_json::from_str(document).expect("the file is JSON") }
    }

    /// The whole file.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Every operation in the file.
    pub fn operations(&self) -> Vec<SpecOperation<'_>> {
        let mut operations = Vec::new();
        for (path, item) in object(&self.document["paths"]) {
            let aliases = list(&item["x-path-aliases"]).iter().filter_map(Value::as_str);
            let paths: Vec<&str> =
                [path.as_str()].into_iter().chain(aliases.map(path_of)).collect();
            for method in ["get", "post", "put", "delete", "patch"] {
                if let Some(body) = item.get(method) {
                    let method = method.to_uppercase();
                    operations.push(SpecOperation { path, paths: paths.clone(), method, body });
                }
            }
        }
        operations
    }

    /// Checks a response body; `path` is a template, an alias or a real path.
    pub fn check_response(
        &self,
        path: &str,
        method: &str,
        status: u16,
        body: &Value,
    ) -> Result<(), Vec<String>> {
        let operation = self.operation(path, method)?;
        let responses = &operation["responses"];
        let response = responses.get(status.to_string()).or_else(|| responses.get("default"));
        let Some(response) = response else {
            return Err(vec![format!("{method} {path} has no answer {status}")]);
        };
        match media_schema(response) {
            Some(schema) => self.check(schema, body),
            None if body.is_null() => Ok(()),
            None => Err(vec![format!("{method} {path} has no body in answer {status}")]),
        }
    }

    /// Checks a request body; `path` is a template, an alias or a real path.
    pub fn check_request(&self, path: &str, method: &str, body: &Value) -> Result<(), Vec<String>> {
        let operation = self.operation(path, method)?;
        match media_schema(&operation["requestBody"]) {
            Some(schema) => self.check(schema, body),
            None if body.is_null() => Ok(()),
            None => Err(vec![format!("{method} {path} takes no body")]),
        }
    }

    /// Checks a value against a schema of the file's components, by name.
    pub fn check_schema(&self, name: &str, value: &Value) -> Result<(), Vec<String>> {
        match self.document["components"]["schemas"].get(name) {
            Some(schema) => self.check(schema, value),
            None => Err(vec![format!("there is no schema {name}")]),
        }
    }

    fn operation(&self, path: &str, method: &str) -> Result<&Value, Vec<String>> {
        let found = self
            .operations()
            .into_iter()
            .filter(|operation| operation.method.eq_ignore_ascii_case(method))
            .map(|operation| (rank(&operation.paths, path), operation.body))
            .min_by_key(|(rank, _)| *rank);
        match found {
            Some((rank, body)) if rank < NO_MATCH => Ok(body),
            Some(_) | None => Err(vec![format!("there is no operation {method} {path}")]),
        }
    }

    fn check(&self, schema: &Value, value: &Value) -> Result<(), Vec<String>> {
        let mut errors = Vec::new();
        Checker { spec: self, errors: &mut errors }.closed(schema, value, "$");
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn resolve<'a>(&'a self, mut schema: &'a Value) -> &'a Value {
        while let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = reference.trim_start_matches('#');
            schema =
                self.document.pointer(pointer).expect("every $ref of the file leads somewhere");
        }
        schema
    }

    /// Every property the schema publishes, or nothing when it publishes none and is therefore open.
    fn properties<'a>(&'a self, schema: &'a Value) -> Option<Vec<&'a str>> {
        let schema = self.resolve(schema);
        if schema.get("additionalProperties").is_some() {
            return None;
        }
        let own = schema.get("properties").map(object);
        let mut names: Vec<&str> =
            own.into_iter().flat_map(|own| own.keys().map(String::as_str)).collect();
        let parts = list(&schema["allOf"]);
        for part in parts {
            names.extend(self.properties(part).into_iter().flatten());
        }
        (own.is_some() || !parts.is_empty()).then_some(names)
    }
}

struct Checker<'a> {
    spec: &'a Spec,
    errors: &'a mut Vec<String>,
}

impl Checker<'_> {
    fn error(&mut self, at: &str, what: impl std::fmt::Display) {
        self.errors.push(format!("{at}: {what}"));
    }

    /// Checks a value and that it has no key beyond the published ones.
    fn closed(&mut self, schema: &Value, value: &Value, at: &str) {
        self.open(schema, value, at);
        let Some(known) = self.spec.properties(schema) else { return };
        for name in value.as_object().into_iter().flat_map(Map::keys) {
            if !known.contains(&name.as_str()) {
                self.error(at, format_args!("unknown property {name}"));
            }
        }
    }

    fn open(&mut self, schema: &Value, value: &Value, at: &str) {
        let schema = self.spec.resolve(schema);
        if value.is_null() {
            if schema["nullable"] != Value::Bool(true) {
                self.error(at, "null");
            }
            return;
        }
        for part in list(&schema["allOf"]) {
            self.open(part, value, at);
        }
        self.one_of(schema, value, at);
        let allowed = list(&schema["enum"]);
        if !allowed.is_empty() && !allowed.contains(value) {
            self.error(at, format_args!("{value} is not in the enum"));
        }
        match schema["type"].as_str() {
            None => {}
            Some("object") if value.is_object() => {}
            Some("array") if value.is_array() => {}
            Some("boolean") if value.is_boolean() => {}
            Some("number") if value.is_number() => {}
            Some("integer") if value.is_i64() || value.is_u64() => {}
            Some("string") if value.is_string() => {}
            Some(kind) => self.error(at, format_args!("{value} is not of type {kind}")),
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
        let results = parts.iter().map(|part| self.spec.check(part, value));
        let failures: Vec<String> = results.filter_map(Result::err).map(|e| e.join("; ")).collect();
        if parts.len() - failures.len() != 1 {
            let matches = parts.len() - failures.len();
            self.error(at, format_args!("{matches} of oneOf match: {}", failures.join(" | ")));
        }
    }

    fn object(&mut self, schema: &Value, fields: &Map<String, Value>, at: &str) {
        for name in list(&schema["required"]).iter().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                self.error(at, format_args!("{name} is missing"));
            }
        }
        if let Some(most) = schema["maxProperties"].as_u64()
            && fields.len() as u64 > most
        {
            self.error(at, format_args!("more than {most} properties"));
        }
        let exclusive: Vec<&str> =
            list(&schema["x-exactly-one-of"]).iter().filter_map(Value::as_str).collect();
        let given =
            exclusive.iter().filter(|name| fields.get(**name).is_some_and(|v| !v.is_null()));
        if !exclusive.is_empty() && given.count() != 1 {
            self.error(at, format_args!("not exactly one of {}", exclusive.join(", ")));
        }
        for (name, value) in fields {
            if let Some(property) = schema["properties"].get(name) {
                self.closed(property, value, &format!("{at}.{name}"));
            }
        }
    }

    fn array(&mut self, schema: &Value, items: &[Value], at: &str) {
        self.length(schema, ["minItems", "maxItems"], items.len(), at);
        if schema["uniqueItems"] == Value::Bool(true) {
            let doubled = items.iter().enumerate().any(|(i, item)| items[..i].contains(item));
            if doubled {
                self.error(at, "an item comes twice");
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
            self.error(at, format_args!("{text:?} is not of format {}", schema["format"]));
        }
    }

    fn number(&mut self, schema: &Value, value: &Value, at: &str) {
        if schema["format"] == "int32" && value.as_i64().is_none_or(|n| i32::try_from(n).is_err()) {
            self.error(at, format_args!("{value} is not an int32"));
        }
        let number = value.as_f64().expect("JSON numbers are doubles or integers");
        if schema["minimum"].as_f64().is_some_and(|least| number < least) {
            self.error(at, format_args!("{value} is too small"));
        }
        if schema["maximum"].as_f64().is_some_and(|most| number > most) {
            self.error(at, format_args!("{value} is too large"));
        }
    }

    fn length(&mut self, schema: &Value, [least, most]: [&str; 2], length: usize, at: &str) {
        let length = length as u64;
        if schema[least].as_u64().is_some_and(|least| length < least) {
            self.error(at, format_args!("shorter than {least}"));
        }
        if schema[most].as_u64().is_some_and(|most| length > most) {
            self.error(at, format_args!("longer than {most}"));
        }
    }
}

const NO_MATCH: usize = usize::MAX;

/// 0 for the very template, otherwise 1 + the number of parameters that had to be filled, or [`NO_MATCH`].
fn rank(templates: &[&str], path: &str) -> usize {
    let ranks = templates.iter().map(|template| {
        if *template == path {
            return 0;
        }
        let filled = template.split('/').filter(|segment| segment.starts_with('{')).count();
        let same_length = template.split('/').count() == path.split('/').count();
        let mut segments = template.split('/').zip(path.split('/'));
        let fits = segments.all(|(expected, segment)| {
            expected == segment || (expected.starts_with('{') && !segment.is_empty())
        });
        if same_length && fits { 1 + filled } else { NO_MATCH }
    });
    ranks.min().unwrap_or(NO_MATCH)
}

/// An alias may be written with its host.
fn path_of(alias: &str) -> &str {
    let Some((_, rest)) = alias.split_once("://") else { return alias };
    rest.find('/').map_or("/", |slash| &rest[slash..])
}

fn media_schema(holder: &Value) -> Option<&Value> {
    let content = holder.get("content")?.as_object()?;
    content.values().next().and_then(|media| media.get("schema"))
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

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("the file has an object here")
}
