//! The two published OpenAPI files, and a checker of bodies against them, enough for what those files use.
//!
//! Objects with published properties are closed: a key beyond them is a difference, because real clients refuse it. Patterns are
//! not checked, since worlds and tests use readable tokens. Only who asks for the feature `spec` carries the files.

mod checker;

use std::sync::LazyLock;

use serde_json::{Map, Value};

use checker::Checker;

const KENAR: &str = include_str!("../spec/kenar-chat.openapi.json");
const MARKET: &str = include_str!("../spec/market-chats.openapi.json");
static KENAR_SPEC: LazyLock<Spec> = LazyLock::new(Spec::kenar);
static MARKET_SPEC: LazyLock<Spec> = LazyLock::new(Spec::market);

/// What is other than published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What kind of difference it is.
    pub kind: DifferenceKind,
    /// Where in the body, `$` being the whole of it.
    pub at: String,
    /// What was found.
    pub text: String,
}

/// Kinds of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// A field that nobody published.
    UnknownField,
    /// A field that must be there and is not.
    MissingField,
    /// A value of another type.
    WrongType,
    /// A value outside of a published list.
    OutsideEnum,
    /// A value that is too long, too short, too large, too small or of another format.
    OutOfBounds,
    /// A field that is published as deprecated. Bodies with it still fit.
    Deprecated,
    /// An operation, a status or a body that nobody published.
    Undocumented,
}

impl DifferenceKind {
    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownField => "unknown_field",
            Self::MissingField => "missing_field",
            Self::WrongType => "wrong_type",
            Self::OutsideEnum => "outside_enum",
            Self::OutOfBounds => "out_of_bounds",
            Self::Deprecated => "deprecated",
            Self::Undocumented => "undocumented",
        }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.text)
    }
}

/// One OpenAPI file.
pub struct Spec {
    document: Value,
    addresses: Vec<Address>,
}

/// Where an operation stands in the file, and what leads to it: found once, for it is asked again and again.
struct Address {
    path: String,
    /// In lower case, as in the file.
    method: &'static str,
    /// Every path, aliases included, without hosts.
    paths: Vec<String>,
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
        Self::of(KENAR)
    }

    /// The Yandex Market chats API.
    pub fn market() -> Self {
        Self::of(MARKET)
    }

    /// The Divar Kenar chat API, read once for all who ask.
    pub fn shared_kenar() -> &'static Self {
        &KENAR_SPEC
    }

    /// The Yandex Market chats API, read once for all who ask.
    pub fn shared_market() -> &'static Self {
        &MARKET_SPEC
    }

    /// Another file, as JSON.
    pub fn of(document: &str) -> Self {
        let document = serde_json::from_str(document).expect("the file is JSON");
        Self { addresses: addresses(&document), document }
    }

    /// The whole file.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Every operation in the file.
    pub fn operations(&self) -> Vec<SpecOperation<'_>> {
        let addresses = self.addresses.iter();
        let operations = addresses.map(|address| SpecOperation {
            path: &address.path,
            paths: address.paths.iter().map(String::as_str).collect(),
            method: address.method.to_uppercase(),
            body: self.body_at(address),
        });
        operations.collect()
    }

    /// Checks a response body; `path` is a template, an alias or a real path.
    pub fn check_response(
        &self,
        path: &str,
        method: &str,
        status: u16,
        body: &Value,
    ) -> Result<(), Vec<String>> {
        misfits(self.response_differences(path, method, status, body))
    }

    /// Checks a request body; `path` is a template, an alias or a real path.
    pub fn check_request(&self, path: &str, method: &str, body: &Value) -> Result<(), Vec<String>> {
        misfits(self.request_differences(path, method, body))
    }

    /// Checks a value against a schema of the file's components, by name.
    pub fn check_schema(&self, name: &str, value: &Value) -> Result<(), Vec<String>> {
        misfits(self.schema_differences(name, value))
    }

    /// In what a response differs from what is published, use of deprecated fields included.
    pub fn response_differences(
        &self,
        path: &str,
        method: &str,
        status: u16,
        body: &Value,
    ) -> Vec<Difference> {
        let Some(operation) = self.operation(path, method) else {
            return no_operation(method, path);
        };
        let responses = &operation["responses"];
        let response = responses.get(status.to_string()).or_else(|| responses.get("default"));
        let Some(response) = response else {
            return undocumented(format!("{method} {path} has no answer {status}"));
        };
        match self.media_schema(response) {
            Some(schema) => self.differences(schema, body),
            None if body.is_null() => Vec::new(),
            None => undocumented(format!("{method} {path} has no body in answer {status}")),
        }
    }

    /// In what a request differs from what is published, use of deprecated fields included.
    pub fn request_differences(&self, path: &str, method: &str, body: &Value) -> Vec<Difference> {
        let Some(operation) = self.operation(path, method) else {
            return no_operation(method, path);
        };
        match self.media_schema(&operation["requestBody"]) {
            Some(schema) => self.differences(schema, body),
            None if body.is_null() => Vec::new(),
            None => undocumented(format!("{method} {path} takes no body")),
        }
    }

    /// In what a value differs from a schema of the file's components, by name.
    pub fn schema_differences(&self, name: &str, value: &Value) -> Vec<Difference> {
        match self.document["components"]["schemas"].get(name) {
            Some(schema) => self.differences(schema, value),
            None => undocumented(format!("there is no schema {name}")),
        }
    }

    /// In what a query, decoded, differs from what is published.
    pub fn query_differences(
        &self,
        path: &str,
        method: &str,
        query: &[(String, String)],
    ) -> Vec<Difference> {
        let Some(operation) = self.operation(path, method) else {
            return no_operation(method, path);
        };
        let published: Vec<&Value> = list(&operation["parameters"])
            .iter()
            .map(|each| self.resolve(each))
            .filter(|each| each["in"] == "query")
            .collect();
        let mut differences = Vec::new();
        for (name, value) in query {
            let at = format!("?{name}");
            match published.iter().find(|each| each["name"] == name.as_str()) {
                None => differences.push(Difference {
                    kind: DifferenceKind::UnknownField,
                    at,
                    text: "unknown parameter".to_owned(),
                }),
                Some(found) => {
                    let schema = self.resolve(&found["schema"]);
                    let value = match schema["type"].as_str() {
                        Some("integer" | "number") => {
                            value.parse().map_or(Value::from(value.as_str()), Value::Number)
                        }
                        _ => Value::from(value.as_str()),
                    };
                    Checker { spec: self, differences: &mut differences }
                        .closed(schema, &value, &at);
                }
            }
        }
        for missing in published.iter().filter(|each| each["required"] == Value::Bool(true)) {
            let name = missing["name"].as_str().unwrap_or_default();
            if !query.iter().any(|(each, _)| each == name) {
                let (at, text) = (format!("?{name}"), "is missing".to_owned());
                differences.push(Difference { kind: DifferenceKind::MissingField, at, text });
            }
        }
        differences
    }

    /// Whether an operation is published at all.
    pub fn has_operation(&self, path: &str, method: &str) -> bool {
        self.operation(path, method).is_some()
    }

    /// Whether an operation is published as deprecated.
    pub fn is_deprecated(&self, path: &str, method: &str) -> bool {
        self.operation(path, method)
            .is_some_and(|operation| operation["deprecated"] == Value::Bool(true))
    }

    fn operation(&self, path: &str, method: &str) -> Option<&Value> {
        let fitting =
            self.addresses.iter().filter(|address| address.method.eq_ignore_ascii_case(method));
        let ranked = fitting.map(|address| (rank(&address.paths, path), address));
        let (rank, address) = ranked.min_by_key(|(rank, _)| *rank)?;
        (rank < NO_MATCH).then(|| self.body_at(address))
    }

    fn body_at(&self, address: &Address) -> &Value {
        &self.document["paths"][&address.path][address.method]
    }

    fn differences(&self, schema: &Value, value: &Value) -> Vec<Difference> {
        let mut differences = Vec::new();
        Checker { spec: self, differences: &mut differences }.closed(schema, value, "$");
        differences
    }

    fn media_schema<'a>(&'a self, holder: &'a Value) -> Option<&'a Value> {
        let content = self.resolve(holder).get("content")?.as_object()?;
        content.values().next().and_then(|media| media.get("schema"))
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

fn addresses(document: &Value) -> Vec<Address> {
    let mut addresses = Vec::new();
    for (path, item) in object(&document["paths"]) {
        let aliases = list(&item["x-path-aliases"]).iter().filter_map(Value::as_str);
        let paths = [path.as_str()].into_iter().chain(aliases.map(path_of));
        let paths: Vec<String> = paths.map(str::to_owned).collect();
        for method in ["get", "post", "put", "delete", "patch"] {
            if item.get(method).is_some() {
                addresses.push(Address { path: path.clone(), method, paths: paths.clone() });
            }
        }
    }
    addresses
}

const NO_MATCH: usize = usize::MAX;

/// 0 for the very template, otherwise 1 + the number of parameters that had to be filled, or [`NO_MATCH`].
fn rank(templates: &[String], path: &str) -> usize {
    let ranks = templates.iter().map(|template| {
        if template == path {
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

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("the file has an object here")
}

/// What does not fit, in words; deprecated fields fit.
fn misfits(differences: Vec<Difference>) -> Result<(), Vec<String>> {
    let misfits = differences.iter().filter(|each| each.kind != DifferenceKind::Deprecated);
    let misfits: Vec<String> = misfits.map(Difference::to_string).collect();
    if misfits.is_empty() { Ok(()) } else { Err(misfits) }
}

fn undocumented(text: String) -> Vec<Difference> {
    vec![Difference { kind: DifferenceKind::Undocumented, at: "$".to_owned(), text }]
}

fn no_operation(method: &str, path: &str) -> Vec<Difference> {
    undocumented(format!("there is no operation {method} {path}"))
}
