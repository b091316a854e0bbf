//! An object on its way in: hashed while it comes, never whole in memory.

use bytes::{Bytes, BytesMut};
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt};

use super::place::Place;
use super::recent::Recent;
use super::{StoredObject, name_of};
use crate::Fault;

/// An object whose bytes are coming; dropped unfinished, it leaves at most a staged file.
pub struct Upload {
    place: Place,
    recent: Recent,
    staged: Path,
    hasher: blake3::Hasher,
    size_bytes: u64,
    buffer: BytesMut,
    parts: Option<Box<dyn MultipartUpload>>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload")
            .field("staged", &self.staged)
            .field("size_bytes", &self.size_bytes)
            .finish_non_exhaustive()
    }
}

impl Upload {
    pub(super) async fn begin(place: Place, recent: Recent) -> Result<Self, Fault> {
        let staged = place.staging_path(&random_name());
        let parts = match &place {
            // A full or broken disk is known before the first byte is taken.
            Place::Folder { store, .. } => Some(store.put_multipart(&staged).await?),
            // A small object needs no parts, and then one request is enough.
            Place::Bucket { .. } => None,
        };
        Ok(Self {
            place,
            recent,
            staged,
            hasher: blake3::Hasher::new(),
            size_bytes: 0,
            buffer: BytesMut::new(),
            parts,
        })
    }

    /// Takes the next bytes; after an error only [`Upload::abort`] makes sense.
    pub async fn write(&mut self, mut bytes: Bytes) -> Result<(), Fault> {
        let part_bytes = self.place.part_bytes();
        while !bytes.is_empty() {
            // Copied, because a slice of a network buffer would keep the whole buffer alive.
            let piece = bytes.split_to(bytes.len().min(part_bytes - self.buffer.len()));
            self.hasher.update(&piece);
            self.size_bytes += piece.len() as u64;
            self.buffer.extend_from_slice(&piece);
            if self.buffer.len() == part_bytes {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Stores what came under its name; when this returns, the object is durable and readable.
    pub async fn finish(mut self) -> Result<StoredObject, Fault> {
        let name = name_of(&self.hasher.finalize());
        let stored = StoredObject { name, size_bytes: self.size_bytes };
        self.recent.note(&stored.name).await;
        if self.parts.is_none() {
            self.put_at_once(&stored.name).await?;
            return Ok(stored);
        }
        self.flush().await?;
        if let Some(parts) = &mut self.parts {
            parts.complete().await?;
        }
        self.parts = None;
        if let Err(fault) = self.place.publish(&self.staged, &stored.name).await {
            // Best effort: the next sweep finds it.
            let _ = self.place.store().delete(&self.staged).await;
            return Err(fault);
        }
        Ok(stored)
    }

    /// Gives up and removes what was staged, as far as that works.
    pub async fn abort(mut self) {
        if let Some(mut parts) = self.parts.take()
            && let Err(error) = parts.abort().await
        {
            tracing::debug!(staged = %self.staged, %error, "an aborted upload was left behind");
        }
    }

    /// How much waits in memory.
    #[cfg(test)]
    pub(super) fn buffered(&self) -> usize {
        self.buffer.len()
    }

    async fn flush(&mut self) -> Result<(), Fault> {
        let part = self.buffer.split().freeze();
        if part.is_empty() {
            return Ok(());
        }
        let parts = match &mut self.parts {
            Some(parts) => parts,
            none => none.insert(self.place.store().put_multipart(&self.staged).await?),
        };
        // One part in flight, so that memory holds two parts at most.
        Ok(parts.put_part(part.into()).await?)
    }

    /// Stores an object that fits into one request; a bucket shows it whole or not at all.
    async fn put_at_once(&mut self, name: &str) -> Result<(), Fault> {
        let path = self.place.object_path(name)?;
        if self.place.exists(&path).await? {
            return Ok(());
        }
        let payload = self.buffer.split().freeze().into();
        self.place.store().put(&path, payload).await?;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(mut parts) = self.parts.take() else { return };
        // A local file is removed by its own drop; the parts in a bucket must be asked to go.
        if let Place::Bucket { .. } = self.place
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { parts.abort().await });
        }
    }
}

/// A name nobody else has. Nobody sees it either, so a replayed server need not repeat it.
fn random_name() -> String {
    use std::hash::{BuildHasher, RandomState};
    let [high, low] = [0, 1].map(|half: u64| RandomState::new().hash_one(half));
    format!("{high:016x}{low:016x}")
}
