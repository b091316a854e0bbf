//! `peyk migrate`: brings the database up to date and stops.

use anyhow::Context as _;
use peyk_engine::{Database, Store};

use super::options::Configuration;

/// Brings the database up to date, and says what was done.
pub fn migrate(configuration: &Configuration) -> anyhow::Result<()> {
    if let Database::Sqlite(_) = configuration.database {
        std::fs::create_dir_all(&configuration.data)
            .with_context(|| format!("{} cannot be made", configuration.data.display()))?;
    }
    let store = Store::open(&configuration.database)?;
    let migrated = store.migrated();
    if migrated.from == migrated.to {
        println!("the database has schema {}, nothing to do", migrated.to);
    } else {
        println!("the database had schema {} and has {} now", migrated.from, migrated.to);
    }
    if let Some(backup) = &migrated.backup {
        println!("the older one was copied to {}", backup.display());
    }
    store.close();
    Ok(())
}
