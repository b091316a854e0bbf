//! What a bot remembers of each chat.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;

use crate::Result;

/// Keeps a bot's state of each chat, under [`Chat::key`](super::Chat::key).
pub trait SessionStore<S>: Send + Sync + 'static {
    /// The state, if there is one.
    fn load<'a>(&'a self, chat: &'a str) -> BoxFuture<'a, Result<Option<S>>>;
    /// Keeps a state; none forgets it.
    fn save<'a>(&'a self, chat: &'a str, state: Option<S>) -> BoxFuture<'a, Result<()>>;
}

/// Keeps states for as long as the program runs.
#[derive(Debug, Default)]
pub struct MemorySessions<S>(Mutex<HashMap<String, S>>);

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
