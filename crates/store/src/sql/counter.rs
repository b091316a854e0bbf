//! Counters for ids that people read.

use crate::value::values;
use crate::{Fault, Tx};

impl Tx<'_> {
    /// The next number of this counter, which starts at `first`.
    pub(crate) fn next_number(&mut self, name: &str, first: i64) -> Result<i64, Fault> {
        let next = self.first(
            "INSERT INTO counters (name, last) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET last = counters.last + 1 RETURNING last",
            values![name, first],
            |row| row.get(0),
        )?;
        next.ok_or_else(|| Fault::Corrupt(format!("counter `{name}`")))
    }

    /// Makes sure that the counter does not give out a number that was chosen by hand.
    pub(crate) fn skip_number(&mut self, name: &str, taken: i64) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO counters (name, last) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET last =
             CASE WHEN counters.last < excluded.last THEN excluded.last ELSE counters.last END",
            values![name, taken],
        )?;
        Ok(())
    }
}
