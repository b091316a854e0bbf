//! Messages: what is sent, and what is read from conversations and events.

use peyk_wire::Uint64Form;
use peyk_wire::kenar::bot_send_message::BotSendMessageRequest;
use peyk_wire::kenar::conversation as wire_conversation;
use peyk_wire::kenar::conversation_send_message::ConversationSendMessageRequest;
use peyk_wire::kenar::event::EventMessage;
use peyk_wire::kenar::message::{ContactData, LocationData, MessageType, Sender};

use super::{ButtonGrid, ConversationId, ConversationType, MediaToken, MessageId, PostToken};
use crate::{Error, Kept, Result, Timestamp};

#[derive(Debug, Clone, PartialEq)]
enum Content {
    Text(String),
    Media(MediaToken),
}

impl Content {
    fn text(text: String) -> Result<Self> {
        // One space is a text: it shows buttons alone.
        if text.is_empty() {
            return Err(Error::invalid("a text must not be empty"));
        }
        Ok(Self::Text(text))
    }

    fn split(&self) -> (Option<MessageType>, Option<String>, Option<String>) {
        match self {
            Self::Text(text) => (Some(MessageType::Text), Some(text.clone()), None),
            Self::Media(token) => (None, None, Some(token.0.clone())),
        }
    }
}

/// What an app's chatbot says: a text or a file, and at most one grid of buttons.
///
/// ```
/// use peyk_client::kenar::{BotMessage, Button};
///
/// let message = BotMessage::text("سلام")?.buttons([[Button::link("نقشه", "https://example.ir/map")?]]);
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BotMessage {
    content: Content,
    buttons: Option<ButtonGrid>,
}

impl BotMessage {
    /// A text; fails if there is nothing in it. One space shows buttons alone.
    ///
    /// ```
    /// # use peyk_client::kenar::BotMessage;
    /// let message = BotMessage::text("سلام")?;
    /// assert!(BotMessage::text("").is_err());
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn text(text: impl Into<String>) -> Result<Self> {
        Ok(Self { content: Content::text(text.into())?, buttons: None })
    }

    /// An uploaded file.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// # use peyk_client::{Upload, kenar::BotMessage};
    /// let photo = kenar.upload(&Upload::bytes("photo.png", "bytes")?).await?;
    /// let message = BotMessage::media(photo);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn media(token: MediaToken) -> Self {
        Self { content: Content::Media(token), buttons: None }
    }

    /// Puts buttons under it.
    ///
    /// ```
    /// # use peyk_client::kenar::{BotMessage, Button};
    /// let button = Button::link("نقشه", "https://example.ir/map")?;
    /// let message = BotMessage::text("سلام")?.buttons([[button]]);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn buttons(mut self, grid: impl Into<ButtonGrid>) -> Self {
        self.buttons = Some(grid.into());
        self
    }

    pub(super) fn to_wire(&self) -> BotSendMessageRequest {
        let (kind, text_message, media_token) = self.content.split();
        let buttons = self.buttons.as_ref().map(ButtonGrid::to_wire);
        BotSendMessageRequest { kind, text_message, media_token, buttons }
    }
}

/// What an app says in a user's name: a text or a file, and at most one grid of buttons for each side.
///
/// ```
/// use peyk_client::kenar::{ConversationMessage, Button};
///
/// let message = ConversationMessage::text("سلام")?.receiver_buttons([[Button::link("نقشه", "https://example.ir/map")?]]);
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationMessage {
    content: Content,
    sender_buttons: Option<ButtonGrid>,
    receiver_buttons: Option<ButtonGrid>,
}

impl ConversationMessage {
    /// A text; fails if there is nothing in it. One space shows buttons alone.
    ///
    /// ```
    /// # use peyk_client::kenar::ConversationMessage;
    /// let message = ConversationMessage::text("سلام")?;
    /// assert!(ConversationMessage::text("").is_err());
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn text(text: impl Into<String>) -> Result<Self> {
        let content = Content::text(text.into())?;
        Ok(Self { content, sender_buttons: None, receiver_buttons: None })
    }

    /// An uploaded file.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// # use peyk_client::{Upload, kenar::ConversationMessage};
    /// let photo = kenar.upload(&Upload::bytes("photo.png", "bytes")?).await?;
    /// let message = ConversationMessage::media(photo);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn media(token: MediaToken) -> Self {
        Self { content: Content::Media(token), sender_buttons: None, receiver_buttons: None }
    }

    /// Buttons that the user in whose name it is said sees.
    ///
    /// ```
    /// # use peyk_client::kenar::{Button, ConversationMessage};
    /// let button = Button::link("نقشه", "https://example.ir/map")?;
    /// let message = ConversationMessage::text("سلام")?.sender_buttons([[button]]);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn sender_buttons(mut self, grid: impl Into<ButtonGrid>) -> Self {
        self.sender_buttons = Some(grid.into());
        self
    }

    /// Buttons that the other side sees.
    ///
    /// ```
    /// # use peyk_client::kenar::{Button, ConversationMessage};
    /// let button = Button::link("نقشه", "https://example.ir/map")?;
    /// let message = ConversationMessage::text("سلام")?.receiver_buttons([[button]]);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn receiver_buttons(mut self, grid: impl Into<ButtonGrid>) -> Self {
        self.receiver_buttons = Some(grid.into());
        self
    }

    pub(super) fn to_wire(&self) -> ConversationSendMessageRequest {
        let (kind, message, media_token) = self.content.split();
        ConversationSendMessageRequest {
            kind,
            message,
            media_token,
            sender_buttons: self.sender_buttons.as_ref().map(ButtonGrid::to_wire),
            receiver_buttons: self.receiver_buttons.as_ref().map(ButtonGrid::to_wire),
        }
    }
}

macro_rules! from_texts {
    ($($message:ident)+) => { $(
        impl TryFrom<&str> for $message {
            type Error = Error;

            fn try_from(text: &str) -> Result<Self> {
                Self::text(text)
            }
        }

        impl TryFrom<String> for $message {
            type Error = Error;

            fn try_from(text: String) -> Result<Self> {
                Self::text(text)
            }
        }

        impl From<MediaToken> for $message {
            fn from(token: MediaToken) -> Self {
                Self::media(token)
            }
        }
    )+ };
}

from_texts!(BotMessage ConversationMessage);

/// A file of a message.
///
/// ```
/// use peyk_client::kenar::{Body, Message};
///
/// fn link(message: &Message) -> Option<&str> {
///     match &message.body {
///         Body::Image(media) | Body::File(media) => media.link.as_deref(),
///         _ => None,
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Media {
    /// Where the bytes are; see [`Kenar::download`](super::Kenar::download).
    pub link: Option<String>,
    /// The name, of documents.
    pub name: Option<String>,
    /// How many bytes.
    pub size_bytes: Option<u64>,
    /// Width and height, of pictures.
    pub pixels: Option<(u32, u32)>,
    /// Where a still picture is, of films.
    pub thumbnail_link: Option<String>,
}

/// What a message says.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, _, user| {
/// use peyk_client::kenar::Body;
///
/// let (conversation, messages) = user.conversation(&"edbb9499-cccc-4d35-b21f-621fa95f2b3e".into()).await?;
/// assert_eq!(messages[0].body, Body::Text("سلام".into()));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// A text.
    Text(String),
    /// A picture.
    Image(Media),
    /// A document.
    File(Media),
    /// A recording.
    Voice(Media),
    /// A film.
    Video(Media),
    /// A place.
    Location(LocationData),
    /// A person to call.
    Contact(ContactData),
    /// A kind this version does not know, or a known one without its data; see [`Message::wire`].
    Unknown(MessageType),
}

/// A message of a conversation.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, _, user| {
/// let (conversation, messages) = user.conversation(&"edbb9499-cccc-4d35-b21f-621fa95f2b3e".into()).await?;
/// let message = &messages[0];
/// println!("{:?} {}: {:?}", message.sent_at, message.sender.kind, message.text());
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Where it was said.
    pub conversation: Conversation,
    /// Who said it.
    pub sender: Sender,
    /// When, if the time can be understood.
    pub sent_at: Option<Timestamp>,
    /// What it says.
    pub body: Body,
    /// The message as it came, unknown fields included.
    pub wire: Kept<EventMessage>,
}

/// A conversation.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, _, user| {
/// use peyk_client::kenar::ConversationType;
///
/// let (conversation, messages) = user.conversation(&"edbb9499-cccc-4d35-b21f-621fa95f2b3e".into()).await?;
/// assert_eq!(conversation.kind, ConversationType::Post);
/// assert_eq!(conversation.post, Some("gZd7omnS".into()));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// What it is about.
    pub kind: ConversationType,
    /// The post, if it is about one.
    pub post: Option<PostToken>,
}

impl Message {
    /// The text, if it is one.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, _, user| {
    /// let (conversation, messages) = user.conversation(&"edbb9499-cccc-4d35-b21f-621fa95f2b3e".into()).await?;
    /// assert_eq!(messages[0].text(), Some("سلام"));
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.body {
            Body::Text(text) => Some(text),
            Body::Image(_)
            | Body::File(_)
            | Body::Voice(_)
            | Body::Video(_)
            | Body::Location(_)
            | Body::Contact(_)
            | Body::Unknown(_) => None,
        }
    }
}

impl From<wire_conversation::Conversation> for Conversation {
    fn from(wire: wire_conversation::Conversation) -> Self {
        Self { id: wire.id.into(), kind: wire.kind, post: wire.post_token.map(PostToken) }
    }
}

impl From<Kept<EventMessage>> for Message {
    fn from(wire: Kept<EventMessage>) -> Self {
        Self {
            id: MessageId(wire.id.clone()),
            conversation: wire.conversation.clone().into(),
            sender: wire.sender.clone(),
            sent_at: Timestamp::of_event(&wire.sent_at),
            body: body(&wire),
            wire,
        }
    }
}

fn body(wire: &EventMessage) -> Body {
    let known = match &wire.kind {
        MessageType::Text => wire.text.clone().map(Body::Text),
        MessageType::Image => wire.image_data.as_ref().map(|image| {
            Body::Image(Media {
                link: image.link.clone(),
                size_bytes: image.size_bytes.map(Uint64Form::value),
                pixels: image.width_px.zip(image.height_px),
                ..Media::default()
            })
        }),
        MessageType::File => wire.file_data.as_ref().map(|file| {
            Body::File(Media {
                link: file.link.clone(),
                name: file.name.clone(),
                size_bytes: file.size_bytes.map(Uint64Form::value),
                ..Media::default()
            })
        }),
        MessageType::Voice => wire.voice_data.as_ref().map(|voice| {
            let size_bytes = voice.size_bytes.map(Uint64Form::value);
            Body::Voice(Media { link: voice.link.clone(), size_bytes, ..Media::default() })
        }),
        MessageType::Video => wire.video_data.as_ref().map(|video| {
            Body::Video(Media {
                link: video.link.clone(),
                thumbnail_link: video.thumbnail_link.clone(),
                size_bytes: video.size_bytes.map(Uint64Form::value),
                ..Media::default()
            })
        }),
        MessageType::Location => wire.location_data.map(Body::Location),
        MessageType::Contact => wire.contact_data.clone().map(Body::Contact),
        MessageType::Unknown(_) => None,
    };
    known.unwrap_or_else(|| Body::Unknown(wire.kind.clone()))
}
