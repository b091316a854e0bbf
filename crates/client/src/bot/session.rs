//! What a bot remembers of each chat.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::file::{self, blocking};
use crate::{Error, ErrorKind, Result};

/// Keeps a bot's state of each chat, under [`Chat::key`](super::Chat::key).
///
/// ```
/// use futures_util::future::BoxFuture;
/// use peyk_client::Result;
/// use peyk_client::bot::{Bot, SessionStore};
///
/// struct Forgetful;
///
/// impl SessionStore<u32> for Forgetful {
///     fn load<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<u32>>> {
///         Box::pin(async { Ok(None) })
///     }
///
///     fn save<'a>(&'a self, _: &'a str, _: Option<u32>) -> BoxFuture<'a, Result<()>> {
///         Box::pin(async { Ok(()) })
///     }
/// }
///
/// let bot = Bot::with_sessions(Forgetful);
/// ```
pub trait SessionStore<S>: Send + Sync + 'static {
    /// The state, if there is one.
    fn load<'a>(&'a self, chat: &'a str) -> BoxFuture<'a, Result<Option<S>>>;
    /// Keeps a state; none forgets it.
    fn save<'a>(&'a self, chat: &'a str, state: Option<S>) -> BoxFuture<'a, Result<()>>;
}

/// Keeps states for as long as the program runs.
///
/// ```
/// use peyk_client::bot::{Bot, MemorySessions};
///
/// let bot = Bot::<u32>::with_sessions(MemorySessions::default());
/// ```
#[derive(Debug)]
pub struct MemorySessions<S>(Mutex<HashMap<String, S>>);

impl<S> Default for MemorySessions<S> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<S: Clone + Send + Sync + 'static> SessionStore<S> for MemorySessions<S> {
    fn load<'a>(&'a self, chat: &'a str) -> BoxFuture<'a, Result<Option<S>>> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(chat).cloned();
        Box::pin(async move { Ok(state) })
    }

    fn save<'a>(&'a self, chat: &'a str, state: Option<S>) -> BoxFuture<'a, Result<()>> {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state {
            Some(state) => states.insert(chat.to_owned(), state),
            None => states.remove(chat),
        };
        Box::pin(async { Ok(()) })
    }
}

/// Keeps states as JSON, each chat's in a file of its own that only its owner can read.
///
/// ```
/// use peyk_client::bot::{FileSessions, SessionStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> peyk_client::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// let sessions = FileSessions::<u32>::in_folder(folder.path().join("sessions"))?;
/// sessions.save("market:1:5001", Some(7)).await?;
/// assert_eq!(sessions.load("market:1:5001").await?, Some(7));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct FileSessions<S> {
    folder: PathBuf,
    state: PhantomData<fn() -> S>,
}

impl<S> FileSessions<S> {
    /// States in this folder, which is made if it is not there.
    ///
    /// # Errors
    /// `Storage` if it cannot be made.
    ///
    /// ```
    /// # use peyk_client::bot::FileSessions;
    /// # let folder = tempfile::tempdir().unwrap();
    /// let sessions = FileSessions::<String>::in_folder(folder.path().join("sessions"))?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn in_folder(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let made = std::fs::create_dir_all(&folder);
        made.map_err(|error| Error::storage("the folder of sessions cannot be made", error))?;
        Ok(Self { folder, state: PhantomData })
    }

    fn file(&self, chat: &str) -> PathBuf {
        // Keys come from ids of others, and a name must not lead out of the folder.
        let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
        let name: String =
            chat.chars()
                .map(|sign| {
                    if plain(sign) { sign.to_string() } else { format!("_{:x}_", u32::from(sign)) }
                })
                .collect();
        self.folder.join(format!("{name}.json"))
    }
}

impl<S: Serialize + DeserializeOwned + Send + Sync + 'static> SessionStore<S> for FileSessions<S> {
    fn load<'a>(&'a self, chat: &'a str) -> BoxFuture<'a, Result<Option<S>>> {
        let path = self.file(chat);
        Box::pin(async move {
            let bytes = blocking("a session cannot be read", move || file::read(&path)).await?;
            let Some(bytes) = bytes else { return Ok(None) };
            serde_json::from_slice(&bytes).map(Some).map_err(|error| {
                Error::new(ErrorKind::Storage, "a session is of another form").caused_by(error)
            })
        })
    }

    fn save<'a>(&'a self, chat: &'a str, state: Option<S>) -> BoxFuture<'a, Result<()>> {
        let path = self.file(chat);
        Box::pin(async move {
            let what = "a session cannot be written";
            let Some(state) = state else {
                return blocking(what, move || match std::fs::remove_file(path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                    Ok(()) | Err(_) => Ok(()),
                })
                .await;
            };
            let bytes = serde_json::to_vec(&state)
                .map_err(|error| Error::new(ErrorKind::Storage, what).caused_by(error))?;
            blocking(what, move || file::replace(&path, &bytes)).await
        })
    }
}
