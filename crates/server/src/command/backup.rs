//! `peyk backup FILE`: copies the SQLite database.

use std::path::Path;

use anyhow::bail;
use peyk_engine::Database;

use super::options::Configuration;

/// Copies the database into a new file.
pub fn backup(configuration: &Configuration, to: &Path) -> anyhow::Result<()> {
    let Database::Sqlite(file) = &configuration.database else {
        bail!("a PostgreSQL database is copied with its own tools, as pg_dump");
    };
    if !file.exists() {
        bail!("there is no database at {}; choose its folder with --data", file.display());
    }
    peyk_engine::backup(file, to)?;
    println!("{} was copied to {}", file.display(), to.display());
    Ok(())
}
