//! `GET /control/v1/events` and `GET /control/v1/webhooks/{webhook}/feed`: what happens, as it
//! happens.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::request::Parts;
use http::{HeaderMap, header};
use peyk_engine::FeedPosition;
use peyk_engine::feed::{self, Feed, Place};
use peyk_model::WebhookId;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::answer::ControlError;
use super::extract::Names;
use super::hub::Item;
use super::reader::{Next, Reader};
use crate::Site;

/// The word that asks for everything that is kept.
const FROM_START: &str = "start";
/// The longest wait of a poll, in seconds.
const WAIT_MAX_SECONDS: u64 = 60;
/// Most items of a poll.
const LIMIT_MAX: usize = 200;
/// Items of a poll when nobody asked for a number.
const LIMIT_DEFAULT: usize = 50;
/// How soon a browser comes back to a broken stream.
const RETRY: &str = "retry: 1000\n";

/// How a feed is asked for.
pub struct Asked {
    from: Option<String>,
    wait: Duration,
    limit: usize,
    is_stream: bool,
}

#[derive(Deserialize)]
struct AskedQuery {
    cursor: Option<String>,
    wait: Option<u64>,
    limit: Option<usize>,
}

impl FromRequestParts<Site> for Asked {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ControlError> {
        let query = Query::<AskedQuery>::from_request_parts(parts, site).await;
        let Query(AskedQuery { cursor, wait, limit }) = query.map_err(|rejection| {
            ControlError::invalid(format!("the query cannot be read: {rejection}"))
        })?;
        let (wait, limit) = (wait.unwrap_or(0), limit.unwrap_or(LIMIT_DEFAULT));
        if wait > WAIT_MAX_SECONDS || !(1..=LIMIT_MAX).contains(&limit) {
            let message =
                format!("wait must be 0 to {WAIT_MAX_SECONDS}, and limit 1 to {LIMIT_MAX}");
            return Err(ControlError::invalid(message));
        }
        let is_stream = text(&parts.headers, header::ACCEPT.as_str())
            .is_some_and(|accepted| accepted.contains("text/event-stream"));
        // A browser that comes back repeats the address it began with; only the header is new.
        let last = text(&parts.headers, "last-event-id").filter(|last| !last.is_empty());
        let from = last.map(str::to_owned).or(cursor);
        Ok(Self { from, wait: Duration::from_secs(wait), limit, is_stream })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Everything that happens.
pub async fn events(State(site): State<Site>, asked: Asked) -> Result<Response, ControlError> {
    answer(site, Feed::Events, asked).await
}

/// What the receiver of one webhook is told.
pub async fn letters(
    State(site): State<Site>,
    Names(webhook): Names<i64>,
    asked: Asked,
) -> Result<Response, ControlError> {
    answer(site, Feed::Webhook(WebhookId(webhook)), asked).await
}

async fn answer(site: Site, feed: Feed, asked: Asked) -> Result<Response, ControlError> {
    let end = site.engine.read(move |context| feed::end(context, feed)).await?;
    let place = match asked.from.as_deref() {
        None => end,
        Some(FROM_START) => Place { position: FeedPosition::default(), ..end },
        Some(word) => feed.place(site.engine.keyring(), word)?,
    };
    let reader = Reader::new(site, feed, place);
    if asked.is_stream { Ok(stream(reader)) } else { poll(reader, &asked).await }
}

#[derive(Serialize)]
struct PollBody<'a> {
    items: Vec<&'a RawValue>,
    next_cursor: String,
    /// Whether everything was put back since the cursor that was asked with.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    put_back: bool,
}

/// Waits for something, at most as long as was asked for.
async fn poll(mut reader: Reader, asked: &Asked) -> Result<Response, ControlError> {
    let next = if asked.wait.is_zero() {
        reader.ask_store().await?
    } else {
        let more = tokio::time::timeout(asked.wait, reader.next_news()).await;
        more.unwrap_or(Ok(Next::Beat))?
    };
    let put_back = matches!(next, Next::PutBack);
    let mut items = match next {
        Next::Items(items) => items,
        Next::Beat | Next::PutBack | Next::Stop => Vec::new(),
    };
    items.truncate(asked.limit);
    let next_cursor = items.last().map_or_else(|| reader.cursor(), |last| last.cursor.clone());
    let items = items.iter().map(|item| &*item.json).collect();
    Ok(Json(PollBody { items, next_cursor, put_back }).into_response())
}

/// A stream of Server-Sent Events. It begins with its place, so that nobody who loses it early
/// loses anything else.
fn stream(reader: Reader) -> Response {
    let first = format!("{RETRY}id: {}\n\n", reader.cursor());
    let rest = stream::unfold(reader, |mut reader| async move {
        match reader.next().await {
            Ok(Next::Items(items)) => Some((Ok(frames(&items)), reader)),
            Ok(Next::Beat) => Some((Ok(Bytes::from_static(b":\n\n")), reader)),
            Ok(Next::PutBack) => {
                let frame = format!("event: put_back\nid: {}\ndata: {{}}\n\n", reader.cursor());
                Some((Ok(Bytes::from(frame)), reader))
            }
            Ok(Next::Stop) => None,
            Err(error) => {
                tracing::error!(fault = %peyk_engine::chain(&error), "a feed broke off");
                None
            }
        }
    });
    let first = stream::once(async { Ok::<_, std::convert::Infallible>(Bytes::from(first)) });
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    let headers = [
        (header::CONTENT_TYPE.as_str(), "text/event-stream"),
        (header::CACHE_CONTROL.as_str(), "no-cache"),
        // Proxies that gather answers would hold events back.
        ("x-accel-buffering", "no"),
    ];
    (headers, body).into_response()
}

fn frames(items: &[Item]) -> Bytes {
    let frame = |item: &Item| format!("id: {}\ndata: {}\n\n", item.cursor, item.json);
    items.iter().map(frame).collect::<String>().into()
}
