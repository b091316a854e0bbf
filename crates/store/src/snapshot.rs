//! Snapshots: the whole state under a name, to be put back in one piece.
//!
//! In SQLite a snapshot is a file beside the database, copied page by page both ways. In
//! PostgreSQL it is a set of tables beside the others, and putting it back touches the rows that
//! differ.

use crate::job::Failure;
use crate::{Fault, Store, Tx};

/// A snapshot as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// When it was made, by the machine's clock, in microseconds since 1970.
    pub made_at: i64,
    /// How much space it takes.
    pub size_bytes: u64,
}

impl Store {
    /// All snapshots, by name.
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>, Fault> {
        match self.snapshot_files() {
            Some(files) => blocking(move || files.list()).await,
            None => self.read(listed).await,
        }
    }

    /// Keeps everything under a name, in the place of what had the name before; nothing is done if
    /// there are `most` other snapshots already.
    pub async fn make_snapshot(&self, name: &str, most: usize) -> Result<Option<Snapshot>, Fault> {
        let name = name.to_owned();
        if let Some(files) = self.snapshot_files() {
            return blocking(move || files.make(&name, most)).await;
        }
        self.write_unseen(move |tx| tx.make_snapshot(&name, most)).await
    }

    /// Forgets a snapshot; tells whether there was one.
    pub async fn delete_snapshot(&self, name: &str) -> Result<bool, Fault> {
        let name = name.to_owned();
        match self.snapshot_files() {
            Some(files) => blocking(move || files.delete(&name)).await,
            None => self.write(move |tx| tx.delete_snapshot(&name)).await,
        }
    }

    /// Puts everything back to a snapshot, and runs `mend` on what is there then before anybody
    /// sees it. A new timeline begins.
    ///
    /// All of it is seen at once: whoever writes is done before or begins after it, on every
    /// server of the database, and whoever reads goes on with the picture they began with.
    pub async fn restore<F, T, E>(&self, name: &str, mend: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        self.write_after_restore(name, mend).await
    }
}

fn listed(tx: &mut Tx<'_>) -> Result<Vec<Snapshot>, Fault> {
    tx.snapshots()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(Fault::Closed))
}
