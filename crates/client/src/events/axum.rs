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
pub(crate) const REMEMBERED: usize = 10_000;

/// `POST /` for Kenar's events: 200 once the handler is done, 403 for a wrong key, 500 if the handler fails.
///
/// ```
/// use peyk_client::events::axum::kenar_events;
/// use peyk_client::events::{KenarEvent, KenarReceiver};
///
/// let events = kenar_events(KenarReceiver::new("identification"), |event| async move {
///     if let KenarEvent::BotMessage(message) = event {
///         println!("{:?}", message.text());
///     }
///     Ok(())
/// });
/// let router: axum::Router = axum::Router::new().nest_service("/webhook", events);
/// ```
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
        match once(&seen, event.key(), || handler(event)).await {
            Ok(()) => json(200, "{}".into()),
            Err(error) => {
                tracing::warn!(%error, "an event was not dealt with");
                json(500, "{}".into())
            }
        }
    };
    Router::new().route("/", post(answer))
}

/// `POST /` for pressed buttons: the handler's JSON, which is a `DynamicActionResponse` or a `ServerLinkResponse`.
///
/// ```
/// use peyk_client::events::axum::kenar_buttons;
/// use peyk_client::events::{DynamicActionResponse, KenarReceiver};
///
/// let buttons = kenar_buttons(KenarReceiver::new("identification"), |pressed| async move {
///     println!("{pressed:?}");
///     Ok(DynamicActionResponse { text_message: Some("thank you".into()), action: None })
/// });
/// let router: axum::Router = axum::Router::new().nest_service("/action", buttons);
/// ```
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
///
/// ```
/// use peyk_client::events::axum::market_notifications;
/// use peyk_client::events::MarketReceiver;
///
/// let receiver = MarketReceiver::new("shop", "1.0");
/// let notifications = market_notifications(receiver, |notification| async move {
///     println!("{notification:?}");
///     Ok(())
/// });
/// let router: axum::Router = axum::Router::new().nest_service("/webhook/market", notifications);
/// ```
pub fn market_notifications<F, R>(receiver: MarketReceiver, handler: F) -> Router
where
    F: Fn(Notification) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<()>> + Send + 'static,
{
    let seen = Arc::new(Seen::last(REMEMBERED));
    let answer = move |body: Bytes| async move {
        let (notification, answer) = receiver.receive(&body);
        let Ok(notification) = notification else { return market(answer) };
        if notification == Notification::Ping {
            return market(answer);
        }
        match once(&seen, notification.key(), || handler(notification)).await {
            Ok(()) => market(answer),
            Err(error) => {
                tracing::warn!(%error, "a notification was not dealt with");
                market(receiver.failed())
            }
        }
    };
    Router::new().route("/", post(answer.clone())).route("/notification", post(answer))
}

/// Deals with a letter unless it came before; one that could not be dealt with may come again.
pub(crate) async fn once<R: Future<Output = Result<()>>>(
    seen: &Seen,
    key: Option<String>,
    deal: impl FnOnce() -> R,
) -> Result<()> {
    let Some(key) = key else { return deal().await };
    if !seen.is_new(&key) {
        return Ok(());
    }
    let dealt = deal().await;
    if dealt.is_err() {
        seen.forget(&key);
    }
    dealt
}

pub(crate) fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
}

pub(crate) fn refused(kind: ErrorKind) -> Response {
    json(if kind == ErrorKind::Forged { 403 } else { 400 }, "{}".into())
}

fn market(answer: MarketAnswer) -> Response {
    json(answer.status, answer.body)
}

pub(crate) fn json(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
