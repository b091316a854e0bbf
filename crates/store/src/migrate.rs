//! Migrations: forward only, with the same numbers for both databases.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::Fault;
use crate::tx::Session;

struct Migration {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($number:literal $name:literal),+ $(,)?) => { &[$(Migration {
        number: $number,
        name: $name,
        sqlite: include_str!(concat!("../migrations/", $name, ".sqlite.sql")),
        postgres: include_str!(concat!("../migrations/", $name, ".postgres.sql")),
    }),+] };
}

const MIGRATIONS: &[Migration] = migrations![
    1 "0001_core",
    2 "0002_events",
    3 "0003_oauth",
    4 "0004_sandbox",
    5 "0005_feeds",
    6 "0006_access",
    7 "0007_faults",
    8 "0008_search",
    9 "0009_worlds",
    10 "0010_feed_order",
    12 "0012_search_filters",
    13 "0013_covered_lanes",
    14 "0014_lighter_sends",
];

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    number BIGINT PRIMARY KEY,
    name TEXT NOT NULL
)";
const INSERT: &str = "INSERT INTO schema_migrations (number, name) VALUES ($1, $2)";
const APPLIED: &str = "SELECT number FROM schema_migrations ORDER BY number";

/// The schema that this program was written for.
pub fn latest_schema() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The schema that was found; zero for an empty database.
    pub from: i64,
    /// The schema there is now.
    pub to: i64,
    /// Where the file was copied before it was changed.
    pub backup: Option<PathBuf>,
}

fn check(found: i64) -> Result<(), Fault> {
    let latest = latest_schema();
    if found > latest {
        return Err(Fault::Unusable(format!(
            "the database has schema {found}, but this peyk knows only up to {latest}: \
             use the newer peyk that wrote it"
        )));
    }
    Ok(())
}

/// What is missing, in order, even where a later one was there first.
fn pending(applied: &[i64]) -> Vec<&'static Migration> {
    MIGRATIONS.iter().filter(|migration| !applied.contains(&migration.number)).collect()
}

fn applied_sqlite(connection: &Connection) -> Result<Vec<i64>, Fault> {
    let exists: bool = connection.query_row(
        "SELECT COUNT(*) > 0 FROM sqlite_schema WHERE name = 'schema_migrations'",
        [],
        |row| row.get(0),
    )?;
    if !exists {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(APPLIED)?;
    let numbers = statement.query_map([], |row| row.get(0))?;
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// Makes sure that a SQLite file which a server uses has the schema of this program.
pub(crate) fn sqlite_as_it_is(connection: &Connection) -> Result<Migrated, Fault> {
    let applied = applied_sqlite(connection)?;
    let found = applied.last().copied().unwrap_or(0);
    check(found)?;
    if pending(&applied).is_empty() {
        return Ok(Migrated { from: found, to: found, backup: None });
    }
    Err(Fault::Unusable(format!(
        "an older peyk with schema {found} is running: stop it, so that the database can be \
         brought up to date"
    )))
}

/// Brings a SQLite file up to date; an older one that holds data is copied first.
pub(crate) fn sqlite(connection: &Connection, file: &Path) -> Result<Migrated, Fault> {
    let applied = applied_sqlite(connection)?;
    let from = applied.last().copied().unwrap_or(0);
    check(from)?;
    let (to, pending) = (latest_schema(), pending(&applied));
    if pending.is_empty() {
        return Ok(Migrated { from, to, backup: None });
    }
    let backup = (from > 0).then(|| backup_path(file, from));
    if let Some(path) = &backup {
        copy_sqlite(connection, path)?;
    }
    connection.execute_batch("BEGIN EXCLUSIVE")?;
    let changed = (|| {
        connection.execute_batch(CREATE_TABLE)?;
        for migration in pending {
            connection.execute_batch(migration.sqlite)?;
            connection.execute(INSERT, rusqlite::params![migration.number, migration.name])?;
        }
        connection.execute_batch("COMMIT")
    })();
    if let Err(error) = changed {
        connection.execute_batch("ROLLBACK")?;
        return Err(error.into());
    }
    Ok(Migrated { from, to, backup })
}

fn backup_path(file: &Path, schema: i64) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".schema-{schema}.bak"));
    file.with_file_name(name)
}

/// Copies a SQLite database, as it is at this moment, into a new file.
pub(crate) fn copy_sqlite(connection: &Connection, to: &Path) -> Result<(), Fault> {
    let target = to.to_str().ok_or_else(|| {
        Fault::Unusable(format!("{} is not a name that SQLite can take", to.display()))
    })?;
    if to.exists() {
        return Err(Fault::Unusable(format!("{target} exists already; choose another name")));
    }
    connection.execute("VACUUM INTO $1", [target])?;
    let copied = std::fs::File::open(to).and_then(|file| file.sync_all());
    copied.map_err(|error| Fault::Io(format!("{target} cannot be made durable"), error))
}

/// Brings a PostgreSQL database up to date. Servers that start together take turns.
pub(crate) fn postgres(session: &mut Session) -> Result<Migrated, Fault> {
    let client = &mut session.client;
    // Two servers may create the table at once; the second one's complaint means it is there.
    if client.batch_execute(CREATE_TABLE).is_err() {
        client.batch_execute(CREATE_TABLE)?;
    }
    let mut tx = client.transaction()?;
    tx.batch_execute("LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE")?;
    let applied = tx.query(APPLIED, &[])?;
    let applied: Vec<i64> = applied.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let from = applied.last().copied().unwrap_or(0);
    check(from)?;
    for migration in pending(&applied) {
        tx.batch_execute(migration.postgres)?;
        tx.execute(INSERT, &[&migration.number, &migration.name])?;
    }
    tx.commit()?;
    Ok(Migrated { from, to: latest_schema(), backup: None })
}
