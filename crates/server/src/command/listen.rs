//! `peyk listen`: receives what an app's or a shop's webhook would, and passes it on to a program
//! on this machine.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde::Deserialize;

use crate::control;

/// How long one poll waits for something, in seconds.
const WAIT_SECONDS: u64 = 30;
/// Letters of one poll: few, since they are signed when they are read.
const LIMIT: usize = 10;
/// How long the program may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How soon a server or a program that cannot be reached is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// What to listen to, and where to pass it on.
#[derive(Debug, Args)]
pub struct ListenArguments {
    #[command(flatten)]
    owner: Owner,
    /// Where to post each letter, as http://127.0.0.1:3000/webhook.
    #[arg(long, value_name = "URL")]
    forward_to: Url,
    /// The server's admin token, if it has one [default: --admin-token].
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// Where to remember how far it came [default: a file in the working directory named after
    /// the app or shop].
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Without a state file begin with everything that the server still has, not with what comes.
    #[arg(long)]
    from_start: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Owner {
    /// The app, by its slug.
    #[arg(long, value_name = "SLUG")]
    app: Option<String>,
    /// The shop, by its id.
    #[arg(long, value_name = "ID")]
    business: Option<i64>,
}

impl Owner {
    fn word(&self) -> String {
        match (&self.app, self.business) {
            (Some(slug), _) => format!("app={slug}"),
            (None, business) => format!("business={}", business.unwrap_or_default()),
        }
    }
}

#[derive(Deserialize)]
struct Webhooks {
    items: Vec<Webhook>,
}

#[derive(Deserialize)]
struct Webhook {
    id: i64,
}

#[derive(Deserialize)]
struct Letters {
    items: Vec<Letter>,
    next_cursor: String,
}

#[derive(Deserialize)]
struct Letter {
    cursor: String,
    delivery: String,
    #[serde(rename = "type")]
    kind: String,
    headers: Vec<(String, String)>,
    body: String,
}

#[derive(Deserialize)]
struct Refused {
    error: RefusedWords,
}

#[derive(Deserialize)]
struct RefusedWords {
    message: String,
}

/// Why a server's answer could not be used.
enum NoAnswer {
    /// It cannot be reached now.
    Away(reqwest::Error),
    /// It says no.
    Refused(anyhow::Error),
}

/// Listens until it is stopped.
pub fn listen(
    arguments: ListenArguments,
    server: &str,
    admin_token: Option<String>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // A provider that is there already is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    runtime.block_on(Listener::new(arguments, server, admin_token)?.run())
}

struct Listener {
    http: Client,
    arguments: ListenArguments,
    server: String,
    token: Option<String>,
    state: PathBuf,
}

impl Listener {
    fn new(
        arguments: ListenArguments,
        server: &str,
        admin_token: Option<String>,
    ) -> anyhow::Result<Self> {
        let name = arguments.owner.word().replace('=', "-");
        let state = arguments.state.clone();
        let state = state.unwrap_or_else(|| format!("peyk-listen-{name}.cursor").into());
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let token = arguments.token.clone().or(admin_token);
        let server = server.trim_end_matches('/').to_owned();
        Ok(Self { http: http.build()?, arguments, server, token, state })
    }

    async fn run(&self) -> anyhow::Result<()> {
        let owner = self.arguments.owner.word();
        let found: Webhooks = self.reach(&format!("/webhooks?{owner}")).await?;
        let Some(Webhook { id }) = found.items.first() else {
            bail!("{owner} has no webhook on this server");
        };
        let feed = format!("/webhooks/{id}/feed?limit={LIMIT}");
        let mut cursor = match read_state(&self.state)? {
            Some(cursor) => cursor,
            None if self.arguments.from_start => "start".to_owned(),
            None => {
                let now = self.reach::<Letters>(&feed).await?.next_cursor;
                write_state(&self.state, &now)?;
                now
            }
        };
        println!("listening to {owner}, forwarding to {}", self.arguments.forward_to);
        loop {
            let path = format!("{feed}&wait={WAIT_SECONDS}&cursor={cursor}");
            let letters: Letters = self.reach(&path).await?;
            let is_empty = letters.items.is_empty();
            for letter in letters.items {
                let Letter { delivery, kind, .. } = &letter;
                match self.forward(&letter).await {
                    Ok(answer) => {
                        cursor.clone_from(&letter.cursor);
                        write_state(&self.state, &cursor)?;
                        println!("{delivery}  {kind}  {answer}");
                    }
                    Err(error) => {
                        println!("{delivery}  {kind}  nobody took it, trying on: {error}");
                        // It is read again, to be signed anew.
                        tokio::time::sleep(AGAIN).await;
                        break;
                    }
                }
            }
            if is_empty && cursor != letters.next_cursor {
                cursor = letters.next_cursor;
                write_state(&self.state, &cursor)?;
            }
        }
    }

    /// Asks the server, for as long as it takes to reach it.
    async fn reach<T: for<'de> Deserialize<'de>>(&self, path: &str) -> anyhow::Result<T> {
        let mut is_told = false;
        loop {
            match self.ask(path).await {
                Ok(answer) => return Ok(answer),
                Err(NoAnswer::Refused(error)) => return Err(error),
                Err(NoAnswer::Away(error)) => {
                    if !is_told {
                        let error = peyk_engine::chain(&error);
                        eprintln!("peyk: the server cannot be reached, trying on: {error}");
                        is_told = true;
                    }
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    async fn ask<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T, NoAnswer> {
        let server = &self.server;
        let mut request = self.http.get(format!("{server}{}{path}", control::ROOT));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let request = request.timeout(Duration::from_secs(WAIT_SECONDS) + ANSWER_TIMEOUT);
        let response = request.send().await.map_err(NoAnswer::Away)?;
        let status = response.status();
        let body = response.bytes().await.map_err(NoAnswer::Away)?;
        if status == StatusCode::OK {
            let answer = serde_json::from_slice(&body);
            return answer.map_err(|_| NoAnswer::Refused(anyhow::anyhow!("{server} is no Peyk")));
        }
        let words = serde_json::from_slice::<Refused>(&body).map(|refused| refused.error.message);
        let words = words.unwrap_or_else(|_| format!("it answered {status}"));
        let hint = if words.contains("page token") {
            format!("; {} may belong to another server", self.state.display())
        } else {
            String::new()
        };
        Err(NoAnswer::Refused(anyhow::anyhow!("the server says no: {words}{hint}")))
    }

    /// Posts one letter, and says what came back, or why nobody took it.
    async fn forward(&self, letter: &Letter) -> Result<String, String> {
        let began = Instant::now();
        let answer = self.letter(letter).send().await;
        let took = began.elapsed().as_millis();
        match answer {
            Ok(response) => Ok(format!("{}  {took} ms", response.status().as_u16())),
            Err(error) if error.is_timeout() => {
                Ok(format!("no answer after {} s", ANSWER_TIMEOUT.as_secs()))
            }
            Err(error) => Err(peyk_engine::chain(&error)),
        }
    }

    fn letter(&self, letter: &Letter) -> RequestBuilder {
        let mut request = self.http.post(self.arguments.forward_to.clone());
        for (name, value) in &letter.headers {
            request = request.header(name, value);
        }
        request.body(letter.body.clone()).timeout(ANSWER_TIMEOUT)
    }
}

fn read_state(file: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

/// Replaces the file as a whole: whoever is killed meanwhile finds the old place.
fn write_state(file: &Path, cursor: &str) -> anyhow::Result<()> {
    let fresh = file.with_extension("new");
    let written = std::fs::write(&fresh, cursor).and_then(|()| std::fs::rename(&fresh, file));
    written.with_context(|| format!("{} cannot be written", file.display()))
}
