//! Taking grants back: from that moment every token of theirs is worth nothing.

use peyk_model::{AppId, Grant, GrantId, Noun, PersonId, Refusal};
use peyk_store::{GrantFilter, Lock};

use crate::error::Result;
use crate::{Context, events};

/// Most grants that are taken back at once.
const GRANTS_MAX: i64 = 1000;

/// Who or what took a grant back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The person who gave it.
    ByPerson,
    /// The app that had it.
    ByApp,
    /// Its code was used twice.
    CodeReused,
    /// A refresh token came again long after it was replaced.
    RefreshReused,
}

/// Takes a grant back, with everything that lives by it. Every revocation goes through here.
///
/// Call it under the grant's lock.
pub fn revoke_grant(context: &mut Context<'_, '_>, grant: &Grant, why: Revocation) -> Result<()> {
    if !context.tx.update_grant_revoked(grant.id, context.now)? {
        return Ok(());
    }
    let (id, app) = (grant.id, grant.app);
    tracing::info!(grant.id = %id, app.id = %app, ?why, "grant {id} is revoked");
    // Subscriptions live by the grant's tokens and are dead with them.
    match why {
        Revocation::ByPerson => {
            events::access_revoked(context, grant)?;
            context.tx.ring();
        }
        Revocation::ByApp | Revocation::CodeReused | Revocation::RefreshReused => {}
    }
    Ok(())
}

/// A person takes one grant back.
pub fn revoke_grant_by_id(context: &mut Context<'_, '_>, id: GrantId) -> Result<()> {
    let found = context.tx.dated_grant(id, Lock::Exclusive)?;
    let found = found.ok_or_else(|| Refusal::not_found(Noun::Grant, id))?;
    revoke_grant(context, &found.grant, Revocation::ByPerson)
}

/// A person takes back everything they allowed an app; tells how many grants that were.
pub fn revoke_app(context: &mut Context<'_, '_>, person: PersonId, app: AppId) -> Result<usize> {
    let filter = GrantFilter { app: Some(app), person: Some(person) };
    let mut last = GrantId(0);
    let mut revoked = 0;
    loop {
        let found = context.tx.grants_after(filter, last, GRANTS_MAX)?;
        let Some(end) = found.last() else { return Ok(revoked) };
        last = end.grant.id;
        for each in found.iter().filter(|each| each.revoked_at.is_none()) {
            context.tx.dated_grant(each.grant.id, Lock::Exclusive)?;
            revoke_grant(context, &each.grant, Revocation::ByPerson)?;
            revoked += 1;
        }
    }
}
