//! One message that came, and everything a handler needs to answer it.

use std::sync::Arc;

use super::{Chat, Reply, SessionStore};
use crate::Result;
use crate::kenar::{self, Body};
use crate::market;

/// What came, whichever marketplace it came from.
#[derive(Debug, Clone)]
pub(super) struct Came {
    pub chat: Chat,
    pub text: String,
    pub attachments: Vec<Attachment>,
}

/// What a message carries besides its text.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Attachment {
    /// A file of Kenar: picture, document, recording or film.
    KenarMedia(kenar::Media),
    /// A file of Market.
    MarketFile(market::File),
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
    },
    /// A person to call.
    Contact {
        /// The name, if there is one.
        name: Option<String>,
        /// The phone.
        phone: String,
    },
}

impl Came {
    pub fn kenar(chat: Chat, message: &kenar::Message) -> Self {
        let mut came = Self { chat, text: String::new(), attachments: Vec::new() };
        match message.body.clone() {
            Body::Text(text) => came.text = text,
            Body::Image(media) | Body::File(media) | Body::Voice(media) | Body::Video(media) => {
                came.attachments.push(Attachment::KenarMedia(media));
            }
            Body::Location(place) => came.attachments.push(Attachment::Location {
                latitude: place.latitude,
                longitude: place.longitude,
            }),
            Body::Contact(contact) => came
                .attachments
                .push(Attachment::Contact { name: contact.name, phone: contact.phone }),
            Body::Unknown(_) => {}
        }
        came
    }

    pub fn market(chat: Chat, message: &market::Message) -> Self {
        let attachments = message.files.iter().cloned().map(Attachment::MarketFile).collect();
        Self { chat, text: message.text.clone().unwrap_or_default(), attachments }
    }
}

/// A message, its chat and the chat's state.
pub struct Talk<S> {
    came: Came,
    sessions: Arc<dyn SessionStore<S>>,
}

impl<S: Clone + Default + Send + Sync + 'static> Talk<S> {
    pub(super) fn new(came: Came, sessions: Arc<dyn SessionStore<S>>) -> Self {
        Self { came, sessions }
    }

    /// Answers in the same chat.
    ///
    /// # Errors
    /// Those of [`Chat::send`].
    pub async fn reply(&self, reply: impl Into<Reply>) -> Result<()> {
        self.came.chat.send(reply).await
    }

    /// The chat's state, or the default one.
    ///
    /// # Errors
    /// `Storage` if the store fails.
    pub async fn state(&self) -> Result<S> {
        let state = self.sessions.load(&self.came.chat.key()).await?;
        Ok(state.unwrap_or_default())
    }

    /// Keeps a state for the chat's next message. One message of a chat is dealt with at a time.
    ///
    /// # Errors
    /// `Storage` if the store fails.
    pub async fn keep(&self, state: S) -> Result<()> {
        self.sessions.save(&self.came.chat.key(), Some(state)).await
    }

    /// Forgets the chat's state.
    ///
    /// # Errors
    /// `Storage` if the store fails.
    pub async fn forget(&self) -> Result<()> {
        self.sessions.save(&self.came.chat.key(), None).await
    }
}

impl<S> Talk<S> {
    /// Where it was said.
    #[must_use]
    pub fn chat(&self) -> &Chat {
        &self.came.chat
    }

    /// The text; empty if there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.came.text
    }

    /// Files, places and contacts.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        &self.came.attachments
    }

    /// `/word rest` as the word and the rest, if the text is a command; `/start CHAT id` comes from Kenar's menus.
    #[must_use]
    pub fn command(&self) -> Option<(&str, &str)> {
        let command = self.came.text.trim().strip_prefix('/')?;
        let (word, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        (!word.is_empty()).then_some((word, rest.trim()))
    }
}
