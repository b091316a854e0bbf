//! A button that was pressed, and what the person who pressed it is to see.

use std::sync::Arc;

use peyk_wire::kenar::button::{Action, PostReference};
use peyk_wire::kenar::callback::{DynamicActionResponse, ServerLinkResponse, UserSide};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::state::State;
use super::{Chat, Reply, SessionStore};
use crate::events::Pressed;
use crate::kenar::{PostToken, UserId};
use crate::{Error, ErrorKind, Result};

/// A button that somebody pressed, its chat and the chat's state; cheap to clone.
///
/// ```
/// use peyk_client::bot::{Bot, Press};
///
/// #[derive(serde::Deserialize)]
/// struct Answer {
///     answer: String,
/// }
///
/// let mut bot = Bot::<()>::new();
/// bot.on_button(|press: Press<()>, data: Answer| async move {
///     press.reply(format!("you said {}", data.answer)).await?;
///     Ok("thank you")
/// });
/// ```
pub struct Press<S> {
    chat: Option<Chat>,
    pressed: Arc<Pressed>,
    state: State<S>,
}

impl<S> Clone for Press<S> {
    fn clone(&self) -> Self {
        let (chat, pressed) = (self.chat.clone(), Arc::clone(&self.pressed));
        Self { chat, pressed, state: self.state.clone() }
    }
}

impl<S> std::fmt::Debug for Press<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Press").field("pressed", &self.pressed).finish_non_exhaustive()
    }
}

impl<S: Default + 'static> Press<S> {
    state_methods!(
        "bot.on_button(|it: Press<u32>, _data: serde_json::Value| async move {",
        "    Ok(\"done\")"
    );
}

impl<S> Press<S> {
    pub(super) fn new(
        chat: Option<Chat>,
        pressed: Pressed,
        sessions: Arc<dyn SessionStore<S>>,
    ) -> Self {
        let key = match (&chat, &pressed) {
            (Some(chat), _) => chat.key(),
            (None, Pressed::DynamicAction(asked)) => of_nobody(asked.user_id.as_deref()),
            (None, Pressed::ServerLink(asked)) => of_nobody(asked.user_id.as_deref()),
        };
        Self { chat, pressed: Arc::new(pressed), state: State { chat: key, sessions } }
    }

    pub(super) fn key(&self) -> &str {
        &self.state.chat
    }

    /// The data that the button was given, as a type of yours.
    ///
    /// # Errors
    /// `Unreadable` if it is something else.
    ///
    /// ```
    /// # use peyk_client::bot::{Bot, Press};
    /// # let mut bot = Bot::<()>::new();
    /// bot.on_button(|press: Press<()>, _any: serde_json::Value| async move {
    ///     let (row, column): (u8, u8) = press.data().unwrap_or((0, 0));
    ///     Ok(format!("{row}, {column}"))
    /// });
    /// ```
    pub fn data<D: DeserializeOwned>(&self) -> Result<D> {
        let data = match &*self.pressed {
            Pressed::DynamicAction(asked) => asked.extra_data.text(),
            Pressed::ServerLink(asked) => asked.extra_data.text(),
        };
        serde_json::from_str(data).map_err(|error| {
            Error::new(ErrorKind::Unreadable, "the button's data is something else")
                .caused_by(error)
        })
    }

    /// Where the button is, unless it is not in a chat.
    ///
    /// ```
    /// # use peyk_client::bot::{Bot, Press};
    /// # let mut bot = Bot::<()>::new();
    /// bot.on_button(|press: Press<()>, _: serde_json::Value| async move {
    ///     Ok(if press.chat().is_some() { "in a chat" } else { "on a page" })
    /// });
    /// ```
    #[must_use]
    pub fn chat(&self) -> Option<&Chat> {
        self.chat.as_ref()
    }

    /// Who pressed, unless nobody was logged in.
    ///
    /// ```
    /// # use peyk_client::bot::{Bot, Press};
    /// # let mut bot = Bot::<()>::new();
    /// bot.on_button(|press: Press<()>, _: serde_json::Value| async move {
    ///     Ok(if press.user().is_some() { "welcome" } else { "please log in" })
    /// });
    /// ```
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match &*self.pressed {
            Pressed::DynamicAction(asked) => asked.user_id.clone().map(UserId),
            Pressed::ServerLink(asked) => asked.user_id.clone().map(UserId),
        }
    }

    /// On which side of the post they stand, if there are sides.
    ///
    /// ```
    /// # use peyk_client::bot::{Bot, Press};
    /// # use peyk_client::wire::kenar::callback::UserSide;
    /// # let mut bot = Bot::<()>::new();
    /// bot.on_button(|press: Press<()>, _: serde_json::Value| async move {
    ///     Ok(if press.side() == Some(&UserSide::Supply) { "you sell" } else { "you buy" })
    /// });
    /// ```
    #[must_use]
    pub fn side(&self) -> Option<&UserSide> {
        match &*self.pressed {
            Pressed::DynamicAction(asked) => asked.user_side.as_ref(),
            Pressed::ServerLink(asked) => asked.user_side.as_ref(),
        }
    }

    /// The post, if there is one.
    ///
    /// ```
    /// # use peyk_client::bot::{Bot, Press};
    /// # let mut bot = Bot::<()>::new();
    /// bot.on_button(|press: Press<()>, _: serde_json::Value| async move {
    ///     Ok(press.post().map_or("no post".to_owned(), |post| post.to_string()))
    /// });
    /// ```
    #[must_use]
    pub fn post(&self) -> Option<PostToken> {
        match &*self.pressed {
            Pressed::DynamicAction(asked) => asked.post_token.clone().map(PostToken),
            Pressed::ServerLink(asked) => asked.post_token.clone().map(PostToken),
        }
    }

    /// The request as it came.
    ///
    /// ```
    /// # use peyk_client::bot::{Bot, Press};
    /// # use peyk_client::events::Pressed;
    /// # let mut bot = Bot::<()>::new();
    /// bot.on_button(|press: Press<()>, _: serde_json::Value| async move {
    ///     assert!(matches!(press.pressed(), Pressed::DynamicAction(_)));
    ///     Ok("seen")
    /// });
    /// ```
    #[must_use]
    pub fn pressed(&self) -> &Pressed {
        &self.pressed
    }

    /// Says something in the button's chat, for everybody in it to see.
    ///
    /// # Errors
    /// Those of [`Chat::send`]; `Invalid` for a button that is in no chat.
    ///
    /// ```
    /// # use peyk_client::bot::{Bot, Press};
    /// # let mut bot = Bot::<()>::new();
    /// bot.on_button(|press: Press<()>, _: serde_json::Value| async move {
    ///     press.reply("it is done").await?;
    ///     Ok("done")
    /// });
    /// ```
    pub async fn reply(&self, reply: impl Into<Reply>) -> Result<()> {
        let chat = self.chat.as_ref().ok_or_else(|| Error::invalid("the button is in no chat"))?;
        chat.send(reply).await
    }
}

fn of_nobody(user: Option<&str>) -> String {
    format!("kenar:user:{}", user.unwrap_or_default())
}

/// What whoever pressed a button is to see: a text of their own, something that opens, or both.
///
/// ```
/// use peyk_client::bot::Reaction;
///
/// let both = Reaction::text("here is the map").and_open("https://example.ir/map")?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reaction(DynamicActionResponse);

impl Reaction {
    /// A text that only they see.
    ///
    /// ```
    /// # use peyk_client::bot::Reaction;
    /// assert_eq!(Reaction::text("done"), "done".into());
    /// ```
    pub fn text(text: impl Into<String>) -> Self {
        Self(DynamicActionResponse { text_message: Some(text.into()), action: None })
    }

    /// Opens this address.
    ///
    /// # Errors
    /// `Invalid` if it is no whole address.
    ///
    /// ```
    /// # use peyk_client::bot::Reaction;
    /// assert!(Reaction::open("https://example.ir").is_ok());
    /// assert!(Reaction::open("example").is_err());
    /// ```
    pub fn open(address: &str) -> Result<Self> {
        Self(DynamicActionResponse::default()).and_open(address)
    }

    /// Opens a post.
    ///
    /// ```
    /// # use peyk_client::bot::Reaction;
    /// let reaction = Reaction::open_post(&"gZd7omnS".into());
    /// ```
    #[must_use]
    pub fn open_post(post: &PostToken) -> Self {
        let open_post_page = Some(PostReference { post_token: Some(post.0.clone()) });
        let action = Some(Action { open_post_page, ..Action::default() });
        Self(DynamicActionResponse { action, text_message: None })
    }

    /// Opens an address too.
    ///
    /// # Errors
    /// `Invalid` if it is no whole address.
    ///
    /// ```
    /// # use peyk_client::bot::Reaction;
    /// let both = Reaction::text("look").and_open("https://example.ir")?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn and_open(mut self, address: &str) -> Result<Self> {
        let parsed = Url::parse(address);
        parsed.map_err(|error| Error::invalid("a link needs a whole address").caused_by(error))?;
        let open_direct_link = Some(address.to_owned());
        self.0.action = Some(Action { open_direct_link, ..Action::default() });
        Ok(self)
    }
}

impl From<&str> for Reaction {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Reaction {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// What the marketplace is answered.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Reaction(DynamicActionResponse),
    Address(ServerLinkResponse),
}

impl From<Reaction> for Answer {
    fn from(reaction: Reaction) -> Self {
        Self::Reaction(reaction.0)
    }
}
