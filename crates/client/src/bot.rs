//! A small kit for bots: handlers by what came, one [`Chat`] handle for both marketplaces, and typed state per chat.
//!
//! ```no_run
//! use peyk_client::bot::{Bot, Source};
//! use peyk_client::{Kenar, Result};
//!
//! # async fn run() -> Result<()> {
//! let kenar = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
//! let source = Source::kenar_feed(kenar, "echo")?;
//! let mut bot = Bot::<()>::new();
//! bot.on_text(|talk| async move { talk.reply(talk.text()).await });
//! bot.run([source]).await
//! # }
//! ```
//!
//! A [`Source`] says where messages come from; a bot may listen to any number of them, of both marketplaces. What is said in one
//! chat is dealt with in its order, one thing at a time; sixteen chats are dealt with at once. A handler that fails or panics is
//! logged, and stops nothing. [`Bot::run`] ends at Ctrl-C or SIGTERM, once what was begun is done.

#[macro_use]
mod state;

mod chat;
mod handlers;
mod inbox;
mod kept;
mod lanes;
mod press;
mod session;
mod source;
mod talk;
#[cfg(feature = "receiver-axum")]
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

pub use chat::{Chat, ChatKind, Reply};
pub use inbox::{KenarInbox, MarketInbox};
pub use press::{Press, Reaction};
pub use session::{FileSessions, MemorySessions, SessionStore};
pub use source::Source;
pub use talk::{Attachment, Talk};

use crate::Result;
use handlers::{Handlers, When};

/// How long what was begun may take once the bot was asked to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Handlers, asked in the order in which they were added; the first that fits takes what came.
///
/// ```
/// use peyk_client::bot::{Bot, ChatKind};
///
/// // How many messages each chat had so far.
/// let mut bot = Bot::<u32>::new();
/// bot.on_command("start", |talk| async move { talk.reply("welcome").await })
///     .on_kind(ChatKind::Return, |talk| async move { talk.reply("a colleague will answer").await })
///     .on_media(|talk| async move { talk.reply("nice").await })
///     .on_text(|talk| async move {
///         let count = talk.state().await? + 1;
///         talk.keep(count).await?;
///         talk.reply(format!("{count}: {}", talk.text())).await
///     });
/// ```
pub struct Bot<S = ()> {
    handlers: Handlers<S>,
    sessions: Arc<dyn SessionStore<S>>,
    patience: Duration,
}

impl<S> std::fmt::Debug for Bot<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bot").field("handlers", &self.handlers).finish_non_exhaustive()
    }
}

impl<S: Clone + Default + Send + Sync + 'static> Default for Bot<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// Declares a method that takes a handler for messages.
macro_rules! on_message {
    ($($(#[$meta:meta])* $name:ident => $when:expr;)+) => { $(
        $(#[$meta])*
        pub fn $name<F, R>(&mut self, handler: F) -> &mut Self
        where
            F: Fn(Talk<S>) -> R + Send + Sync + 'static,
            R: Future<Output = Result<()>> + Send + 'static,
        {
            self.handlers.add($when, handler);
            self
        }
    )+ };
}

impl<S: Clone + Default + Send + Sync + 'static> Bot<S> {
    /// A bot without handlers, whose state of each chat is kept in memory.
    ///
    /// ```
    /// let bot = peyk_client::bot::Bot::<()>::new();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::with_sessions(MemorySessions::default())
    }
}

impl<S: Send + Sync + 'static> Bot<S> {
    /// A bot whose state of each chat is kept elsewhere.
    ///
    /// ```
    /// use peyk_client::bot::{Bot, FileSessions};
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// let bot = Bot::<u32>::with_sessions(FileSessions::in_folder(folder.path())?);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn with_sessions(sessions: impl SessionStore<S>) -> Self {
        Self { handlers: Handlers::new(), sessions: Arc::new(sessions), patience: PATIENCE }
    }

    /// How long what was begun may take once the bot was asked to stop; ten seconds unless said. What takes longer is dropped.
    ///
    /// ```
    /// use std::time::Duration;
    /// let mut bot = peyk_client::bot::Bot::<()>::new();
    /// bot.patience(Duration::from_secs(60));
    /// ```
    pub fn patience(&mut self, patience: Duration) -> &mut Self {
        self.patience = patience;
        self
    }

    /// For texts that begin with `/name`; what follows is in [`Talk::command`].
    ///
    /// ```
    /// let mut bot = peyk_client::bot::Bot::<()>::new();
    /// bot.on_command("start", |talk| async move { talk.reply("welcome").await });
    /// ```
    pub fn on_command<F, R>(&mut self, name: impl Into<String>, handler: F) -> &mut Self
    where
        F: Fn(Talk<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.handlers.add(When::Command(name.into()), handler);
        self
    }

    /// For anything in chats of one kind.
    ///
    /// ```
    /// use peyk_client::bot::{Bot, ChatKind};
    ///
    /// let mut bot = Bot::<()>::new();
    /// bot.on_kind(ChatKind::Return, |talk| async move { talk.reply("a colleague will answer").await });
    /// ```
    pub fn on_kind<F, R>(&mut self, kind: ChatKind, handler: F) -> &mut Self
    where
        F: Fn(Talk<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.handlers.add(When::Kind(kind), handler);
        self
    }

    on_message! {
        /// For texts.
        ///
        /// ```
        /// let mut bot = peyk_client::bot::Bot::<()>::new();
        /// bot.on_text(|talk| async move { talk.reply(talk.text()).await });
        /// ```
        on_text => When::Text;
        /// For pictures, files, recordings, films, places and contacts.
        ///
        /// ```
        /// let mut bot = peyk_client::bot::Bot::<()>::new();
        /// bot.on_media(|talk| async move { talk.reply("nice").await });
        /// ```
        on_media => When::Media;
        /// For anything that is said.
        ///
        /// ```
        /// let mut bot = peyk_client::bot::Bot::<()>::new();
        /// bot.on_anything(|talk| async move { talk.reply("I do not understand").await });
        /// ```
        on_anything => When::Anything;
    }

    /// For buttons made by [`Button::dynamic`](crate::kenar::Button::dynamic) whose data is a `D` (Kenar; Market has no buttons).
    ///
    /// The handler has five seconds, and its answer is what the person who pressed sees. Presses come by webhook only, so they need
    /// `Source::kenar_webhook` or [`Source::kenar_inbox`]; a Peyk of your own reaches a listener on your machine.
    ///
    /// ```
    /// use peyk_client::bot::{Bot, Press};
    /// use peyk_client::kenar::{BotMessage, Button};
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Vote {
    ///     stars: String,
    /// }
    ///
    /// let mut bot = Bot::<()>::new();
    /// bot.on_button(|_: Press<()>, vote: Vote| async move { Ok(format!("{} stars", vote.stars)) });
    /// let button = Button::dynamic("5", Vote { stars: "5".into() })?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn on_button<D, F, R, A>(&mut self, handler: F) -> &mut Self
    where
        D: DeserializeOwned + Send + 'static,
        F: Fn(Press<S>, D) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A>> + Send + 'static,
        A: Into<Reaction>,
    {
        self.handlers.add_button(handler);
        self
    }

    /// For buttons made by [`Button::server_link`](crate::kenar::Button::server_link) whose data is a `D` (Kenar): the address that
    /// opens for the person who pressed.
    ///
    /// The handler has five seconds. Presses come by webhook only, as with [`on_button`](Self::on_button).
    ///
    /// ```
    /// use peyk_client::bot::{Bot, Press};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     number: String,
    /// }
    ///
    /// let mut bot = Bot::<()>::new();
    /// bot.on_link(|_: Press<()>, invoice: Invoice| async move {
    ///     Ok(format!("https://example.ir/pay/{}", invoice.number))
    /// });
    /// ```
    pub fn on_link<D, F, R, A>(&mut self, handler: F) -> &mut Self
    where
        D: DeserializeOwned + Send + 'static,
        F: Fn(Press<S>, D) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A>> + Send + 'static,
        A: Into<String>,
    {
        self.handlers.add_link(handler);
        self
    }

    /// Listens to sources until Ctrl-C or SIGTERM, then finishes what was begun.
    ///
    /// # Errors
    /// The first one of a source that will not pass; a handler's error is logged and stops nothing.
    ///
    /// ```no_run
    /// # use peyk_client::{Kenar, Result, bot::{Bot, Source}};
    /// # async fn run() -> Result<()> {
    /// let kenar = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
    /// let mut bot = Bot::<()>::new();
    /// bot.on_text(|talk| async move { talk.reply(talk.text()).await });
    /// bot.run([Source::kenar_feed(kenar, "echo")?]).await
    /// # }
    /// ```
    pub async fn run(self, sources: impl IntoIterator<Item = Source>) -> Result<()> {
        self.run_until(sources, lanes::interrupted()).await
    }

    /// Listens to sources until the future is ready, then finishes what was begun.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// ```
    /// # use peyk_client::{Kenar, Result, bot::{Bot, Source}};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// let (inbox, source) = Source::kenar_inbox(Kenar::new("key")?);
    /// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    /// let running = tokio::spawn(Bot::<()>::new().run_until([source], async { drop(stopped.await) }));
    /// drop(stop);
    /// running.await.unwrap()
    /// # }
    /// ```
    pub async fn run_until<F: Future<Output = ()> + Send>(
        self,
        sources: impl IntoIterator<Item = Source>,
        stop: F,
    ) -> Result<()> {
        let sources = sources.into_iter().collect();
        lanes::run(Arc::new(self.handlers), self.sessions, self.patience, sources, stop).await
    }
}
