//! What the writer of a file remembers of rows that hardly ever change: keys, apps, blocks,
//! webhooks, posts. Every message asks for some of them.
//!
//! Only one connection writes to a SQLite file, so what it has read stays so until it changes it
//! itself, takes a change back, or finds that another program has committed. Each of these makes
//! it forget everything. Readers, and PostgreSQL, remember nothing. This module knows no noun but
//! the names of tables.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use rusqlite::{Connection, Statement};

use crate::Fault;
use crate::value::Value;

/// The tables whose rows are remembered; what changes one of them ends the memory of all.
const TABLES: [&str; 5] = ["api_keys", "apps", "blocks", "webhooks", "posts"];
/// Most answers that are remembered.
const ANSWERS_MAX: usize = 16_384;

/// Answers by the statement and its values.
type Answers = HashMap<&'static str, HashMap<Vec<u8>, Box<dyn Any>>>;

/// The memory of one connection that writes.
#[derive(Default)]
pub(crate) struct Memo {
    answers: RefCell<Answers>,
    count: Cell<usize>,
    /// What SQLite counts of others' commits.
    others: Cell<i64>,
}

impl Memo {
    /// Forgets everything if another program has committed to the file.
    pub(crate) fn meet_others(&self, connection: &Connection) -> Result<(), Fault> {
        let mut statement = connection.prepare_cached("PRAGMA data_version")?;
        let others = statement.query_row([], |row| row.get(0))?;
        if self.others.replace(others) != others {
            self.forget();
        }
        Ok(())
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        if self.count.replace(0) > 0 {
            self.answers.borrow_mut().clear();
        }
    }

    /// Forgets everything if this statement may change what is remembered.
    pub(crate) fn before(&self, statement: &Statement<'_>, sql: &str) {
        let is_harmless = match changed_table(sql) {
            Some(table) => !TABLES.contains(&table),
            None => statement.readonly(),
        };
        if !is_harmless {
            self.forget();
        }
    }

    /// What was answered to this statement with these values, if that is known.
    pub(crate) fn answer<T: Clone + 'static>(&self, sql: &'static str, values: &[u8]) -> Option<T> {
        let answers = self.answers.borrow();
        answers.get(sql)?.get(values)?.downcast_ref::<T>().cloned()
    }

    /// Remembers what was answered.
    pub(crate) fn note<T: Clone + 'static>(&self, sql: &'static str, values: Vec<u8>, answer: &T) {
        debug_assert!(
            TABLES.iter().any(|table| sql.contains(&format!("FROM {table} "))),
            "{sql} reads what may change unseen"
        );
        if self.count.get() >= ANSWERS_MAX {
            self.forget();
        }
        self.count.set(self.count.get() + 1);
        let mut answers = self.answers.borrow_mut();
        answers.entry(sql).or_default().insert(values, Box::new(answer.clone()));
    }
}

/// Values as bytes that differ whenever the values do.
pub(crate) fn written(values: &[Value<'_>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    for value in values {
        let (kind, part): (u8, &[u8]) = match value {
            Value::Null => (0, &[]),
            Value::Int(value) => {
                bytes.push(1);
                bytes.extend(value.to_be_bytes());
                continue;
            }
            Value::Text(text) => (2, text.as_bytes()),
            Value::Bytes(part) => (3, part),
        };
        bytes.push(kind);
        bytes.extend(part.len().to_be_bytes());
        bytes.extend(part);
    }
    bytes
}

/// The table that a statement changes, if it says so at its beginning.
fn changed_table(sql: &str) -> Option<&str> {
    let sql = sql.trim_start();
    let rest = ["INSERT INTO ", "UPDATE ", "DELETE FROM "]
        .iter()
        .find_map(|begins| sql.strip_prefix(begins))?;
    rest.split(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric()).next()
}

#[cfg(test)]
mod tests {
    use peyk_model::{BusinessId, Party};

    use super::*;
    use crate::{Database, Store};

    #[test]
    fn a_statement_tells_which_table_it_changes() {
        for (sql, table) in [
            ("INSERT INTO blocks (blocker) VALUES ($1)", Some("blocks")),
            ("\n  UPDATE api_keys SET name = $1", Some("api_keys")),
            ("DELETE FROM webhooks WHERE id = $1", Some("webhooks")),
            ("SELECT 1 FROM blocks", None),
            ("WITH RECURSIVE busy (id) AS (SELECT 1) SELECT id FROM busy", None),
            ("REPLACE INTO blocks VALUES ($1)", None),
        ] {
            assert_eq!(changed_table(sql), table, "{sql}");
        }
    }

    #[test]
    fn values_that_differ_are_written_differently() {
        let lists: [&[Value<'_>]; 7] = [
            &[],
            &[Value::Null],
            &[Value::Text("")],
            &[Value::Bytes(b"")],
            &[Value::Text("a"), Value::Text("bc")],
            &[Value::Text("ab"), Value::Text("c")],
            &[Value::Int(1)],
        ];
        let written: std::collections::HashSet<_> =
            lists.iter().map(|list| written(list)).collect();
        assert_eq!(written.len(), lists.len());
    }

    fn blocked(tx: &mut crate::Tx<'_>) -> Result<bool, Fault> {
        tx.is_blocked_between(Party::Business(BusinessId(1)), Party::Business(BusinessId(2)))
    }

    #[tokio::test]
    async fn what_the_writer_or_another_program_changes_is_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("peyk.db"));
        let store = Store::open(&database).unwrap();
        let other = Store::open_beside(&database).unwrap();
        let (one, two) = (Party::Business(BusinessId(1)), Party::Business(BusinessId(2)));
        for _ in 0..3 {
            assert!(!store.write(blocked).await.unwrap());
            store.write(move |tx| tx.insert_block(two, one)).await.unwrap();
            assert!(store.write(blocked).await.unwrap());
            other.write(move |tx| tx.delete_block(two, one)).await.unwrap();
        }
        store.close();
        other.close();
    }

    #[tokio::test]
    async fn what_was_read_of_a_change_that_was_taken_back_is_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Database::Sqlite(folder.path().join("peyk.db"))).unwrap();
        let (one, two) = (Party::Business(BusinessId(1)), Party::Business(BusinessId(2)));
        let spoiled = store.write(move |tx| {
            tx.insert_block(one, two)?;
            assert!(blocked(tx)?);
            Err::<(), _>(Fault::Closed)
        });
        assert!(spoiled.await.is_err());
        assert!(!store.write(blocked).await.unwrap());
        store.close();
    }
}
