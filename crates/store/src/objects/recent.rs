//! What was stored a moment ago: objects whose owners may not be on record yet.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, MutexGuard};

/// How long an owner may take to be on record; far longer than any transaction.
const MOMENT: Duration = Duration::from_secs(10 * 60);

/// Names that were given to objects a moment ago; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent(Arc<Mutex<Names>>);

#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, Instant>);

impl Recent {
    /// Nobody can note a name while this is held, so what is deleted under it cannot be one that
    /// is being given again.
    pub async fn lock(&self) -> MutexGuard<'_, Names> {
        self.0.lock().await
    }

    /// Notes a name that is about to be given.
    pub async fn note(&self, name: &str) {
        let mut names = self.lock().await;
        names.0.retain(|_, since| since.elapsed() < MOMENT);
        names.0.insert(name.to_owned(), Instant::now());
    }
}

impl Names {
    /// Whether the name was given a moment ago.
    pub fn holds(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|since| since.elapsed() < MOMENT)
    }

    /// As if the moment were over.
    #[cfg(test)]
    pub fn forget(&mut self) {
        self.0.clear();
    }
}
