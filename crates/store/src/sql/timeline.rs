//! Timelines: everything at once, emptied or put in order after it was put back.

use peyk_model::Timestamp;

use crate::value::values;
use crate::{Fault, Tx};

/// Tables that belong to the database and not to what it remembers.
const NOT_STATE: [&str; 3] = ["schema_migrations", "timeline", "snapshots"];
/// Tables of those who look after the server: they stay what they are when everything else is put
/// back. What refers to others comes after them.
pub(crate) const STAY: [&str; 3] = ["accounts", "account_sessions", "acts"];
/// The table of the last numbers that were given out. They never go back, so that nothing that
/// comes after a restore has a number by which somebody knows something else.
pub(crate) const COUNTERS: &str = "counters";

impl Tx<'_> {
    /// Begins another timeline. Only for verbs that run alone.
    pub fn begin_timeline(&mut self) -> Result<i64, Fault> {
        let number = self.timeline() + 1;
        self.execute("UPDATE timeline SET number = $1", values![number])?;
        self.set_timeline(number);
        Ok(number)
    }

    /// Forgets everything, so that the database is as if it had just been made. Only for verbs
    /// that run alone.
    pub fn delete_everything(&mut self) -> Result<(), Fault> {
        let references = self.references()?;
        let mut left = self.state_tables()?;
        while !left.is_empty() {
            // Who refers to others goes first, so that nothing has to be looked for in full tables.
            let is_referred_to = |table: &String| {
                references.iter().any(|(from, to)| to == table && from != to && left.contains(from))
            };
            let (kept, free): (Vec<_>, Vec<_>) = left.iter().cloned().partition(is_referred_to);
            if free.is_empty() {
                return Err(Fault::Corrupt("tables that refer to each other in a circle".into()));
            }
            for table in free {
                self.batch(&format!("DELETE FROM {table}"))?;
            }
            left = kept;
        }
        Ok(())
    }

    /// The tables with what the server remembers.
    pub(crate) fn state_tables(&mut self) -> Result<Vec<String>, Fault> {
        let sql = self.pick(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
             ORDER BY name",
            "SELECT c.relname::text FROM pg_class c
             WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
             AND c.relname !~ '^snapshot_[0-9]+_' ORDER BY c.relname",
        );
        let mut tables = self.all(sql, values![], |row| row.get::<String>(0))?;
        let is_state = |table: &str| !NOT_STATE.contains(&table) && !STAY.contains(&table);
        tables.retain(|table| is_state(table));
        Ok(tables)
    }

    /// Which tables refer to which.
    fn references(&mut self) -> Result<Vec<(String, String)>, Fault> {
        let sql = self.pick(
            "SELECT t.name, f.\"table\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f
             WHERE t.type = 'table'",
            "SELECT f.relname::text, t.relname::text FROM pg_constraint k
             JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
             WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace",
        );
        self.all(sql, values![], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Lets go of everything that somebody had in hand: it falls due at once.
    pub fn release_all_lanes(&mut self, now: Timestamp) -> Result<(), Fault> {
        self.execute(
            "UPDATE lanes SET lease = NULL, due_at = $1 WHERE lease IS NOT NULL",
            values![now.0],
        )?;
        Ok(())
    }

    /// Greets receivers at once that have not answered their greeting.
    pub fn bring_greetings_forward(&mut self, now: Timestamp) -> Result<(), Fault> {
        self.execute("UPDATE webhooks SET greet_at = $1 WHERE greet_at > $1", values![now.0])?;
        Ok(())
    }

    /// The largest id that was ever given to a message or an event.
    pub fn last_given_id(&mut self) -> Result<i64, Fault> {
        let last = self.first(crate::store::LAST_ID, values![], |row| row.get(0))?;
        Ok(last.unwrap_or(0))
    }
}
