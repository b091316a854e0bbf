//! The OAuth tokens of businesses: what a seller's program shows in place of a key.

use peyk_model::{ApiKey, ApiKeyId, BusinessId, KeyOwner, Noun, Party, Refusal};
use peyk_store::{Credential, NewKey};

use crate::error::Result;
use crate::key::MadeKey;
use crate::{Context, keyring};

/// Most tokens of one business that are listed.
const LISTED_MAX: i64 = 1000;
/// What tokens begin with.
const PREFIX: &str = "y0_";

/// The tokens of a business, the oldest first.
pub fn tokens_of(context: &mut Context<'_, '_>, business: BusinessId) -> Result<Vec<ApiKey>> {
    Ok(context.tx.tokens_of_business(business, LISTED_MAX)?)
}

/// Ends a token now, as its time would.
pub fn expire_token(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    id: ApiKeyId,
) -> Result<ApiKey> {
    let mut token = live(context, business, id)?;
    token.expires_at = Some(context.now);
    context.tx.update_key(&token)?;
    Ok(token)
}

/// Gives a business another token in the place of this one, which ends now.
pub fn replace_token(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    id: ApiKeyId,
) -> Result<MadeKey> {
    let old = live(context, business, id)?;
    context.tx.revoke_key(id, context.now)?;
    let secret = format!("{PREFIX}{}", context.dice.word());
    let new = NewKey {
        secret_hash: &keyring::hash_secret(&secret),
        credential: Credential::Token,
        name: &old.name,
        owner: &KeyOwner::Business(business, scopes(&old)),
        expires_at: old.expires_at,
    };
    let id = context.tx.upsert_key(&new, context.now)?;
    Ok(MadeKey { key: found(context, business, id)?, secret })
}

/// Takes a token back, for good.
pub fn revoke_token(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    id: ApiKeyId,
) -> Result<ApiKey> {
    found(context, business, id)?;
    context.tx.revoke_key(id, context.now)?;
    found(context, business, id)
}

fn scopes(token: &ApiKey) -> Vec<peyk_model::KeyScope> {
    match &token.owner {
        KeyOwner::Business(_, scopes) => scopes.clone(),
        KeyOwner::App(..) => Vec::new(),
    }
}

/// A token of this business and nothing else.
fn found(context: &mut Context<'_, '_>, business: BusinessId, id: ApiKeyId) -> Result<ApiKey> {
    let found = context.tx.token_of_business(id)?;
    let found = found.filter(|token| token.owner.party() == Party::Business(business));
    found.ok_or_else(|| Refusal::not_found(Noun::ApiKey, id).into())
}

fn live(context: &mut Context<'_, '_>, business: BusinessId, id: ApiKeyId) -> Result<ApiKey> {
    let token = found(context, business, id)?;
    if token.revoked_at.is_some() {
        return Err(Refusal::ApiKeyRevoked.into());
    }
    if token.has_expired(context.now) {
        return Err(Refusal::ApiKeyExpired.into());
    }
    Ok(token)
}
