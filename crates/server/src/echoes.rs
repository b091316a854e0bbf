//! Echoes: answers that are given again to whoever asks the same while nothing happens.
//!
//! An answer is kept with the proof that it is right for its caller. What one was asked is known by
//! a hash of everything that the answer depends on, secrets included. Proofs last for moments, so
//! this is small, and forgets all rather than choose.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use peyk_engine::{Engine, Proof};

use crate::pages::PagesBound;

/// Parts that are locked one by one.
const SHARDS: usize = 16;
/// Echoes get this part of what pages may take.
const PART: usize = 4;
/// What an echo takes beside its bytes, roughly.
const OVERHEAD_BYTES: usize = 256;

/// Everything that an answer depends on, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asked([u8; 32]);

impl Asked {
    /// These parts: what is asked for, with which secrets, and all that says which one is meant.
    pub fn of<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut hash = blake3::Hasher::new();
        for part in parts {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(*hash.finalize().as_bytes())
    }
}

/// Answers and their proofs.
pub struct Echoes {
    shards: [Mutex<Shard>; SHARDS],
    shard_bytes: usize,
}

#[derive(Default)]
struct Shard {
    kept: HashMap<Asked, Arc<(Proof, Bytes)>>,
    bytes: usize,
}

impl Echoes {
    /// Room for a part of these bytes.
    pub fn new(bound: PagesBound) -> Self {
        Self { shards: Default::default(), shard_bytes: bound.0 / PART / SHARDS }
    }

    /// What was answered, if it is proven still.
    pub fn proven(&self, engine: &Engine, asked: &Asked) -> Option<Bytes> {
        let kept = self.with(asked, |shard| shard.kept.get(asked).cloned())?;
        let (proof, body) = &*kept;
        engine.is_proven(proof).then(|| body.clone())
    }

    /// Keeps an answer, if there is a proof of it.
    pub fn keep(&self, asked: Asked, proof: Option<Proof>, body: &Bytes) {
        let Some(proof) = proof else { return };
        let bytes = body.len() + OVERHEAD_BYTES;
        self.with(&asked, |shard| {
            if let Some(replaced) = shard.kept.remove(&asked) {
                shard.bytes -= replaced.1.len() + OVERHEAD_BYTES;
            }
            if shard.bytes + bytes > self.shard_bytes {
                *shard = Shard::default();
            }
            if bytes <= self.shard_bytes {
                shard.bytes += bytes;
                shard.kept.insert(asked, Arc::new((proof, body.clone())));
            }
        });
    }

    fn with<T>(&self, asked: &Asked, work: impl FnOnce(&mut Shard) -> T) -> T {
        let index = usize::from(asked.0[0]) % SHARDS;
        work(&mut self.shards[index].lock().unwrap_or_else(PoisonError::into_inner))
    }
}
