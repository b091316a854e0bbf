//! A visit: who looks, in which language, and from where. Every page is given one.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use http::request::Parts;
use http::{HeaderMap, header};
use peyk_model::{ClockPosition, Locale, Timestamp};

use super::guard::Trouble;
use super::moment::{Form, Moment, Zone};
use super::notice::Notice;
use super::texts::Texts;
use super::who::Who;
use crate::Site;
use crate::oauth::locale;

/// The cookie that makes a browser known from one page to the next.
const SESSION: &str = "peyk-session";
/// The cookie with the language.
const LANGUAGE: &str = "peyk-lang";
/// The cookie with light or dark.
const THEME: &str = "peyk-theme";
/// The cookie in which the module tells the reader's offset from UTC.
const ZONE: &str = "peyk-zone";
/// How long what was chosen is remembered, in seconds.
const CHOICE_SECONDS: u32 = 365 * 24 * 3600;
/// How long a browser's word is.
const SESSION_CHARS: usize = 32;
/// The header by which the module says that it only looks again.
const AGAIN: &str = "x-peyk-again";

/// Light, dark, or what the machine prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// What the machine prefers.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The word in cookies, addresses and the sheet.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }
}

/// Who looks, in which language, and from where.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The language.
    pub texts: Texts,
    /// Light or dark.
    pub theme: Theme,
    /// How far the reader's clock is from UTC.
    pub zone: Zone,
    /// The path with its query.
    pub address: String,
    /// The server's time.
    pub now: Timestamp,
    /// Whether and how the server's clock was moved.
    pub clock: ClockPosition,
    /// Whether everybody may play anybody here.
    pub is_sandbox: bool,
    /// Whose visit it is.
    pub who: Who,
    /// What happened to the form that led here.
    pub notice: Option<Arc<Notice>>,
    session: String,
    cookies: Vec<String>,
    csrf: String,
}

impl Visit {
    /// What a request tells of its reader.
    pub fn of(site: &Site, request: &Request, who: Who) -> Self {
        let headers = request.headers();
        let query = request.uri().query().unwrap_or_default();
        let asked = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(each, _)| each == name).map(|(_, value)| value.into_owned())
        };
        let mut cookies = Vec::new();
        let is_secure = site.settings.public_url.starts_with("https://");
        let mut keep = |name: &str, value: &str, age: &str, more: &str| {
            let secure = if is_secure { "; Secure" } else { "" };
            cookies.push(format!("{name}={value}; Path=/; SameSite=Lax{age}{more}{secure}"));
        };
        let lasting = format!("; Max-Age={CHOICE_SECONDS}");
        let known = cookie(headers, SESSION).filter(|word| is_session(word));
        let session = known.map(str::to_owned).unwrap_or_else(|| {
            let word = site.engine.dice().letters::<SESSION_CHARS>();
            keep(SESSION, &word, "", "; HttpOnly");
            word
        });
        if let Some(chosen) = asked("lang").and_then(|code| Locale::parse(&code)) {
            keep(LANGUAGE, chosen.code(), &lasting, "; HttpOnly");
        }
        if let Some(chosen) = asked("theme").and_then(|word| Theme::parse(&word)) {
            keep(THEME, chosen.word(), &lasting, "; HttpOnly");
        }
        let language = asked("lang").or_else(|| cookie(headers, LANGUAGE).map(str::to_owned));
        let theme = asked("theme").or_else(|| cookie(headers, THEME).map(str::to_owned));
        let is_again = headers.contains_key(AGAIN);
        let is_page = request.method() == http::Method::GET;
        let notice = (is_page && !is_again).then(|| site.console.notices.take(&session)).flatten();
        Self {
            texts: Texts(locale::locale(language.as_deref(), headers)),
            theme: theme.as_deref().and_then(Theme::parse).unwrap_or(Theme::Auto),
            zone: cookie(headers, ZONE).and_then(Zone::parse).unwrap_or_default(),
            address: request.uri().path_and_query().map_or("/", |all| all.as_str()).to_owned(),
            now: site.engine.clock().now(),
            clock: site.engine.clock().position(),
            is_sandbox: site.is_sandbox(),
            notice: notice.map(Arc::new),
            csrf: site.engine.keyring().sign(&form_of(&session, &who), b""),
            who,
            session,
            cookies,
        }
    }

    /// The browser's word, by which what happened to its form is kept for it.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// The word that every form of this browser carries.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether a form came from one of our pages in this browser.
    pub fn knows_form(&self, site: &Site, word: &str) -> bool {
        site.engine.keyring().verify(&form_of(&self.session, &self.who), word).is_some()
    }

    /// What the browser is to remember.
    pub fn cookies(&self) -> &[String] {
        &self.cookies
    }

    /// This address with one part of its query changed.
    pub fn address_with(&self, name: &str, value: &str) -> String {
        let (path, query) = self.address.split_once('?').unwrap_or((&self.address, ""));
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let kept = pairs.filter(|(each, _)| !["lang", "theme", name].contains(&each.as_ref()));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.extend_pairs(kept).append_pair(name, value).finish();
        format!("{path}?{query}")
    }

    /// A time for this reader.
    pub fn moment(&self, time: Timestamp, form: Form) -> Moment {
        Moment { time, form, texts: self.texts, zone: self.zone }
    }
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::Broken)
    }
}

fn is_session(word: &str) -> bool {
    word.len() == SESSION_CHARS && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The purpose for which the word in a browser's forms is signed.
fn form_of(session: &str, who: &Who) -> String {
    let signed_in = who.session().map_or(0, |id| id.0);
    format!("a form of the console in {session} {signed_in}")
}

/// What a browser sent under this name.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(each, _)| each.trim() == name).map(|(_, value)| value.trim())
}
