//! Routers for axum; behind the feature `receiver-axum`.

use std::sync::Arc;

use ::axum::Router;
use ::axum::body::Bytes;
use ::axum::http::{HeaderMap, StatusCode, header};
use ::axum::response::{IntoResponse, Response};
use ::axum::routing::post;

use super::{KenarEvent, KenarReceiver, MarketAnswer, MarketReceiver, Notification, Pressed, Seen};
use crate::{ErrorKind, Result};

/// How many events are remembered to filter those that come twice.
const REMEMBERED: usize = 10_000;

/// `POST /` for Kenar's events: 200 once the handler is done, 403 for a wrong key, 500 if the handler fails.
pub fn kenar_events<F, R>(receiver: KenarReceiver, handler: F) -> Router
where
    F: Fn(KenarEvent) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<()>> + Send + 'static,
{
    let seen = Arc::new(Seen::last(REMEMBERED));
    let answer = move |headers: HeaderMap, body: Bytes| async move {
        let event = match receiver.event(authorization(&headers), &body) {
            Ok(event) => event,
            Err(error) => return refused(error.kind()),
        };
        let key = event.key();
        if key.as_ref().is_some_and(|key| !seen.is_new(key)) {
            return json(200, "{}".into());
        }
        match handler(event).await {
            Ok(()) => json(200, "{}".into()),
            Err(error) => {
                tracing::warn!(%error, "an event was not dealt with");
                if let Some(key) = &key {
                    seen.forget(key);
                }
                json(500, "{}".into())
            }
        }
    };
    Router::new().route("/", post(answer))
}

/// `POST /` for pressed buttons: the handler's JSON, which is a `DynamicActionResponse` or a `ServerLinkResponse`.
pub fn kenar_buttons<F, R, A>(receiver: KenarReceiver, handler: F) -> Router
where
    F: Fn(Pressed) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<A>> + Send + 'static,
    A: serde::Serialize + 'static,
{
    let answer = move |headers: HeaderMap, body: Bytes| async move {
        let pressed = match receiver.pressed(authorization(&headers), &body) {
            Ok(pressed) => pressed,
            Err(error) => return refused(error.kind()),
        };
        let written = handler(pressed).await.map(|answer| serde_json::to_string(&answer));
        match written {
            Ok(Ok(body)) => json(200, body),
            Ok(Err(_)) | Err(_) => json(500, "{}".into()),
        }
    };
    Router::new().route("/", post(answer))
}

/// `POST /` and `POST /notification` for Market's notifications; PING is answered before the handler hears of anything.
pub fn market_notifications<F, R>(receiver: MarketReceiver, handler: F) -> Router
where
    F: Fn(Notification) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<()>> + Send + 'static,
{
    let seen = Arc::new(Seen::last(REMEMBERED));
    let answer = move |body: Bytes| async move {
        let (notification, answer) = receiver.receive(&body);
        let Ok(notification) = notification else { return market(answer) };
        let key = notification.key();
        if notification == Notification::Ping || key.as_ref().is_some_and(|key| !seen.is_new(key)) {
            return market(answer);
        }
        match handler(notification).await {
            Ok(()) => market(answer),
            Err(error) => {
                tracing::warn!(%error, "a notification was not dealt with");
                if let Some(key) = &key {
                    seen.forget(key);
                }
                market(receiver.failed())
            }
        }
    };
    Router::new().route("/", post(answer.clone())).route("/notification", post(answer))
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
}

fn refused(kind: ErrorKind) -> Response {
    json(if kind == ErrorKind::Forged { 403 } else { 400 }, "{}".into())
}

fn market(answer: MarketAnswer) -> Response {
    json(answer.status, answer.body)
}

fn json(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
