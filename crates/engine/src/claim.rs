//! Claiming a database: all servers of it have one secret.

use crate::error::Result;
use crate::{Context, Engine};

/// The setting by which servers of one database know each other's secret.
const SETTING: &str = "secret_mark";

/// Claims the database for servers with this engine's secret, and tells whether it is theirs.
///
/// Under another secret a person would have other ids, links would end, and what was sealed could
/// not be opened; nothing of that would be an error anywhere.
pub async fn claim_database(engine: &Engine) -> Result<bool> {
    engine.write(claim).await
}

fn claim(context: &mut Context<'_, '_>) -> Result<bool> {
    let mark = context.keyring.mark();
    context.tx.keep_setting(SETTING, &mark)?;
    Ok(context.tx.setting(SETTING)?.is_some_and(|kept| kept == mark))
}
