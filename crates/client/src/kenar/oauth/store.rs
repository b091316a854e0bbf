//! Where tokens are kept between runs.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::Tokens;
use crate::file::{self, blocking};
use crate::{Error, ErrorKind, Result};

/// Keeps one user's tokens, and lets one refresh happen at a time.
///
/// Whoever holds the lock is the only one who refreshes, in this process or in another, if the store is shared.
///
/// ```
/// use futures_util::future::BoxFuture;
/// use peyk_client::Result;
/// use peyk_client::kenar::oauth::{StoreLock, TokenStore, Tokens};
///
/// /// Gives the same tokens always, and keeps none.
/// struct Fixed(Tokens);
///
/// impl TokenStore for Fixed {
///     fn lock(&self) -> BoxFuture<'_, Result<StoreLock>> {
///         Box::pin(async { Ok(StoreLock::new(())) })
///     }
///
///     fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>>> {
///         Box::pin(async { Ok(Some(self.0.clone())) })
///     }
///
///     fn save<'a>(&'a self, _: &'a Tokens) -> BoxFuture<'a, Result<()>> {
///         Box::pin(async { Ok(()) })
///     }
/// }
/// ```
pub trait TokenStore: Send + Sync + 'static {
    /// Waits until nobody else refreshes.
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock>>;
    /// The tokens as they are now.
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>>>;
    /// Keeps these tokens instead.
    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<()>>;
}

/// The right to refresh, until it is dropped.
///
/// ```
/// # use peyk_client::kenar::oauth::StoreLock;
/// let nobody_else = std::sync::Arc::new(());
/// let lock = StoreLock::new(std::sync::Arc::clone(&nobody_else));
/// drop(lock);
/// assert_eq!(std::sync::Arc::strong_count(&nobody_else), 1);
/// ```
pub struct StoreLock(#[expect(dead_code, reason = "held for its end")] Box<dyn Send + Sync>);

impl StoreLock {
    /// A lock that is given up when this value is dropped.
    ///
    /// ```
    /// # use peyk_client::kenar::oauth::StoreLock;
    /// let lock = StoreLock::new("a guard");
    /// ```
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self(Box::new(guard))
    }
}

impl std::fmt::Debug for StoreLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreLock(..)")
    }
}

/// Keeps tokens for as long as the program runs.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run_oauth(async |oauth| {
/// use peyk_client::kenar::oauth::MemoryStore;
///
/// let session = oauth.session(MemoryStore::default());
/// # Ok(()) });
/// ```
#[derive(Debug, Default)]
pub struct MemoryStore {
    refreshing: Arc<Mutex<()>>,
    tokens: std::sync::Mutex<Option<Tokens>>,
}

impl MemoryStore {
    /// A store that holds these tokens.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// # use peyk_client::kenar::oauth::MemoryStore;
    /// let store = MemoryStore::holding(oauth.exchange(&"code".into()).await?);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn holding(tokens: Tokens) -> Self {
        Self { tokens: std::sync::Mutex::new(Some(tokens)), ..Self::default() }
    }
}

impl TokenStore for MemoryStore {
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock>> {
        let refreshing = Arc::clone(&self.refreshing);
        Box::pin(async move {
            let guard: OwnedMutexGuard<()> = refreshing.lock_owned().await;
            Ok(StoreLock::new(guard))
        })
    }

    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>>> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move { Ok(tokens) })
    }

    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<()>> {
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokens.clone());
        Box::pin(async { Ok(()) })
    }
}

/// Keeps tokens in a file that only its owner can read, for any number of processes.
///
/// A lock file beside it, `<file>.lock`, is locked through the operating system, which gives it up when a process dies.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run_oauth(async |oauth| {
/// use peyk_client::kenar::oauth::FileStore;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("sara.json");
/// let session = oauth.session(FileStore::new(&path));
/// session.keep(&oauth.exchange(&"code".into()).await?).await?;
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct FileStore {
    path: PathBuf,
}

impl FileStore {
    /// A store in this file, which need not be there yet; its folder must be.
    ///
    /// ```
    /// # use peyk_client::kenar::oauth::FileStore;
    /// let store = FileStore::new("sara.json");
    /// ```
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl TokenStore for FileStore {
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock>> {
        let path = file::beside(&self.path, ".lock");
        Box::pin(async move {
            let file = blocking("the lock file cannot be locked", move || {
                let file = file::private().truncate(false).open(&path)?;
                file.lock()?;
                Ok(file)
            });
            Ok(StoreLock::new(file.await?))
        })
    }

    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>>> {
        let path = self.path.clone();
        Box::pin(async move {
            let bytes = blocking("the token file cannot be read", move || file::read(&path));
            let Some(bytes) = bytes.await? else { return Ok(None) };
            serde_json::from_slice(&bytes).map(Some).map_err(|error| {
                Error::new(ErrorKind::Storage, "the token file holds no tokens").caused_by(error)
            })
        })
    }

    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<()>> {
        let path = self.path.clone();
        Box::pin(async move {
            let bytes = serde_json::to_vec_pretty(tokens).map_err(|error| {
                Error::new(ErrorKind::Storage, "the tokens cannot be written").caused_by(error)
            })?;
            blocking("the token file cannot be written", move || file::replace(&path, &bytes)).await
        })
    }
}
