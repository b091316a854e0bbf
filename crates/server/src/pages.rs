//! Pages: answers full of messages, kept ready-made for when the same is asked again.
//!
//! What is kept here is never trusted by itself: the verb that reads compares an answer's mark
//! with the conversation as it is, and only then the kept bytes are the answer. So this needs to
//! know nothing but how to forget: it holds so many bytes, and what was asked for lately stays.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use peyk_engine::read_conversation::{Mark, Paging};
use peyk_model::limits::PAGES_MAX_BYTES;
use peyk_model::{BusinessId, ConversationId, MessageId};

/// Parts that are locked one by one.
const SHARDS: usize = 16;
/// What a page takes beside its bytes, roughly.
const OVERHEAD_BYTES: usize = 512;

/// How much memory pages may take, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PagesBound(pub usize);

impl Default for PagesBound {
    fn default() -> Self {
        Self(PAGES_MAX_BYTES)
    }
}

/// What was asked; whether the asker may is not a matter of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// Whose conversation.
    pub business: BusinessId,
    /// The conversation.
    pub chat: ConversationId,
    /// The first message that is wanted.
    pub from: Option<MessageId>,
    /// Where the page begins and how long it is.
    pub paging: Paging,
}

/// An answer, and what it was made of.
#[derive(Debug)]
pub struct Kept<M = Mark> {
    /// What has to be the same for this to be the answer again.
    pub mark: M,
    /// The answer.
    pub body: Bytes,
}

/// Ready-made pages.
pub struct Pages<M = Mark> {
    shards: [Mutex<Shard<M>>; SHARDS],
    hasher: RandomState,
}

/// Two generations: what is asked for again moves to the young one, and when that has taken half
/// of the room the old one is forgotten.
struct Shard<M> {
    half_bytes: usize,
    young: HashMap<Question, Arc<Kept<M>>>,
    old: HashMap<Question, Arc<Kept<M>>>,
    young_bytes: usize,
}

impl<M> Pages<M> {
    /// Room for so many bytes.
    pub fn new(bound: PagesBound) -> Self {
        let half_bytes = bound.0 / SHARDS / 2;
        let shard = || {
            let (young, old) = (HashMap::new(), HashMap::new());
            Mutex::new(Shard { half_bytes, young, old, young_bytes: 0 })
        };
        Self { shards: std::array::from_fn(|_| shard()), hasher: RandomState::new() }
    }

    /// What was answered to this, if it is still there.
    pub fn kept(&self, question: &Question) -> Option<Arc<Kept<M>>> {
        self.with(question, |shard| shard.kept(question))
    }

    /// Keeps an answer.
    pub fn keep(&self, question: Question, kept: Kept<M>) {
        self.with(&question.clone(), |shard| shard.put(question, Arc::new(kept)));
    }

    fn with<T>(&self, question: &Question, work: impl FnOnce(&mut Shard<M>) -> T) -> T {
        let index = self.hasher.hash_one(question) as usize % SHARDS;
        work(&mut self.shards[index].lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<M> Shard<M> {
    fn kept(&mut self, question: &Question) -> Option<Arc<Kept<M>>> {
        if let Some(kept) = self.young.get(question) {
            return Some(kept.clone());
        }
        let kept = self.old.remove(question)?;
        self.put(question.clone(), kept.clone());
        Some(kept)
    }

    fn put(&mut self, question: Question, kept: Arc<Kept<M>>) {
        let bytes = weight(&question, &kept);
        if bytes > self.half_bytes {
            return;
        }
        self.old.remove(&question);
        if let Some(replaced) = self.young.remove(&question) {
            self.young_bytes -= weight(&question, &replaced);
        }
        if self.young_bytes + bytes > self.half_bytes {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += bytes;
        self.young.insert(question, kept);
    }
}

fn weight<M>(question: &Question, kept: &Kept<M>) -> usize {
    let cursor_bytes = question.paging.cursor.as_ref().map_or(0, String::len);
    kept.body.len() + cursor_bytes + OVERHEAD_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(chat: i64) -> Question {
        let paging = Paging { cursor: None, limit: 50 };
        Question { business: BusinessId(1), chat: ConversationId(chat), from: None, paging }
    }

    fn shard(half_bytes: usize) -> Shard<()> {
        Shard { half_bytes, young: HashMap::new(), old: HashMap::new(), young_bytes: 0 }
    }

    fn page(bytes: usize) -> Arc<Kept<()>> {
        Arc::new(Kept { mark: (), body: vec![b' '; bytes].into() })
    }

    fn bytes(shard: &Shard<()>) -> usize {
        let all = shard.young.iter().chain(&shard.old);
        all.map(|(question, kept)| weight(question, kept)).sum()
    }

    #[test]
    fn pages_never_take_more_than_their_room() {
        let mut shard = shard(10_000);
        for chat in 0..1000 {
            shard.put(question(chat % 37), page(chat as usize * 7 % 4000));
            shard.kept(&question(chat % 11));
            assert!(bytes(&shard) <= 20_000);
            let young = shard.young.iter().map(|(question, kept)| weight(question, kept));
            assert_eq!(young.sum::<usize>(), shard.young_bytes);
        }
        shard.put(question(5000), page(10_000));
        assert!(shard.kept(&question(5000)).is_none());
    }

    #[test]
    fn what_is_asked_for_again_stays() {
        let mut shard = shard(10_000);
        for chat in 0..100 {
            shard.put(question(chat), page(1000));
            assert!(shard.kept(&question(0)).is_some(), "{chat}");
        }
        assert!(shard.kept(&question(1)).is_none());
    }

    #[test]
    fn a_page_takes_the_place_of_the_one_before() {
        let pages = Pages::new(PagesBound::default());
        for bytes in [10, 20] {
            pages.keep(question(1), Kept { mark: (), body: vec![b' '; bytes].into() });
            assert_eq!(pages.kept(&question(1)).unwrap().body.len(), bytes);
        }
        assert!(Pages::<()>::new(PagesBound(0)).kept(&question(1)).is_none());
    }
}
