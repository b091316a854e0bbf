//! Commits, counted, so that whoever has read something can ask whether it is still so.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long what another program commits to the same file, such as `peyk admin`, may stay unseen.
pub const OTHERS_UNSEEN_MAX: Duration = Duration::from_millis(20);

/// The commits of one store: an odd number while one is under way.
///
/// The number changes before anything of a commit can be read, and again before anybody is told of
/// it. So while it is what it was when something was read, that is still so.
#[derive(Debug, Default)]
pub(crate) struct Commits(AtomicU64);

/// A moment at which something was read.
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    commits: u64,
    at: Instant,
}

/// A commit that is under way until this is dropped.
pub(crate) struct UnderWay<'c>(&'c Commits);

impl Commits {
    /// Notes that a commit begins.
    pub(crate) fn begin(&self) -> UnderWay<'_> {
        self.0.fetch_add(1, Ordering::SeqCst);
        UnderWay(self)
    }

    /// This moment, to be taken before a transaction that reads begins; none while a commit is
    /// under way.
    pub(crate) fn sight(&self) -> Option<Sight> {
        let commits = self.0.load(Ordering::SeqCst);
        commits.is_multiple_of(2).then(|| Sight { commits, at: Instant::now() })
    }

    /// Whether nothing was committed since.
    pub(crate) fn none_since(&self, sight: &Sight) -> bool {
        self.0.load(Ordering::SeqCst) == sight.commits && sight.at.elapsed() < OTHERS_UNSEEN_MAX
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Database, Fault, Store};

    #[test]
    fn nothing_is_still_so_once_a_commit_has_begun() {
        let commits = Commits::default();
        let before = commits.sight().unwrap();
        assert!(commits.none_since(&before));
        let under_way = commits.begin();
        assert!(!commits.none_since(&before) && commits.sight().is_none());
        drop(under_way);
        assert!(!commits.none_since(&before));
        assert!(commits.none_since(&commits.sight().unwrap()));
    }

    #[tokio::test]
    async fn whoever_is_told_of_a_commit_finds_that_nothing_before_it_is_still_so() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Database::Sqlite(folder.path().join("peyk.db"))).unwrap();
        let look = || store.look(|tx| Ok::<_, Fault>((tx.setting("word")?, tx.sight())));
        for number in 0..50 {
            let word = number.to_string();
            let (_, before) = look().await.unwrap();
            let new = word.clone();
            store.write(move |tx| tx.put_setting("word", &new)).await.unwrap();
            assert!(before.is_none_or(|before| !store.is_still(&before)));
            let (found, sight) = look().await.unwrap();
            assert_eq!(found.as_deref(), Some(&*word));
            assert!(sight.is_some());
        }
        store.close();
    }

    #[tokio::test]
    async fn what_another_program_commits_is_seen_soon() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("peyk.db"));
        let store = Store::open(&database).unwrap();
        let other = Store::open_beside(&database).unwrap();
        let look = || store.look(|tx| Ok::<_, Fault>((tx.setting("word")?, tx.sight())));
        let (found, sight) = look().await.unwrap();
        let sight = sight.unwrap();
        assert_eq!(found, None);
        other.write(|tx| tx.put_setting("word", "said")).await.unwrap();
        while store.is_still(&sight) {
            std::thread::yield_now();
        }
        assert_eq!(look().await.unwrap().0.as_deref(), Some("said"));
        store.close();
        other.close();
    }

    #[test]
    fn what_others_commit_is_not_unseen_for_long() {
        let commits = Commits::default();
        let at = Instant::now().checked_sub(OTHERS_UNSEEN_MAX).unwrap();
        assert!(!commits.none_since(&Sight { commits: 0, at }));
    }
}
