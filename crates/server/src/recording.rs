//! Recordings: a stretch of traffic in a file, which can be held against a bot again.
//!
//! A recording is a file of JSON lines: a head, and then one line for each exchange, in the order
//! in which they ended. It is made of what the record of exchanges gives out, so its secrets are
//! masked already. This module must not know how exchanges are kept.

mod alike;
mod fresh;

use std::io::{BufRead, Write};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use serde::{Deserialize, Serialize};

pub use alike::{Called, Difference, compare, is_alike, is_reading, other_answer};
pub use fresh::Fresh;

/// The word by which a recording is known.
const FORMAT: &str = "peyk-recording";
/// The version of the form that is written, and the newest that is read.
const VERSION: u32 = 1;
/// Most lines of a recording.
pub const LINES_MAX: usize = 1_000_000;

/// The first line: where and when it was recorded, and whose names are in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    format: String,
    version: u32,
    /// The Peyk that was recorded.
    pub peyk: String,
    /// The address under which its clients knew it.
    pub server: String,
    /// What time it was there.
    pub base_time: String,
    /// Whose traffic was asked for.
    pub dialects: Vec<String>,
    /// The apps of its World, by their slugs.
    pub apps: Vec<String>,
    /// The businesses of its World.
    pub businesses: Vec<i64>,
    /// The people of its World, by their handles.
    pub people: Vec<String>,
}

impl Head {
    /// The head of a recording of this server at this time, without names.
    pub fn new(server: String, base_time: String, dialects: Vec<String>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            peyk: env!("CARGO_PKG_VERSION").to_owned(),
            server,
            base_time,
            dialects,
            apps: Vec::new(),
            businesses: Vec::new(),
            people: Vec::new(),
        }
    }
}

/// Which way an exchange went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The bot was told or asked something.
    Push,
    /// The bot called.
    Call,
}

/// One exchange.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// When it really began, in microseconds since the first of the recording did. What began
    /// before the first had ended may be below zero.
    pub at_us: i64,
    /// When it began by the clock of the sandbox.
    pub time: String,
    /// Which way it went.
    pub way: Way,
    /// In whose dialect.
    pub dialect: String,
    /// The vendor's name of the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The type of event that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// The app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<i64>,
    /// The person on whose behalf it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The conversation, as its marketplace names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The delivery that was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
    /// Which attempt at it this was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<i64>,
    /// The method.
    pub method: String,
    /// The path with its query, or the whole address of a push.
    pub url: String,
    /// What was asked.
    pub request: Part,
    /// The status of the answer, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Part>,
    /// How long it took.
    pub took_us: u64,
}

/// Headers and body, with secrets masked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The headers, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether not all of the body is here: it was too long, or a file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
}

/// A line behind the head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    /// Exchanges were forgotten before they could be written down.
    Gap {
        /// Always true.
        gap: bool,
    },
    /// An exchange.
    Exchange(Box<Exchange>),
}

/// A whole recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Its head.
    pub head: Head,
    /// Its exchanges, in the order in which they began.
    pub exchanges: Vec<Exchange>,
    /// Behind which lines some are missing.
    pub gaps: Vec<usize>,
}

/// Writes the head.
pub fn write_head(out: &mut impl Write, head: &Head) -> anyhow::Result<()> {
    write_line(out, head)
}

/// Writes an exchange.
pub fn write_exchange(out: &mut impl Write, exchange: &Exchange) -> anyhow::Result<()> {
    write_line(out, exchange)
}

/// Notes that exchanges are missing here.
pub fn write_gap(out: &mut impl Write) -> anyhow::Result<()> {
    write_line(out, &Line::Gap { gap: true })
}

/// One write for one line: whoever is killed leaves whole lines behind.
fn write_line(out: &mut impl Write, line: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

impl Recording {
    /// Reads a file; what is wrong is told with its line.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let file = std::fs::File::open(path).with_context(|| format!("{name} cannot be read"))?;
        Self::parse(std::io::BufReader::new(file), &name.to_string())
    }

    fn parse(text: impl BufRead, name: &str) -> anyhow::Result<Self> {
        let mut lines = text.lines().enumerate();
        let no_head = || anyhow!("{name}:1: found no head, expected a file of `peyk record`");
        let (_, first) = lines.next().ok_or_else(no_head)?;
        let first = first.map_err(|error| anyhow!("{name}:1: {error}"))?;
        let head: Head = serde_json::from_str(&first).map_err(|_| no_head())?;
        if head.format != FORMAT {
            return Err(no_head());
        }
        if head.version > VERSION {
            let found = head.version;
            bail!("{name}:1: found version {found}, but this peyk reads up to {VERSION}");
        }
        let (mut exchanges, mut gaps) = (Vec::new(), Vec::new());
        for (index, line) in lines {
            let number = index + 1;
            if index > LINES_MAX {
                bail!("{name}:{number}: found more than {LINES_MAX} lines");
            }
            let line = line.map_err(|error| anyhow!("{name}:{number}: {error}"))?;
            if line.trim().is_empty() {
                continue;
            }
            match read_line(&line) {
                Ok(Line::Exchange(exchange)) => exchanges.push(*exchange),
                Ok(Line::Gap { .. }) => gaps.push(number),
                Err(why) => bail!("{name}:{number}:{why}"),
            }
        }
        exchanges.sort_by_key(|exchange: &Exchange| exchange.at_us);
        Ok(Self { head, exchanges, gaps })
    }
}

fn read_line(line: &str) -> Result<Line, String> {
    let words = |error: &serde_json::Error| {
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default().to_owned();
        format!("{}: found no exchange: {text}", error.column())
    };
    // Read in two steps, since a choice of forms would not say what is missing.
    let value: serde_json::Value = serde_json::from_str(line).map_err(|error| words(&error))?;
    if value.get("gap").is_some() {
        return Ok(Line::Gap { gap: true });
    }
    let exchange = serde_json::from_str(line).map_err(|error| words(&error))?;
    Ok(Line::Exchange(exchange))
}

impl Exchange {
    /// The path and the query.
    pub fn target(&self) -> &str {
        match self.url.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
            None => &self.url,
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        let name = self.event.as_deref().or(self.operation.as_deref());
        name.unwrap_or_else(|| self.target())
    }

    /// Whether this app or business took part; anybody if none is named.
    pub fn is_of(&self, app: Option<&str>, business: Option<i64>) -> bool {
        app.is_none_or(|app| self.app.as_deref() == Some(app))
            && business.is_none_or(|business| self.business == Some(business))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"{"format":"peyk-recording","version":1,"peyk":"0.1.0","server":"http://a","base_time":"2026-11-20T12:00:00Z","dialects":[],"apps":[],"businesses":[],"people":[]}"#;
    const LINE: &str = r#"{"at_us":5,"time":"2026-11-20T12:00:00Z","way":"push","dialect":"kenar","method":"POST","url":"http://b/hook?a=1","request":{"headers":[]},"took_us":7}"#;

    fn read(text: &str) -> Result<Recording, String> {
        Recording::parse(text.as_bytes(), "r.jsonl").map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read_again_in_the_order_of_its_beginnings() {
        let earlier = LINE.replace("\"at_us\":5", "\"at_us\":-1");
        let found = read(&format!("{HEAD}\n{LINE}\n{{\"gap\":true}}\n{earlier}\n")).unwrap();
        let times: Vec<_> = found.exchanges.iter().map(|each| each.at_us).collect();
        assert_eq!((times, found.gaps), (vec![-1, 5], vec![3]));
        let mut written = Vec::new();
        write_head(&mut written, &found.head).unwrap();
        for exchange in &found.exchanges {
            write_exchange(&mut written, exchange).unwrap();
        }
        let again = String::from_utf8(written).unwrap();
        assert_eq!(again, format!("{HEAD}\n{earlier}\n{LINE}\n"));
        assert_eq!(found.exchanges[0].target(), "/hook?a=1");
    }

    #[test]
    fn a_bad_line_is_told_with_its_place() {
        let newer = HEAD.replace("\"version\":1", "\"version\":2");
        let without = LINE.replace("\"method\":\"POST\",", "");
        for (text, expected) in [
            (String::new(), "r.jsonl:1: found no head, expected a file of `peyk record`"),
            (LINE.to_owned(), "r.jsonl:1: found no head, expected a file of `peyk record`"),
            (newer, "r.jsonl:1: found version 2, but this peyk reads up to 1"),
            (
                format!("{HEAD}\n{LINE}\n{}", &LINE[..20]),
                "r.jsonl:3:20: found no exchange: EOF while parsing a string",
            ),
            (
                format!("{HEAD}\n{without}"),
                "r.jsonl:2:135: found no exchange: missing field `method`",
            ),
        ] {
            let found = read(&text).unwrap_err();
            assert_eq!(found, expected);
        }
    }
}
