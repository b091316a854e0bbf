//! How SQLite goes about a statement, for tests that it is led to its rows.

use crate::{Mint, Tx, migrate, sqlite};

/// The steps by which a new database answers a statement. What is asked for does not matter to them.
pub(super) fn steps(sql: impl FnOnce(Tx<'_>) -> String) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("peyk.db");
    let writer = sqlite::open_writer(&file).unwrap();
    migrate::sqlite(&writer, &file).unwrap();
    let sql = sql(Tx::sqlite(&writer, &Mint::after(0), 1));
    let mut plan = writer.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = plan.raw_query().mapped(|row| row.get::<_, String>(3));
    steps.map(Result::unwrap).collect()
}
