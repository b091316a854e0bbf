//! `peyk chats`, `history`, `send`, `send-file`, `upload`, `whoami`, `account`: a client on the command line.
//!
//! Whom it talks to comes from an account, from options, or from both; everything goes through the client crate, as with any
//! other program.

mod account;
mod kenar;
mod market;
mod output;

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};

pub use account::Account;
pub use output::Format;

/// How often a followed chat is looked at.
const INTERVAL: Duration = Duration::from_secs(2);

/// Which marketplace's API is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// Divar Kenar.
    Kenar,
    /// Yandex Market.
    Market,
}

/// Whom a client command talks to; what is left out comes from the account.
#[derive(Debug, Clone, Default, Args)]
pub struct Target {
    /// The account, a section of the account file.
    #[arg(long, value_name = "NAME", env = "PEYK_ACCOUNT", default_value = "default")]
    pub account: String,
    /// The account file [default: peyk/accounts.toml in the user's configuration folder].
    #[arg(long, value_name = "FILE", env = "PEYK_ACCOUNTS", hide_env_values = true)]
    pub accounts: Option<PathBuf>,
    /// Which API.
    #[arg(long, value_enum)]
    pub api: Option<Api>,
    /// The address of a Peyk; without one, the marketplace itself.
    #[arg(long, value_name = "URL", conflicts_with = "base_url")]
    pub peyk: Option<String>,
    /// Another address of the marketplace, as a proxy's.
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// An API key; better in the account, since others can read command lines.
    #[arg(long, value_name = "KEY", env = "PEYK_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// A user's access token (Kenar).
    #[arg(long, value_name = "TOKEN", env = "PEYK_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// The cabinet (Market).
    #[arg(long, value_name = "ID")]
    pub business: Option<i64>,
    /// How results look.
    #[arg(long, value_enum, default_value = "table")]
    pub output: Format,
}

/// What a client command does.
#[derive(Debug, Clone, Subcommand)]
pub enum Talk {
    /// List chats, the newest first (Market).
    Chats {
        #[command(flatten)]
        target: Target,
        /// Only those that wait for the seller.
        #[arg(long)]
        waiting: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Print what was said in a chat, oldest first.
    History {
        #[command(flatten)]
        target: Target,
        /// The chat.
        chat: String,
        /// Go on with what comes, until Ctrl-C.
        #[arg(long)]
        follow: bool,
        /// Begin behind this message (Market).
        #[arg(long, value_name = "MESSAGE")]
        since: Option<i64>,
    },
    /// Say something.
    Send {
        #[command(flatten)]
        target: Target,
        /// The chat.
        chat: String,
        /// The text; `-` reads it from standard input.
        text: String,
        /// In the token's user's name instead of the bot's (Kenar).
        #[arg(long)]
        as_user: bool,
    },
    /// Send a file.
    SendFile {
        #[command(flatten)]
        target: Target,
        /// The chat.
        chat: String,
        /// The file.
        file: PathBuf,
    },
    /// Upload a file and print its media token (Kenar).
    Upload {
        #[command(flatten)]
        target: Target,
        /// The file.
        file: PathBuf,
    },
    /// Print whose key or token it is.
    Whoami {
        #[command(flatten)]
        target: Target,
    },
    /// Keep whom the options name as an account, in a file that only you can read.
    Account {
        #[command(flatten)]
        target: Target,
    },
    /// List the accounts that are kept, without their secrets.
    Accounts {
        #[command(flatten)]
        target: Target,
    },
}

impl Talk {
    fn target(&self) -> &Target {
        match self {
            Self::Chats { target, .. }
            | Self::History { target, .. }
            | Self::Send { target, .. }
            | Self::SendFile { target, .. }
            | Self::Upload { target, .. }
            | Self::Whoami { target }
            | Self::Account { target }
            | Self::Accounts { target } => target,
        }
    }
}

/// The text of an argument, or of standard input.
fn text(given: &str) -> anyhow::Result<Cow<'_, str>> {
    if given != "-" {
        return Ok(given.into());
    }
    let text = std::io::read_to_string(std::io::stdin());
    Ok(text.context("standard input cannot be read")?.trim_end().to_owned().into())
}

/// Does what was asked.
pub fn talk(command: &Talk) -> anyhow::Result<()> {
    let target = command.target();
    match command {
        Talk::Account { .. } => return account::keep(target),
        Talk::Accounts { .. } => return account::list(target),
        Talk::Chats { .. }
        | Talk::History { .. }
        | Talk::Send { .. }
        | Talk::SendFile { .. }
        | Talk::Upload { .. }
        | Talk::Whoami { .. } => {}
    }
    let account = account::load(target)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match account.api() {
            Api::Kenar => kenar::run(command, &account).await,
            Api::Market => market::run(command, &account).await,
        }
    })
}
