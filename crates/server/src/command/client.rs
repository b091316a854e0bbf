//! Commands that ask a running server: what they say goes to its control API.

use std::io::{Read, Write};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::options::Configuration;
use crate::control::ROOT;

/// How long a server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Whose key it is.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Owner {
    /// A Kenar app, by its slug.
    #[arg(long, value_name = "SLUG")]
    app: Option<String>,
    /// A Market business, by its id.
    #[arg(long, value_name = "ID")]
    business: Option<i64>,
}

/// What a key is to be.
#[derive(Debug, Args)]
pub struct Wanted {
    /// What people call it.
    #[arg(long)]
    name: Option<String>,
    /// What it may do, as CHAT_BOT_SEND_MESSAGE or communication; repeat it for more.
    #[arg(long = "allow", value_name = "PERMISSION")]
    allows: Vec<String>,
    /// From when it no longer works, as 2027-01-31T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    expires_at: Option<String>,
}

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List the keys of an app or a business, without their secrets.
    List {
        #[command(flatten)]
        owner: Owner,
    },
    /// Make a key; without --allow it may do all that its owner may. The secret is printed once.
    Create {
        #[command(flatten)]
        owner: Owner,
        #[command(flatten)]
        wanted: Wanted,
    },
    /// Rename or restrict a key, or change when it ends.
    Change {
        /// The key's id.
        id: i64,
        #[command(flatten)]
        wanted: Wanted,
    },
    /// Make a key in place of another, which goes on working for a while.
    Rotate {
        /// The key's id.
        id: i64,
        /// How long the old one goes on working, in seconds.
        #[arg(long, value_name = "SECONDS", default_value_t = 0)]
        overlap: u64,
    },
    /// Take a key back, for good.
    Revoke {
        /// The key's id.
        id: i64,
    },
}

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Say whose token it is, what it allows and until when.
    Inspect {
        /// The token; it is read from standard input if it is left out, so that no list of
        /// processes shows it.
        token: Option<String>,
    },
}

/// One call of the control API.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

impl Call {
    /// Reads.
    pub fn get(path: String) -> Self {
        Self { method: Method::GET, path, body: None }
    }

    /// Takes away.
    pub fn delete(path: String) -> Self {
        Self { method: Method::DELETE, path, body: None }
    }
}

impl Owner {
    fn keys(&self) -> String {
        match (&self.app, self.business) {
            (Some(app), _) => format!("/apps/{}/keys", crate::media::path_segment(app)),
            (None, business) => format!("/businesses/{}/keys", business.unwrap_or_default()),
        }
    }
}

impl Wanted {
    fn body(self) -> Value {
        let mut body = Map::new();
        body.extend(self.name.map(|name| ("name".to_owned(), name.into())));
        body.extend(self.expires_at.map(|at| ("expires_at".to_owned(), at.into())));
        if !self.allows.is_empty() {
            body.insert("allows".to_owned(), self.allows.into());
        }
        Value::Object(body)
    }
}

/// `peyk key …`.
pub fn key(configuration: &Configuration, server: &str, command: KeyCommand) -> anyhow::Result<()> {
    let call = match command {
        KeyCommand::List { owner } => Call { method: Method::GET, path: owner.keys(), body: None },
        KeyCommand::Create { owner, wanted } => {
            Call { method: Method::POST, path: owner.keys(), body: Some(wanted.body()) }
        }
        KeyCommand::Change { id, wanted } => {
            let path = format!("/keys/{id}");
            Call { method: Method::PATCH, path, body: Some(wanted.body()) }
        }
        KeyCommand::Rotate { id, overlap } => {
            let path = format!("/keys/{id}/rotate");
            let body = Some(json!({ "overlap_seconds": overlap }));
            Call { method: Method::POST, path, body }
        }
        KeyCommand::Revoke { id } => {
            Call { method: Method::DELETE, path: format!("/keys/{id}"), body: None }
        }
    };
    print(configuration, server, call)
}

/// `peyk token …`.
pub fn token(
    configuration: &Configuration,
    server: &str,
    command: TokenCommand,
) -> anyhow::Result<()> {
    let TokenCommand::Inspect { token } = command;
    let token = match token {
        Some(token) => token,
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
            text
        }
    };
    let body = Some(json!({ "token": token.trim() }));
    print(
        configuration,
        server,
        Call { method: Method::POST, path: "/tokens/inspect".into(), body },
    )
}

/// `peyk snapshot …`.
pub fn snapshot(
    configuration: &Configuration,
    server: &str,
    name: Option<String>,
    delete: bool,
) -> anyhow::Result<()> {
    let Some(name) = name else {
        let all = answer(configuration, server, Call::get("/snapshots".to_owned()))?;
        let all = all["items"].as_array().map_or(&[][..], Vec::as_slice);
        if all.is_empty() {
            return say("there are no snapshots; `peyk snapshot NAME` makes one");
        }
        return all.iter().try_for_each(|one| say(&snapshot_in_words(one)));
    };
    let path = format!("/snapshots/{}", crate::media::path_segment(&name));
    let method = if delete { Method::DELETE } else { Method::PUT };
    let answer = answer(configuration, server, Call { method, path, body: None });
    let answer = answer.with_context(|| format!("snapshot `{name}`"))?;
    match delete {
        true => say(&format!("snapshot `{name}` is forgotten")),
        false => say(&snapshot_in_words(&answer)),
    }
}

fn snapshot_in_words(one: &Value) -> String {
    let kib = one["size_bytes"].as_u64().unwrap_or_default().div_ceil(1024);
    let word = |name: &str| one[name].as_str().unwrap_or_default();
    format!("{}  made at {}, {kib} KiB", word("name"), word("made_at"))
}

/// `peyk restore NAME`.
pub fn restore(configuration: &Configuration, server: &str, name: &str) -> anyhow::Result<()> {
    let path = format!("/snapshots/{}/restore", crate::media::path_segment(name));
    let answer = answer(configuration, server, Call { method: Method::POST, path, body: None });
    let answer = answer.with_context(|| format!("snapshot `{name}`"))?;
    let time = answer["time"].as_str().unwrap_or_default();
    say(&format!("everything is as it was in `{name}`; it is {time}"))
}

/// `peyk reset`.
pub fn reset(configuration: &Configuration, server: &str) -> anyhow::Result<()> {
    let path = "/reset".to_owned();
    let answer = answer(configuration, server, Call { method: Method::POST, path, body: None })?;
    let time = answer["time"].as_str().unwrap_or_default();
    say(&format!("everything is as it was at the start; it is {time}"))
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Prints what the server answers, or fails with its words.
pub(super) fn print(configuration: &Configuration, server: &str, call: Call) -> anyhow::Result<()> {
    let answer = answer(configuration, server, call)?;
    let mut text = serde_json::to_string_pretty(&answer)?;
    text.push('\n');
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

/// What the server answers.
pub fn answer(configuration: &Configuration, server: &str, call: Call) -> anyhow::Result<Value> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(ask(configuration, server, call))
}

/// The same for whoever has a runtime already.
pub(super) async fn ask(
    configuration: &Configuration,
    server: &str,
    call: Call,
) -> anyhow::Result<Value> {
    // A provider that is there already is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build()?;
    let url = format!("{}{ROOT}{}", server.trim_end_matches('/'), call.path);
    let mut request = client.request(call.method, url);
    if let Some(token) = &configuration.admin_token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = &call.body {
        request = request.json(body);
    }
    let response = request.send().await;
    let response = response.with_context(|| format!("no server answers at {server}"))?;
    let failed = !response.status().is_success();
    let answer: Value = response.json().await.context("the server does not answer in JSON")?;
    if failed {
        bail!("{}", answer["error"]["message"].as_str().unwrap_or("the server refused"));
    }
    Ok(answer)
}
