//! Settings: what the server remembers about itself.

use crate::value::values;
use crate::{Fault, Tx};

impl Tx<'_> {
    /// The value under this name.
    pub fn setting(&mut self, name: &str) -> Result<Option<String>, Fault> {
        self.first("SELECT value FROM settings WHERE name = $1", values![name], |row| row.get(0))
    }

    /// The value under this name, which nobody else changes until this transaction has ended.
    pub fn locked_setting(&mut self, name: &str) -> Result<Option<String>, Fault> {
        // SQLite has one writer, so nobody else can.
        let lock = self.pick("", "FOR UPDATE");
        let sql = format!("SELECT value FROM settings WHERE name = $1 {lock}");
        self.first(&sql, values![name], |row| row.get(0))
    }

    /// Remembers a value under this name.
    pub fn put_setting(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO settings (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            values![name, value],
        )?;
        Ok(())
    }

    /// Remembers a value under this name unless there is one.
    pub fn keep_setting(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            values![name, value],
        )?;
        Ok(())
    }
}
