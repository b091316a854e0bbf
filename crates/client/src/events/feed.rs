//! A Peyk's own stream of what it tells an app or a cabinet.
//!
//! `GET /control/v1/webhooks/{webhook}/feed` as Server-Sent Events. Each item has a cursor; after a break the stream goes on
//! behind the last one that was taken.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::BytesMut;
use peyk_wire::{Operation, Secret};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use serde::Deserialize;

use super::{KenarEvent, Notification};
use crate::market::BusinessId;
use crate::transport::{Answer, Body, Call, Safety, Transport, base_url, secret_header, under};
use crate::{Care, Error, ErrorKind, Kenar, Market, Result, chance};

const WEBHOOKS: Operation = Operation::get("Control_Webhooks", &["/control/v1/webhooks"]);
const FEED: Operation =
    Operation::get("Control_WebhookFeed", &["/control/v1/webhooks/{webhook}/feed"]);
/// A server shows that it is alive more often than this.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// Largest item, in bytes.
const ITEM_MAX_BYTES: usize = 4 * 1024 * 1024;

/// Whose events.
#[derive(Debug, Clone)]
enum Owner {
    App(String),
    Business(BusinessId),
}

/// What happened, and where it stands in the stream.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run_at(async |url| {
/// use peyk_client::events::{Feed, KenarEvent};
///
/// let item = Feed::of_app(url, "echo")?.next().await?;
/// if let KenarEvent::BotMessage(message) = item.kenar()? {
///     println!("{} said {:?}", message.sender.kind, message.text());
/// }
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FeedItem {
    /// The place behind it; keep it once the item is dealt with.
    pub cursor: String,
    /// The delivery, the same for every attempt.
    pub delivery: String,
    /// The body that a receiver would get.
    pub body: String,
}

impl FeedItem {
    /// The body as Kenar's event.
    ///
    /// # Errors
    /// `Unreadable` if it is none.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_at(async |url| {
    /// # use peyk_client::events::Feed;
    /// let item = Feed::of_app(url, "echo")?.next().await?;
    /// println!("{:?}", item.kenar()?);
    /// # Ok(()) });
    /// ```
    pub fn kenar(&self) -> Result<KenarEvent> {
        KenarEvent::parse(self.body.as_bytes())
    }

    /// The body as Market's notification.
    ///
    /// # Errors
    /// `Unreadable` if it is none.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_at(async |url| {
    /// # use peyk_client::events::Feed;
    /// let item = Feed::of_business(url, 209888193)?.next().await?;
    /// match item.market() {
    ///     Ok(notification) => println!("{notification:?}"),
    ///     Err(error) => println!("{error}"),
    /// }
    /// # Ok(()) });
    /// ```
    pub fn market(&self) -> Result<Notification> {
        Notification::parse(self.body.as_bytes())
    }
}

/// Follows what a Peyk tells one app or one cabinet.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run_at(async |url| {
/// use peyk_client::events::Feed;
///
/// let mut feed = Feed::of_app(url, "echo")?.from("start");
/// let item = feed.next().await?;
/// println!("{}", item.body);
/// // Keep this, and the next run goes on behind the item.
/// assert_eq!(feed.cursor(), Some(item.cursor.as_str()));
/// # Ok(()) });
/// ```
#[derive(Debug)]
pub struct Feed {
    transport: Transport,
    base: url::Url,
    token: Option<Secret>,
    owner: Owner,
    cursor: Option<String>,
    open: Option<Open>,
    was_open: bool,
    failures: u32,
}

#[derive(Debug)]
struct Open {
    response: reqwest::Response,
    buffer: BytesMut,
    frames: VecDeque<Frame>,
}

impl Feed {
    /// What the app with this slug is told by the Peyk at this address.
    ///
    /// # Errors
    /// `Setup` for a wrong address.
    ///
    /// ```
    /// # use peyk_client::events::Feed;
    /// let feed = Feed::of_app("http://127.0.0.1:8080", "echo")?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn of_app(peyk: &str, slug: impl Into<String>) -> Result<Self> {
        Self::new(peyk, Owner::App(slug.into()))
    }

    /// What this cabinet is told.
    ///
    /// # Errors
    /// `Setup` for a wrong address.
    ///
    /// ```
    /// # use peyk_client::events::Feed;
    /// let feed = Feed::of_business("http://127.0.0.1:8080", 209888193)?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn of_business(peyk: &str, business: impl Into<BusinessId>) -> Result<Self> {
        Self::new(peyk, Owner::Business(business.into()))
    }

    fn new(peyk: &str, owner: Owner) -> Result<Self> {
        let transport = Transport::new(Care::default(), read_error)?;
        Ok(Self::over(transport, base_url(peyk)?, owner))
    }

    fn over(transport: Transport, base: url::Url, owner: Owner) -> Self {
        Self {
            transport,
            base,
            token: None,
            owner,
            cursor: None,
            open: None,
            was_open: false,
            failures: 0,
        }
    }

    /// What the client's own Peyk tells an app.
    pub(crate) fn of_kenar(kenar: &Kenar, slug: &str) -> Result<Self> {
        let (transport, base) = kenar.peyk().ok_or_else(no_stream)?;
        Ok(Self::over(transport.reading(read_error), base, Owner::App(slug.to_owned())))
    }

    /// What the client's own Peyk tells its cabinet.
    pub(crate) fn of_market(market: &Market) -> Result<Self> {
        let (transport, base) = market.peyk().ok_or_else(no_stream)?;
        Ok(Self::over(transport.reading(read_error), base, Owner::Business(market.business())))
    }

    pub(crate) fn go_to(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }

    /// The admin token, where the Peyk wants one.
    ///
    /// ```
    /// # use peyk_client::events::Feed;
    /// let feed = Feed::of_app("https://chat.example", "echo")?.admin_token("admin token");
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn admin_token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Begins behind this place instead of now; `start` is before everything that is kept.
    ///
    /// ```
    /// # use peyk_client::events::Feed;
    /// let feed = Feed::of_app("http://127.0.0.1:8080", "echo")?.from("start");
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn from(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// The place behind the last item that was taken.
    ///
    /// ```
    /// # use peyk_client::events::Feed;
    /// let feed = Feed::of_app("http://127.0.0.1:8080", "echo")?.from("start");
    /// assert_eq!(feed.cursor(), Some("start"));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Waits for the next item, through breaks and restarts of the server. A future that is dropped loses nothing.
    ///
    /// # Errors
    /// Only what will not pass by itself, and a Peyk that cannot be reached in the beginning.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_at(async |url| {
    /// # use peyk_client::events::Feed;
    /// let mut feed = Feed::of_app(url, "echo")?;
    /// println!("{}", feed.next().await?.body);
    /// # Ok(()) });
    /// ```
    pub async fn next(&mut self) -> Result<FeedItem> {
        loop {
            match self.step().await {
                Ok(Some(item)) => {
                    self.cursor = Some(item.cursor.clone());
                    return Ok(item);
                }
                Ok(None) => {}
                Err(error) if error.is_passing() => {
                    self.open = None;
                    self.failures = self.failures.saturating_add(1);
                    let care = self.transport.care();
                    // A wrong address would be asked for ever, and nobody would know.
                    if !self.was_open && self.failures >= care.attempts {
                        return Err(error);
                    }
                    let pause = care.first_pause.saturating_mul(1 << self.failures.min(10));
                    tracing::debug!(%error, "the stream broke and is opened again");
                    tokio::time::sleep(chance::jittered(pause.min(care.longest_pause))).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn step(&mut self) -> Result<Option<FeedItem>> {
        if self.open.is_none() {
            self.open = Some(self.connect().await?);
            self.was_open = true;
        }
        let Some(open) = &mut self.open else { return Ok(None) };
        match open.frames.pop_front() {
            Some(Frame::Item(item)) => return Ok(Some(item)),
            // The stream begins with its place, which counts before anything came.
            Some(Frame::Place(place)) => {
                self.cursor.get_or_insert(place);
                return Ok(None);
            }
            Some(Frame::Moved(place)) => {
                tracing::info!("the Peyk was put back, and its stream goes on from there");
                self.cursor = Some(place);
                return Ok(None);
            }
            Some(Frame::Nothing) => return Ok(None),
            None => {}
        }
        let chunk = tokio::time::timeout(SILENCE_MAX, open.response.chunk()).await;
        let chunk = chunk.map_err(|_| Error::new(ErrorKind::Lost, "the stream fell silent"))?;
        let Some(chunk) = chunk.map_err(Error::of_transport)? else {
            return Err(Error::new(ErrorKind::Lost, "the stream ended"));
        };
        self.failures = 0;
        open.buffer.extend_from_slice(&chunk);
        if open.buffer.len() > ITEM_MAX_BYTES {
            return Err(Error::new(ErrorKind::Unreadable, "an item of the stream is too large"));
        }
        while let Some(end) = open.buffer.windows(2).position(|pair| pair == b"\n\n") {
            let frame = open.buffer.split_to(end + 2);
            open.frames.push_back(parse(&frame)?);
        }
        Ok(None)
    }

    async fn connect(&self) -> Result<Open> {
        let webhook = self.webhook().await?;
        let path = FEED.path(&[("webhook", &webhook.to_string())]);
        let mut headers = self.headers()?;
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        if let Some(cursor) = &self.cursor {
            headers.insert("last-event-id", secret_header(cursor)?);
        }
        let request = self.transport.http().get(under(&self.base, &path)).headers(headers);
        let response = tokio::time::timeout(self.transport.care().timeout, request.send()).await;
        let response = response
            .map_err(|_| Error::new(ErrorKind::Timeout, "the stream did not open in time"))?
            .map_err(Error::of_transport)?;
        if !response.status().is_success() {
            let answer = Answer::read(response, self.transport.care().answer_max_bytes).await?;
            return Err(read_error(&answer).during(FEED.name));
        }
        Ok(Open { response, buffer: BytesMut::new(), frames: VecDeque::new() })
    }

    fn headers(&self) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, secret_header(&format!("Bearer {}", token.expose()))?);
        }
        Ok(headers)
    }

    async fn webhook(&self) -> Result<i64> {
        #[derive(Deserialize)]
        struct Webhooks {
            items: Vec<Webhook>,
        }
        #[derive(Deserialize)]
        struct Webhook {
            id: i64,
        }
        let mut url = under(&self.base, WEBHOOKS.canonical_path());
        match &self.owner {
            Owner::App(slug) => url.query_pairs_mut().append_pair("app", slug),
            Owner::Business(id) => url.query_pairs_mut().append_pair("business", &id.to_string()),
        };
        let call = Call {
            operation: &WEBHOOKS,
            url,
            headers: self.headers()?,
            body: Body::Empty,
            safety: Safety::Repeatable,
            timeout: self.transport.care().timeout,
        };
        let found: Webhooks = self.transport.call(call).await?.json()?;
        let missing = || Error::new(ErrorKind::NotFound, "this Peyk tells nobody of that name");
        found.items.first().map(|webhook| webhook.id).ok_or_else(missing)
    }
}

fn no_stream() -> Error {
    let message = "only a Peyk has a stream of events: give the builder .peyk(address)";
    Error::new(ErrorKind::Setup, message)
}

/// One piece of the stream.
#[derive(Debug)]
enum Frame {
    Item(FeedItem),
    Place(String),
    /// Everything was put back to an earlier time, where the stream goes on.
    Moved(String),
    Nothing,
}

fn parse(frame: &[u8]) -> Result<Frame> {
    let unreadable = |error: serde_json::Error| {
        Error::new(ErrorKind::Unreadable, "an item of the stream cannot be read").caused_by(error)
    };
    let text = String::from_utf8_lossy(frame);
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    match (field("data:"), field("id:")) {
        (Some(_), Some(id)) if field("event:") == Some("put_back") => {
            Ok(Frame::Moved(id.to_owned()))
        }
        // Other kinds of news are for other readers.
        (Some(_), _) if field("event:").is_some() => Ok(Frame::Nothing),
        (Some(data), _) => serde_json::from_str(data).map(Frame::Item).map_err(unreadable),
        (None, Some(id)) => Ok(Frame::Place(id.to_owned())),
        (None, None) => Ok(Frame::Nothing),
    }
}

/// The control API's errors: `{"error":{"code","message"}}`.
fn read_error(answer: &Answer) -> Error {
    #[derive(Deserialize)]
    struct Body {
        error: Reason,
    }
    #[derive(Deserialize)]
    struct Reason {
        code: String,
        message: String,
    }
    let status = answer.status.as_u16();
    let kind = match status {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        429 => ErrorKind::RateLimited,
        500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Refused,
    };
    match serde_json::from_slice::<Body>(&answer.body) {
        Ok(Body { error }) => Error::new(kind, error.message).answered(status, Some(error.code)),
        Err(_) => Error::new(kind, format!("the server answered {status}")).answered(status, None),
    }
}
