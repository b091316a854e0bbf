//! Counters for ids that people read.

use crate::value::values;
use crate::{Fault, Tx};

/// The counter of ids that were given to messages and events before everything was put back.
/// `store::LAST_ID` has it too.
const GIVEN: &str = "given";

impl Tx<'_> {
    /// All counters, and where they are.
    pub fn counters(&mut self) -> Result<Vec<(String, i64)>, Fault> {
        self.all("SELECT name, last FROM counters ORDER BY name", values![], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    /// Makes sure that no counter gives out again what it gave out before.
    pub fn skip_numbers(&mut self, given: &[(String, i64)]) -> Result<(), Fault> {
        given.iter().try_for_each(|(name, last)| self.skip_number(name, *last))
    }

    /// Makes sure that no message or event gets an id up to `last`, even after a restart.
    pub fn skip_ids(&mut self, last: i64) -> Result<(), Fault> {
        self.mint().skip(last);
        self.skip_number(GIVEN, last)
    }

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
