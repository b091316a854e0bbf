//! One exchange, as raw as it was: whatever can wait until somebody reads it is not done here.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, Version};
use peyk_engine::deliver::About;
use peyk_model::Timestamp;
use tokio::sync::OnceCell;

use super::door::Door;
use super::facts::Facts;
use super::reason::Reason;

/// A request and what was answered to it.
#[derive(Debug)]
pub struct Exchange {
    pub(super) id: u64,
    pub(super) way: Way,
    pub(super) started_at: Timestamp,
    /// When it really began.
    pub(super) began: Instant,
    pub(super) took: Duration,
    /// The request line and the headers, a line each.
    pub(super) head: Box<[u8]>,
    pub(super) body: Body,
    pub(super) outcome: Outcome,
    pub(super) reason: Option<Reason>,
    /// The fault that had a hand in it.
    pub(super) fault: Option<Box<str>>,
    pub(super) ended: OnceLock<Ended>,
    pub(super) facts: OnceCell<Facts>,
}

/// Which way it went.
#[derive(Debug)]
pub enum Way {
    /// Somebody asked this server, at this door.
    In(Door),
    /// This server asked somebody.
    Out(Box<About>),
}

/// What came of a request.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It was answered.
    Answered(Answer),
    /// It was not, for this reason.
    Nothing(Box<str>),
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The headers, a line each.
    pub(super) fields: Box<[u8]>,
    pub(super) body: Body,
}

/// What is kept of a body.
#[derive(Debug, Default)]
pub(super) enum Body {
    /// There was none.
    #[default]
    Nothing,
    /// All of it.
    Whole(Bytes),
    /// Its beginning, and how long all of it was.
    Cut(Bytes, u64),
    /// What was read of it before the answer was known.
    Partial(Bytes),
    /// Its length alone.
    Length(u64),
    /// Nothing: it is a stream without an end.
    Stream,
}

/// How a stream ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    pub(super) after: Duration,
    pub(super) size_bytes: u64,
}

/// What one exchange weighs beside its texts, in bytes.
const OWN_BYTES: usize = size_of::<Exchange>() + size_of::<About>();

impl Exchange {
    /// The number of the exchange: each is larger than all before it.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Which way it went.
    pub fn way(&self) -> &Way {
        &self.way
    }

    /// When it began, on the clock of the sandbox.
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// How long it took until the answer was complete, or until a stream began.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.answer().map(|answer| answer.status)
    }

    pub(super) fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Answered(answer) => Some(answer),
            Outcome::Nothing(_) => None,
        }
    }

    /// How much memory it takes, roughly.
    pub(super) fn size_bytes(&self) -> usize {
        let answer = self.answer().map_or(0, |answer| answer.fields.len() + answer.body.kept());
        let answer = answer + self.fault.as_ref().map_or(0, |fault| fault.len());
        OWN_BYTES + self.head.len() + self.body.kept() + answer
    }
}

impl Body {
    /// What is kept of it, if anything can be read.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Whole(bytes) | Self::Cut(bytes, _) | Self::Partial(bytes) => Some(bytes),
            Self::Nothing | Self::Length(_) | Self::Stream => None,
        }
    }

    fn kept(&self) -> usize {
        self.bytes().map_or(0, <[u8]>::len)
    }
}

/// The head of a request that came in. It is copied, since what a connection reads into is much
/// larger and would be held as a whole.
pub(super) fn request_head(
    method: &Method,
    uri: &Uri,
    version: Version,
    headers: &HeaderMap,
) -> Box<[u8]> {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let version: &[u8] = match version {
        Version::HTTP_2 => b" HTTP/2\n",
        Version::HTTP_10 => b" HTTP/1.0\n",
        _ => b" HTTP/1.1\n",
    };
    let line = method.as_str().len() + 1 + target.len() + version.len();
    // HTTP/2 names the host elsewhere.
    let host = uri.authority().filter(|_| !headers.contains_key(http::header::HOST));
    let host_bytes = host.map_or(0, |host| "host: ".len() + host.as_str().len() + 1);
    let mut head = Vec::with_capacity(line + host_bytes + fields_bytes(headers));
    head.extend_from_slice(method.as_str().as_bytes());
    head.push(b' ');
    head.extend_from_slice(target.as_bytes());
    head.extend_from_slice(version);
    if let Some(host) = host {
        push_field(&mut head, b"host", host.as_str().as_bytes());
    }
    push_fields(&mut head, headers);
    head.into_boxed_slice()
}

/// The head of a request that goes out.
pub(super) fn letter_head(url: &str, headers: &[(&'static str, String)]) -> Box<[u8]> {
    let mut head = format!("POST {url} HTTP/1.1\n").into_bytes();
    for (name, value) in headers {
        push_field(&mut head, name.as_bytes(), value.as_bytes());
    }
    head.into_boxed_slice()
}

/// The headers of an answer.
pub(super) fn answer_fields(headers: &HeaderMap) -> Box<[u8]> {
    let mut fields = Vec::with_capacity(fields_bytes(headers));
    push_fields(&mut fields, headers);
    fields.into_boxed_slice()
}

/// The headers of a receiver's answer.
pub(super) fn reply_fields(headers: &[(String, String)]) -> Box<[u8]> {
    let mut fields = Vec::new();
    for (name, value) in headers {
        push_field(&mut fields, name.as_bytes(), value.as_bytes());
    }
    fields.into_boxed_slice()
}

fn fields_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 3).sum()
}

fn push_fields(head: &mut Vec<u8>, headers: &HeaderMap) {
    for (name, value) in headers {
        push_field(head, name.as_str().as_bytes(), value.as_bytes());
    }
}

fn push_field(head: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    head.extend_from_slice(name);
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.push(b'\n');
}

/// A head, read again.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// `POST`.
    pub(super) method: String,
    /// The path and the query, or the whole address of a request that goes out.
    pub(super) target: String,
    /// The headers, names in lower case, in the order in which they came.
    pub(super) fields: Vec<(String, String)>,
}

impl Head {
    /// Reads the head of a request.
    pub(super) fn of(head: &[u8]) -> Self {
        let text = String::from_utf8_lossy(head);
        let (line, fields) = text.split_once('\n').unwrap_or((&text, ""));
        let mut words = line.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default().to_owned();
        Self { method, target, fields: fields_of(fields) }
    }

    /// The first header of this name, in lower case.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        field(&self.fields, name)
    }

    /// The path, without host and query.
    pub(super) fn path(&self) -> &str {
        let target = match self.target.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
            None => &self.target,
        };
        target.split('?').next().unwrap_or_default()
    }

    /// The query, without its question mark; empty if there is none.
    pub(super) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// A parameter of the query, decoded.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query().as_bytes());
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }
}

/// Headers, a line each, read again.
pub(super) fn fields_of(lines: &str) -> Vec<(String, String)> {
    let field = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_owned(), value.to_owned()))
    };
    lines.split('\n').filter_map(field).collect()
}

/// The first of these headers with this name, in lower case.
pub(super) fn field<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
}
