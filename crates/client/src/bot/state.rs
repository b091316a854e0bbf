//! The state of one chat, as a handler sees it.

use std::sync::Arc;

use super::SessionStore;
use crate::Result;

/// Where the state of one chat is kept.
pub(super) struct State<S> {
    pub chat: String,
    pub sessions: Arc<dyn SessionStore<S>>,
}

impl<S> Clone for State<S> {
    fn clone(&self) -> Self {
        Self { chat: self.chat.clone(), sessions: Arc::clone(&self.sessions) }
    }
}

impl<S: Default + 'static> State<S> {
    pub async fn load(&self) -> Result<S> {
        Ok(self.sessions.load(&self.chat).await?.unwrap_or_default())
    }

    pub async fn save(&self, state: Option<S>) -> Result<()> {
        self.sessions.save(&self.chat, state).await
    }
}

/// The methods that everything with a `state` has; `$on` and `$end` are an example's handler.
macro_rules! state_methods {
    ($on:literal, $end:literal) => {
        /// The chat's state, or the default one.
        ///
        /// # Errors
        /// `Storage` if the store fails.
        ///
        /// ```
        /// # use peyk_client::bot::{Bot, Press};
        /// let mut bot = Bot::<u32>::new();
        #[doc = $on]
        ///     let count = it.state().await? + 1;
        ///     it.keep(count).await?;
        ///     it.reply(format!("{count}")).await?;
        #[doc = $end]
        /// });
        /// ```
        pub async fn state(&self) -> Result<S> {
            self.state.load().await
        }

        /// Keeps a state for what comes next in the chat. One thing of a chat is dealt with at a time.
        ///
        /// # Errors
        /// `Storage` if the store fails.
        ///
        /// ```
        /// # use peyk_client::bot::{Bot, Press};
        /// let mut bot = Bot::<u32>::new();
        #[doc = $on]
        ///     it.keep(1).await?;
        #[doc = $end]
        /// });
        /// ```
        pub async fn keep(&self, state: S) -> Result<()> {
            self.state.save(Some(state)).await
        }

        /// Forgets the chat's state.
        ///
        /// # Errors
        /// `Storage` if the store fails.
        ///
        /// ```
        /// # use peyk_client::bot::{Bot, Press};
        /// let mut bot = Bot::<u32>::new();
        #[doc = $on]
        ///     it.forget().await?;
        #[doc = $end]
        /// });
        /// ```
        pub async fn forget(&self) -> Result<()> {
            self.state.save(None).await
        }
    };
}
