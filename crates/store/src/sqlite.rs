//! SQLite: one writer that commits groups of verbs, and readers beside it.

mod snapshots;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::mpsc::Receiver;

use crate::bell::Rung;
use crate::commits::Commits;
use crate::job::{Company, Durability, Verdict, Work};
use crate::memo::Memo;
use crate::queue::Shared;
use crate::{Bell, Fault, Mint, Tx};
pub(crate) use snapshots::{Snapshots, other_schema};

/// Most verbs that share one durable commit.
const GROUP_MAX: usize = 256;
/// How often a verb that met a passing fault is run.
const TRIES_MAX: usize = 3;
/// Connections for reads on their callers' own threads.
const LOOKERS: usize = 2;
/// Statements each connection keeps prepared.
const STATEMENTS_MAX: usize = 256;
/// Pages in the log after which a commit copies them into the file: 16 MiB. A page that every commit
/// writes is copied once in that time, so more is cheaper, until reads have to look through it.
const CHECKPOINT_PAGES: i64 = 4000;
/// Before this version a reset of the write-ahead log could corrupt the file.
const OLDEST_SAFE_VERSION: i32 = 3_051_003;

/// Opens the file for writing, creating it if it is missing.
pub(crate) fn open_writer(file: &Path) -> Result<Connection, Fault> {
    if rusqlite::version_number() < OLDEST_SAFE_VERSION {
        let found = rusqlite::version();
        return Err(Fault::Unusable(format!(
            "SQLite {found} can corrupt its log; 3.51.3 is needed"
        )));
    }
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    tune(&connection)?;
    Ok(connection)
}

/// Opens the file for reading only.
pub(crate) fn open_reader(file: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    tune(&connection)?;
    Ok(connection)
}

fn tune(connection: &Connection) -> Result<(), Fault> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // Otherwise a statement is prepared anew whenever a value changes that the planner looked at.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16000;
         PRAGMA mmap_size = 268435456;",
    )?;
    Ok(())
}

/// Runs verbs until the store is closed: takes one, takes what else waits, commits once, answers
/// all. While a commit is on its way to the disk the next group gathers, so nobody has to be
/// delayed for a group to form.
pub(crate) fn write_loop(
    connection: &mut Connection,
    mut queue: Receiver<Box<dyn Work>>,
    snapshots: &Snapshots,
    mint: &Mint,
    (bell, commits): (&Bell, &Commits),
) {
    let mut waiting = Vec::with_capacity(GROUP_MAX);
    let mut durability = Durability::Full;
    let memo = Memo::default();
    while queue.blocking_recv_many(&mut waiting, GROUP_MAX) > 0 {
        while !waiting.is_empty() {
            let mut group = next_group(&mut waiting);
            let under_way = commits.begin();
            let end = prepare_for(connection, &group, &mut durability).and_then(|()| {
                match group.first().map(|first| first.company().clone()) {
                    Some(Company::AfterRestore(name)) => {
                        memo.forget();
                        snapshots.restore(&name, connection, group[0].as_mut(), mint)
                    }
                    Some(Company::Others | Company::OthersUnseen | Company::Alone) | None => {
                        run_group(&Writer { connection, memo: &memo, mint }, &mut group)
                    }
                }
            });
            // Whoever is told of the commit must find it.
            drop(under_way);
            let rung = end.as_ref().copied().unwrap_or_default();
            for work in group {
                work.settle(match &end {
                    Ok(_) => Ok(()),
                    Err(Fault::NoSnapshot) => Err(Fault::NoSnapshot),
                    Err(fault) => Err(Fault::Unusable(crate::chain(fault))),
                });
            }
            bell.ring_for(rung);
        }
    }
    if let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);") {
        tracing::warn!(error = %error, "the write-ahead log could not be emptied");
    }
}

/// Takes the verbs that can share the next commit: one that has to be alone shares it with none.
fn next_group(waiting: &mut Vec<Box<dyn Work>>) -> Vec<Box<dyn Work>> {
    let shares = |work: &dyn Work| match work.company() {
        Company::Others | Company::OthersUnseen => true,
        Company::Alone | Company::AfterRestore(_) => false,
    };
    let count = waiting.iter().take_while(|work| shares(work.as_ref())).count().max(1);
    waiting.drain(..count).collect()
}

/// Which history the rows that this connection sees are part of.
pub(crate) fn timeline(connection: &Connection) -> Result<i64, Fault> {
    let mut statement = connection.prepare_cached("SELECT number FROM timeline")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Makes the next commit as durable as the group needs it to be. A durable commit takes all before
/// it to the disk, so nothing that is on the disk builds on something that is not.
fn prepare_for(
    connection: &Connection,
    group: &[Box<dyn Work>],
    now: &mut Durability,
) -> Result<(), Fault> {
    let is_light = group.iter().all(|work| work.durability() == Durability::Light);
    let wanted = if is_light { Durability::Light } else { Durability::Full };
    if *now != wanted {
        connection.execute_batch(match wanted {
            Durability::Full => "PRAGMA synchronous = FULL;",
            Durability::Light => "PRAGMA synchronous = NORMAL;",
        })?;
        *now = wanted;
    }
    Ok(())
}

/// The connection that writes, with what verbs on it are given.
pub(crate) struct Writer<'c> {
    pub(crate) connection: &'c Connection,
    pub(crate) memo: &'c Memo,
    pub(crate) mint: &'c Mint,
}

impl<'c> Writer<'c> {
    fn tx(&self, timeline: i64) -> Tx<'c> {
        Tx::sqlite_writer(self.connection, self.memo, self.mint, timeline)
    }
}

/// How a verb that fails is kept from spoiling its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// What it wrote takes the whole group back.
    Hopeful,
    /// It runs between a savepoint and its end, for which copies of pages are kept.
    Savepoints,
}

/// Runs a group in one transaction and tells whether the bell is to be rung.
///
/// Nearly every verb that fails has written nothing before, so a group runs without savepoints;
/// only one that was spoiled is taken back and run again with them.
fn run_group(writer: &Writer<'_>, group: &mut [Box<dyn Work>]) -> Result<Rung, Fault> {
    match try_group(writer, group, Care::Hopeful)? {
        Some(rung) => Ok(rung),
        None => Ok(try_group(writer, group, Care::Savepoints)?.unwrap_or_default()),
    }
}

/// Runs a group in one transaction; nothing is left of it, and nothing is told, if it was spoiled.
fn try_group(
    writer: &Writer<'_>,
    group: &mut [Box<dyn Work>],
    care: Care,
) -> Result<Option<Rung>, Fault> {
    let connection = writer.connection;
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let ran = (|| {
        writer.memo.meet_others(connection)?;
        let (mut rung, timeline) = (Rung::default(), timeline(connection)?);
        for work in group.iter_mut() {
            let one = match care {
                Care::Hopeful => run_hopefully(writer, work.as_mut(), timeline)?,
                Care::Savepoints => Some(run_one(writer, work.as_mut(), timeline)?),
            };
            let Some(one) = one else { return Ok(None) };
            rung = rung.and(one);
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(Some(rung))
    })();
    if !matches!(ran, Ok(Some(_))) {
        writer.memo.forget();
    }
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    ran
}

/// Runs one verb; none if it failed after it had written something, or has to be run again.
fn run_hopefully(
    writer: &Writer<'_>,
    work: &mut dyn Work,
    timeline: i64,
) -> Result<Option<Rung>, Fault> {
    let connection = writer.connection;
    let before = connection.total_changes();
    let mut tx = writer.tx(timeline);
    let verdict = work.run(&mut tx);
    let rung = tx.rung();
    if connection.is_autocommit() {
        // Some faults end the transaction; the next verb's statements would stand alone.
        return Err(Fault::Unusable("the transaction was ended by a fault".into()));
    }
    Ok(match verdict {
        Verdict::Keep => Some(rung),
        Verdict::Undo if connection.total_changes() == before => Some(Rung::default()),
        Verdict::Undo | Verdict::Again => None,
    })
}

/// Runs one verb between a savepoint and its end, so that it cannot spoil its neighbours.
pub(crate) fn run_one(
    writer: &Writer<'_>,
    work: &mut dyn Work,
    timeline: i64,
) -> Result<Rung, Fault> {
    let connection = writer.connection;
    for _ in 0..TRIES_MAX {
        connection.prepare_cached("SAVEPOINT verb")?.execute([])?;
        let mut tx = writer.tx(timeline);
        let verdict = work.run(&mut tx);
        let rung = tx.rung();
        if verdict != Verdict::Keep {
            writer.memo.forget();
            connection.prepare_cached("ROLLBACK TO verb")?.execute([])?;
        }
        connection.prepare_cached("RELEASE verb")?.execute([])?;
        match verdict {
            Verdict::Keep => return Ok(rung),
            Verdict::Undo => return Ok(Rung::default()),
            Verdict::Again => {}
        }
    }
    Ok(Rung::default())
}

/// Runs reading verbs until the store is closed, each on one unmoving picture of the data.
pub(crate) fn read_loop(connection: &Connection, queue: &Shared, mint: &Mint, commits: &Commits) {
    while let Some(work) = queue.next() {
        read_one(connection, work, mint, commits);
    }
}

fn read_one(connection: &Connection, mut work: Box<dyn Work>, mint: &Mint, commits: &Commits) {
    let sight = commits.sight();
    let end = (|| {
        connection.prepare_cached("BEGIN")?.execute([])?;
        let tx = Tx::sqlite(connection, mint, timeline(connection)?);
        work.run(&mut tx.seen_at(sight));
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    })();
    work.settle(end);
}

/// Connections for reads that are over sooner than a thread could be woken for them.
pub(crate) struct Lookers {
    connections: [Mutex<Connection>; LOOKERS],
    mint: Arc<Mint>,
    commits: Arc<Commits>,
}

impl Lookers {
    pub(crate) fn open(file: &Path, mint: Arc<Mint>, commits: Arc<Commits>) -> Result<Self, Fault> {
        let connections = [open_reader(file)?, open_reader(file)?].map(Mutex::new);
        Ok(Self { connections, mint, commits })
    }

    /// Runs a reading verb on this thread, or gives it back if all connections are in use.
    pub(crate) fn run(&self, work: Box<dyn Work>) -> Result<(), Box<dyn Work>> {
        let Some(connection) = self.connections.iter().find_map(|each| each.try_lock().ok()) else {
            return Err(work);
        };
        read_one(&connection, work, &self.mint, &self.commits);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_light_group_does_not_make_the_next_one_light() {
        let folder = tempfile::tempdir().unwrap();
        let writer = open_writer(&folder.path().join("peyk.db")).unwrap();
        let verb = |_: &mut Tx<'_>| Ok::<_, Fault>(());
        let synchronous =
            || writer.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0)).unwrap();
        let mut now = Durability::Full;
        let (light, _) = crate::job::job(verb, Durability::Light, Company::Others);
        let (full, _) = crate::job::job(verb, Durability::Full, Company::Others);
        prepare_for(&writer, &[light], &mut now).unwrap();
        assert_eq!(synchronous(), 1);
        let (light, _) = crate::job::job(verb, Durability::Light, Company::Others);
        prepare_for(&writer, &[light, full], &mut now).unwrap();
        assert_eq!(synchronous(), 2);
    }

    #[test]
    fn a_verb_that_fails_after_writing_spoils_none_of_its_group() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("peyk.db");
        let writer = open_writer(&file).unwrap();
        crate::migrate::sqlite(&writer, &file).unwrap();
        let verb = |name: &'static str, ends: fn() -> Result<(), Fault>| {
            let verb = move |tx: &mut Tx<'_>| {
                tx.next_number(name, 1)?;
                tx.ring();
                ends()
            };
            crate::job::job(verb, Durability::Full, Company::Others)
        };
        let fails: fn() -> Result<(), Fault> = || Err(Fault::Closed);
        for middle in [fails, || panic!("on purpose")] {
            let (mut group, mut answers) = (Vec::new(), Vec::new());
            for (name, ends) in
                [("first", (|| Ok(())) as fn() -> _), ("middle", middle), ("last", || Ok(()))]
            {
                let (work, answer) = verb(name, ends);
                group.push(work);
                answers.push(answer);
            }
            let (memo, mint) = (Memo::default(), Mint::after(0));
            let writer = Writer { connection: &writer, memo: &memo, mint: &mint };
            assert_eq!(run_group(&writer, &mut group).unwrap(), Rung::EVERYBODY);
            group.into_iter().for_each(|work| work.settle(Ok(())));
            let outcomes: Vec<bool> =
                answers.iter_mut().map(|answer| answer.try_recv().unwrap().is_ok()).collect();
            assert_eq!(outcomes, [true, false, true]);
        }
        let count = |name: &str| {
            let sql = "SELECT COALESCE(MAX(last), 0) FROM counters WHERE name = $1";
            writer.query_row(sql, [name], |row| row.get::<_, i64>(0)).unwrap()
        };
        assert_eq!([count("first"), count("middle"), count("last")], [2, 0, 2]);
    }

    #[test]
    fn a_statement_is_prepared_once_whatever_it_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("peyk.db");
        let writer = open_writer(&file).unwrap();
        crate::migrate::sqlite(&writer, &file).unwrap();
        let reader = open_reader(&file).unwrap();
        for sql in [
            "SELECT c.id FROM conversations c JOIN people p ON p.id = c.buyer_id
             LEFT JOIN orders o ON o.id = c.order_id WHERE c.id = $1",
            "SELECT s.id FROM messages s LEFT JOIN media m ON m.id = s.media_id
             WHERE s.conversation_id = 5 AND s.id >= $1 ORDER BY s.id LIMIT 50",
            "SELECT c.id FROM conversations c WHERE c.id = $1",
        ] {
            let mut statement = reader.prepare_cached(sql).unwrap();
            for id in 1..10 {
                assert!(statement.query([id]).unwrap().next().unwrap().is_none());
            }
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{sql}");
        }
    }
}
