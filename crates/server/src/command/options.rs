//! Options: from the command line, the environment and `peyk.toml`, in this order.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use peyk_engine::Database;
use peyk_model::LimitBook;
use serde::Deserialize;

use super::dialects::{Kenar, Market, limits};
use crate::exchanges::{Bounds, SANDBOX_BYTES};
use crate::{KenarWords, MarketManners, PagesBound, Tls};

/// The file that is read if it is there.
const FILE: &str = "peyk.toml";
/// The shortest admin token, in characters.
const ADMIN_TOKEN_MIN: usize = 8;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// For how many days events and deliveries are kept.
const RETENTION_DAYS: u32 = 7;
/// The most bytes of exchanges anybody can ask for.
const EXCHANGES_BYTES_MAX: usize = 1 << 30;
/// Most memory for pages that anybody can ask for, in MiB.
const PAGES_MIB_MAX: u32 = 65_536;
/// The most days anybody can ask for.
const RETENTION_DAYS_MAX: u32 = 3650;

/// What can be chosen; whatever is left out has a default.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Options of a server")]
pub struct Options {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080].
    #[arg(
        long,
        global = true,
        value_name = "ADDRESS",
        env = "PEYK_LISTEN",
        hide_env_values = true
    )]
    pub listen: Option<SocketAddr>,
    /// The folder of everything that is kept: database, media, secret [default: ./data].
    #[arg(long, global = true, value_name = "DIR", env = "PEYK_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
    /// Load this World on start, on top of what is there [default: a demo World if there is
    /// nothing and no admin token].
    #[arg(long, global = true, value_name = "FILE", env = "PEYK_WORLD", hide_env_values = true)]
    world: Option<PathBuf>,
    /// Keep data in PostgreSQL, postgres://… [default: SQLite, peyk.db in the data folder].
    #[arg(long, global = true, value_name = "URL", env = "PEYK_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Keep bytes of media in this folder or at s3://bucket/prefix [default: media in the data
    /// folder].
    #[arg(long, global = true, value_name = "URL/DIR", env = "PEYK_MEDIA", hide_env_values = true)]
    media: Option<String>,
    /// The address under which others reach this server [default: where it listens].
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "PEYK_PUBLIC_URL",
        hide_env_values = true
    )]
    public_url: Option<String>,
    /// Serve HTTPS with this certificate chain (PEM).
    #[arg(long, global = true, value_name = "FILE", env = "PEYK_TLS_CERT", hide_env_values = true)]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, global = true, value_name = "FILE", env = "PEYK_TLS_KEY", hide_env_values = true)]
    tls_key: Option<PathBuf>,
    /// Whoever uses the control API has to show this; better in the environment than here, where
    /// other users of the machine can read it.
    #[arg(
        long,
        global = true,
        value_name = "TOKEN",
        env = "PEYK_ADMIN_TOKEN",
        hide_env_values = true
    )]
    admin_token: Option<String>,
    /// How many days events, what was delivered and every attempt are kept [default: 7].
    #[arg(
        long,
        global = true,
        value_name = "DAYS",
        env = "PEYK_RETENTION_DAYS",
        hide_env_values = true
    )]
    retention_days: Option<u32>,
    /// What to log, as `info` or `warn,peyk_server=debug` [default: info].
    #[arg(long, global = true, value_name = "FILTER", env = "PEYK_LOG", hide_env_values = true)]
    pub log: Option<String>,
    /// How logs look [default: human].
    #[arg(long, global = true, env = "PEYK_LOG_FORMAT", hide_env_values = true)]
    log_format: Option<LogFormat>,
    /// Count and refuse calls as the vendors do [default: on].
    #[arg(long, global = true, env = "PEYK_LIMITS", hide_env_values = true)]
    limits: Option<Switch>,
    /// How many bytes of what goes over the wire are kept in memory to be looked at; 0 keeps
    /// nothing [default: 16777216, and 0 with an admin token].
    #[arg(
        long,
        global = true,
        value_name = "BYTES",
        env = "PEYK_EXCHANGES_BYTES",
        hide_env_values = true
    )]
    exchanges_bytes: Option<usize>,
    /// How much memory ready-made pages of messages may take, in MiB; 0 keeps none [default: 32].
    #[arg(long, global = true, value_name = "MIB", env = "PEYK_PAGES_MIB", hide_env_values = true)]
    pages_mib: Option<u32>,
    /// How the Market dialect behaves; only in the file.
    #[arg(skip)]
    market: Market,
    /// How the Kenar dialect behaves; only in the file.
    #[arg(skip)]
    kenar: Kenar,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// It happens.
    On,
    /// It does not.
    Off,
}

/// How logs look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Human,
    /// One JSON object in each line.
    Json,
}

impl Options {
    /// These options, completed from a file: this one, or `peyk.toml` if it is there.
    pub fn with_file(self, file: Option<&Path>) -> anyhow::Result<Self> {
        let path = file.unwrap_or(Path::new(FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && file.is_none() => {
                return Ok(self);
            }
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read", path.display()));
            }
        };
        let kept: Self = toml::from_str(&text).map_err(|error| at(path, &text, &error))?;
        Ok(Self {
            listen: self.listen.or(kept.listen),
            data: self.data.or(kept.data),
            world: self.world.or(kept.world),
            database: self.database.or(kept.database),
            media: self.media.or(kept.media),
            public_url: self.public_url.or(kept.public_url),
            tls_cert: self.tls_cert.or(kept.tls_cert),
            tls_key: self.tls_key.or(kept.tls_key),
            admin_token: self.admin_token.or(kept.admin_token),
            retention_days: self.retention_days.or(kept.retention_days),
            log: self.log.or(kept.log),
            log_format: self.log_format.or(kept.log_format),
            limits: self.limits.or(kept.limits),
            exchanges_bytes: self.exchanges_bytes.or(kept.exchanges_bytes),
            pages_mib: self.pages_mib.or(kept.pages_mib),
            market: kept.market,
            kenar: kept.kenar,
        })
    }
}

/// A mistake of the file in one line. The line itself is not shown: it may hold the admin token.
fn at(path: &Path, text: &str, error: &toml::de::Error) -> anyhow::Error {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.get(..start).unwrap_or(text).matches('\n').count() + 1;
    anyhow::anyhow!("{}:{line}: {}", path.display(), error.message().replace('\n', ", "))
}

/// Options that make sense together.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The folder of everything that is kept.
    pub data: PathBuf,
    /// A World to be loaded.
    pub world: Option<PathBuf>,
    /// Which database.
    pub database: Database,
    /// Where bytes of media go.
    pub media: String,
    /// The address under which others reach this server; empty if it is where it listens.
    pub public_url: String,
    /// Certificate and key.
    pub tls: Option<Tls>,
    /// Who may use the control API.
    pub admin_token: Option<String>,
    /// How the Market dialect behaves where more than one way was seen.
    pub market: MarketManners,
    /// How the Kenar dialect spells what apps are sent.
    pub kenar: KenarWords,
    /// How much programs may call.
    pub limits: LimitBook,
    /// How much of what goes over the wire is kept.
    pub exchanges: Bounds,
    /// How much memory ready-made pages may take.
    pub pages: PagesBound,
    /// How long events and deliveries are kept.
    pub retention: Duration,
    /// What to log.
    pub log: String,
    /// How logs look.
    pub log_format: LogFormat,
}

impl TryFrom<Options> for Configuration {
    type Error = anyhow::Error;

    fn try_from(options: Options) -> anyhow::Result<Self> {
        let data = options.data.unwrap_or_else(|| "data".into());
        let database = match options.database {
            None => Database::Sqlite(data.join("peyk.db")),
            Some(url) => match url.split_once("://") {
                Some(("postgres" | "postgresql", _)) => Database::Postgres(url),
                // The address is not repeated, because it may hold a password.
                Some(_) | None => bail!("--database takes a URL like postgres://user@host/name"),
            },
        };
        let media = match options.media {
            Some(media) => media,
            None => path_text(&data.join("media"))?,
        };
        let tls = match (options.tls_cert, options.tls_key) {
            (Some(certificate), Some(key)) => Some(Tls { certificate, key }),
            (None, None) => None,
            (Some(_), None) => bail!("--tls-cert needs --tls-key"),
            (None, Some(_)) => bail!("--tls-key needs --tls-cert"),
        };
        if let Some(token) = &options.admin_token
            && (token.len() < ADMIN_TOKEN_MIN || !token.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            bail!("the admin token needs {ADMIN_TOKEN_MIN} or more visible ASCII characters");
        }
        let retention_days = options.retention_days.unwrap_or(RETENTION_DAYS);
        if !(1..=RETENTION_DAYS_MAX).contains(&retention_days) {
            bail!("--retention-days takes 1 to {RETENTION_DAYS_MAX}, found {retention_days}");
        }
        let exchanges_bytes = options.exchanges_bytes.unwrap_or(match options.admin_token {
            // What others send is shown to nobody unless their operator asks for it.
            Some(_) => 0,
            None => SANDBOX_BYTES,
        });
        if exchanges_bytes > EXCHANGES_BYTES_MAX {
            bail!("--exchanges-bytes takes 0 to {EXCHANGES_BYTES_MAX}, found {exchanges_bytes}");
        }
        Ok(Self {
            listen: options.listen.unwrap_or_else(|| ([127, 0, 0, 1], 8080).into()),
            world: options.world,
            database,
            media,
            public_url: options.public_url.map(public_url).transpose()?.unwrap_or_default(),
            tls,
            admin_token: options.admin_token,
            market: options.market.manners()?,
            kenar: options.kenar.words()?,
            limits: limits(&options.market, &options.kenar, options.limits != Some(Switch::Off))?,
            exchanges: Bounds::bytes(exchanges_bytes),
            pages: options.pages_mib.map(pages).transpose()?.unwrap_or_default(),
            retention: DAY * retention_days,
            log: options.log.unwrap_or_else(|| "info".into()),
            log_format: options.log_format.unwrap_or(LogFormat::Human),
            data,
        })
    }
}

fn pages(mib: u32) -> anyhow::Result<PagesBound> {
    if mib > PAGES_MIB_MAX {
        bail!("--pages-mib takes 0 to {PAGES_MIB_MAX}, found {mib}");
    }
    Ok(PagesBound(mib as usize * 1024 * 1024))
}

fn path_text(path: &Path) -> anyhow::Result<String> {
    let text = path.to_str();
    Ok(text.with_context(|| format!("{} is not a UTF-8 path", path.display()))?.to_owned())
}

fn public_url(given: String) -> anyhow::Result<String> {
    let expected = "--public-url takes an address like https://chat.example";
    let url = url::Url::parse(&given).context(expected)?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if !is_plain {
        bail!("{expected}, found {given}");
    }
    Ok(given.trim_end_matches('/').to_owned())
}
