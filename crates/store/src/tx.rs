//! The open transaction: what a verb sees of the database.

use std::collections::HashMap;

use crate::bell::Rung;
use crate::commits::Sight;
use crate::memo::{self, Memo};
use crate::value::{Row, Value};
use crate::{Fault, Mint};

/// An open transaction. Only the store begins and ends one.
pub struct Tx<'c> {
    backend: Backend<'c>,
    mint: &'c Mint,
    timeline: i64,
    rung: Rung,
    sight: Option<Sight>,
}

enum Backend<'c> {
    /// A connection, with what it remembers if it writes.
    Sqlite(&'c rusqlite::Connection, Option<&'c Memo>),
    Postgres(&'c mut Session),
}

/// A PostgreSQL connection with the statements it has prepared.
pub(crate) struct Session {
    pub(crate) client: postgres::Client,
    statements: HashMap<String, postgres::Statement>,
}

impl Session {
    /// Most statements that are kept prepared; filters can make many.
    const STATEMENTS_MAX: usize = 256;

    pub(crate) fn new(client: postgres::Client) -> Self {
        Self { client, statements: HashMap::new() }
    }

    /// Forgets prepared statements, which a migration by another server can make useless.
    pub(crate) fn forget_statements(&mut self) {
        self.statements.clear();
    }

    fn prepared(&mut self, sql: &str) -> Result<postgres::Statement, Fault> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= Self::STATEMENTS_MAX {
            self.statements.clear();
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn sqlite(
        connection: &'c rusqlite::Connection,
        mint: &'c Mint,
        timeline: i64,
    ) -> Self {
        let (backend, rung) = (Backend::Sqlite(connection, None), Rung::default());
        Self { backend, mint, timeline, rung, sight: None }
    }

    /// On the one connection that writes to a file, with what it remembers.
    pub(crate) fn sqlite_writer(
        connection: &'c rusqlite::Connection,
        memo: &'c Memo,
        mint: &'c Mint,
        timeline: i64,
    ) -> Self {
        let backend = Backend::Sqlite(connection, Some(memo));
        Self { backend, mint, timeline, rung: Rung::default(), sight: None }
    }

    pub(crate) fn postgres(session: &'c mut Session, mint: &'c Mint, timeline: i64) -> Self {
        let (backend, rung) = (Backend::Postgres(session), Rung::default());
        Self { backend, mint, timeline, rung, sight: None }
    }

    /// The moment of which this transaction shows the picture, if it can be told later whether
    /// that is still so: where it only reads, and no other server writes.
    pub fn sight(&self) -> Option<Sight> {
        self.sight
    }

    pub(crate) fn seen_at(mut self, sight: Option<Sight>) -> Self {
        self.sight = sight;
        self
    }

    /// Which history this transaction is part of: restoring a snapshot begins another.
    pub fn timeline(&self) -> i64 {
        self.timeline
    }

    pub(crate) fn set_timeline(&mut self, timeline: i64) {
        self.timeline = timeline;
    }

    /// Message ids that this store has not given out yet.
    pub fn mint(&self) -> &'c Mint {
        self.mint
    }

    /// Asks for the bell to be rung for everybody once this transaction is committed.
    pub fn ring(&mut self) {
        self.rung = Rung::EVERYBODY;
    }

    /// Asks for those to be woken who follow what happens. Those who deliver are woken only if a
    /// lane was.
    pub fn ring_for_followers(&mut self) {
        self.rung.happened = true;
    }

    pub(crate) fn ring_for_deliveries(&mut self) {
        self.rung.deliverable = true;
    }

    pub(crate) fn rung(&self) -> Rung {
        self.rung
    }

    /// The text for the database at hand, where the two truly differ.
    pub(crate) fn pick<T>(&self, sqlite: T, postgres: T) -> T {
        match self.backend {
            Backend::Sqlite(..) => sqlite,
            Backend::Postgres(_) => postgres,
        }
    }

    /// Runs a statement that answers no rows, and tells how many it changed.
    pub(crate) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Fault> {
        match &mut self.backend {
            Backend::Sqlite(connection, memo) => {
                let mut statement = connection.prepare_cached(sql)?;
                check_order(&statement);
                memo.iter().for_each(|memo| memo.before(&statement, sql));
                Ok(statement.execute(rusqlite::params_from_iter(values))? as u64)
            }
            Backend::Postgres(session) => {
                let statement = session.prepared(sql)?;
                Ok(session.client.execute(&statement, &as_params(values))?)
            }
        }
    }

    /// Runs several statements whose texts are made for the occasion and not kept prepared.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        match &mut self.backend {
            Backend::Sqlite(connection, memo) => {
                memo.iter().for_each(|memo| memo.forget());
                Ok(connection.execute_batch(sql)?)
            }
            Backend::Postgres(session) => Ok(session.client.batch_execute(sql)?),
        }
    }

    /// The first row of an answer, if it has one.
    pub(crate) fn first<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        match &mut self.backend {
            Backend::Sqlite(connection, memo) => {
                let mut statement = connection.prepare_cached(sql)?;
                check_order(&statement);
                memo.iter().for_each(|memo| memo.before(&statement, sql));
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                rows.next()?.map(|row| read(&Row::Sqlite(row))).transpose()
            }
            Backend::Postgres(session) => {
                let statement = session.prepared(sql)?;
                let rows = session.client.query(&statement, &as_params(values))?;
                rows.first().map(|row| read(&Row::Postgres(row))).transpose()
            }
        }
    }

    /// The first row of an answer about what hardly ever changes: the writer of a file asks once.
    pub(crate) fn first_kept<T: Clone + 'static>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.kept(sql, values, |tx| tx.first(sql, values, read))
    }

    /// All rows of an answer about what hardly ever changes: the writer of a file asks once.
    pub(crate) fn all_kept<T: Clone + 'static>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        self.kept(sql, values, |tx| tx.all(sql, values, read))
    }

    fn kept<T: Clone + 'static>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        ask: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let Backend::Sqlite(_, Some(memo)) = self.backend else { return ask(self) };
        let written = memo::written(values);
        if let Some(known) = memo.answer(sql, &written) {
            return Ok(known);
        }
        let answer = ask(self)?;
        memo.note(sql, written, &answer);
        Ok(answer)
    }

    /// All rows of an answer. Every caller bounds them.
    pub(crate) fn all<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        match &mut self.backend {
            Backend::Sqlite(connection, memo) => {
                let mut statement = connection.prepare_cached(sql)?;
                check_order(&statement);
                memo.iter().for_each(|memo| memo.before(&statement, sql));
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(read(&Row::Sqlite(row))?);
                }
                Ok(found)
            }
            Backend::Postgres(session) => {
                let statement = session.prepared(sql)?;
                let rows = session.client.query(&statement, &as_params(values))?;
                rows.iter().map(|row| read(&Row::Postgres(row))).collect()
            }
        }
    }
}

fn as_params<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn postgres::types::ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn postgres::types::ToSql + Sync)).collect()
}

/// SQLite numbers `$1` by first appearance, PostgreSQL by its digits: both must agree.
fn check_order(statement: &rusqlite::Statement<'_>) {
    if cfg!(debug_assertions) {
        for index in 1..=statement.parameter_count() {
            assert_eq!(statement.parameter_name(index), Some(format!("${index}").as_str()));
        }
    }
}
