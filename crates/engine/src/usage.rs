//! When keys were last shown: remembered here, and written down now and then.
//!
//! A note is good for one timeline: what has the number of a key on another is another key.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use peyk_model::{ApiKeyId, Timestamp};

/// When keys were last shown and nobody has written it down yet.
#[derive(Debug, Default)]
pub struct Usage(Mutex<Notes>);

#[derive(Debug, Default)]
struct Notes {
    timeline: i64,
    shown: HashMap<ApiKeyId, Timestamp>,
}

impl Notes {
    /// Goes on to this timeline; tells whether it is the one to take notes of.
    fn is_at(&mut self, timeline: i64) -> bool {
        if timeline > self.timeline {
            *self = Self { timeline, shown: HashMap::new() };
        }
        timeline == self.timeline
    }
}

impl Usage {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a key was shown on a timeline.
    pub(crate) fn note(&self, timeline: i64, id: ApiKeyId, now: Timestamp) {
        let mut notes = self.notes();
        if notes.is_at(timeline) {
            notes.shown.insert(id, now);
        }
    }

    /// Takes all that is to be written down on this timeline, in the order of ids so that two
    /// servers that write at once wait for each other instead of locking each other out.
    pub(crate) fn take(&self, timeline: i64) -> Vec<(ApiKeyId, Timestamp)> {
        let mut notes = self.notes();
        if !notes.is_at(timeline) {
            return Vec::new();
        }
        let mut taken: Vec<_> = notes.shown.drain().collect();
        taken.sort_unstable();
        taken
    }

    /// Forgets all notes of earlier timelines.
    pub(crate) fn restart(&self, timeline: i64) {
        self.notes().is_at(timeline);
    }

    /// Takes back what could not be written down.
    pub(crate) fn give_back(&self, timeline: i64, taken: Vec<(ApiKeyId, Timestamp)>) {
        let mut notes = self.notes();
        if notes.is_at(timeline) {
            for (id, at) in taken {
                notes.shown.entry(id).or_insert(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_on_one_timeline_is_not_written_down_on_another() {
        let (usage, key) = (Usage::default(), ApiKeyId(1));
        usage.note(1, key, Timestamp(5));
        let taken = usage.take(1);
        assert_eq!(taken, [(key, Timestamp(5))]);
        usage.give_back(1, taken.clone());
        assert_eq!(usage.take(2), []);
        usage.give_back(1, taken);
        usage.note(1, key, Timestamp(6));
        assert_eq!(usage.take(2), []);
        usage.note(2, key, Timestamp(7));
        usage.restart(3);
        assert_eq!(usage.take(3), []);
    }
}
