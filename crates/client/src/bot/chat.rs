//! One handle for the chats of both marketplaces.

use crate::kenar::{
    BotMessage, Button, ButtonGrid, ConversationId, ConversationMessage, KenarUser, MediaToken,
};
use crate::market::{BusinessId, ChatId};
use crate::{Error, ErrorKind, Kenar, Market, Result, Upload};

/// What a chat is about.
///
/// ```
/// use peyk_client::bot::{Bot, ChatKind};
///
/// let mut bot = Bot::<()>::new();
/// bot.on_kind(ChatKind::Return, |talk| async move { talk.reply("a colleague will answer").await });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChatKind {
    /// A user and the app's chatbot (Kenar).
    Bot,
    /// The two sides of a post (Kenar).
    Post,
    /// An order (Market).
    Order,
    /// A return (Market).
    Return,
    /// Nothing but the customer (Market).
    Direct,
    /// Something this version does not know.
    Unknown,
}

/// A chat at either marketplace; cheap to clone.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, market, _| {
/// use peyk_client::bot::{Chat, ChatKind};
///
/// let chat = Chat::market(market, 5001.into(), ChatKind::Order);
/// chat.send("on its way").await?;
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Chat {
    place: Place,
    kind: ChatKind,
}

#[derive(Debug, Clone)]
enum Place {
    KenarBot(Kenar, ConversationId),
    KenarPost(Kenar, Option<KenarUser>, ConversationId),
    Market(Market, ChatId),
}

/// An answer: a text or an uploaded file, and buttons where the marketplace has any.
///
/// ```
/// use peyk_client::bot::Reply;
/// use peyk_client::kenar::Button;
///
/// let reply = Reply::text("here it is").button(Button::link("map", "https://example.ir/map")?);
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    content: Content,
    buttons: Option<ButtonGrid>,
}

#[derive(Debug, Clone, PartialEq)]
enum Content {
    Text(String),
    Media(MediaToken),
}

impl Reply {
    /// A text.
    ///
    /// ```
    /// # use peyk_client::bot::Reply;
    /// assert_eq!(Reply::text("hi"), "hi".into());
    /// ```
    pub fn text(text: impl Into<String>) -> Self {
        Self { content: Content::Text(text.into()), buttons: None }
    }

    /// Puts buttons under it; Market has none, so there they are left out.
    ///
    /// ```
    /// # use peyk_client::{bot::Reply, kenar::Button};
    /// let button = |caption: &str| Button::link(caption, "https://example.ir");
    /// let reply = Reply::text("which one?").buttons([[button("a")?, button("b")?], [button("c")?, button("d")?]]);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn buttons(mut self, grid: impl Into<ButtonGrid>) -> Self {
        self.buttons = Some(grid.into());
        self
    }

    /// Puts one button under it.
    ///
    /// ```
    /// # use peyk_client::{bot::Reply, kenar::Button};
    /// let reply = Reply::text("see").button(Button::link("map", "https://example.ir/map")?);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn button(self, button: Button) -> Self {
        self.buttons([[button]])
    }
}

impl From<&str> for Reply {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl Chat {
    /// The chat of an app's bot with a user.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// # use peyk_client::bot::{Chat, ChatKind};
    /// Chat::kenar_bot(kenar, "edbb9499-cccc-4d35-b21f-621fa95f2b3e".into()).send("سلام").await?;
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn kenar_bot(kenar: Kenar, conversation: ConversationId) -> Self {
        Self { place: Place::KenarBot(kenar, conversation), kind: ChatKind::Bot }
    }

    /// A conversation about a post; without the token of one side nothing can be said in it.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, user| {
    /// # use peyk_client::bot::{Chat, ChatKind};
    /// let id = "edbb9499-cccc-4d35-b21f-621fa95f2b3e".into();
    /// Chat::kenar_post(kenar, Some(user), id).send("سلام").await?;
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn kenar_post(kenar: Kenar, user: Option<KenarUser>, conversation: ConversationId) -> Self {
        Self { place: Place::KenarPost(kenar, user, conversation), kind: ChatKind::Post }
    }

    /// A cabinet's chat.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use peyk_client::bot::{Chat, ChatKind};
    /// Chat::market(market, 5001.into(), ChatKind::Order).send("on its way").await?;
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn market(market: Market, chat: ChatId, kind: ChatKind) -> Self {
        Self { place: Place::Market(market, chat), kind }
    }

    /// What it is about.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use peyk_client::bot::{Chat, ChatKind};
    /// let chat = Chat::market(market, 5001.into(), ChatKind::Order);
    /// assert_eq!(chat.kind(), ChatKind::Order);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn kind(&self) -> ChatKind {
        self.kind
    }

    /// A word that is this chat's alone, over both marketplaces.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use peyk_client::bot::{Chat, ChatKind};
    /// let chat = Chat::market(market, 5001.into(), ChatKind::Order);
    /// assert_eq!(chat.key(), "market:209888193:5001");
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn key(&self) -> String {
        match &self.place {
            Place::KenarBot(_, id) | Place::KenarPost(_, _, id) => format!("kenar:{id}"),
            Place::Market(market, id) => format!("market:{}:{id}", market.business()),
        }
    }

    /// The Kenar conversation, if it is one.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use peyk_client::bot::{Chat, ChatKind};
    /// let chat = Chat::market(market, 5001.into(), ChatKind::Order);
    /// assert_eq!(chat.kenar_conversation(), None);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn kenar_conversation(&self) -> Option<&ConversationId> {
        match &self.place {
            Place::KenarBot(_, id) | Place::KenarPost(_, _, id) => Some(id),
            Place::Market(..) => None,
        }
    }

    /// The Market chat, if it is one.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use peyk_client::bot::{Chat, ChatKind};
    /// let chat = Chat::market(market, 5001.into(), ChatKind::Order);
    /// assert_eq!(chat.market_chat(), Some((209888193.into(), 5001.into())));
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn market_chat(&self) -> Option<(BusinessId, ChatId)> {
        match &self.place {
            Place::Market(market, id) => Some((market.business(), *id)),
            Place::KenarBot(..) | Place::KenarPost(..) => None,
        }
    }

    /// Says something.
    ///
    /// # Errors
    /// Those of [`Kenar::bot_send`], [`KenarUser::send`] and [`Market::send`].
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use peyk_client::bot::{Chat, ChatKind};
    /// Chat::market(market, 5001.into(), ChatKind::Order).send("on its way").await?;
    /// # Ok(()) });
    /// ```
    pub async fn send(&self, reply: impl Into<Reply>) -> Result<()> {
        let Reply { content, buttons } = reply.into();
        match &self.place {
            Place::KenarBot(kenar, id) => {
                let message = match content {
                    Content::Text(text) => BotMessage::text(text)?,
                    Content::Media(token) => BotMessage::media(token),
                };
                let message = match buttons {
                    Some(grid) => message.buttons(grid),
                    None => message,
                };
                kenar.bot_send(id, message).await.map(drop)
            }
            Place::KenarPost(_, user, id) => {
                let message = match content {
                    Content::Text(text) => ConversationMessage::text(text)?,
                    Content::Media(token) => ConversationMessage::media(token),
                };
                let message = match buttons {
                    Some(grid) => message.receiver_buttons(grid),
                    None => message,
                };
                let user = user.as_ref().ok_or_else(|| {
                    let message = "a conversation about a post needs the token of one side";
                    Error::new(ErrorKind::Unauthenticated, message)
                })?;
                user.send(id, message).await.map(drop)
            }
            Place::Market(market, id) => match content {
                Content::Text(text) => market.send(*id, &text).await,
                Content::Media(_) => {
                    Err(Error::invalid("Market takes files, not media tokens: use send_file"))
                }
            },
        }
    }

    /// Sends a file, uploading it where that has to be done first.
    ///
    /// # Errors
    /// Those of [`Kenar::upload`], [`send`](Self::send) and [`Market::send_file`].
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # use peyk_client::{Upload, bot::{Chat, ChatKind}};
    /// let chat = Chat::market(market, 5001.into(), ChatKind::Order);
    /// chat.send_file(&Upload::bytes("receipt.pdf", "%PDF-1.7 …")?).await?;
    /// # Ok(()) });
    /// ```
    pub async fn send_file(&self, file: &Upload) -> Result<()> {
        let kenar = match &self.place {
            Place::KenarBot(kenar, _) | Place::KenarPost(kenar, ..) => kenar,
            Place::Market(market, id) => return market.send_file(*id, file).await,
        };
        let token = kenar.upload(file).await?;
        self.send(Reply { content: Content::Media(token), buttons: None }).await
    }
}
