//! One call: limits before it, attempts around it, the vendor's error after it.
//!
//! The dialects say what is sent and how their errors read; this must not know either.

mod answer;
mod body;
mod limits;

use std::sync::Arc;
use std::time::Duration;

use peyk_wire::{Method, Operation};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use tracing::Instrument as _;
use url::Url;

pub(crate) use answer::Answer;
pub(crate) use body::{Body, Sent};
pub(crate) use limits::{Limits, until as window_end};

use crate::{Care, Error, ErrorKind, Result, chance};

/// Names the client to servers.
const USER_AGENT: &str = concat!("peyk-client/", env!("CARGO_PKG_VERSION"));

/// Reads a dialect's error: status, headers, body.
pub(crate) type ErrorReader = fn(&Answer) -> Error;

/// Whether a call may be made again when nobody knows whether it worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    /// Doing it twice is like doing it once.
    Repeatable,
    /// Doing it twice is a mistake.
    Once,
}

/// Everything about one call.
pub(crate) struct Call<'a> {
    pub operation: &'static Operation,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Body<'a>,
    pub safety: Safety,
    pub timeout: Duration,
}

/// The way out, shared by all clones of a client.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    care: Arc<Care>,
    limits: Limits,
    read_error: ErrorReader,
}

impl Transport {
    pub fn new(care: Care, read_error: ErrorReader) -> Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(care.connect_timeout)
            // Nothing of these APIs redirects, and a redirect must not carry credentials away.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(Error::of_transport)?;
        let limits = Limits::new(care.parallel, care.longest_wait);
        Ok(Self { http, care: Arc::new(care), limits, read_error })
    }

    /// The same way, on which errors read differently.
    pub fn reading(&self, read_error: ErrorReader) -> Self {
        Self { read_error, ..self.clone() }
    }

    pub fn care(&self) -> &Care {
        &self.care
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Makes the call, again where that is safe, and returns a successful answer or the vendor's error.
    pub async fn call(&self, call: Call<'_>) -> Result<Answer> {
        let name = call.operation.name;
        let span = tracing::debug_span!("peyk_client.call", operation = name);
        self.attempts(&call).instrument(span).await.map_err(|error| error.during(name))
    }

    async fn attempts(&self, call: &Call<'_>) -> Result<Answer> {
        let mut attempt = 1;
        loop {
            let error = match self.once(call).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = self.pause(call, attempt, &error);
            tracing::debug!(
                attempt,
                kind = ?error.kind(),
                status = error.status(),
                code = error.code(),
                request_id = error.request_id(),
                pause_ms = pause.map(|pause| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)),
                "attempt {attempt} failed"
            );
            let Some(pause) = pause else { return Err(error) };
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// How long to wait before another attempt; none if there must be no other one.
    fn pause(&self, call: &Call<'_>, attempt: u32, error: &Error) -> Option<Duration> {
        let is_harmless = match call.safety {
            Safety::Repeatable => true,
            Safety::Once => !error.may_have_worked(),
        };
        if attempt >= self.care.attempts
            || !error.is_passing()
            || !is_harmless
            || !call.body.is_repeatable()
        {
            return None;
        }
        if let Some(asked) = error.retry_after() {
            return (asked <= self.care.longest_wait).then_some(asked);
        }
        let doubled = self.care.first_pause.saturating_mul(1 << (attempt - 1).min(16));
        Some(chance::jittered(doubled.min(self.care.longest_pause)))
    }

    async fn once(&self, call: &Call<'_>) -> Result<Answer> {
        let _permit = self.limits.enter(call.operation.name).await?;
        let method = match call.operation.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut request = self.http.request(method, call.url.clone()).headers(call.headers.clone());
        if let Some(sent) = call.body.open().await? {
            request = request.header(CONTENT_TYPE, sent.content_type);
            if let Some(length) = sent.length {
                request = request.header(CONTENT_LENGTH, length);
            }
            request = request.body(sent.body);
        }
        let response = request.timeout(call.timeout).send().await.map_err(Error::of_transport)?;
        let answer = Answer::read(response, self.care.answer_max_bytes).await?;
        self.limits.learn(call.operation.name, &answer);
        if answer.is_success() {
            return Ok(answer);
        }
        let error = self.error(&answer);
        if error.kind() == ErrorKind::RateLimited
            && let Some(pause) = error.retry_after()
        {
            self.limits.spend(call.operation.name, pause);
        }
        Err(error)
    }

    fn error(&self, answer: &Answer) -> Error {
        let error = (self.read_error)(answer);
        let asked = error.retry_after().or_else(|| answer.retry_after());
        let asked = asked.filter(|_| error.is_passing());
        error.with_request_id(answer.request_id()).with_retry_after(asked)
    }
}

/// A header that must not be logged.
pub(crate) fn secret_header(value: &str) -> Result<HeaderValue> {
    let mut header = HeaderValue::from_str(value).map_err(|_| {
        Error::new(ErrorKind::Setup, "a key or token holds characters that no header can hold")
    })?;
    header.set_sensitive(true);
    Ok(header)
}

/// A base address: absolute, over HTTP, without a query.
pub(crate) fn base_url(address: &str) -> Result<Url> {
    let url = Url::parse(address).map_err(|error| {
        Error::new(
            ErrorKind::Setup,
            format!("{address} is no address: it begins with https:// or http://"),
        )
        .caused_by(error)
    })?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !is_plain {
        return Err(Error::new(ErrorKind::Setup, "an address like https://host is expected"));
    }
    if url.scheme() == "https" && !cfg!(any(feature = "rustls", feature = "native-tls")) {
        let message = "https needs peyk-client's feature `rustls` or `native-tls`";
        return Err(Error::new(ErrorKind::Setup, message));
    }
    Ok(url)
}

/// The base with a path of the wire crate under it; the path is encoded already.
pub(crate) fn under(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let whole = format!("{}{path}", base.path().trim_end_matches('/'));
    url.set_path(&whole);
    url
}
