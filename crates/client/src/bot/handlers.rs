//! Which handler takes what came.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use peyk_wire::kenar::callback::ServerLinkResponse;
use serde::de::DeserializeOwned;

use super::press::Answer;
use super::{ChatKind, Press, Reaction, Talk};
use crate::events::Pressed;
use crate::{Error, ErrorKind, Result};

type OfMessages<S> = Arc<dyn Fn(Talk<S>) -> BoxFuture<'static, Result<()>> + Send + Sync>;
/// Takes a press only if its data is what the handler wants.
type OfPresses<S> =
    Arc<dyn Fn(&Press<S>) -> Option<BoxFuture<'static, Result<Answer>>> + Send + Sync>;

/// When a handler of messages is asked.
#[derive(Debug)]
pub(super) enum When {
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

/// All handlers of a bot, in their order.
pub(super) struct Handlers<S> {
    messages: Vec<(When, OfMessages<S>)>,
    presses: Vec<OfPresses<S>>,
}

impl<S> std::fmt::Debug for Handlers<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let messages = self.messages.iter().map(|(when, _)| when);
        f.debug_list().entries(messages).finish()
    }
}

impl<S: Send + Sync + 'static> Handlers<S> {
    pub fn new() -> Self {
        Self { messages: Vec::new(), presses: Vec::new() }
    }

    pub fn add<F, R>(&mut self, when: When, handler: F)
    where
        F: Fn(Talk<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        self.messages.push((when, Arc::new(move |talk| Box::pin(handler(talk)))));
    }

    pub fn add_button<D, F, R, A>(&mut self, handler: F)
    where
        D: DeserializeOwned,
        F: Fn(Press<S>, D) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A>> + Send + 'static,
        A: Into<Reaction>,
    {
        self.presses.push(Arc::new(move |press| {
            let data = match press.pressed() {
                Pressed::DynamicAction(_) => press.data().ok()?,
                Pressed::ServerLink(_) => return None,
            };
            let handled = handler(press.clone(), data);
            Some(Box::pin(async move { Ok(handled.await?.into().into()) }))
        }));
    }

    pub fn add_link<D, F, R, A>(&mut self, handler: F)
    where
        D: DeserializeOwned,
        F: Fn(Press<S>, D) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A>> + Send + 'static,
        A: Into<String>,
    {
        self.presses.push(Arc::new(move |press| {
            let data = match press.pressed() {
                Pressed::ServerLink(_) => press.data().ok()?,
                Pressed::DynamicAction(_) => return None,
            };
            let handled = handler(press.clone(), data);
            Some(Box::pin(async move {
                Ok(Answer::Address(ServerLinkResponse { url: handled.await?.into() }))
            }))
        }));
    }

    /// Gives a message to the handler that takes it.
    pub async fn hear(&self, talk: Talk<S>) {
        let Some((_, handler)) = self.messages.iter().find(|(when, _)| when.takes(&talk)) else {
            return;
        };
        let chat = talk.chat().key();
        // Caught, so that a handler that panics takes no other chat along.
        match AssertUnwindSafe(async { handler(talk).await }).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(chat, %error, "a handler failed"),
            Err(_) => tracing::error!(chat, "a handler panicked"),
        }
    }

    /// Gives a press to the handler that takes it: the JSON of its answer.
    pub async fn answer(&self, press: Press<S>) -> Result<String> {
        let handled = AssertUnwindSafe(async {
            match self.presses.iter().find_map(|handler| handler(&press)) {
                Some(handled) => handled.await,
                None => Err(Error::invalid("no handler takes this button")),
            }
        });
        let answer = handled.catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(chat = press.key(), "a handler panicked");
            Err(Error::new(ErrorKind::Unavailable, "the handler panicked"))
        })?;
        serde_json::to_string(&answer).map_err(|error| {
            Error::new(ErrorKind::Invalid, "the answer cannot be written").caused_by(error)
        })
    }
}
