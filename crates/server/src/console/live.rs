//! Live: a stream that says that something happened, so that a page looks again.
//!
//! It carries nothing but hints. What there is to see comes with the page, by the same verbs and
//! under the same guard as ever.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header;
use tokio::sync::watch;

use crate::Site;

/// How soon a browser comes back after its stream broke off.
const RETRY: &str = "retry: 1000\n\n";
/// How long news is gathered before it is told.
const GATHER: Duration = Duration::from_millis(10);
/// How often a stream shows that it is alive.
const BEAT: Duration = Duration::from_secs(15);

/// `GET /console/live`: a hint after everything that was committed.
pub async fn stream(State(site): State<Site>) -> Response {
    let listener = Listener {
        bell: site.engine.bell().listen(),
        found: site.console.found().subscribe(),
        wire: site.exchanges.subscribe(),
        stopped: site.console.stopped(),
    };
    let first = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(RETRY.as_bytes())) });
    let rest = stream::unfold(listener, |mut listener| async move {
        listener.next().await.map(|frame| (Ok(Bytes::from_static(frame)), listener))
    });
    let headers = [
        (header::CONTENT_TYPE.as_str(), "text/event-stream"),
        (header::CACHE_CONTROL.as_str(), "no-cache"),
        // Proxies that gather answers would hold hints back.
        ("x-accel-buffering", "no"),
    ];
    (headers, Body::from_stream(futures_util::StreamExt::chain(first, rest))).into_response()
}

struct Listener {
    /// Something was committed.
    bell: watch::Receiver<u64>,
    /// There is more to be found.
    found: watch::Receiver<u64>,
    /// Something went over the wire.
    wire: watch::Receiver<u64>,
    stopped: watch::Receiver<bool>,
}

impl Listener {
    /// What is said next; nothing more when the server stops.
    async fn next(&mut self) -> Option<&'static [u8]> {
        const NEWS: &[u8] = b"data: news\n\n";
        tokio::select! {
            _ = self.stopped.wait_for(|stopped| *stopped) => return None,
            rung = self.bell.changed() => rung.ok()?,
            found = self.found.changed() => found.ok()?,
            sent = self.wire.changed() => sent.ok()?,
            () = tokio::time::sleep(BEAT) => return Some(b":\n\n"),
        }
        // What comes at the same time is one piece of news.
        tokio::time::sleep(GATHER).await;
        self.bell.mark_unchanged();
        self.found.mark_unchanged();
        self.wire.mark_unchanged();
        Some(NEWS)
    }
}
