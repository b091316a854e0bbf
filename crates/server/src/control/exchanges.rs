//! `/control/v1/exchanges`: what went over the wire, listed, shown and followed.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::request::Parts;
use http::{HeaderMap, header};
use peyk_model::{Noun, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::answer::{Answer, ControlError};
use super::extract::Names;
use super::hub::Known;
use crate::Site;
use crate::exchanges::{
    Brief, Copies, Direction, Door, Exchange, Filter, Following, Full, Report, StatusFilter,
};

/// The word that asks for everything that is kept.
const FROM_START: &str = "start";
/// The word for all doors, those of no client included.
const ALL_DOORS: &str = "all";
/// Items of a page when nobody asked for a number.
const PAGE_DEFAULT: usize = 50;
/// Most items of a page.
const PAGE_MAX: usize = 200;
/// The longest wait of a poll, in seconds.
const WAIT_MAX_SECONDS: u64 = 60;
/// How often a stream shows that it is alive.
const BEAT: Duration = Duration::from_secs(15);
/// How soon a browser comes back to a broken stream.
const RETRY: &str = "retry: 1000\n";

/// How exchanges are asked for. A misspelled filter would show more than was wanted, so nothing
/// unknown is passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    limit: Option<usize>,
    cursor: Option<String>,
    wait: Option<u64>,
    direction: Option<String>,
    dialect: Option<String>,
    operation: Option<String>,
    app: Option<String>,
    business: Option<i64>,
    person: Option<String>,
    conversation: Option<String>,
    status: Option<String>,
    q: Option<String>,
    since: Option<String>,
}

/// What was asked for.
pub struct Asked {
    filter: Filter,
    limit: usize,
    cursor: Option<String>,
    wait: Duration,
    is_stream: bool,
}

impl FromRequestParts<Site> for Asked {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ControlError> {
        let question = Query::<Question>::from_request_parts(parts, site).await;
        let Query(question) = question.map_err(|rejection| {
            ControlError::invalid(format!("the query cannot be read: {rejection}"))
        })?;
        let filter = question.filter()?;
        let Question { limit, cursor, wait, .. } = question;
        let (wait, limit) = (wait.unwrap_or(0), limit.unwrap_or(PAGE_DEFAULT));
        if wait > WAIT_MAX_SECONDS || !(1..=PAGE_MAX).contains(&limit) {
            let message =
                format!("wait must be 0 to {WAIT_MAX_SECONDS}, and limit 1 to {PAGE_MAX}");
            return Err(ControlError::invalid(message));
        }
        let is_stream = text(&parts.headers, header::ACCEPT.as_str())
            .is_some_and(|accepted| accepted.contains("text/event-stream"));
        // A browser that comes back repeats the address it began with; only the header is new.
        let last = text(&parts.headers, "last-event-id").filter(|last| !last.is_empty());
        let cursor = last.map(str::to_owned).or(cursor);
        Ok(Self { filter, limit, cursor, wait: Duration::from_secs(wait), is_stream })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

impl Question {
    fn filter(&self) -> Result<Filter, ControlError> {
        let direction = match self.direction.as_deref() {
            None => None,
            Some("in") => Some(Direction::In),
            Some("out") => Some(Direction::Out),
            Some(_) => return Err(ControlError::invalid("direction must be in or out")),
        };
        let doors = match self.dialect.as_deref() {
            Some(ALL_DOORS) => Door::ALL.to_vec(),
            words => each(words, Door::parse, "dialect")?,
        };
        let statuses = each(self.status.as_deref(), StatusFilter::parse, "status")?;
        let since = self.since.as_deref().map(|since| {
            let time = since.parse::<jiff::Timestamp>();
            let time = time.map_err(|_| {
                ControlError::invalid("since must be a time like 2026-11-20T12:00:00Z")
            })?;
            Ok::<_, ControlError>(Timestamp(time.as_microsecond()))
        });
        Ok(Filter {
            direction,
            doors,
            operation: self.operation.clone(),
            app: self.app.clone(),
            business: self.business,
            person: self.person.clone(),
            conversation: self.conversation.clone(),
            statuses,
            text: self.q.clone().filter(|text| !text.is_empty()),
            since: since.transpose()?,
        })
    }
}

/// Words divided by commas.
fn each<T>(
    words: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    name: &str,
) -> Result<Vec<T>, ControlError> {
    let words = words.unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
    let parsed = words.map(|word| {
        parse(word).ok_or_else(|| ControlError::invalid(format!("there is no {name} `{word}`")))
    });
    parsed.collect()
}

/// A page, the newest first.
#[derive(Serialize)]
pub struct Page {
    items: Vec<Brief>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    is_recording: bool,
}

/// `GET /exchanges`: the newest first.
pub async fn list(State(site): State<Site>, asked: Asked) -> Answer<Page> {
    let exchanges = &site.exchanges;
    let before = asked.cursor.as_deref().map(|cursor| place(&site, cursor)).transpose()?;
    let page = exchanges.list(&site, &asked.filter, before, asked.limit).await;
    Ok(Json(Page {
        items: briefs(&site, &page.items).await,
        next_cursor: page.next.map(|id| exchanges.cursor(id)),
        is_recording: exchanges.is_on(),
    }))
}

/// `GET /exchanges/{exchange}`: one with headers and bodies.
pub async fn show(State(site): State<Site>, Names(id): Names<String>) -> Answer<Full> {
    Ok(Json(one(&site, &id)?.full(&site).await))
}

/// `GET /exchanges/{exchange}/copy`: the same request for a shell and for programs.
pub async fn copy(State(site): State<Site>, Names(id): Names<String>) -> Answer<Copies> {
    Ok(Json(one(&site, &id)?.copies(&site.settings.public_url)))
}

/// `GET /lint`: what production would punish.
pub async fn lint(State(site): State<Site>) -> Answer<Report> {
    Ok(Json(site.exchanges.lint(&site).await))
}

fn one(site: &Site, id: &str) -> Result<Arc<Exchange>, ControlError> {
    let found = id.parse().ok().and_then(|number| site.exchanges.one(number));
    Ok(found.ok_or_else(|| Refusal::not_found(Noun::Exchange, id))?)
}

/// `DELETE /exchanges`: forgets all of them.
pub async fn clear(State(site): State<Site>) -> Answer<Value> {
    Ok(Json(json!({ "cleared": site.exchanges.clear() })))
}

/// `GET /exchanges/feed`: as they happen.
pub async fn follow(State(site): State<Site>, asked: Asked) -> Result<Response, ControlError> {
    let position = match asked.cursor.as_deref() {
        None => site.exchanges.last_id(),
        Some(FROM_START) => site.exchanges.forgotten_id(),
        Some(cursor) => place(&site, cursor)?,
    };
    let follower = Follower {
        news: site.exchanges.subscribe(),
        hub: site.hub.listen(),
        filter: asked.filter,
        limit: asked.limit,
        position,
        site,
    };
    if asked.is_stream { Ok(stream(follower)) } else { poll(follower, asked.wait).await }
}

fn place(site: &Site, cursor: &str) -> Result<u64, ControlError> {
    Ok(site.exchanges.position(cursor).ok_or(Refusal::CursorInvalid)?)
}

async fn briefs(site: &Site, exchanges: &[Arc<Exchange>]) -> Vec<Brief> {
    let mut briefs = Vec::with_capacity(exchanges.len());
    for exchange in exchanges {
        briefs.push(exchange.brief(site).await);
    }
    briefs
}

/// Follows the record from a place on.
struct Follower {
    site: Site,
    filter: Filter,
    limit: usize,
    position: u64,
    news: watch::Receiver<u64>,
    hub: watch::Receiver<Known>,
}

impl Follower {
    /// What there is after the place, which moves on.
    async fn more(&mut self) -> Following {
        self.news.mark_unchanged();
        let site = &self.site;
        let more = site.exchanges.after(site, &self.filter, self.position, self.limit).await;
        self.position = more.position;
        more
    }

    /// Waits for something that is wanted; none when the server stops.
    async fn next(&mut self) -> Option<Following> {
        loop {
            if self.hub.borrow_and_update().is_stopped {
                return None;
            }
            let more = self.more().await;
            if !more.items.is_empty() || more.has_gap {
                return Some(more);
            }
            tokio::select! {
                changed = self.news.changed() => changed.ok()?,
                changed = self.hub.changed() => changed.ok()?,
            }
        }
    }
}

async fn poll(mut follower: Follower, wait: Duration) -> Result<Response, ControlError> {
    let more = match wait.is_zero() {
        true => Some(follower.more().await),
        false => tokio::time::timeout(wait, follower.next()).await.unwrap_or_default(),
    };
    let (items, has_gap) = more.map_or_else(Default::default, |more| (more.items, more.has_gap));
    let body = json!({
        "items": briefs(&follower.site, &items).await,
        "next_cursor": follower.site.exchanges.cursor(follower.position),
        "has_gap": has_gap,
    });
    Ok(Json(body).into_response())
}

/// A stream of Server-Sent Events, which begins with its place.
fn stream(follower: Follower) -> Response {
    let first = format!("{RETRY}id: {}\n\n", follower.site.exchanges.cursor(follower.position));
    let rest = stream::unfold(follower, |mut follower| async move {
        let frames = match tokio::time::timeout(BEAT, follower.next()).await {
            Ok(more) => frames(&follower.site, more?).await,
            Err(_) => Bytes::from_static(b":\n\n"),
        };
        Some((Ok(frames), follower))
    });
    let first = stream::once(async { Ok::<_, std::convert::Infallible>(Bytes::from(first)) });
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    let headers = [
        (header::CONTENT_TYPE.as_str(), "text/event-stream"),
        (header::CACHE_CONTROL.as_str(), "no-cache"),
        // Proxies that gather answers would hold exchanges back.
        ("x-accel-buffering", "no"),
    ];
    (headers, body).into_response()
}

async fn frames(site: &Site, more: Following) -> Bytes {
    let mut frames = String::new();
    if more.has_gap {
        frames += "event: gap\ndata: {}\n\n";
    }
    for brief in briefs(site, &more.items).await {
        let json = serde_json::to_string(&brief).expect("an exchange is always JSON");
        frames += &format!("id: {}\ndata: {json}\n\n", brief.cursor);
    }
    frames.into()
}
