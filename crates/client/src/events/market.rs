//! Market's notifications, and the answers they want.

use peyk_wire::market::notification as wire;
use serde_json::{Map, Value};

use crate::market::{BusinessId, ChatId, MessageId};
use crate::{Error, ErrorKind, Result, Timestamp};

/// What happened; a message has to be fetched with [`Market::message`](crate::Market::message).
///
/// ```
/// use peyk_client::events::Notification;
///
/// let body = br#"{"notificationType":"CHAT_CREATED","businessId":1,"chatId":5001,"createdAt":"2026-11-20T12:00:00Z"}"#;
/// match Notification::parse(body)? {
///     Notification::Ping => println!("somebody asks whether we are there"),
///     Notification::MessageSent(_, chat, message) => println!("{message} in {chat}"),
///     other => println!("{other:?}"),
/// }
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Notification {
    /// Nothing; the server asks whether anybody is there. Answer within a second.
    Ping,
    /// A chat was opened.
    ChatCreated(BusinessId, ChatId),
    /// Somebody wrote; also the cabinet itself.
    MessageSent(BusinessId, ChatId, MessageId),
    /// An arbiter joined.
    ArbitrageStarted(BusinessId, ChatId),
    /// An arbiter decided.
    ArbitrageFinished(BusinessId, ChatId),
    /// Something else, as it came; answer it like any other.
    Unknown(Map<String, Value>),
}

impl Notification {
    /// A word that is the same if the notification comes again, where it has one.
    ///
    /// ```
    /// # use peyk_client::events::Notification;
    /// assert_eq!(Notification::Ping.key(), None);
    /// assert!(Notification::MessageSent(1.into(), 2.into(), 3.into()).key().is_some());
    /// ```
    #[must_use]
    pub fn key(&self) -> Option<String> {
        match self {
            Self::MessageSent(_, _, message) => Some(format!("message {message}")),
            Self::ChatCreated(_, chat) => Some(format!("created {chat}")),
            Self::Ping
            | Self::ArbitrageStarted(..)
            | Self::ArbitrageFinished(..)
            | Self::Unknown(_) => None,
        }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// `Unreadable` if it is no notification.
    ///
    /// ```
    /// # use peyk_client::events::Notification;
    /// assert_eq!(Notification::parse(br#"{"notificationType":"PING"}"#)?, Notification::Ping);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn parse(body: &[u8]) -> Result<Self> {
        let unreadable = |error| {
            Error::new(ErrorKind::Unreadable, "the notification cannot be read").caused_by(error)
        };
        Ok(match serde_json::from_slice(body).map_err(unreadable)? {
            wire::Notification::Ping(wire::Ping { .. }) => Self::Ping,
            wire::Notification::ChatCreated(created) => {
                Self::ChatCreated(BusinessId(created.business_id), ChatId(created.chat_id))
            }
            wire::Notification::ChatMessageSent(sent) => {
                let message = sent.message_id.parse().map_err(|error| {
                    Error::new(ErrorKind::Unreadable, "a message id is no number").caused_by(error)
                })?;
                Self::MessageSent(BusinessId(sent.business_id), ChatId(sent.chat_id), message)
            }
            wire::Notification::ChatArbitrageStarted(started) => {
                Self::ArbitrageStarted(BusinessId(started.business_id), ChatId(started.chat_id))
            }
            wire::Notification::ChatArbitrageFinished(finished) => {
                Self::ArbitrageFinished(BusinessId(finished.business_id), ChatId(finished.chat_id))
            }
            wire::Notification::Other(body) => Self::Unknown(body),
        })
    }
}

/// What a notification is answered with, as `application/json`.
///
/// ```
/// # use peyk_client::events::MarketReceiver;
/// let receiver = MarketReceiver::new("shop", "1.0");
/// let answer = receiver.taken();
/// assert_eq!(answer.status, 200);
/// assert!(answer.body.contains("\"name\":\"shop\""));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MarketAnswer {
    /// The status.
    pub status: u16,
    /// The JSON.
    pub body: String,
}

/// Takes notifications apart and makes their answers.
///
/// There is no signature and no key: let only the vendor's networks, 5.45.207.0/25, 141.8.142.0/25 and 5.255.253.0/25, reach it.
///
/// ```
/// use peyk_client::events::{MarketReceiver, Notification};
///
/// let receiver = MarketReceiver::new("shop", "1.0");
/// let (notification, answer) = receiver.receive(br#"{"notificationType":"PING"}"#);
/// assert_eq!(notification?, Notification::Ping);
/// assert_eq!(answer.status, 200);
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct MarketReceiver {
    name: String,
    version: String,
}

/// Longest name and version of a receiver.
const WORD_MAX: usize = 100;

impl MarketReceiver {
    /// A receiver that calls itself so; both are cut after 100 characters.
    ///
    /// ```
    /// # use peyk_client::events::MarketReceiver;
    /// let receiver = MarketReceiver::new("shop", "1.0");
    /// ```
    pub fn new(name: &str, version: &str) -> Self {
        let word = |word: &str| match word.trim() {
            "" => "peyk-client".to_owned(),
            word => word.chars().take(WORD_MAX).collect(),
        };
        Self { name: word(name), version: word(version) }
    }

    /// Reads a notification and makes the answer: 200, or 400 for what should not come again.
    ///
    /// ```
    /// # use peyk_client::events::MarketReceiver;
    /// let receiver = MarketReceiver::new("shop", "1.0");
    /// let (notification, answer) = receiver.receive(b"no JSON");
    /// assert!(notification.is_err());
    /// assert_eq!(answer.status, 400);
    /// ```
    pub fn receive(&self, body: &[u8]) -> (Result<Notification>, MarketAnswer) {
        let notification = Notification::parse(body);
        let answer = match &notification {
            Ok(_) => self.taken(),
            Err(_) => refusal(400, wire::NotificationErrorType::WrongEventFormat, "cannot be read"),
        };
        (notification, answer)
    }

    /// 200 with the receiver's name, version and time.
    ///
    /// ```
    /// # use peyk_client::events::MarketReceiver;
    /// let receiver = MarketReceiver::new("shop", "1.0");
    /// assert_eq!(receiver.taken().status, 200);
    /// ```
    #[must_use]
    pub fn taken(&self) -> MarketAnswer {
        let answer = wire::NotificationAnswer {
            version: self.version.clone(),
            name: self.name.clone(),
            time: Timestamp::now().to_string(),
        };
        MarketAnswer { status: 200, body: serde_json::to_string(&answer).unwrap_or_default() }
    }

    /// 500, after which the notification comes again.
    ///
    /// ```
    /// # use peyk_client::events::MarketReceiver;
    /// let receiver = MarketReceiver::new("shop", "1.0");
    /// assert_eq!(receiver.failed().status, 500);
    /// ```
    #[must_use]
    pub fn failed(&self) -> MarketAnswer {
        refusal(500, wire::NotificationErrorType::Unspecified, "not dealt with, try again")
    }
}

fn refusal(status: u16, kind: wire::NotificationErrorType, message: &str) -> MarketAnswer {
    let error = wire::NotificationError { kind: Some(kind), message: Some(message.to_owned()) };
    let answer = wire::NotificationErrorAnswer { error: Some(error) };
    MarketAnswer { status, body: serde_json::to_string(&answer).unwrap_or_default() }
}
