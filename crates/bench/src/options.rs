//! What to measure, for how long, and where.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};

const USAGE: &str =
    "usage: peyk-bench all|sends|reads|start|memory|streams|deliver|retries|auth|snapshots|sandboxes
    |client|console
    [--folder DIR]   a folder on the disk to be measured [default: target/peyk-bench]
    [--seconds N]    how long each turn takes [default: 3]
    [--rounds N]     how many turns each has [default: 5]
    [--clients N]    so many clients in `sends` [default: 1, 8, 32 and 128]
    [--waiting N]    how many deliveries wait in `memory` [default: 1000000]
    [--postgres URL] an empty PostgreSQL database for `snapshots` [default: a SQLite file]";

/// One thing that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Sends,
    Reads,
    Start,
    Memory,
    Streams,
    Deliver,
    Retries,
    Auth,
    Snapshots,
    Sandboxes,
    Client,
    Console,
}

impl What {
    const ALL: [Self; 12] = [
        Self::Sends,
        Self::Reads,
        Self::Start,
        Self::Memory,
        Self::Streams,
        Self::Deliver,
        Self::Retries,
        Self::Auth,
        Self::Snapshots,
        Self::Sandboxes,
        Self::Client,
        Self::Console,
    ];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sends => "sends",
            Self::Reads => "reads",
            Self::Start => "start",
            Self::Memory => "memory",
            Self::Streams => "streams",
            Self::Deliver => "deliver",
            Self::Retries => "retries",
            Self::Auth => "auth",
            Self::Snapshots => "snapshots",
            Self::Sandboxes => "sandboxes",
            Self::Client => "client",
            Self::Console => "console",
        }
    }
}

/// What was asked for.
#[derive(Debug)]
pub struct Options {
    pub what: Vec<What>,
    pub folder: PathBuf,
    pub turn: Duration,
    pub rounds: usize,
    pub clients: Option<i64>,
    pub waiting: usize,
    pub postgres: Option<String>,
}

impl Options {
    /// Reads the command line.
    pub fn from_arguments(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut options = Self {
            what: Vec::new(),
            folder: PathBuf::from("target/peyk-bench"),
            turn: Duration::from_secs(3),
            rounds: 5,
            clients: None,
            waiting: 1_000_000,
            postgres: None,
        };
        while let Some(argument) = arguments.next() {
            let mut value =
                || arguments.next().with_context(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "all" => options.what.extend(What::ALL),
                "--folder" => options.folder = value()?.into(),
                "--seconds" => options.turn = Duration::from_secs_f64(value()?.parse()?),
                "--rounds" => options.rounds = value()?.parse()?,
                "--clients" => options.clients = Some(value()?.parse()?),
                "--postgres" => options.postgres = Some(value()?),
                "--waiting" => options.waiting = value()?.parse()?,
                word => match What::ALL.into_iter().find(|what| what.word() == word) {
                    Some(what) => options.what.push(what),
                    None => bail!("`{word}` is unknown\n{USAGE}"),
                },
            }
        }
        if options.what.is_empty() || options.rounds == 0 {
            bail!("nothing to measure\n{USAGE}");
        }
        Ok(options)
    }

    /// An empty folder for one thing that is measured.
    pub fn fresh_folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = std::path::absolute(&self.folder)?.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}
