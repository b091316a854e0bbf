//! Tokens that stay fresh.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use peyk_wire::Secret;

use super::{OAuth, TokenStore, Tokens};
use crate::{Error, ErrorKind, Result};

/// An access token that ends within this long is refreshed before it is used.
const MARGIN: Duration = Duration::from_secs(60);

/// One user's tokens, refreshed when they end, whichever process of a shared store comes first.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run_oauth(async |oauth| {
/// use peyk_client::Kenar;
/// use peyk_client::kenar::oauth::MemoryStore;
///
/// let tokens = oauth.exchange(&"code".into()).await?;
/// let session = oauth.session(MemoryStore::holding(tokens));
/// let sara = Kenar::new("key")?.as_user(session);
/// # Ok(()) });
/// ```
pub struct Session {
    oauth: OAuth,
    store: Arc<dyn TokenStore>,
    refreshes: AtomicU64,
}

impl OAuth {
    /// A session over the tokens in a store.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// # use peyk_client::kenar::oauth::MemoryStore;
    /// let tokens = oauth.exchange(&"code".into()).await?;
    /// let session = oauth.session(MemoryStore::holding(tokens));
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn session(&self, store: impl TokenStore) -> Arc<Session> {
        let refreshes = AtomicU64::new(0);
        Arc::new(Session { oauth: self.clone(), store: Arc::new(store), refreshes })
    }
}

impl Session {
    /// Puts the tokens of a new grant into the store.
    ///
    /// # Errors
    /// `Storage` if the store fails.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// # use peyk_client::kenar::oauth::MemoryStore;
    /// let session = oauth.session(MemoryStore::default());
    /// session.keep(&oauth.exchange(&"code".into()).await?).await?;
    /// # Ok(()) });
    /// ```
    pub async fn keep(&self, tokens: &Tokens) -> Result<()> {
        let _lock = self.store.lock().await?;
        self.store.save(tokens).await
    }

    /// An access token that is good for a minute at least.
    ///
    /// # Errors
    /// `Unauthenticated` if the store is empty or there is no refresh token, `Refused` if it is worth nothing any more.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// # use peyk_client::kenar::oauth::MemoryStore;
    /// let tokens = oauth.exchange(&"code".into()).await?;
    /// let session = oauth.session(MemoryStore::holding(tokens));
    /// let token = session.token().await?;
    /// # Ok(()) });
    /// ```
    pub async fn token(self: &Arc<Self>) -> Result<Secret> {
        let tokens = self.load().await?;
        // A token that cannot be refreshed is used to its end.
        if tokens.ends_within(MARGIN) && tokens.refresh_token.is_some() {
            return self.token_other_than(&tokens.access_token).await;
        }
        Ok(tokens.access_token)
    }

    /// How often this session refreshed; a subscription to events ends with each time.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// # use peyk_client::kenar::oauth::MemoryStore;
    /// let tokens = oauth.exchange(&"code".into()).await?;
    /// let session = oauth.session(MemoryStore::holding(tokens));
    /// assert_eq!(session.refreshes(), 0);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn refreshes(&self) -> u64 {
        self.refreshes.load(Ordering::Relaxed)
    }

    /// A token instead of one that was refused: another's fresh one if there is, or a refreshed one.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// # use peyk_client::kenar::oauth::MemoryStore;
    /// let tokens = oauth.exchange(&"code".into()).await?;
    /// let session = oauth.session(MemoryStore::holding(tokens));
    /// let refused = session.token().await?;
    /// let other = session.token_other_than(&refused).await?;
    /// assert_eq!(session.refreshes(), 1);
    /// # Ok(()) });
    /// ```
    pub async fn token_other_than(self: &Arc<Self>, refused: &Secret) -> Result<Secret> {
        let (session, refused) = (Arc::clone(self), refused.clone());
        // On a task of its own: a caller who gives up must not take the only copy of new tokens along.
        let refresh = tokio::spawn(async move { session.refresh(&refused).await });
        refresh.await.map_err(|error| {
            Error::new(ErrorKind::Unauthenticated, "the refresh was stopped").caused_by(error)
        })?
    }

    async fn refresh(&self, refused: &Secret) -> Result<Secret> {
        let _lock = self.store.lock().await?;
        let tokens = self.load().await?;
        if tokens.access_token != *refused && !tokens.ends_within(MARGIN) {
            return Ok(tokens.access_token);
        }
        let fresh = self.oauth.refresh(&tokens).await?;
        self.store.save(&fresh).await?;
        self.refreshes.fetch_add(1, Ordering::Relaxed);
        tracing::debug!("the access token was refreshed");
        Ok(fresh.access_token)
    }

    async fn load(&self) -> Result<Tokens> {
        let tokens = self.store.load().await?;
        tokens.ok_or_else(|| {
            Error::new(ErrorKind::Unauthenticated, "nobody granted yet: the token store is empty")
        })
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("refreshes", &self.refreshes).finish_non_exhaustive()
    }
}
