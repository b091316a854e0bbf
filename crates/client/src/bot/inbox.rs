//! Ways into a bot for what a web framework received.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::events::{KenarEvent, Notification, Pressed};
use crate::{Error, ErrorKind, Result};

/// How many received letters may wait before the receiver waits.
const WAITING_MAX: usize = 256;
/// How long a receiver waits for a handler before it answers all the same; marketplaces wait not much longer.
const HANDLING_MAX: Duration = Duration::from_secs(5);

/// What came in, and where its outcome is awaited.
#[derive(Debug)]
pub(super) enum Received {
    Event(Box<KenarEvent>, oneshot::Sender<()>),
    Pressed(Box<Pressed>, oneshot::Sender<Result<String>>),
}

pub(super) type MarketLetter = (Notification, oneshot::Sender<()>);

/// Takes to a bot what Kenar posted to your web framework; cheap to clone. [`Source::kenar_inbox`](super::Source::kenar_inbox)
/// makes it.
///
/// ```
/// use peyk_client::bot::{KenarInbox, Source};
/// use peyk_client::events::KenarReceiver;
/// use peyk_client::{Kenar, Result};
///
/// // What the handler of POST /webhook does, whatever the framework.
/// async fn webhook(inbox: KenarInbox, authorization: Option<&str>, body: &[u8]) -> Result<()> {
///     let receiver = KenarReceiver::new("identification");
///     inbox.event(receiver.event(authorization, body)?).await
/// }
///
/// let (inbox, source) = Source::kenar_inbox(Kenar::new("key")?);
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct KenarInbox(mpsc::Sender<Received>);

impl KenarInbox {
    pub(super) fn new() -> (Self, mpsc::Receiver<Received>) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (Self(sender), receiver)
    }

    /// Waits until a handler is done with the event, for five seconds at most; answer 200 then.
    ///
    /// # Errors
    /// `Unavailable` if the bot stopped before; answer 503, so that it comes again.
    ///
    /// ```
    /// # use peyk_client::{Kenar, bot::Source, events::KenarEvent};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> peyk_client::Result<()> {
    /// let (inbox, source) = Source::kenar_inbox(Kenar::new("key")?);
    /// drop(source);
    /// let event = KenarEvent::AccessRevoked("user".into());
    /// assert!(inbox.event(event).await.unwrap_err().is_passing());
    /// # Ok(()) }
    /// ```
    pub async fn event(&self, event: KenarEvent) -> Result<()> {
        let (done, outcome) = oneshot::channel();
        let letter = Received::Event(Box::new(event), done);
        self.0.send(letter).await.map_err(|_| stopped())?;
        handled(outcome).await
    }

    /// Waits for a handler's answer to a pressed button: the JSON to answer with, as `application/json`.
    ///
    /// # Errors
    /// The handler's own; `Invalid` if no handler takes the button, `Unavailable` if the bot stopped. Answer 500.
    ///
    /// ```
    /// # use peyk_client::{Result, bot::KenarInbox, events::KenarReceiver};
    /// // What the handler of the dynamic action URL and the session URL does.
    /// async fn action(inbox: KenarInbox, authorization: Option<&str>, body: &[u8]) -> Result<String> {
    ///     let receiver = KenarReceiver::new("identification");
    ///     inbox.pressed(receiver.pressed(authorization, body)?).await
    /// }
    /// ```
    pub async fn pressed(&self, pressed: Pressed) -> Result<String> {
        let (answer, answered) = oneshot::channel();
        let letter = Received::Pressed(Box::new(pressed), answer);
        self.0.send(letter).await.map_err(|_| stopped())?;
        match tokio::time::timeout(HANDLING_MAX, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(stopped()),
            Err(_) => Err(Error::new(ErrorKind::Unavailable, "the handler takes too long")),
        }
    }

    /// Waits until the bot stops.
    #[cfg(feature = "receiver-axum")]
    pub(super) async fn closed(&self) {
        self.0.closed().await;
    }
}

/// Takes to a bot what Market posted to your web framework; cheap to clone.
/// [`Source::market_inbox`](super::Source::market_inbox) makes it.
///
/// ```
/// use peyk_client::bot::MarketInbox;
/// use peyk_client::events::{MarketAnswer, MarketReceiver};
///
/// // What the handler of POST /notification does, whatever the framework.
/// async fn notification(inbox: MarketInbox, body: &[u8]) -> MarketAnswer {
///     let receiver = MarketReceiver::new("shop", "1.0");
///     match receiver.receive(body) {
///         (Ok(notification), answer) => match inbox.notification(notification).await {
///             Ok(()) => answer,
///             Err(_) => receiver.failed(),
///         },
///         (Err(_), answer) => answer,
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct MarketInbox(mpsc::Sender<MarketLetter>);

impl MarketInbox {
    pub(super) fn new() -> (Self, mpsc::Receiver<MarketLetter>) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (Self(sender), receiver)
    }

    /// Waits until a handler is done with the notification, for five seconds at most; a PING is done at once.
    ///
    /// # Errors
    /// `Unavailable` if the bot stopped before; answer [`failed`](crate::events::MarketReceiver::failed), so that it comes again.
    ///
    /// ```
    /// # use peyk_client::{Market, bot::Source, events::Notification, market::Credential};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> peyk_client::Result<()> {
    /// let market = Market::new(209888193, Credential::oauth("y0_demo"))?;
    /// let (inbox, source) = Source::market_inbox(market);
    /// inbox.notification(Notification::Ping).await?;
    /// # Ok(()) }
    /// ```
    pub async fn notification(&self, notification: Notification) -> Result<()> {
        if notification == Notification::Ping {
            return Ok(());
        }
        let (done, outcome) = oneshot::channel();
        self.0.send((notification, done)).await.map_err(|_| stopped())?;
        handled(outcome).await
    }

    /// Waits until the bot stops.
    #[cfg(feature = "receiver-axum")]
    pub(super) async fn closed(&self) {
        self.0.closed().await;
    }
}

/// What takes longer than a marketplace waits is in good hands all the same.
async fn handled(outcome: oneshot::Receiver<()>) -> Result<()> {
    match tokio::time::timeout(HANDLING_MAX, outcome).await {
        Ok(Ok(())) | Err(_) => Ok(()),
        Ok(Err(_)) => Err(stopped()),
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::Unavailable, "the bot stopped")
}
