//! What came before: marketplaces may send an event twice.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Remembers the last so many keys.
///
/// ```
/// use peyk_client::events::Seen;
///
/// let seen = Seen::last(1000);
/// assert!(seen.is_new("evt_1"));
/// assert!(!seen.is_new("evt_1"));
/// ```
#[derive(Debug)]
pub struct Seen {
    max: usize,
    keys: Mutex<(HashSet<String>, VecDeque<String>)>,
}

impl Seen {
    /// A filter that remembers so many keys, and one at least.
    ///
    /// ```
    /// # use peyk_client::events::Seen;
    /// let seen = Seen::last(10_000);
    /// ```
    #[must_use]
    pub fn last(max: usize) -> Self {
        Self { max: max.max(1), keys: Mutex::default() }
    }

    /// Whether the key comes for the first time; remembers it.
    ///
    /// ```
    /// # use peyk_client::events::Seen;
    /// let seen = Seen::last(1);
    /// assert!(seen.is_new("a") && !seen.is_new("a"));
    /// // Room for one: the next pushes the first out.
    /// assert!(seen.is_new("b") && seen.is_new("a"));
    /// ```
    pub fn is_new(&self, key: &str) -> bool {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, order) = &mut *keys;
        if !known.insert(key.to_owned()) {
            return false;
        }
        order.push_back(key.to_owned());
        if order.len() > self.max
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
        true
    }

    /// Forgets a key, so that it is new once more; for what could not be dealt with.
    ///
    /// ```
    /// # use peyk_client::events::Seen;
    /// let seen = Seen::last(10);
    /// seen.is_new("a");
    /// seen.forget("a");
    /// assert!(seen.is_new("a"));
    /// ```
    pub fn forget(&self, key: &str) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.0.remove(key) {
            keys.1.retain(|known| known != key);
        }
    }
}
