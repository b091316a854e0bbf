//! Snapshots in PostgreSQL: a copy of each table that has rows.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::snapshot::Snapshot;
use crate::sql::COUNTERS;
use crate::value::values;
use crate::{Fault, Tx, latest_schema};

/// Keeps PostgreSQL from comparing each row with each other one. It would where it knows that a table
/// is empty, because that was so before these very statements filled it.
const LOOK_AT_ROWS_ONCE: &str = "SET LOCAL enable_nestloop = off;";
const LOOK_AS_USUAL: &str = "SET LOCAL enable_nestloop TO DEFAULT;";

/// A table with its columns and those of its primary key.
struct Table {
    name: String,
    columns: String,
    key: String,
}

/// The statements that make `table` the same as its copy, touching only rows that differ.
///
/// Rows that differ go before those that are missing come, so that no two are in each other's
/// way; what refers to what is looked at when everything is in its place.
fn put_back_table(sql: &mut String, table: &Table, copy: Option<&str>) {
    let Table { name, columns, key } = table;
    let Some(copy) = copy else {
        let _ = write!(sql, "DELETE FROM {name};");
        return;
    };
    let prefixed = |prefix: &str, list: &str| {
        let each: Vec<_> = list.split(", ").map(|column| format!("{prefix}.{column}")).collect();
        each.join(", ")
    };
    let same_key = format!("({}) = ({})", prefixed("s", key), prefixed("t", key));
    let _ = write!(
        sql,
        "DELETE FROM {name} t WHERE NOT EXISTS (SELECT 1 FROM {copy} s WHERE {same_key}
         AND ROW({}) IS NOT DISTINCT FROM ROW({}));
         INSERT INTO {name} ({columns}) SELECT {columns} FROM {copy} s
         WHERE NOT EXISTS (SELECT 1 FROM {name} t WHERE {same_key});",
        prefixed("s", columns),
        prefixed("t", columns),
    );
}

/// The statement that keeps counters where they are, or where they were if that is further.
fn skip_counted(sql: &mut String, copy: Option<&str>) {
    if let Some(copy) = copy {
        let _ = write!(
            sql,
            "INSERT INTO {COUNTERS} (name, last) SELECT name, last FROM {copy}
             ON CONFLICT (name) DO UPDATE SET last = GREATEST({COUNTERS}.last, excluded.last);"
        );
    }
}

impl Tx<'_> {
    /// All snapshots, by name.
    pub(crate) fn snapshots(&mut self) -> Result<Vec<Snapshot>, Fault> {
        self.all(
            "SELECT name, made_at, size_bytes FROM snapshots ORDER BY name",
            values![],
            |row| {
                let size: i64 = row.get(2)?;
                let size_bytes = size.unsigned_abs();
                Ok(Snapshot { name: row.get(0)?, made_at: row.get(1)?, size_bytes })
            },
        )
    }

    /// Copies every table that has rows.
    pub(crate) fn make_snapshot(
        &mut self,
        name: &str,
        most: usize,
    ) -> Result<Option<Snapshot>, Fault> {
        let known = self.snapshots()?;
        if known.iter().filter(|known| known.name != name).count() >= most {
            return Ok(None);
        }
        self.delete_snapshot(name)?;
        let number = self.next_snapshot()?;
        let mut sql = String::new();
        for table in self.tables_with_rows()? {
            let copy = copy_name(number, &table);
            let _ = write!(sql, "CREATE TABLE {copy} AS SELECT * FROM {table};");
        }
        self.batch(&sql)?;
        let size_bytes = self.copies_size(number)?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let made_at = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        self.insert_snapshot(name, number, made_at, size_bytes)?;
        let size_bytes = size_bytes.unsigned_abs();
        Ok(Some(Snapshot { name: name.to_owned(), made_at, size_bytes }))
    }

    /// Forgets a snapshot and its tables; tells whether there was one.
    pub(crate) fn delete_snapshot(&mut self, name: &str) -> Result<bool, Fault> {
        let Some((number, _)) = self.snapshot_number(name)? else { return Ok(false) };
        let copies = self.copies(number)?;
        if !copies.is_empty() {
            self.batch(&format!("DROP TABLE {}", copies.join(", ")))?;
        }
        self.execute("DELETE FROM snapshots WHERE name = $1", values![name])?;
        Ok(true)
    }

    /// Makes every table what it was in a snapshot, and begins another timeline.
    pub(crate) fn put_back(&mut self, name: &str) -> Result<(), Fault> {
        let (number, schema) = self.snapshot_number(name)?.ok_or(Fault::NoSnapshot)?;
        if schema != latest_schema() {
            return Err(crate::sqlite::other_schema(schema));
        }
        let then_look = self.let_references_wait()?;
        let (copies, last) = (self.copies(number)?, self.last_given_id()?);
        let mut sql = LOOK_AT_ROWS_ONCE.to_owned();
        for table in self.tables_with_keys()? {
            let copy = copy_name(number, &table.name);
            let copy = copies.contains(&copy).then_some(copy.as_str());
            if table.name == COUNTERS {
                skip_counted(&mut sql, copy);
            } else {
                put_back_table(&mut sql, &table, copy);
            }
        }
        sql.push_str(then_look);
        sql.push_str(LOOK_AS_USUAL);
        self.batch(&sql)?;
        self.begin_timeline()?;
        self.skip_ids(last)
    }

    /// Keeps references between tables from being looked at row by row: they held when the snapshot
    /// was made. Who may not ask for that has them looked at last.
    fn let_references_wait(&mut self) -> Result<&'static str, Fault> {
        let may_skip = self.first(
            "SELECT rolsuper::int::bigint FROM pg_roles WHERE rolname = current_user",
            values![],
            |row| row.get::<i64>(0),
        )?;
        if may_skip == Some(1) {
            self.batch("SET LOCAL session_replication_role = replica")?;
            return Ok("SET LOCAL session_replication_role = origin;");
        }
        let found = self.all(
            "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint
             WHERE contype = 'f' AND NOT condeferrable
             AND connamespace = current_schema()::regnamespace",
            values![],
            |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)),
        )?;
        for (table, constraint) in found {
            self.batch(&format!("ALTER TABLE {table} ALTER CONSTRAINT {constraint} DEFERRABLE"))?;
        }
        self.batch("SET CONSTRAINTS ALL DEFERRED")?;
        Ok("SET CONSTRAINTS ALL IMMEDIATE;")
    }

    fn tables_with_keys(&mut self) -> Result<Vec<Table>, Fault> {
        let state = self.state_tables()?;
        let mut tables = self.all(
            "SELECT c.relname::text,
             (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
              AND NOT a.attisdropped),
             (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
              FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey))
             FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
             WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
             ORDER BY c.relname",
            values![],
            |row| Ok(Table { name: row.get(0)?, columns: row.get(1)?, key: row.get(2)? }),
        )?;
        tables.retain(|table| state.contains(&table.name));
        if tables.len() == state.len() {
            return Ok(tables);
        }
        Err(Fault::Corrupt("a table without a primary key".into()))
    }

    fn snapshot_number(&mut self, name: &str) -> Result<Option<(i64, i64)>, Fault> {
        self.first(
            "SELECT number, schema_number FROM snapshots WHERE name = $1",
            values![name],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    fn next_snapshot(&mut self) -> Result<i64, Fault> {
        let last =
            self.first("SELECT COALESCE(MAX(number), 0) FROM snapshots", values![], |row| {
                row.get::<i64>(0)
            })?;
        Ok(last.unwrap_or(0) + 1)
    }

    fn insert_snapshot(
        &mut self,
        name: &str,
        number: i64,
        made_at: i64,
        size_bytes: i64,
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO snapshots (name, number, schema_number, made_at, size_bytes)
             VALUES ($1, $2, $3, $4, $5)",
            values![name, number, latest_schema(), made_at, size_bytes],
        )?;
        Ok(())
    }

    fn tables_with_rows(&mut self) -> Result<Vec<String>, Fault> {
        let tables = self.state_tables()?;
        let each = |table| format!("SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})");
        let sql = tables.iter().map(each).collect::<Vec<_>>().join(" UNION ALL ");
        self.all(&sql, values![], |row| row.get(0))
    }

    fn copies(&mut self, number: i64) -> Result<Vec<String>, Fault> {
        self.all(
            "SELECT c.relname::text FROM pg_class c
             WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
             AND starts_with(c.relname::text, $1)",
            values![&copy_name(number, "")],
            |row| row.get(0),
        )
    }

    fn copies_size(&mut self, number: i64) -> Result<i64, Fault> {
        let size = self.first(
            "SELECT COALESCE(SUM(pg_table_size(c.oid)), 0)::bigint FROM pg_class c
             WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
             AND starts_with(c.relname::text, $1)",
            values![&copy_name(number, "")],
            |row| row.get(0),
        )?;
        Ok(size.unwrap_or(0))
    }
}

fn copy_name(number: i64, table: &str) -> String {
    format!("snapshot_{number}_{table}")
}
