//! One message that came, and everything a handler needs to answer it.

use std::sync::Arc;

use super::state::State;
use super::{Chat, Reply, SessionStore};
use crate::kenar::{self, Body};
use crate::{Result, Upload, market};

/// What came, whichever marketplace it came from.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub chat: Chat,
    text: String,
    attachments: Vec<Attachment>,
    original: Original,
}

#[derive(Debug, Clone)]
enum Original {
    Kenar(Box<kenar::Message>),
    Market(Box<market::Message>),
}

/// What a message carries besides its text.
///
/// ```
/// use peyk_client::bot::{Attachment, Bot};
///
/// let mut bot = Bot::<()>::new();
/// bot.on_media(|talk| async move {
///     match talk.attachments() {
///         [Attachment::MarketFile(file)] => talk.reply(format!("{} came", file.name)).await,
///         _ => talk.reply("thank you").await,
///     }
/// });
/// ```
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

impl Said {
    pub fn kenar(chat: Chat, message: kenar::Message) -> Self {
        let (mut text, mut attachments) = (String::new(), Vec::new());
        match message.body.clone() {
            Body::Text(said) => text = said,
            Body::Image(media) | Body::File(media) | Body::Voice(media) | Body::Video(media) => {
                attachments.push(Attachment::KenarMedia(media));
            }
            Body::Location(place) => attachments.push(Attachment::Location {
                latitude: place.latitude,
                longitude: place.longitude,
            }),
            Body::Contact(contact) => {
                attachments.push(Attachment::Contact { name: contact.name, phone: contact.phone });
            }
            Body::Unknown(_) => {}
        }
        Self { chat, text, attachments, original: Original::Kenar(Box::new(message)) }
    }

    pub fn market(chat: Chat, message: market::Message) -> Self {
        let attachments = message.files.iter().cloned().map(Attachment::MarketFile).collect();
        let text = message.text.clone().unwrap_or_default();
        Self { chat, text, attachments, original: Original::Market(Box::new(message)) }
    }
}

/// A message, its chat and the chat's state.
///
/// ```
/// use peyk_client::bot::Bot;
///
/// let mut bot = Bot::<()>::new();
/// bot.on_text(|talk| async move { talk.reply(talk.text()).await });
/// ```
pub struct Talk<S> {
    said: Said,
    state: State<S>,
}

impl<S> std::fmt::Debug for Talk<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Talk").field("said", &self.said).finish_non_exhaustive()
    }
}

impl<S: Default + 'static> Talk<S> {
    state_methods!("bot.on_text(|it| async move {", "    Ok(())");
}

impl<S> Talk<S> {
    pub(super) fn new(said: Said, sessions: Arc<dyn SessionStore<S>>) -> Self {
        let state = State { chat: said.chat.key(), sessions };
        Self { said, state }
    }

    /// Answers in the same chat.
    ///
    /// # Errors
    /// Those of [`Chat::send`].
    ///
    /// ```
    /// # let mut bot = peyk_client::bot::Bot::<()>::new();
    /// bot.on_text(|talk| async move { talk.reply("I heard you").await });
    /// ```
    pub async fn reply(&self, reply: impl Into<Reply>) -> Result<()> {
        self.said.chat.send(reply).await
    }

    /// Answers with a file.
    ///
    /// # Errors
    /// Those of [`Chat::send_file`].
    ///
    /// ```
    /// # use peyk_client::{Upload, bot::Bot};
    /// # let mut bot = Bot::<()>::new();
    /// bot.on_command("receipt", |talk| async move {
    ///     talk.reply_file(&Upload::bytes("receipt.pdf", "%PDF-1.7 …")?).await
    /// });
    /// ```
    pub async fn reply_file(&self, file: &Upload) -> Result<()> {
        self.said.chat.send_file(file).await
    }

    /// Where it was said.
    ///
    /// ```
    /// # use peyk_client::bot::{Bot, ChatKind};
    /// # let mut bot = Bot::<()>::new();
    /// bot.on_text(|talk| async move {
    ///     let about = if talk.chat().kind() == ChatKind::Order { "your order" } else { "it" };
    ///     talk.reply(format!("this is about {about}")).await
    /// });
    /// ```
    #[must_use]
    pub fn chat(&self) -> &Chat {
        &self.said.chat
    }

    /// The text; empty if there is none.
    ///
    /// ```
    /// # let mut bot = peyk_client::bot::Bot::<()>::new();
    /// bot.on_text(|talk| async move { talk.reply(talk.text().to_uppercase()).await });
    /// ```
    #[must_use]
    pub fn text(&self) -> &str {
        &self.said.text
    }

    /// Files, places and contacts.
    ///
    /// ```
    /// # let mut bot = peyk_client::bot::Bot::<()>::new();
    /// bot.on_media(|talk| async move { talk.reply(format!("{}", talk.attachments().len())).await });
    /// ```
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        &self.said.attachments
    }

    /// `/word rest` as the word and the rest, if the text is a command; `/start CHAT id` comes from Kenar's menus.
    ///
    /// ```
    /// # let mut bot = peyk_client::bot::Bot::<()>::new();
    /// bot.on_command("sum", |talk| async move {
    ///     let (_, rest) = talk.command().unwrap_or_default();
    ///     let sum: i64 = rest.split_whitespace().filter_map(|word| word.parse::<i64>().ok()).sum();
    ///     talk.reply(sum.to_string()).await
    /// });
    /// ```
    #[must_use]
    pub fn command(&self) -> Option<(&str, &str)> {
        let command = self.said.text.trim().strip_prefix('/')?;
        let (word, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        (!word.is_empty()).then_some((word, rest.trim()))
    }

    /// The message as Kenar told it, if it did.
    ///
    /// ```
    /// # let mut bot = peyk_client::bot::Bot::<()>::new();
    /// bot.on_text(|talk| async move {
    ///     let post = talk.kenar_message().and_then(|message| message.conversation.post.clone());
    ///     talk.reply(post.map_or("no post".to_owned(), |post| post.to_string())).await
    /// });
    /// ```
    #[must_use]
    pub fn kenar_message(&self) -> Option<&kenar::Message> {
        match &self.said.original {
            Original::Kenar(message) => Some(message),
            Original::Market(_) => None,
        }
    }

    /// The message as Market told it, if it did.
    ///
    /// ```
    /// # let mut bot = peyk_client::bot::Bot::<()>::new();
    /// bot.on_text(|talk| async move {
    ///     let id = talk.market_message().map_or(0, |message| message.id.0);
    ///     talk.reply(format!("message {id}")).await
    /// });
    /// ```
    #[must_use]
    pub fn market_message(&self) -> Option<&market::Message> {
        match &self.said.original {
            Original::Market(message) => Some(message),
            Original::Kenar(_) => None,
        }
    }
}
