//! Accounts: whom a client command talks to, kept in a file that only its owner can read.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::output::Output;
use super::{Api, Target};

/// Whom a client command talks to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Which API; Kenar unless there is a cabinet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<Api>,
    /// The address of a Peyk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peyk: Option<String>,
    /// Another address of the marketplace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// An API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// A user's access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The cabinet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business: Option<i64>,
}

type Accounts = BTreeMap<String, Account>;

impl Account {
    /// Which API is spoken.
    pub fn api(&self) -> Api {
        let guessed = if self.business.is_some() { Api::Market } else { Api::Kenar };
        self.api.unwrap_or(guessed)
    }

    /// The key, without which nothing can be asked.
    pub fn key(&self) -> anyhow::Result<&str> {
        let way = "there is no API key: set PEYK_KEY, give --key, or keep one with `peyk account`";
        self.key.as_deref().context(way)
    }

    fn completed(self, target: &Target) -> Self {
        // Each of the two addresses takes the other's place.
        let kept = target.peyk.is_none() && target.base_url.is_none();
        Self {
            api: target.api.or(self.api),
            peyk: target.peyk.clone().or(self.peyk.filter(|_| kept)),
            base_url: target.base_url.clone().or(self.base_url.filter(|_| kept)),
            key: target.key.clone().or(self.key),
            token: target.token.clone().or(self.token),
            business: target.business.or(self.business),
        }
    }
}

/// The account that the options name, completed by them.
pub fn load(target: &Target) -> anyhow::Result<Account> {
    let path = path(target)?;
    let mut accounts = read(&path)?;
    let kept = accounts.remove(&target.account);
    if kept.is_none() && target.account != "default" {
        let known: Vec<&str> = accounts.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "it is empty".into() } else { known.join(", ") };
        bail!("{} has no account {}: {known}", path.display(), target.account);
    }
    Ok(kept.unwrap_or_default().completed(target))
}

/// Keeps what the options name.
pub fn keep(target: &Target) -> anyhow::Result<()> {
    let path = path(target)?;
    let mut accounts = read(&path)?;
    let account = accounts.remove(&target.account).unwrap_or_default().completed(target);
    accounts.insert(target.account.clone(), account);
    let text = toml::to_string(&accounts)?;
    write(&path, &text).with_context(|| format!("{} cannot be written", path.display()))?;
    println!("account {} is kept in {}", target.account, path.display());
    Ok(())
}

/// Prints which accounts there are, and nothing that is secret.
pub fn list(target: &Target) -> anyhow::Result<()> {
    let mut output = Output::new(target.output);
    for (name, account) in read(&path(target)?)? {
        let address = account.peyk.as_ref().or(account.base_url.as_ref());
        output.row(vec![
            ("account", json!(name)),
            ("api", json!(account.api())),
            ("address", json!(address.map_or("the marketplace", String::as_str))),
            ("business", json!(account.business)),
            ("key", json!(account.key.is_some())),
            ("token", json!(account.token.is_some())),
        ])?;
    }
    Ok(output.flush()?)
}

fn path(target: &Target) -> anyhow::Result<PathBuf> {
    if let Some(path) = &target.accounts {
        return Ok(path.clone());
    }
    let folder = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
    let folder = folder.filter(|folder| folder.is_absolute()).or_else(home);
    let folder = folder.context("there is no configuration folder: give --accounts FILE")?;
    Ok(folder.join("peyk/accounts.toml"))
}

fn read(path: &Path) -> anyhow::Result<Accounts> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Accounts::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", path.display()));
        }
    };
    if is_open_to_others(path)? {
        bail!("{} holds keys and others can read it: chmod 600 it", path.display());
    }
    // The parser's own text shows the line, which may hold a key.
    let parsed = toml::from_str(&text);
    parsed.map_err(|error| anyhow::anyhow!("{}: {}", path.display(), error.message()))
}

fn is_open_to_others(path: &Path) -> anyhow::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Replaces the file as a whole, so that a stop in the middle loses no account.
fn write(path: &Path, text: &str) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    let mut file = options.create(true).truncate(true).write(true).mode(0o600).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(fresh, path)
}
