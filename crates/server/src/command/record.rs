//! `peyk record`: what goes over the wire of a running server, written into a file.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value;
use tokio::time::Instant;

use super::client::{Call, ask};
use super::exchanges::Wanted;
use super::options::Configuration;
use super::serve::stop_signal;
use crate::media::path_segment;
use crate::recording::{self, Exchange, Head, LINES_MAX, Part, Way};
use crate::scenario::span;

/// How long one poll waits for something, in seconds.
const WAIT_SECONDS: u64 = 20;
/// How long what ended meanwhile may take to be written.
const LAST: Duration = Duration::from_secs(5);
/// Exchanges of one poll.
const LIMIT: usize = 50;
/// Most names of one kind that stand in a head.
const NAMES_MAX: usize = 10_000;
/// Names of one page.
const PAGE: usize = 200;
/// Whose traffic is recorded if nobody says otherwise.
const CLIENTS: [&str; 4] = ["kenar", "market", "oauth", "media"];
/// Everything that the server still has.
const FROM_START: &str = "start";
/// Where a push or a question names its conversation.
const CONVERSATIONS: [&str; 4] = [
    "/new_chatbot_message/conversation/id",
    "/new_message/conversation/id",
    "/conversation_id",
    "/chatId",
];

/// What to record, and where to.
#[derive(Debug, Args)]
pub struct RecordArguments {
    /// The file to be made, in JSON lines; only you can read it.
    file: PathBuf,
    /// Stop after this time, as `30s` or `10m` [default: at Ctrl-C].
    #[arg(long = "for", value_name = "SPAN", value_parser = parse_span)]
    lasting: Option<Duration>,
    /// Stop after so many exchanges.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..LINES_MAX as u64))]
    count: Option<u64>,
    /// Begin with what the server still has: all of it (`start`), or since a time of its clock like
    /// 2026-11-20T12:00:00Z.
    #[arg(long, value_name = "start|TIME")]
    since: Option<String>,
    /// Take the place of a file that is there.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    wanted: Box<Wanted>,
}

/// A number with its noun.
pub(super) fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

pub(super) fn parse_span(text: &str) -> Result<Duration, String> {
    span::parse(text).ok_or_else(|| "a span is like `500ms`, `30s` or `10m`".to_owned())
}

/// Records until it is stopped.
pub fn record(
    configuration: &Configuration,
    server: &str,
    arguments: &RecordArguments,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = stop_signal()?;
        let mut recorder = Recorder::start(configuration, server, arguments).await?;
        let deadline = arguments.lasting.map(|lasting| Instant::now() + lasting);
        let over = async {
            match deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        let ended = tokio::select! {
            () = stop => Ok(()),
            () = over => Ok(()),
            followed = recorder.follow(WAIT_SECONDS) => followed,
        };
        // What ended meanwhile belongs to it too.
        let ended = match ended {
            Ok(()) => tokio::time::timeout(LAST, recorder.follow(0)).await.unwrap_or(Ok(())),
            Err(error) => Err(error),
        };
        recorder.tell();
        ended
    })
}

struct Recorder<'a> {
    configuration: &'a Configuration,
    server: &'a str,
    arguments: &'a RecordArguments,
    out: File,
    cursor: String,
    /// When the first exchange began, by the server's count.
    first_us: Option<i64>,
    pushes: u64,
    calls: u64,
}

impl<'a> Recorder<'a> {
    async fn start(
        configuration: &'a Configuration,
        server: &'a str,
        arguments: &'a RecordArguments,
    ) -> anyhow::Result<Self> {
        let get = async |path: &str| ask(configuration, server, Call::get(path.to_owned())).await;
        // A filter that nobody understands is told before there is a file.
        let first = get(&format!("/exchanges?limit=1{}", filters(arguments))).await?;
        if first["is_recording"] == false {
            bail!("{server} records nothing; start it with --exchanges-bytes");
        }
        let cursor = match arguments.since {
            Some(_) => FROM_START.to_owned(),
            None => word(&get("/exchanges/feed?limit=1").await?, "next_cursor"),
        };
        let status = get("/status").await?;
        let dialects: Vec<String> = match arguments.wanted.dialects() {
            Some(named) => named.split(',').map(|each| each.trim().to_owned()).collect(),
            None => CLIENTS.map(str::to_owned).into(),
        };
        let address = word(&status["dialects"], "kenar");
        let mut head = Head::new(address, word(&status, "time"), dialects);
        let text = |items: Vec<Value>| -> Vec<String> {
            items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
        };
        head.apps = text(names(configuration, server, "/apps", "slug").await?);
        head.people = text(names(configuration, server, "/people", "handle").await?);
        let businesses = names(configuration, server, "/businesses", "id").await?;
        head.businesses = businesses.iter().filter_map(Value::as_i64).collect();
        let mut out = create(&arguments.file, arguments.force)?;
        recording::write_head(&mut out, &head)?;
        println!("recording {server} into {}; Ctrl-C ends it", arguments.file.display());
        let (pushes, calls) = (0, 0);
        Ok(Self { configuration, server, arguments, out, cursor, first_us: None, pushes, calls })
    }

    /// Writes what comes, until there is enough; with no time to wait, until there is no more.
    async fn follow(&mut self, wait_seconds: u64) -> anyhow::Result<()> {
        let filters = filters(self.arguments);
        while !self.is_full() {
            let cursor = &self.cursor;
            let path = format!(
                "/exchanges/feed?limit={LIMIT}&wait={wait_seconds}&cursor={cursor}{filters}"
            );
            let more = ask(self.configuration, self.server, Call::get(path)).await?;
            if more["has_gap"] == true {
                self.gap()?;
            }
            let items = more["items"].as_array().map_or(&[][..], Vec::as_slice);
            for item in items {
                if self.is_full() {
                    break;
                }
                self.take(item).await?;
            }
            self.cursor = word(&more, "next_cursor");
            if items.is_empty() && wait_seconds == 0 {
                break;
            }
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        let most = self.arguments.count.unwrap_or(LINES_MAX as u64);
        self.pushes + self.calls >= most
    }

    fn gap(&mut self) -> anyhow::Result<()> {
        eprintln!("peyk: the server forgot some exchanges before they could be recorded");
        recording::write_gap(&mut self.out)
    }

    async fn take(&mut self, item: &Value) -> anyhow::Result<()> {
        let path = format!("/exchanges/{}", item["id"]);
        let Ok(full) = ask(self.configuration, self.server, Call::get(path)).await else {
            return self.gap();
        };
        let began_us = full["began_us"].as_i64().unwrap_or_default();
        let first_us = *self.first_us.get_or_insert(began_us);
        let exchange = exchange(&full, began_us - first_us);
        recording::write_exchange(&mut self.out, &exchange)
            .with_context(|| format!("{} cannot be written", self.arguments.file.display()))?;
        // Whoever stops it between two lines goes on behind this one.
        self.cursor = word(&full, "cursor");
        match exchange.way {
            Way::Push => self.pushes += 1,
            Way::Call => self.calls += 1,
        }
        Ok(())
    }

    fn tell(&self) {
        let (pushes, calls) =
            (counted(self.pushes, "push", "pushes"), counted(self.calls, "call", "calls"));
        println!("{}: {pushes} to bots, {calls} by bots", self.arguments.file.display());
    }
}

fn filters(arguments: &RecordArguments) -> String {
    let mut filters = arguments.wanted.query();
    if let Some(since) = arguments.since.as_deref().filter(|since| *since != FROM_START) {
        filters += &format!("&since={}", path_segment(since));
    }
    filters
}

/// Makes the file, which only its owner can read.
fn create(path: &Path, force: bool) -> anyhow::Result<File> {
    match super::private::create(path, force) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("{} is there already; --force takes its place", path.display())
        }
        made => made.with_context(|| format!("{} cannot be made", path.display())),
    }
}

/// A field of everything in a list.
async fn names(
    configuration: &Configuration,
    server: &str,
    list: &str,
    field: &str,
) -> anyhow::Result<Vec<Value>> {
    let (mut names, mut cursor) = (Vec::new(), String::new());
    while names.len() < NAMES_MAX {
        let path = format!("{list}?limit={PAGE}{cursor}");
        let page = ask(configuration, server, Call::get(path)).await?;
        let items = page["items"].as_array().map_or(&[][..], Vec::as_slice);
        names.extend(items.iter().map(|item| item[field].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={}", path_segment(next));
    }
    Ok(names)
}

fn word(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// An exchange as the control API shows it, as a line of a recording.
pub(super) fn exchange(full: &Value, at_us: i64) -> Exchange {
    let optional = |name: &str| full[name].as_str().map(str::to_owned);
    let way = if full["direction"] == "out" { Way::Push } else { Way::Call };
    let request = part(&full["request"]);
    let told = request.body.as_deref().filter(|_| way == Way::Push).and_then(conversation);
    Exchange {
        at_us,
        time: word(full, "started_at"),
        way,
        dialect: word(full, "dialect"),
        operation: optional("operation"),
        event: optional("event"),
        app: optional("app"),
        business: full["business"].as_i64(),
        person: optional("person"),
        conversation: told.or_else(|| optional("conversation")),
        delivery: optional("delivery"),
        attempt: full["attempt"].as_i64(),
        method: word(full, "method"),
        url: word(full, "url"),
        request,
        status: full["status"].as_u64().and_then(|status| u16::try_from(status).ok()),
        failure: optional("failure"),
        answer: (!full["answer"].is_null()).then(|| part(&full["answer"])),
        took_us: full["duration_us"].as_u64().unwrap_or_default(),
    }
}

fn part(part: &Value) -> Part {
    let headers = part["headers"].as_array().map_or(&[][..], Vec::as_slice);
    let headers = headers.iter().map(|header| (text(&header[0]), text(&header[1]))).collect();
    let body = &part["body"];
    Part {
        headers,
        body: body["text"].as_str().map(str::to_owned),
        is_cut: body["is_whole"] == false,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The conversation, as the bot that is told knows it.
fn conversation(body: &str) -> Option<String> {
    let json: Value = serde_json::from_str(body).ok()?;
    CONVERSATIONS.iter().find_map(|place| match json.pointer(place)? {
        Value::String(key) => Some(key.clone()),
        Value::Number(id) => Some(id.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    })
}
