//! What goes wrong because somebody asked for it, and how often it did.

use peyk_model::FaultRule;
use peyk_model::fault::Tally;

use crate::encode::fault::{fault, read_fault};
use crate::value::{Row, values};
use crate::{Fault, Tx};

const COLUMNS: &str = "is_on, definition, matched, done";

fn read_rule(row: &Row<'_>) -> Result<(FaultRule, Tally), Fault> {
    let is_on = row.get::<i64>(0)? != 0;
    let rule = FaultRule { is_on, ..read_fault(&row.get::<String>(1)?)? };
    Ok((rule, Tally { matched: row.get(2)?, done: row.get(3)? }))
}

impl Tx<'_> {
    /// Every rule in the order they came, with how often it fitted and did something.
    pub fn fault_rules(&mut self) -> Result<Vec<(FaultRule, Tally)>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM faults ORDER BY position, name");
        self.all(&sql, values![], read_rule)
    }

    /// The rule with this name.
    pub fn fault_rule(&mut self, name: &str) -> Result<Option<(FaultRule, Tally)>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM faults WHERE name = $1");
        self.first(&sql, values![name], read_rule)
    }

    /// The rule with this name, whose counts nobody else changes until this transaction has ended.
    pub fn locked_fault_rule(&mut self, name: &str) -> Result<Option<(FaultRule, Tally)>, Fault> {
        // SQLite has one writer, so nobody else can.
        let lock = self.pick("", "FOR UPDATE");
        let sql = format!("SELECT {COLUMNS} FROM faults WHERE name = $1 {lock}");
        self.first(&sql, values![name], read_rule)
    }

    /// Adds a rule after all others, or puts it in the place of the one with its name.
    pub fn upsert_fault_rule(&mut self, rule: &FaultRule) -> Result<(), Fault> {
        let definition = fault(rule);
        self.execute(
            "INSERT INTO faults (name, position, is_on, definition, matched, done)
             SELECT CAST($1 AS TEXT), COALESCE(MAX(position), 0) + 1, CAST($2 AS BIGINT),
             CAST($3 AS TEXT), 0, 0 FROM faults WHERE TRUE
             ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on,
             definition = excluded.definition, matched = 0, done = 0",
            values![&rule.name, i64::from(rule.is_on), &definition],
        )?;
        Ok(())
    }

    /// Switches a rule on or off; one that is switched on begins to count anew.
    pub fn switch_fault_rule(&mut self, name: &str, is_on: bool) -> Result<(), Fault> {
        let is_on = i64::from(is_on);
        self.execute(
            "UPDATE faults SET is_on = CAST($1 AS BIGINT),
             matched = matched * (1 - CAST($1 AS BIGINT)),
             done = done * (1 - CAST($1 AS BIGINT)) WHERE name = $2",
            values![is_on, name],
        )?;
        Ok(())
    }

    /// Writes how often a rule fitted and did something.
    pub fn update_fault_tally(&mut self, name: &str, tally: Tally) -> Result<(), Fault> {
        self.execute(
            "UPDATE faults SET matched = $1, done = $2 WHERE name = $3",
            values![tally.matched, tally.done, name],
        )?;
        Ok(())
    }

    /// Takes a rule away, and tells whether there was one.
    pub fn delete_fault_rule(&mut self, name: &str) -> Result<bool, Fault> {
        Ok(self.execute("DELETE FROM faults WHERE name = $1", values![name])? > 0)
    }

    /// Takes every rule away.
    pub fn delete_fault_rules(&mut self) -> Result<u64, Fault> {
        self.execute("DELETE FROM faults", values![])
    }
}
