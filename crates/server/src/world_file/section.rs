//! Sections: one table of the file, whose keys are asked for one by one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use peyk_model::fault::FieldValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Mistake;

/// A mistake before its offset became a line.
#[derive(Debug)]
pub(crate) struct Note {
    pub(super) span: Range<usize>,
    found: String,
    expected: String,
}

impl Note {
    /// The mistake with its line and column.
    pub fn at(self, file: &str, text: &str) -> Mistake {
        let before = text.get(..self.span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let Self { found, expected, .. } = self;
        Mistake { file: file.to_owned(), line, column, found, expected }
    }
}

/// All mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    found: RefCell<Vec<Note>>,
    folder: Option<PathBuf>,
}

impl Notes {
    /// Notes about a file that lies in this folder.
    pub fn beside(folder: Option<&Path>) -> Self {
        Self { folder: folder.map(Path::to_owned), ..Self::default() }
    }

    pub fn add(&self, span: Range<usize>, found: impl Into<String>, expected: impl Into<String>) {
        let note = Note { span, found: found.into(), expected: expected.into() };
        self.found.borrow_mut().push(note);
    }

    pub fn into_found(self) -> Vec<Note> {
        self.found.into_inner()
    }
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Found<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// One table of the file.
pub(crate) struct Section<'n, 't> {
    notes: &'n Notes,
    /// How the file writes its header.
    name: String,
    span: Range<usize>,
    fields: BTreeMap<&'t str, (Range<usize>, &'t Spanned<DeValue<'t>>)>,
    asked: RefCell<Vec<&'static str>>,
    /// Keys that only exports have: nobody is told to write them.
    hidden: RefCell<Vec<&'static str>>,
}

impl<'n, 't> Section<'n, 't> {
    /// The whole file.
    pub fn top(notes: &'n Notes, document: &'t DeValue<'t>) -> Self {
        let table = document.as_table().expect("a document is a table");
        Self::new(notes, String::new(), 0..0, table)
    }

    fn new(notes: &'n Notes, name: String, span: Range<usize>, table: &'t DeTable<'t>) -> Self {
        let fields = table.iter();
        let fields = fields.map(|(key, value)| (&**key.get_ref(), (key.span(), value))).collect();
        Self { notes, name, span, fields, asked: RefCell::default(), hidden: RefCell::default() }
    }

    /// Notes a mistake at a place in this section.
    pub fn refuse(
        &self,
        span: &Range<usize>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.notes.add(span.clone(), found, expected);
    }

    /// Where the section begins.
    pub fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// Where a key stands, or the section if it is not there.
    pub fn key_span(&self, key: &str) -> &Range<usize> {
        self.fields.get(key).map_or(&self.span, |(span, _)| span)
    }

    /// The folder in which the file lies, if it lies in one.
    pub fn folder(&self) -> Option<&Path> {
        self.notes.folder.as_deref()
    }

    pub fn has(&self, key: &str) -> bool {
        self.fields.contains_key(key)
    }

    /// Whether a key is there that may be; nobody calls it unknown.
    pub fn may_have(&self, key: &'static str) -> bool {
        self.asked.borrow_mut().push(key);
        self.has(key)
    }

    /// Whether a text stands there, where a table could.
    pub fn is_text(&self, key: &str) -> bool {
        self.fields.get(key).is_some_and(|(_, value)| value.get_ref().is_str())
    }

    fn field(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key);
        self.fields.get(key).map(|(_, value)| *value)
    }

    /// Notes that a key which must be there is not.
    pub fn missing(&self, key: &str) {
        self.refuse(&self.span, format!("no `{key}`"), format!("one in {}", self.name));
    }

    fn wrong_type(&self, value: &Spanned<DeValue<'_>>, expected: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.refuse(&value.span(), found, expected);
    }

    /// Every text, number and switch, for readers who judge the keys themselves; nothing if there is
    /// anything else.
    pub fn plain_values(&self) -> Option<Vec<(String, FieldValue)>> {
        let mut values = Vec::new();
        for (key, (_, value)) in &self.fields {
            let plain = match value.get_ref() {
                DeValue::String(text) => Some(FieldValue::from(&**text)),
                DeValue::Boolean(flag) => Some(FieldValue::Flag(*flag)),
                DeValue::Integer(number) => {
                    let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
                    number.map(FieldValue::Number)
                }
                DeValue::Float(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_)
                | DeValue::Table(_) => None,
            };
            match plain {
                Some(plain) => values.push(((*key).to_owned(), plain)),
                None => self.wrong_type(value, "a text, a whole number, `true` or `false`"),
            }
        }
        (values.len() == self.fields.len()).then_some(values)
    }

    /// A text that may be left out.
    pub fn optional_text(&self, key: &'static str) -> Option<Found<&'t str>> {
        let value = self.field(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, &format!("a text as `{key}`"));
            return None;
        };
        Some(Found { value: text, span: value.span() })
    }

    /// A text that must be there.
    pub fn text(&self, key: &'static str) -> Option<Found<&'t str>> {
        let found = self.optional_text(key);
        if !self.has(key) {
            self.missing(key);
        }
        found
    }

    /// A number from one to the largest, that may be left out.
    pub fn optional_number(&self, key: &'static str, largest: i64) -> Option<Found<i64>> {
        let value = self.field(key)?;
        let Some(number) = value.get_ref().as_integer() else {
            self.wrong_type(value, &format!("a number as `{key}`"));
            return None;
        };
        match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(found) if (1..=largest).contains(&found) => {
                Some(Found { value: found, span: value.span() })
            }
            Ok(_) | Err(_) => {
                let expected = format!("a number from 1 to {largest}");
                self.refuse(&value.span(), format!("`{}`", number.as_str()), expected);
                None
            }
        }
    }

    /// A number that must be there.
    pub fn number(&self, key: &'static str, largest: i64) -> Option<Found<i64>> {
        let found = self.optional_number(key, largest);
        if !self.has(key) {
            self.missing(key);
        }
        found
    }

    /// A switch that is off when it is left out.
    pub fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.field(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(value, &format!("`true` or `false` as `{key}`"));
            false
        })
    }

    /// A list of texts that may be left out.
    pub fn texts(&self, key: &'static str) -> Vec<Found<&'t str>> {
        let Some(value) = self.field(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(value, &format!("a list of texts as `{key}`"));
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(text) => found.push(Found { value: text, span: item.span() }),
                None => self.wrong_type(item, &format!("texts only in `{key}`")),
            }
        }
        found
    }

    /// A group of sections.
    pub fn table(&self, key: &'static str) -> Option<Section<'n, 't>> {
        self.inner(key, format!("[{key}]"), &format!("sections like `[[{key}.…]]`"))
    }

    /// A table in braces, under a key that can also have a text.
    pub fn braces(&self, key: &'static str) -> Option<Section<'n, 't>> {
        self.inner(key, format!("`{key}`"), &format!("a text or a table in braces as `{key}`"))
    }

    fn inner(&self, key: &'static str, name: String, expected: &str) -> Option<Section<'n, 't>> {
        let value = self.field(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(value, expected);
            return None;
        };
        Some(Section::new(self.notes, name, value.span(), table))
    }

    /// All tables of this one, by the names that they were given.
    pub fn named(&self) -> Vec<(Found<&'t str>, Section<'n, 't>)> {
        let mut named = Vec::new();
        for (name, (span, value)) in &self.fields {
            match value.get_ref().as_table() {
                Some(table) => {
                    let name = Found { value: *name, span: span.clone() };
                    let section =
                        Section::new(self.notes, format!("`{}`", name.value), value.span(), table);
                    named.push((name, section));
                }
                None => self.wrong_type(value, "a table in braces"),
            }
        }
        named
    }

    /// Sections with double brackets.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'n, 't>> {
        let name = if self.name.is_empty() {
            format!("[[{key}]]")
        } else {
            format!("[[{}.{key}]]", self.name.trim_matches(['[', ']']))
        };
        let Some(value) = self.field(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(value, &format!("sections that begin with `{name}`"));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => {
                    sections.push(Section::new(self.notes, name.clone(), item.span(), table));
                }
                None => self.wrong_type(item, &format!("sections that begin with `{name}`")),
            }
        }
        sections
    }

    /// A date and time, as the file writes it.
    pub fn datetime(&self, key: &'static str) -> Option<(String, Range<usize>)> {
        let value = self.field(key)?;
        let Some(time) = value.get_ref().as_datetime() else {
            self.wrong_type(value, &format!("a time as `{key}`"));
            return None;
        };
        Some((time.to_string(), value.span()))
    }

    /// A number of either sign, that may be left out.
    pub fn integer(&self, key: &'static str) -> Option<i64> {
        let value = self.field(key)?;
        let number = value.get_ref().as_integer();
        let number = number.and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        if number.is_none() {
            self.wrong_type(value, &format!("a number as `{key}`"));
        }
        number
    }

    /// Rows of small tables.
    pub fn grid(&self, key: &'static str) -> Option<Vec<Vec<Section<'n, 't>>>> {
        let value = self.field(key)?;
        let Some(rows) = value.get_ref().as_array() else {
            self.wrong_type(value, &format!("rows of buttons as `{key}`"));
            return None;
        };
        let mut found = Vec::new();
        for row in rows.iter() {
            let Some(cells) = row.get_ref().as_array() else {
                self.wrong_type(row, &format!("a row of buttons in `{key}`"));
                continue;
            };
            let mut sections = Vec::new();
            for cell in cells.iter() {
                match cell.get_ref().as_table() {
                    Some(table) => {
                        let section =
                            Section::new(self.notes, format!("[{key}]"), cell.span(), table);
                        sections.push(section);
                    }
                    None => self.wrong_type(cell, &format!("a button in `{key}`")),
                }
            }
            found.push(sections);
        }
        Some(found)
    }

    /// Leaves keys that only exports have out of what people are told to write.
    pub fn hide(&self, keys: &[&'static str]) {
        self.hidden.borrow_mut().extend(keys);
    }

    /// Notes every key that nobody asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        let unknown = self.fields.iter().filter(|(key, _)| !asked.contains(*key));
        for (key, (span, _)) in unknown {
            let hidden = self.hidden.borrow();
            let known = asked.iter().filter(|key| !hidden.contains(key));
            let known: Vec<_> = known.map(|key| format!("`{key}`")).collect();
            let place = match self.name.as_str() {
                "" => "at the top".to_owned(),
                name => format!("in {name}"),
            };
            let expected = format!("one of {} {place}", known.join(", "));
            self.refuse(span, format!("`{key}`"), expected);
        }
    }
}
