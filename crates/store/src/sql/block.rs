//! Blocks: who does not want to hear from whom.

use peyk_model::Party;

use crate::encode::party;
use crate::value::values;
use crate::{Fault, Tx};

impl Tx<'_> {
    /// Whether either blocked the other.
    pub fn is_blocked_between(&mut self, one: Party, other: Party) -> Result<bool, Fault> {
        let (one, other) = (party(one), party(other));
        let found = self.first_kept(
            // One condition with OR would have SQLite make a table for each question.
            "SELECT 1 FROM blocks WHERE blocker = $1 AND blocked = $2 UNION ALL
             SELECT 1 FROM blocks WHERE blocker = $2 AND blocked = $1 LIMIT 1",
            values![&one, &other],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// Whether this one blocked that one.
    pub fn has_blocked(&mut self, blocker: Party, blocked: Party) -> Result<bool, Fault> {
        let found = self.first(
            "SELECT 1 FROM blocks WHERE blocker = $1 AND blocked = $2",
            values![&party(blocker), &party(blocked)],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// Notes that one blocked the other.
    pub fn insert_block(&mut self, blocker: Party, blocked: Party) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO blocks (blocker, blocked) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            values![&party(blocker), &party(blocked)],
        )?;
        Ok(())
    }

    /// Notes that one no longer blocks the other.
    pub fn delete_block(&mut self, blocker: Party, blocked: Party) -> Result<(), Fault> {
        self.execute(
            "DELETE FROM blocks WHERE blocker = $1 AND blocked = $2",
            values![&party(blocker), &party(blocked)],
        )?;
        Ok(())
    }
}
