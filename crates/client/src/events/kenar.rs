//! Kenar's events and callbacks.

use peyk_wire::Secret;
use peyk_wire::kenar::callback::{DynamicActionRequest, ServerLinkRequest};
use peyk_wire::kenar::event::{EventMessage, EventType, PaymentTransaction, PostUpdate};
use serde::Deserialize;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use crate::kenar::{Message, UserId};
use crate::{Error, ErrorKind, Kept, Result};

/// What happened.
///
/// ```
/// use peyk_client::events::KenarEvent;
///
/// let body = br#"{"type":"USER_ACCESS_REVOCATION","user_access_revocation":{"user_id":"u"}}"#;
/// match KenarEvent::parse(body)? {
///     KenarEvent::BotMessage(message) => println!("{:?}", message.text()),
///     KenarEvent::AccessRevoked(user) => println!("{user} left"),
///     other => println!("{other:?}"),
/// }
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum KenarEvent {
    /// Somebody wrote in a conversation about a post.
    Message {
        /// What they wrote.
        message: Message,
        /// What the app gave when it subscribed.
        metadata: Option<Map<String, Value>>,
    },
    /// A user wrote to the app's chatbot.
    BotMessage(Message),
    /// A user took back what was granted: their tokens and subscriptions are dead.
    AccessRevoked(UserId),
    /// A post changed its state.
    PostUpdate {
        /// What became of it.
        update: PostUpdate,
        /// What the app gave when it subscribed.
        metadata: Option<Map<String, Value>>,
    },
    /// A payment changed its state.
    Payment(PaymentTransaction),
    /// Something this version does not know, as it came; answer it like any other.
    Unknown(Value),
}

impl KenarEvent {
    /// A word that is the same if the event comes again, where it has one.
    ///
    /// ```
    /// # use peyk_client::events::KenarEvent;
    /// let event = KenarEvent::AccessRevoked("u".into());
    /// assert_eq!(event.key(), None);
    /// ```
    #[must_use]
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Message { message, .. } | Self::BotMessage(message) => {
                Some(format!("message {}", message.id))
            }
            Self::AccessRevoked(_)
            | Self::PostUpdate { .. }
            | Self::Payment(_)
            | Self::Unknown(_) => None,
        }
    }

    /// Reads a body that was verified, or came over a trusted way.
    ///
    /// # Errors
    /// `Unreadable` if it is no event.
    ///
    /// ```
    /// # use peyk_client::events::KenarEvent;
    /// let body = br#"{"type":"SOMETHING_NEW","something":1}"#;
    /// assert!(matches!(KenarEvent::parse(body)?, KenarEvent::Unknown(_)));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn parse(body: &[u8]) -> Result<Self> {
        let unreadable =
            |error| Error::new(ErrorKind::Unreadable, "the event cannot be read").caused_by(error);
        let envelope: Envelope = serde_json::from_slice(body).map_err(unreadable)?;
        let Envelope { kind, metadata, .. } = envelope;
        let known = match kind {
            EventType::NewMessage => envelope
                .new_message
                .map(|message| Self::Message { message: message.into(), metadata }),
            EventType::NewChatbotMessage => {
                envelope.new_chatbot_message.map(|message| Self::BotMessage(message.into()))
            }
            EventType::UserAccessRevocation => envelope
                .user_access_revocation
                .map(|revocation| Self::AccessRevoked(UserId(revocation.user_id))),
            EventType::PostUpdate => {
                envelope.post_update.map(|update| Self::PostUpdate { update, metadata })
            }
            EventType::PaymentTransaction => {
                envelope.payment_transaction.or(envelope.transaction).map(Self::Payment)
            }
            EventType::Unknown(_) => None,
        };
        match known {
            Some(event) => Ok(event),
            None => serde_json::from_slice(body).map(Self::Unknown).map_err(unreadable),
        }
    }
}

/// As the wire's envelope, with what came kept and both names of what two pages name differently.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: EventType,
    #[serde(alias = "meta_data")]
    metadata: Option<Map<String, Value>>,
    new_message: Option<Kept<EventMessage>>,
    new_chatbot_message: Option<Kept<EventMessage>>,
    user_access_revocation: Option<peyk_wire::kenar::event::UserAccessRevocation>,
    post_update: Option<PostUpdate>,
    payment_transaction: Option<PaymentTransaction>,
    transaction: Option<PaymentTransaction>,
}

/// A button that was pressed, as the app's addresses hear of it.
///
/// ```
/// use peyk_client::events::{KenarReceiver, Pressed};
///
/// let body = br#"{"touchpoint":"CHAT","extra_data":{"answer":"yes"},"user_id":"u"}"#;
/// match KenarReceiver::new("identification").pressed(Some("identification"), body)? {
///     Pressed::DynamicAction(asked) => assert_eq!(asked.extra_data.text(), r#"{"answer":"yes"}"#),
///     Pressed::ServerLink(asked) => println!("{:?}", asked.completion_url),
/// }
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Pressed {
    /// `get_dynamic_action`: answer with a `DynamicActionResponse`.
    DynamicAction(DynamicActionRequest),
    /// `open_server_link`: answer with a `ServerLinkResponse`.
    ServerLink(ServerLinkRequest),
}

/// Takes the requests that Kenar makes to an app apart.
///
/// ```
/// use peyk_client::events::{KenarEvent, KenarReceiver};
///
/// let receiver = KenarReceiver::new("identification");
/// let body = br#"{"type":"USER_ACCESS_REVOCATION","user_access_revocation":{"user_id":"u"}}"#;
/// let event = receiver.event(Some("identification"), body)?;
/// assert_eq!(event, KenarEvent::AccessRevoked("u".into()));
/// assert!(receiver.event(Some("guess"), body).is_err());
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct KenarReceiver {
    key: Secret,
}

impl KenarReceiver {
    /// A receiver for the app with this identification key.
    ///
    /// ```
    /// # use peyk_client::events::KenarReceiver;
    /// let receiver = KenarReceiver::new("identification");
    /// ```
    pub fn new(identification_key: impl Into<Secret>) -> Self {
        Self { key: identification_key.into() }
    }

    /// Whether the `Authorization` header is the app's key, letter by letter and without a prefix; in constant time.
    ///
    /// # Errors
    /// `Forged` if it is not; answer 403.
    ///
    /// ```
    /// # use peyk_client::events::KenarReceiver;
    /// let receiver = KenarReceiver::new("identification");
    /// assert!(receiver.verify(Some("identification")).is_ok());
    /// assert!(receiver.verify(Some("Bearer identification")).is_err());
    /// assert!(receiver.verify(None).is_err());
    /// ```
    pub fn verify(&self, authorization: Option<&str>) -> Result<()> {
        let came = authorization.unwrap_or_default();
        let is_ours = came.as_bytes().ct_eq(self.key.expose().as_bytes());
        if bool::from(is_ours) && !came.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Forged, "the identification key is wrong"))
    }

    /// Verifies and reads an event; answer any 2xx once it is safe.
    ///
    /// # Errors
    /// `Forged` for a wrong key, `Unreadable` for what is no event; answer 403 and 400.
    ///
    /// ```
    /// # use peyk_client::events::KenarReceiver;
    /// let receiver = KenarReceiver::new("identification");
    /// let body = br#"{"type":"USER_ACCESS_REVOCATION","user_access_revocation":{"user_id":"u"}}"#;
    /// let event = receiver.event(Some("identification"), body)?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn event(&self, authorization: Option<&str>, body: &[u8]) -> Result<KenarEvent> {
        self.verify(authorization)?;
        KenarEvent::parse(body)
    }

    /// Verifies and reads what the dynamic action URL or the session URL was asked.
    ///
    /// # Errors
    /// As [`event`](Self::event).
    ///
    /// ```
    /// use peyk_client::events::{KenarReceiver, Pressed};
    ///
    /// let receiver = KenarReceiver::new("identification");
    /// let body = br#"{"touchpoint":"CHAT","extra_data":{"answer":"yes"},"user_id":"u"}"#;
    /// assert!(matches!(receiver.pressed(Some("identification"), body)?, Pressed::DynamicAction(_)));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn pressed(&self, authorization: Option<&str>, body: &[u8]) -> Result<Pressed> {
        self.verify(authorization)?;
        let unreadable =
            |error| Error::new(ErrorKind::Unreadable, "the press cannot be read").caused_by(error);
        let shape: Shape = serde_json::from_slice(body).map_err(unreadable)?;
        let pressed = if shape.touchpoint.is_some() {
            serde_json::from_slice(body).map(Pressed::DynamicAction)
        } else {
            serde_json::from_slice(body).map(Pressed::ServerLink)
        };
        pressed.map_err(unreadable)
    }

    /// Verifies and reads whatever Kenar posts to an app, for one address that takes all of it.
    ///
    /// # Errors
    /// As [`event`](Self::event).
    ///
    /// ```
    /// use peyk_client::events::{KenarLetter, KenarReceiver};
    ///
    /// let receiver = KenarReceiver::new("identification");
    /// let body = br#"{"touchpoint":"CHAT","extra_data":{},"user_id":"u"}"#;
    /// assert!(matches!(receiver.letter(Some("identification"), body)?, KenarLetter::Pressed(_)));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn letter(&self, authorization: Option<&str>, body: &[u8]) -> Result<KenarLetter> {
        self.verify(authorization)?;
        let shape = serde_json::from_slice(body).unwrap_or(Shape::default());
        if shape.touchpoint.is_some() || shape.source.is_some() {
            self.pressed(authorization, body).map(|pressed| KenarLetter::Pressed(Box::new(pressed)))
        } else {
            self.event(authorization, body).map(|event| KenarLetter::Event(Box::new(event)))
        }
    }
}

/// The fields by which one kind of request is told from another.
#[derive(Default, Deserialize)]
struct Shape {
    touchpoint: Option<String>,
    source: Option<String>,
}

/// What Kenar posts to an app.
///
/// ```
/// use peyk_client::events::{KenarLetter, KenarReceiver};
///
/// let body = br#"{"type":"USER_ACCESS_REVOCATION","user_access_revocation":{"user_id":"u"}}"#;
/// match KenarReceiver::new("identification").letter(Some("identification"), body)? {
///     KenarLetter::Event(event) => println!("{event:?}"),
///     KenarLetter::Pressed(pressed) => println!("{pressed:?}"),
/// }
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum KenarLetter {
    /// To the event URL.
    Event(Box<KenarEvent>),
    /// To the dynamic action URL or the session URL.
    Pressed(Box<Pressed>),
}
