//! Snapshots of SQLite: files beside the database, copied page by page both ways.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{Writer, open_reader, run_one, timeline};
use crate::bell::Rung;
use crate::job::Work;
use crate::memo::Memo;
use crate::snapshot::Snapshot;
use crate::sql::{COUNTERS, STAY};
use crate::store::LAST_ID;
use crate::{Fault, Mint, Tx, latest_schema};

/// What the names of snapshot files end with.
const ENDING: &str = "snapshot";
/// How long others may write to the file while it is copied.
const PATIENCE: Duration = Duration::from_secs(5);
/// How soon that is looked at again.
const AGAIN: Duration = Duration::from_millis(2);

/// The snapshots of one database file.
#[derive(Debug)]
pub(crate) struct Snapshots {
    file: PathBuf,
    folder: PathBuf,
    /// Held by whoever makes, deletes or restores one.
    turn: Mutex<()>,
}

impl Snapshots {
    /// Those of this database file.
    pub(crate) fn of(file: &Path) -> Self {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(".snapshots");
        Self { file: file.to_owned(), folder: file.with_file_name(name), turn: Mutex::new(()) }
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{ENDING}"))
    }

    /// All of them, by name.
    pub(crate) fn list(&self) -> Result<Vec<Snapshot>, Fault> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder, error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| failed(&self.folder, error))?.path();
            if path.extension().is_some_and(|ending| ending == ENDING)
                && let Some(name) = path.file_stem().and_then(|name| name.to_str())
            {
                found.push(described(name, &path)?);
            }
        }
        found.sort();
        Ok(found)
    }

    /// Keeps what is committed now under a name.
    pub(crate) fn make(&self, name: &str, most: usize) -> Result<Option<Snapshot>, Fault> {
        let _turn = self.turn();
        if self.list()?.iter().filter(|known| known.name != name).count() >= most {
            return Ok(None);
        }
        fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, error))?;
        let (path, unfinished) = (self.path(name), self.folder.join("unfinished"));
        remove(&unfinished)?;
        let mut to = Connection::open(&unfinished)?;
        to.execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;",
        )?;
        copy(&open_reader(&self.file)?, &mut to)?;
        // The copy says that it has a write-ahead log, which a file for keeping needs not.
        to.execute_batch("PRAGMA journal_mode = DELETE;")?;
        drop(to);
        let durable = fs::File::open(&unfinished).and_then(|file| file.sync_all());
        durable.map_err(|error| failed(&unfinished, error))?;
        fs::rename(&unfinished, &path).map_err(|error| failed(&path, error))?;
        described(name, &path).map(Some)
    }

    /// Forgets one; tells whether it was there.
    pub(crate) fn delete(&self, name: &str) -> Result<bool, Fault> {
        let _turn = self.turn();
        remove(&self.path(name))
    }

    /// Puts one back in the place of everything that the writer has, after `mend` has run on it;
    /// tells who is to hear of it.
    ///
    /// The pages come in one commit: readers go on with the picture they began with.
    pub(crate) fn restore(
        &self,
        name: &str,
        writer: &mut Connection,
        mend: &mut dyn Work,
        mint: &Mint,
    ) -> Result<Rung, Fault> {
        let _turn = self.turn();
        let (path, mended) = (self.path(name), self.folder.join("mended"));
        if !path.exists() {
            return Err(Fault::NoSnapshot);
        }
        remove(&mended)?;
        fs::copy(&path, &mended).map_err(|error| failed(&path, error))?;
        let from = Connection::open(&mended)?;
        from.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")?;
        check_schema(&from)?;
        take_over(&from, &self.file)?;
        let next = timeline(writer)? + 1;
        from.execute_batch("BEGIN IMMEDIATE")?;
        from.execute("UPDATE timeline SET number = $1", [next])?;
        let last = writer.query_row(LAST_ID, [], |row| row.get(0))?;
        Tx::sqlite(&from, mint, next).skip_ids(last)?;
        let on_copy = Writer { connection: &from, memo: &Memo::default(), mint };
        let rung = run_one(&on_copy, mend, next)?;
        if !mend.is_done() {
            // Its mistake is its answer, and nothing was put back.
            return Ok(Rung::default());
        }
        from.execute_batch("COMMIT")?;
        let copied = copy(&from, writer);
        drop(from);
        remove(&mended)?;
        copied.map(|()| rung)
    }
}

/// Takes what does not go back from the database at hand.
fn take_over(mended: &Connection, live: &Path) -> Result<(), Fault> {
    mended.execute("ATTACH $1 AS live", [live.to_string_lossy()])?;
    for table in STAY.iter().rev() {
        mended.execute(&format!("DELETE FROM {table}"), [])?;
    }
    for table in STAY {
        mended.execute(&format!("INSERT INTO {table} SELECT * FROM live.{table}"), [])?;
    }
    let later = format!(
        "INSERT INTO {COUNTERS} (name, last) SELECT name, last FROM live.{COUNTERS} WHERE TRUE
         ON CONFLICT (name) DO UPDATE SET last = MAX(last, excluded.last)"
    );
    mended.execute(&later, [])?;
    mended.execute_batch("DETACH live")?;
    Ok(())
}

fn check_schema(snapshot: &Connection) -> Result<(), Fault> {
    let applied = "SELECT COALESCE(MAX(number), 0) FROM schema_migrations";
    let schema: i64 = snapshot.query_row(applied, [], |row| row.get(0))?;
    if schema == latest_schema() { Ok(()) } else { Err(other_schema(schema)) }
}

/// What is said of a snapshot that another version made.
pub(crate) fn other_schema(schema: i64) -> Fault {
    Fault::Unusable(format!(
        "the snapshot has schema {schema} and this peyk schema {}: make it anew",
        latest_schema()
    ))
}

/// Copies all pages in one transaction.
fn copy(from: &Connection, to: &mut Connection) -> Result<(), Fault> {
    let copy = Backup::new(from, to)?;
    let began = Instant::now();
    loop {
        match copy.step(-1)? {
            StepResult::Done => return Ok(()),
            // Somebody else's program writes to the file, such as `peyk admin`.
            StepResult::Busy | StepResult::Locked if began.elapsed() < PATIENCE => {
                std::thread::sleep(AGAIN);
            }
            other => {
                return Err(Fault::Unusable(format!("a snapshot could not be copied: {other:?}")));
            }
        }
    }
}

fn described(name: &str, path: &Path) -> Result<Snapshot, Fault> {
    let about = fs::metadata(path).map_err(|error| failed(path, error))?;
    let made_at = about.modified().unwrap_or_else(|_| SystemTime::now());
    let since = made_at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let made_at = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    Ok(Snapshot { name: name.to_owned(), made_at, size_bytes: about.len() })
}

fn remove(path: &Path) -> Result<bool, Fault> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed(path, error)),
    }
}

fn failed(path: &Path, error: std::io::Error) -> Fault {
    Fault::Io(format!("{} cannot be used", path.display()), error)
}
