//! Tokens of a grant by an operator's hand: ended, or replaced by new ones.

use peyk_model::{DatedGrant, GrantId, Noun, Refusal, Token, TokenKind};
use peyk_store::Lock;

use crate::Context;
use crate::error::Result;
use crate::oauth::token::{Tokens, issue};

/// Most tokens of a grant that are listed.
const LISTED_MAX: i64 = 20;

fn live(context: &mut Context<'_, '_>, id: GrantId) -> Result<DatedGrant> {
    let found = context.tx.dated_grant(id, Lock::Exclusive)?;
    let found = found.filter(|found| found.revoked_at.is_none());
    Ok(found.ok_or_else(|| Refusal::not_found(Noun::Grant, id))?)
}

/// The tokens of a grant that work, the newest first.
pub fn tokens_of(context: &mut Context<'_, '_>, id: GrantId) -> Result<Vec<Token>> {
    Ok(context.tx.tokens_of(id, context.now, LISTED_MAX)?)
}

/// Ends the access tokens of a grant, as their time would; whoever holds a refresh token gets new
/// ones. Tells how many ended.
pub fn expire_tokens(context: &mut Context<'_, '_>, id: GrantId) -> Result<u64> {
    live(context, id)?;
    Ok(context.tx.expire_tokens(id, TokenKind::Access, context.now)?)
}

/// Gives a grant new tokens and ends all others at once.
///
/// The app knows nothing of it, so its old refresh token only stops working; were it retired, as
/// by a refresh, showing it would look like theft and take the grant back.
pub fn replace_tokens(context: &mut Context<'_, '_>, id: GrantId) -> Result<Tokens> {
    let grant = live(context, id)?.grant;
    context.tx.expire_tokens(id, TokenKind::Access, context.now)?;
    context.tx.expire_tokens(id, TokenKind::Refresh, context.now)?;
    issue(context, grant)
}
