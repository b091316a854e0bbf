//! Proofs: that an answer was right for its caller, and is until something happens.

use peyk_model::{ApiKeyId, Timestamp};
use peyk_store::Sight;

use crate::{Context, Engine, timeline};

/// That somebody may have an answer, and that it is the right one.
///
/// It holds while nothing is committed and no secret that was shown is over. So whoever holds an
/// answer and its proof can give it again without a look at the store.
#[derive(Debug, Clone)]
pub struct Proof {
    sight: Sight,
    timeline: i64,
    key: ApiKeyId,
    until: Option<Timestamp>,
}

impl Context<'_, '_> {
    /// Notes whose key was shown, and when it will be over.
    pub(crate) fn was_shown(&mut self, key: ApiKeyId, until: Option<Timestamp>) {
        self.usage.note(self.tx.timeline(), key, self.now);
        self.key = Some(key);
        self.is_over_at(until);
    }

    /// Notes when something that was shown will be over.
    pub(crate) fn is_over_at(&mut self, at: Option<Timestamp>) {
        self.until = self.until.into_iter().chain(at).min();
    }

    /// The proof of an answer that was made of nothing but what this verb has read, where there
    /// can be one. Whatever else in it depends on the time is not part of the proof.
    pub fn proof(&self) -> Option<Proof> {
        let (sight, key) = (self.tx.sight()?, self.key?);
        Some(Proof { sight, timeline: self.tx.timeline(), key, until: self.until })
    }
}

impl Engine {
    /// Whether an answer is still right and its caller still may have it: then the key counts as
    /// shown.
    pub fn is_proven(&self, proof: &Proof) -> bool {
        let now = self.clock().now();
        let holds = self.store().is_still(&proof.sight)
            && proof.until.is_none_or(|until| now < until)
            && timeline::hold(&timeline::pin(), proof.timeline).is_ok();
        if holds {
            self.inner.usage.note(proof.timeline, proof.key, now);
        }
        holds
    }
}
