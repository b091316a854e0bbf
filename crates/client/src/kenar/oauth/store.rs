//! Where tokens are kept between runs.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::Tokens;
use crate::{Error, ErrorKind, Result};

/// Keeps one user's tokens, and lets one refresh happen at a time.
///
/// Whoever holds the lock is the only one who refreshes, in this process or in another, if the store is shared.
pub trait TokenStore: Send + Sync + 'static {
    /// Waits until nobody else refreshes.
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock>>;
    /// The tokens as they are now.
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>>>;
    /// Keeps these tokens instead.
    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<()>>;
}

/// The right to refresh, until it is dropped.
pub struct StoreLock(#[expect(dead_code, reason = "held for its end")] Box<dyn Send + Sync>);

impl StoreLock {
    /// A lock that is given up when this value is dropped.
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
#[derive(Debug, Default)]
pub struct MemoryStore {
    refreshing: Arc<Mutex<()>>,
    tokens: std::sync::Mutex<Option<Tokens>>,
}

impl MemoryStore {
    /// A store that holds these tokens.
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
#[derive(Debug, Clone)]
pub struct FileStore {
    path: PathBuf,
}

impl FileStore {
    /// A store in this file, which need not be there yet; its folder must be.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(suffix);
        name.into()
    }
}

impl TokenStore for FileStore {
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock>> {
        let path = self.beside(".lock");
        Box::pin(async move {
            let file = blocking("the lock file cannot be locked", move || {
                let file = private().truncate(false).open(&path)?;
                file.lock()?;
                Ok(file)
            });
            Ok(StoreLock::new(file.await?))
        })
    }

    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>>> {
        let path = self.path.clone();
        Box::pin(async move {
            let bytes =
                blocking("the token file cannot be read", move || match std::fs::read(path) {
                    Ok(bytes) => Ok(Some(bytes)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(error),
                });
            let Some(bytes) = bytes.await? else { return Ok(None) };
            serde_json::from_slice(&bytes).map(Some).map_err(|error| {
                Error::new(ErrorKind::Storage, "the token file holds no tokens").caused_by(error)
            })
        })
    }

    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<()>> {
        let (path, fresh) = (self.path.clone(), self.beside(".new"));
        Box::pin(async move {
            let bytes = serde_json::to_vec_pretty(tokens).map_err(|error| {
                Error::new(ErrorKind::Storage, "the tokens cannot be written").caused_by(error)
            })?;
            // Whoever reads meanwhile sees the old file or the new one, and never half of one.
            blocking("the token file cannot be written", move || replace(&path, &fresh, &bytes))
                .await
        })
    }
}

fn replace(path: &Path, fresh: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private().truncate(true).open(fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(fresh, path)?;
    // The rename is as lasting as the folder that holds it.
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

async fn blocking<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| Error::new(ErrorKind::Storage, what).caused_by(error))?;
    done.map_err(|error| Error::storage(what, error))
}
