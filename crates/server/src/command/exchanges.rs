//! `peyk exchanges`: what went over the wire of a running server.

use std::io::Write;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;

use super::client::{self, Call};
use super::options::Configuration;
use crate::media::path_segment;

/// How long one poll waits for something, in seconds.
const WAIT_SECONDS: u64 = 20;

/// What can be done with exchanges.
#[derive(Debug, Subcommand)]
pub enum ExchangesCommand {
    /// List them, the newest last.
    List {
        #[command(flatten)]
        wanted: Box<Wanted>,
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 20)]
        limit: u16,
    },
    /// Show one with headers, bodies, what was wrong, and what differs from the specification.
    Show {
        /// Its number.
        id: u64,
    },
    /// Print one as a request that can be sent again, with variables in place of secrets.
    Copy {
        /// Its number.
        id: u64,
        /// For a shell or for a program.
        #[arg(long = "as", value_enum, default_value_t = Form::Curl)]
        form: Form,
    },
    /// Print them as they happen, until it is stopped.
    Follow {
        #[command(flatten)]
        wanted: Box<Wanted>,
    },
    /// Forget all of them.
    Clear,
}

/// Which exchanges.
#[derive(Debug, Args)]
pub struct Wanted {
    /// Only requests to the server (`in`) or of the server (`out`).
    #[arg(long, value_name = "in|out")]
    direction: Option<String>,
    /// Of these dialects: kenar, market, oauth, media, control, other, nowhere; or all.
    #[arg(long, value_name = "DIALECTS")]
    dialect: Option<String>,
    /// Of this operation.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Of this app, by its slug.
    #[arg(long, value_name = "SLUG")]
    app: Option<String>,
    /// Of this shop, by its id.
    #[arg(long, value_name = "ID")]
    business: Option<i64>,
    /// In this conversation, by its key or number.
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
    /// With these answers: 404, 4xx, or none.
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// With this text in any part.
    #[arg(long = "text", value_name = "TEXT")]
    q: Option<String>,
}

/// How a request is written down.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Form {
    /// For a shell.
    Curl,
    /// For Python with requests.
    Python,
    /// For JavaScript with fetch.
    Javascript,
    /// For Rust with reqwest.
    Rust,
}

impl Form {
    fn word(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "python",
            Self::Javascript => "javascript",
            Self::Rust => "rust",
        }
    }
}

impl Wanted {
    /// The dialects that are asked for, if any are.
    pub(super) fn dialects(&self) -> Option<&str> {
        self.dialect.as_deref()
    }

    /// Further parameters of a query.
    pub(super) fn query(&self) -> String {
        let business = self.business.map(|id| id.to_string());
        let parts = [
            ("direction", &self.direction),
            ("dialect", &self.dialect),
            ("operation", &self.operation),
            ("app", &self.app),
            ("business", &business),
            ("conversation", &self.conversation),
            ("status", &self.status),
            ("q", &self.q),
        ];
        let given = parts.iter().filter_map(|(name, value)| {
            value.as_ref().map(|value| format!("&{name}={}", path_segment(value)))
        });
        given.collect()
    }
}

/// `peyk exchanges …`.
pub fn exchanges(
    configuration: &Configuration,
    server: &str,
    command: &ExchangesCommand,
) -> anyhow::Result<()> {
    let ask = |path: String| client::answer(configuration, server, Call::get(path));
    match command {
        ExchangesCommand::List { wanted, limit } => {
            let page = ask(format!("/exchanges?limit={limit}{}", wanted.query()))?;
            if page["is_recording"] == false {
                bail!("{server} records nothing; start it with --exchanges-bytes");
            }
            let lines = items(&page).iter().rev().map(line);
            write(&lines.collect::<String>())
        }
        ExchangesCommand::Show { id } => write(&shown(&ask(format!("/exchanges/{id}"))?)),
        ExchangesCommand::Copy { id, form } => {
            let copies = ask(format!("/exchanges/{id}/copy"))?;
            write(word(&copies, form.word()))
        }
        ExchangesCommand::Follow { wanted } => follow(&ask, &wanted.query()),
        ExchangesCommand::Clear => {
            let call = Call::delete("/exchanges".to_owned());
            let answer = client::answer(configuration, server, call)?;
            write(&format!("{} exchanges forgotten\n", answer["cleared"]))
        }
    }
}

fn follow(ask: &dyn Fn(String) -> anyhow::Result<Value>, filters: &str) -> anyhow::Result<()> {
    let first = ask(format!("/exchanges/feed?{}", filters.trim_start_matches('&')))?;
    let mut cursor = word(&first, "next_cursor").to_owned();
    loop {
        let more = ask(format!("/exchanges/feed?wait={WAIT_SECONDS}&cursor={cursor}{filters}"))?;
        if more["has_gap"] == true {
            write("… some were forgotten before they could be shown\n")?;
        }
        write(&items(&more).iter().map(line).collect::<String>())?;
        word(&more, "next_cursor").clone_into(&mut cursor);
    }
}

/// `peyk lint`.
pub fn lint(configuration: &Configuration, server: &str) -> anyhow::Result<()> {
    let answer = client::answer(configuration, server, Call::get("/lint".to_owned()))?;
    let findings = items(&answer);
    if findings.is_empty() {
        return write("nothing that production would punish was seen\n");
    }
    let mut text = String::new();
    for found in findings {
        let client = match found["client"]["app"].as_str() {
            Some(app) => format!("app {app}"),
            None => format!("business {}", found["client"]["business"]),
        };
        text += &format!(
            "{client}: {} ({} times, exchanges {} to {})\n  {}\n  {}\n",
            word(found, "rule"),
            found["count"],
            found["first_exchange"],
            found["last_exchange"],
            word(found, "sentence"),
            word(found, "advice"),
        );
    }
    write(&text)
}

fn items(page: &Value) -> &[Value] {
    page["items"].as_array().map_or(&[], Vec::as_slice)
}

fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn write(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("nobody reads any more")
}

/// One exchange in one line, and a second one if something was wrong.
fn line(item: &Value) -> String {
    let time = word(item, "started_at").get(11..23).unwrap_or_default();
    let arrow = if item["direction"] == "out" { "->" } else { "<-" };
    let status = item["status"].as_u64().map_or_else(|| "---".to_owned(), |it| it.to_string());
    let who = match item["app"].as_str() {
        Some(app) => app.to_owned(),
        None => item["business"].as_i64().map_or_else(String::new, |id| id.to_string()),
    };
    let what = match (item["event"].as_str(), item["operation"].as_str()) {
        (Some(event), _) => event.to_owned(),
        (None, Some(operation)) => operation.to_owned(),
        (None, None) => format!("{} {}", word(item, "method"), word(item, "url")),
    };
    let took = item["duration_us"].as_f64().unwrap_or_default() / 1000.0;
    let why = item["explanation"].as_str().or_else(|| item["failure"].as_str());
    let why = why.map_or_else(String::new, |why| format!("         {why}\n"));
    let id = &item["id"];
    format!("{id:>6}  {time}  {arrow}  {status}  {who:<12}  {what}  {took:.1} ms\n{why}")
}

fn shown(full: &Value) -> String {
    let mut text = line(full);
    for (name, part) in [("request", &full["request"]), ("answer", &full["answer"])] {
        if part.is_null() {
            continue;
        }
        text += &match name {
            "request" => format!("\n{} {}\n", word(full, "method"), word(full, "url")),
            _ => format!("\n{}\n", full["status"]),
        };
        for header in part["headers"].as_array().into_iter().flatten() {
            let part = |index: usize| header[index].as_str().unwrap_or_default();
            text += &format!("{}: {}\n", part(0), part(1));
        }
        let body = &part["body"];
        if let Some(body) = body["text"].as_str() {
            text += &format!("\n{body}\n");
        }
        if let Some(note) = body["note"].as_str() {
            text += &format!("\n({} bytes: {note})\n", body["size_bytes"]);
        }
    }
    let differences = full["differences"].as_array().map_or(&[][..], Vec::as_slice);
    if !differences.is_empty() {
        text += "\nother than published:\n";
    }
    for each in differences {
        text += &format!("  {} {}: {}\n", word(each, "part"), word(each, "at"), word(each, "text"));
    }
    text
}
