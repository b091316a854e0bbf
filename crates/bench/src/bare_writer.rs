//! The bare grouped writer: the least that can be done to send a message durably.
//!
//! A conversation's counter, the message and a row for the outbox, many of them in one durable
//! commit. No keys, no blocks, no HTTP: what a server could reach at best with this driver.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::future::try_join_all;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::load;
use crate::stats::Load;

/// Most messages that share a commit.
const GROUP_MAX: usize = 256;

/// A message on its way to the writer, and whoever waits for it.
type Letter = (i64, String, oneshot::Sender<i64>);

/// A writer on a thread of its own. Clones share it.
#[derive(Clone)]
pub struct BareWriter {
    queue: mpsc::Sender<Letter>,
}

impl BareWriter {
    /// Makes a database with so many conversations and starts to write.
    pub fn start(folder: &Path, conversations: i64) -> anyhow::Result<Self> {
        let connection = Connection::open(folder.join("bare.db"))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;
             PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;
             CREATE TABLE conversations (id INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
             CREATE TABLE messages (conversation_id INTEGER NOT NULL, number INTEGER NOT NULL,
               text TEXT NOT NULL, PRIMARY KEY (conversation_id, number)) STRICT, WITHOUT ROWID;
             CREATE TABLE outbox (id INTEGER PRIMARY KEY, conversation_id INTEGER NOT NULL,
               number INTEGER NOT NULL) STRICT;",
        )?;
        for id in 1..=conversations {
            connection.execute("INSERT INTO conversations VALUES ($1, 0)", [id])?;
        }
        let (queue, letters) = mpsc::channel(1024);
        // The name tells a profiler which writer is which.
        std::thread::Builder::new().name("bare-writer".to_owned()).spawn(move || {
            if let Err(error) = write(&connection, letters) {
                eprintln!("the bare writer failed: {error}");
            }
        })?;
        Ok(Self { queue })
    }

    /// Sends a message and waits until it is durable.
    pub async fn send(&self, conversation: i64, text: String) -> anyhow::Result<i64> {
        let (answer, waiting) = oneshot::channel();
        self.queue.send((conversation, text, answer)).await?;
        waiting.await.context("the bare writer is gone")
    }

    /// So many clients, each in a conversation of its own.
    pub async fn load(&self, clients: i64, text: &str, turn: Duration) -> anyhow::Result<Load> {
        let (writer, text) = (self.clone(), text.to_owned());
        load::apart(move || async move {
            let clients = (1..=clients).map(|client| {
                let (writer, text) = (&writer, &text);
                load::timed(turn, async move || writer.send(client, text.clone()).await.map(drop))
            });
            Ok(Load::new(try_join_all(clients).await?.concat(), turn))
        })
        .await
    }
}

fn write(connection: &Connection, mut letters: mpsc::Receiver<Letter>) -> rusqlite::Result<()> {
    let mut group = Vec::with_capacity(GROUP_MAX);
    let mut written = Vec::with_capacity(GROUP_MAX);
    while letters.blocking_recv_many(&mut group, GROUP_MAX) > 0 {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for (conversation, text, answer) in group.drain(..) {
            let number: i64 = connection
                .prepare_cached(
                    "UPDATE conversations SET last = last + 1 WHERE id = $1 RETURNING last",
                )?
                .query_row([conversation], |row| row.get(0))?;
            connection.prepare_cached("INSERT INTO messages VALUES ($1, $2, $3)")?.execute((
                conversation,
                number,
                text,
            ))?;
            connection
                .prepare_cached("INSERT INTO outbox (conversation_id, number) VALUES ($1, $2)")?
                .execute((conversation, number))?;
            written.push((number, answer));
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        for (number, answer) in written.drain(..) {
            // A client that has seen enough is gone.
            let _ = answer.send(number);
        }
    }
    Ok(())
}
