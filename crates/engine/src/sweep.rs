//! Sweeping: what nobody can need any more is forgotten.

use std::time::Duration;

use peyk_model::limits::{CODE_LIFE, IDEMPOTENCY_KEPT};

use crate::Context;
use crate::error::Result;

/// How long a used code is kept, so that its reuse is noticed long after it expired.
const CODES_KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long the counts of a window are kept for whoever looks into the past.
const COUNTS_KEPT: Duration = Duration::from_secs(24 * 3600);

/// Forgets what is too old to matter. Call it about once an hour.
pub fn sweep(context: &mut Context<'_, '_>) -> Result<()> {
    let now = context.now;
    let codes = context.tx.forget_codes_before(now.before(CODE_LIFE + CODES_KEPT))?;
    let tokens = context.tx.forget_tokens_before(now)?;
    let counts = context.tx.forget_counts_before(now.before(COUNTS_KEPT))?;
    let sends = context.tx.forget_sends_before(now.before(IDEMPOTENCY_KEPT))?;
    tracing::debug!(codes, tokens, counts, sends, "swept");
    Ok(())
}
