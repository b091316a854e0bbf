//! When keys were last shown: remembered here, and written down now and then.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use peyk_model::{ApiKeyId, Timestamp};

/// When keys were last shown and nobody has written it down yet.
#[derive(Debug, Default)]
pub struct Usage(Mutex<HashMap<ApiKeyId, Timestamp>>);

impl Usage {
    /// Notes that a key was shown.
    pub(crate) fn note(&self, id: ApiKeyId, now: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, now);
    }

    /// Takes all that is to be written down, in the order of ids so that two servers that write at
    /// once wait for each other instead of locking each other out.
    pub(crate) fn take(&self) -> Vec<(ApiKeyId, Timestamp)> {
        let taken = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut taken: Vec<_> = taken.into_iter().collect();
        taken.sort_unstable();
        taken
    }

    /// Forgets all notes: the keys are others.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Takes back what could not be written down.
    pub(crate) fn give_back(&self, taken: Vec<(ApiKeyId, Timestamp)>) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, at) in taken {
            notes.entry(id).or_insert(at);
        }
    }
}
