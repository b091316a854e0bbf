//! Upkeep: forgetting what nobody can ask for any more.

use std::time::Duration;

use peyk_model::Timestamp;
use peyk_model::limits::{IDEMPOTENCY_KEPT, UNUSED_MEDIA_LIFE};

use crate::Context;
use crate::error::Result;

/// How long a code is kept after its time, so that its reuse is noticed.
const CODES_KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long the counts of a window are kept for whoever looks into the past.
const COUNTS_KEPT: Duration = Duration::from_secs(24 * 3600);
/// Most files that are forgotten in one transaction.
pub const MEDIA_AT_ONCE: i64 = 100;

/// Forgets the idempotency keys that no longer count, and says how many.
pub fn forget_sends(context: &mut Context<'_, '_>) -> Result<u64> {
    Ok(context.tx.forget_sends_before(context.now.before(IDEMPOTENCY_KEPT))?)
}

/// Forgets codes, tokens and counts of calls that nobody can need any more, and says how many.
pub fn forget_authorisations(context: &mut Context<'_, '_>) -> Result<u64> {
    let now = context.now;
    let codes = context.tx.forget_codes_before(now.before(CODES_KEPT))?;
    let tokens = context.tx.forget_tokens_before(now)?;
    let counts = context.tx.forget_counts_before(now.before(COUNTS_KEPT))?;
    Ok(codes + tokens + counts)
}

/// Files that were forgotten, up to [`MEDIA_AT_ONCE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgottenMedia {
    /// How many.
    pub count: i64,
    /// The objects that no file needs any more.
    pub objects: Vec<String>,
}

/// Forgets files that were uploaded and never sent.
pub fn forget_unused_media(context: &mut Context<'_, '_>) -> Result<ForgottenMedia> {
    let unused = context.tx.unused_media(context.now.before(UNUSED_MEDIA_LIFE), MEDIA_AT_ONCE)?;
    let mut forgotten = ForgottenMedia { count: 0, objects: Vec::new() };
    for media in unused {
        forgotten.count += 1;
        if context.tx.delete_media(&media)? {
            forgotten.objects.push(media.file.object);
        }
    }
    Ok(forgotten)
}

/// Most rows of one sort that are forgotten in one transaction.
const DELIVERED_AT_ONCE: i64 = 1000;

/// Forgets attempts, settled deliveries and events of before this time, so many at a time; true
/// when nothing is left to forget. What is still to be delivered stays, with its events.
pub fn forget_delivered(context: &mut Context<'_, '_>, before: Timestamp) -> Result<bool> {
    let attempts = context.tx.forget_attempts_before(before, DELIVERED_AT_ONCE)?;
    let deliveries = context.tx.forget_deliveries_before(before, DELIVERED_AT_ONCE)?;
    let events = context.tx.forget_events_before(before, DELIVERED_AT_ONCE)?;
    Ok([attempts, deliveries, events].iter().all(|count| *count < DELIVERED_AT_ONCE as u64))
}

/// Succeeds when the database answers.
pub fn is_answering(context: &mut Context<'_, '_>) -> Result<()> {
    context.tx.people_after(peyk_model::PersonId(0), 1)?;
    Ok(())
}
