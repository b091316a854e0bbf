//! Upkeep: forgetting what nobody can ask for any more.

use peyk_model::limits::{IDEMPOTENCY_KEPT, UNUSED_MEDIA_LIFE};

use crate::Context;
use crate::error::Result;

/// Most files that are forgotten in one transaction.
pub const MEDIA_AT_ONCE: i64 = 100;

/// Forgets the idempotency keys that no longer count, and says how many.
pub fn forget_sends(context: &mut Context<'_, '_>) -> Result<u64> {
    Ok(context.tx.forget_sends_before(context.now.before(IDEMPOTENCY_KEPT))?)
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

/// Succeeds when the database answers.
pub fn is_answering(context: &mut Context<'_, '_>) -> Result<()> {
    context.tx.people_after(peyk_model::PersonId(0), 1)?;
    Ok(())
}
