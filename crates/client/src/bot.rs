//! A small kit for bots: handlers by what came, one [`Chat`] handle for both marketplaces, and typed state per chat.
//!
//! ```no_run
//! use peyk_client::{Kenar, Result};
//! use peyk_client::bot::{Bot, Source};
//!
//! # async fn run() -> Result<()> {
//! let kenar = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
//! let mut bot = Bot::<()>::new();
//! bot.on_text(|talk| async move {
//!     let text = talk.text().to_owned();
//!     talk.reply(text).await
//! });
//! bot.run(vec![Source::kenar_feed(kenar, "http://127.0.0.1:8080", "echo")?]).await
//! # }
//! ```

mod chat;
mod session;
mod source;
mod talk;

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{self, BoxFuture, Either};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

pub use chat::{Chat, ChatKind, Reply};
pub use session::{MemorySessions, SessionStore};
pub use source::Source;
pub use talk::{Attachment, Talk};

use crate::Result;

/// How many chats are dealt with at once; those of one chat follow each other.
const LANES: usize = 16;
/// How many messages may wait in a lane before the source waits.
const LANE_LENGTH: usize = 32;

type Handler<S> = Arc<dyn Fn(Talk<S>) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// When a handler is asked.
enum When {
    /// For a text that begins with `/word`.
    Command(String),
    /// For any text.
    Text,
    /// For a message with files, a place or a contact.
    Media,
    /// For anything in such a chat.
    Kind(ChatKind),
    /// For whatever no other handler took.
    Anything,
}

impl When {
    fn takes<S>(&self, talk: &Talk<S>) -> bool {
        match self {
            Self::Command(name) => talk.command().is_some_and(|(word, _)| word == name),
            Self::Text => !talk.text().is_empty(),
            Self::Media => !talk.attachments().is_empty(),
            Self::Kind(kind) => talk.chat().kind() == *kind,
            Self::Anything => true,
        }
    }
}

/// Handlers, asked in the order in which they were added; the first that fits takes the message.
pub struct Bot<S = ()> {
    handlers: Vec<(When, Handler<S>)>,
    sessions: Arc<dyn SessionStore<S>>,
}

impl<S: Clone + Default + Send + Sync + 'static> Default for Bot<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Default + Send + Sync + 'static> Bot<S> {
    /// A bot without handlers, whose state of each chat is kept in memory.
    #[must_use]
    pub fn new() -> Self {
        Self::with_sessions(MemorySessions::default())
    }

    /// A bot whose state of each chat is kept elsewhere.
    pub fn with_sessions(sessions: impl SessionStore<S>) -> Self {
        Self { handlers: Vec::new(), sessions: Arc::new(sessions) }
    }

    fn on<F, R>(&mut self, when: When, handler: F) -> &mut Self
    where
        F: Fn(Talk<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.handlers.push((when, Arc::new(move |talk| Box::pin(handler(talk)))));
        self
    }

    /// For texts that begin with `/name`; what follows is in [`Talk::command`].
    pub fn on_command<F, R>(&mut self, name: impl Into<String>, handler: F) -> &mut Self
    where
        F: Fn(Talk<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.on(When::Command(name.into()), handler)
    }

    /// For texts.
    pub fn on_text<F, R>(&mut self, handler: F) -> &mut Self
    where
        F: Fn(Talk<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.on(When::Text, handler)
    }

    /// For pictures, files, recordings, films, places and contacts.
    pub fn on_media<F, R>(&mut self, handler: F) -> &mut Self
    where
        F: Fn(Talk<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.on(When::Media, handler)
    }

    /// For anything in chats of one kind.
    pub fn on_kind<F, R>(&mut self, kind: ChatKind, handler: F) -> &mut Self
    where
        F: Fn(Talk<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.on(When::Kind(kind), handler)
    }

    /// For anything.
    pub fn on_anything<F, R>(&mut self, handler: F) -> &mut Self
    where
        F: Fn(Talk<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.on(When::Anything, handler)
    }

    /// Listens to sources until Ctrl-C, then finishes what runs.
    ///
    /// # Errors
    /// The first one of a source that will not pass; a handler's error is logged and stops nothing.
    pub async fn run(self, sources: Vec<Source>) -> Result<()> {
        let interrupted = async {
            // Without a signal handler the bot runs until its sources end.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        self.run_until(sources, interrupted).await
    }

    /// Listens to sources until the future is ready, then finishes what runs.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_until<F: Future<Output = ()> + Send>(
        self,
        sources: Vec<Source>,
        stop: F,
    ) -> Result<()> {
        let bot = Arc::new(self);
        let (mut lanes, mut workers) = (Vec::new(), JoinSet::new());
        for _ in 0..LANES {
            let (sender, mut receiver) = mpsc::channel::<Talk<S>>(LANE_LENGTH);
            let bot = Arc::clone(&bot);
            lanes.push(sender);
            workers.spawn(async move {
                while let Some(talk) = receiver.recv().await {
                    bot.deal_with(talk).await;
                }
            });
        }
        let (stopping, stopped) = watch::channel(false);
        let mut listening = JoinSet::new();
        for source in sources {
            let sessions = Arc::clone(&bot.sessions);
            listening.spawn(listen(source, sessions, lanes.clone(), stopped.clone()));
        }
        drop(lanes);
        let outcome = {
            let (stop, ended) = (pin!(stop), pin!(ended(&mut listening)));
            match future::select(stop, ended).await {
                Either::Left(((), _)) => Ok(()),
                Either::Right((outcome, _)) => outcome,
            }
        };
        stopping.send_replace(true);
        while listening.join_next().await.is_some() {}
        // The lanes are closed now, and each worker ends behind its last message.
        while workers.join_next().await.is_some() {}
        outcome
    }

    /// Gives one message to the handler that takes it; for bots that receive by themselves.
    pub async fn deal_with(&self, talk: Talk<S>) {
        let Some((_, handler)) = self.handlers.iter().find(|(when, _)| when.takes(&talk)) else {
            return;
        };
        let chat = talk.chat().key();
        // On a task of its own, so that a handler that panics takes no lane along.
        match tokio::spawn(handler(talk)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(chat, %error, "a handler failed"),
            Err(error) => tracing::error!(chat, %error, "a handler panicked"),
        }
    }
}

/// Takes messages from a source to the lanes, until it is told to stop.
async fn listen<S: Clone + Default + Send + Sync + 'static>(
    mut source: Source,
    sessions: Arc<dyn SessionStore<S>>,
    lanes: Vec<mpsc::Sender<Talk<S>>>,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    loop {
        let came = {
            let (stop, next) = (pin!(stopped.wait_for(|stopped| *stopped)), pin!(source.next()));
            match future::select(stop, next).await {
                Either::Left(_) => return Ok(()),
                Either::Right((came, _)) => came?,
            }
        };
        let Some(came) = came else { continue };
        let talk = Talk::new(came, Arc::clone(&sessions));
        let count = u64::try_from(lanes.len()).unwrap_or(1).max(1);
        let lane = usize::try_from(hasher.hash_one(talk.chat().key()) % count).unwrap_or(0);
        if let Some(lane) = lanes.get(lane)
            && lane.send(talk).await.is_err()
        {
            return Ok(());
        }
    }
}

/// Waits until a source fails, or all have ended.
async fn ended(listening: &mut JoinSet<Result<()>>) -> Result<()> {
    while let Some(outcome) = listening.join_next().await {
        match outcome {
            Ok(outcome) => outcome?,
            Err(error) => tracing::error!(%error, "a source panicked"),
        }
    }
    Ok(())
}
