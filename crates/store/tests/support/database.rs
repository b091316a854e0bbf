//! A database of one's own for each test.
//!
//! With `PEYK_TEST_POSTGRES` set to a URL it is a schema there; otherwise a SQLite file in the
//! test's temporary folder.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use peyk_store::Database;

/// A folder that ends with the test, in memory where the machine has such a place.
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// A database that nobody else uses.
pub fn database(folder: &Path) -> Database {
    let Ok(url) = std::env::var("PEYK_TEST_POSTGRES") else {
        return Database::Sqlite(folder.join("peyk.db"));
    };
    let schema = fresh_schema();
    let create = move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
        Database::Postgres(format!("{url}?options=-csearch_path%3D{schema}"))
    };
    // The client has a runtime of its own, which must not be started inside the test's.
    std::thread::spawn(create).join().unwrap()
}

/// A PostgreSQL schema of a role that owns it and may do nothing else; none without PostgreSQL.
#[allow(dead_code, reason = "not every test program needs it")]
pub fn plain_owners_database() -> Option<Database> {
    const ROLE: &str = "peyk_test_plain_owner";
    let url = std::env::var("PEYK_TEST_POSTGRES").ok()?;
    let schema = fresh_schema();
    let create = move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        // Roles belong to the whole cluster, and other tests may be making this one.
        client
            .batch_execute(&format!(
                "DO $$ BEGIN CREATE ROLE {ROLE} LOGIN NOSUPERUSER PASSWORD '{ROLE}';
                 EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
                 CREATE SCHEMA {schema} AUTHORIZATION {ROLE};"
            ))
            .unwrap();
        let (_, place) = url.split_once("://").unwrap();
        let place = place.split_once('@').map_or(place, |(_, place)| place);
        let options = format!("options=-csearch_path%3D{schema}");
        Database::Postgres(format!("postgres://{ROLE}:{ROLE}@{place}?{options}"))
    };
    Some(std::thread::spawn(create).join().unwrap())
}

/// Does what PostgreSQL does by itself when many rows have gone. Not from within a runtime.
#[allow(dead_code, reason = "not every test program needs it")]
pub fn vacuum(database: &Database, table: &str) {
    beside(database).batch_execute(&format!("VACUUM ANALYZE {table}")).unwrap();
}

/// How many rows came to a table of PostgreSQL, and how often it was read from its beginning on. A
/// connection tells what it did when it ends at the latest. Not from within a runtime.
#[allow(dead_code, reason = "not every test program needs it")]
pub fn rows_and_readings(database: &Database, table: &str) -> (i64, i64) {
    const COUNTS: &str = "SELECT n_tup_ins, seq_scan FROM pg_stat_user_tables
        WHERE relid = $1::text::regclass";
    let row = beside(database).query_one(COUNTS, &[&table]).unwrap();
    (row.get(0), row.get(1))
}

fn beside(database: &Database) -> postgres::Client {
    let Database::Postgres(url) = database else { panic!("SQLite has no such thing") };
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

fn fresh_schema() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{nanos}_{count}", std::process::id())
}
