//! Sources that listen by themselves; behind the feature `receiver-axum`.

use std::net::SocketAddr;
use std::sync::Arc;

use ::axum::Router;
use ::axum::body::Bytes;
use ::axum::http::HeaderMap;
use ::axum::response::Response;
use ::axum::routing::{MethodRouter, post};
use peyk_wire::Secret;
use tokio::net::TcpListener;

use super::inbox::KenarInbox;
use super::source::Source;
use crate::events::axum::{REMEMBERED, authorization, json, once, refused};
use crate::events::{KenarLetter, KenarReceiver, MarketReceiver, Seen};
use crate::{Error, ErrorKind, Kenar, Market, Result};

impl Source {
    /// Listens on this address for what Kenar posts to an app: events and pressed buttons, on any path.
    ///
    /// Enter the address under which others reach it as event URL, session URL and dynamic action URL. A letter is answered once
    /// its handler is done, or after five seconds; one that comes twice counts once; one without the identification key gets 403.
    /// HTTPS is a proxy's work.
    ///
    /// # Errors
    /// `Setup` if the address cannot be listened on.
    ///
    /// ```
    /// # use peyk_client::{Kenar, bot::Source};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> peyk_client::Result<()> {
    /// let source = Source::kenar_webhook(Kenar::new("key")?, "127.0.0.1:0", "identification").await?;
    /// # Ok(()) }
    /// ```
    pub async fn kenar_webhook(
        kenar: Kenar,
        address: &str,
        identification_key: impl Into<Secret>,
    ) -> Result<Self> {
        let receiver = KenarReceiver::new(identification_key);
        let (listener, address) = listen(address).await?;
        let (inbox, source) = Self::kenar_inbox(kenar);
        let (seen, stopped) = (Arc::new(Seen::last(REMEMBERED)), inbox.clone());
        let answer = move |headers: HeaderMap, body: Bytes| async move {
            match receiver.letter(authorization(&headers), &body) {
                Ok(KenarLetter::Event(event)) => {
                    match once(&seen, event.key(), || inbox.event(*event)).await {
                        Ok(()) => json(200, "{}".into()),
                        Err(_) => json(503, "{}".into()),
                    }
                }
                Ok(KenarLetter::Pressed(pressed)) => pressed_answer(&inbox, *pressed).await,
                Err(error) => refused(error.kind()),
            }
        };
        let serving = serve(listener, post(answer), async move { stopped.closed().await });
        Ok(source.served_by(address, serving))
    }

    /// Listens on this address for Market's notifications, on any path; PING is answered at once.
    ///
    /// Market signs nothing: let only its networks reach the address. A notification is answered once its handler is done, or
    /// after five seconds, and counts once. HTTPS is a proxy's work.
    ///
    /// # Errors
    /// `Setup` if the address cannot be listened on.
    ///
    /// ```
    /// # use peyk_client::{Market, bot::Source, events::MarketReceiver, market::Credential};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> peyk_client::Result<()> {
    /// let market = Market::new(209888193, Credential::oauth("y0_demo"))?;
    /// let receiver = MarketReceiver::new("shop", "1.0");
    /// let source = Source::market_webhook(market, "127.0.0.1:0", receiver).await?;
    /// # Ok(()) }
    /// ```
    pub async fn market_webhook(
        market: Market,
        address: &str,
        receiver: MarketReceiver,
    ) -> Result<Self> {
        let (listener, address) = listen(address).await?;
        let (inbox, source) = Self::market_inbox(market);
        let (seen, stopped) = (Arc::new(Seen::last(REMEMBERED)), inbox.clone());
        let answer = move |body: Bytes| async move {
            let (notification, answer) = receiver.receive(&body);
            let Ok(notification) = notification else { return json(answer.status, answer.body) };
            let key = notification.key();
            let dealt = once(&seen, key, || inbox.notification(notification)).await;
            let answer = if dealt.is_ok() { answer } else { receiver.failed() };
            json(answer.status, answer.body)
        };
        let serving = serve(listener, post(answer), async move { stopped.closed().await });
        Ok(source.served_by(address, serving))
    }
}

async fn listen(address: &str) -> Result<(TcpListener, SocketAddr)> {
    let bound = async {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bound.await.map_err(|error: std::io::Error| {
        let message = format!("{address} cannot be listened on");
        Error::new(ErrorKind::Setup, message).caused_by(error)
    })
}

/// Serves until the bot stops, and then what was begun.
fn serve(
    listener: TcpListener,
    answer: MethodRouter,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> tokio::task::JoinHandle<()> {
    let router = Router::new().fallback_service(answer);
    tokio::spawn(async move {
        let served = ::axum::serve(listener, router).with_graceful_shutdown(stopped).await;
        if let Err(error) = served {
            tracing::error!(%error, "the listener failed");
        }
    })
}

async fn pressed_answer(inbox: &KenarInbox, pressed: crate::events::Pressed) -> Response {
    match inbox.pressed(pressed).await {
        Ok(body) => json(200, body),
        Err(error) => {
            tracing::warn!(%error, "a pressed button was not answered");
            json(500, "{}".into())
        }
    }
}
