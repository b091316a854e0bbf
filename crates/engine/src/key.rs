//! Keys of apps and businesses: made, changed, rotated and taken back.

use std::time::Duration;

use peyk_model::limits::{KEY_NAME_MAX_CHARS, LIVE_KEYS_MAX};
use peyk_model::{
    ApiKey, ApiKeyId, AppId, BusinessId, KeyOwner, KeyScope, Noun, Party, Permission, Refusal,
    Timestamp,
};
use peyk_store::{Credential, NewKey};

use crate::error::Result;
use crate::{Context, Dice, keyring};

/// What every key of a business begins with.
const BUSINESS_KEY_PREFIX: &str = "ACMA";
/// Most keys of one owner that are listed, live or not.
const LISTED_MAX: i64 = 1000;

/// A key that was just made. Nobody can read its secret again.
#[derive(Clone, PartialEq, Eq)]
pub struct MadeKey {
    /// The key.
    pub key: ApiKey,
    /// Its secret.
    pub secret: String,
}

/// What a key is to become; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyChange {
    /// What people call it.
    pub name: Option<String>,
    /// What it may do, in published words.
    pub allows: Option<Vec<String>>,
    /// From when it no longer works; an inner none lets it work for ever.
    pub expires_at: Option<Option<Timestamp>>,
}

/// Makes a key of an app; without words it may do all that the app may.
pub fn create_app_key(
    context: &mut Context<'_, '_>,
    app: AppId,
    name: &str,
    allows: Option<&[String]>,
    expires_at: Option<Timestamp>,
) -> Result<MadeKey> {
    let missing = || Refusal::not_found(Noun::App, app);
    let own = context.tx.app(app)?.ok_or_else(missing)?.permissions;
    let allowed = match allows {
        Some(words) => permissions(words, &own)?,
        None => own,
    };
    create(context, KeyOwner::App(app, allowed), name, expires_at)
}

/// Makes a key of a business; without words it may do everything.
pub fn create_business_key(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    name: &str,
    allows: Option<&[String]>,
    expires_at: Option<Timestamp>,
) -> Result<MadeKey> {
    let found = context.tx.business(business)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Business, business))?;
    let allowed = match allows {
        Some(words) => key_scopes(words)?,
        None => vec![KeyScope::AllMethods],
    };
    create(context, KeyOwner::Business(business, allowed), name, expires_at)
}

/// A key's permissions are some of its app's.
fn permissions(words: &[String], own: &[Permission]) -> Result<Vec<Permission>> {
    let mut found = Vec::new();
    for word in words {
        let unknown = || Refusal::PermissionUnknown(word.clone());
        let permission = Permission::parse(word).ok_or_else(unknown)?;
        if !own.contains(&permission) {
            return Err(Refusal::PermissionNotOfApp(permission).into());
        }
        if !found.contains(&permission) {
            found.push(permission);
        }
    }
    Ok(found)
}

fn key_scopes(words: &[String]) -> Result<Vec<KeyScope>> {
    let mut found = Vec::new();
    for word in words {
        let scope = KeyScope::parse(word);
        let scope = scope.ok_or_else(|| Refusal::PermissionUnknown(word.clone()))?;
        if !found.contains(&scope) {
            found.push(scope);
        }
    }
    Ok(found)
}

fn create(
    context: &mut Context<'_, '_>,
    owner: KeyOwner,
    name: &str,
    expires_at: Option<Timestamp>,
) -> Result<MadeKey> {
    let name = checked_name(name)?;
    let live = context.tx.live_keys(&owner, context.now)?;
    if live >= i64::try_from(LIVE_KEYS_MAX).unwrap_or(i64::MAX) {
        return Err(Refusal::TooManyKeys.into());
    }
    let secret = match owner {
        KeyOwner::App(..) => context.dice.word(),
        KeyOwner::Business(..) => business_secret(context.dice),
    };
    let secret_hash = &keyring::hash_secret(&secret);
    let credential = Credential::Key;
    let new = NewKey { secret_hash, credential, name, owner: &owner, expires_at };
    let id = context.tx.upsert_key(&new, context.now)?;
    Ok(MadeKey { key: found(context, id)?, secret })
}

/// `ACMA:<40 letters and digits>:<8 hexadecimal digits>`.
///
/// The last part is made of the middle one, so that a scanner of repositories can tell a key from
/// something that only looks like one. Nothing is refused for it: Worlds choose keys freely.
fn business_secret(dice: &Dice) -> String {
    let middle = dice.letters::<40>();
    let check = blake3::derive_key("peyk 2026 business key check", middle.as_bytes());
    let check = u32::from_be_bytes([check[0], check[1], check[2], check[3]]);
    format!("{BUSINESS_KEY_PREFIX}:{middle}:{check:08x}")
}

fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let fits = (1..=KEY_NAME_MAX_CHARS).contains(&name.chars().count());
    if fits && !name.contains('\0') { Ok(name) } else { Err(Refusal::KeyNameMalformed.into()) }
}

/// A key; the tokens of businesses, which share its numbers, are looked after on their own.
fn found(context: &mut Context<'_, '_>, id: ApiKeyId) -> Result<ApiKey> {
    if let Some(key) = context.tx.key(id)? {
        return Ok(key);
    }
    let owner = context.tx.token_of_business(id)?.map(|token| token.owner);
    Err(match owner {
        Some(KeyOwner::Business(business, _)) => Refusal::TokenIsNoKey { business, token: id },
        Some(KeyOwner::App(..)) | None => Refusal::not_found(Noun::ApiKey, id),
    }
    .into())
}

/// An app's or a business's keys, the oldest first.
pub fn keys_of(context: &mut Context<'_, '_>, owner: Party) -> Result<Vec<ApiKey>> {
    let owner = match owner {
        Party::App(id) => KeyOwner::App(id, Vec::new()),
        Party::Business(id) => KeyOwner::Business(id, Vec::new()),
        Party::Person(_) => return Ok(Vec::new()),
    };
    Ok(context.tx.keys_of(&owner, ApiKeyId(0), LISTED_MAX)?)
}

/// Renames or restricts a key, or changes when it ends.
pub fn change_key(
    context: &mut Context<'_, '_>,
    id: ApiKeyId,
    change: &KeyChange,
) -> Result<ApiKey> {
    let mut key = found(context, id)?;
    if let Some(name) = &change.name {
        key.name = checked_name(name)?.to_owned();
    }
    if let Some(words) = &change.allows {
        key.owner = match key.owner {
            KeyOwner::App(app, _) => {
                let own = context.tx.app(app)?;
                let own = own.ok_or_else(|| Refusal::not_found(Noun::App, app))?.permissions;
                KeyOwner::App(app, permissions(words, &own)?)
            }
            KeyOwner::Business(business, _) => KeyOwner::Business(business, key_scopes(words)?),
        };
    }
    if let Some(expires_at) = change.expires_at {
        let revives = key.has_expired(context.now) && expires_at.is_none_or(|at| at > context.now);
        let live = context.tx.live_keys(&key.owner, context.now)?;
        if revives && live >= i64::try_from(LIVE_KEYS_MAX).unwrap_or(i64::MAX) {
            return Err(Refusal::TooManyKeys.into());
        }
        key.expires_at = expires_at;
    }
    context.tx.update_key(&key)?;
    Ok(key)
}

/// Makes a key that replaces another one; both work until the overlap is over.
pub fn rotate_key(
    context: &mut Context<'_, '_>,
    id: ApiKeyId,
    overlap: Duration,
) -> Result<MadeKey> {
    let mut old = found(context, id)?;
    if old.revoked_at.is_some() {
        return Err(Refusal::ApiKeyRevoked.into());
    }
    if old.has_expired(context.now) {
        return Err(Refusal::ApiKeyExpired.into());
    }
    let expires_at = old.expires_at;
    let end = context.now.after(overlap);
    old.expires_at = Some(expires_at.map_or(end, |at| at.min(end)));
    context.tx.update_key(&old)?;
    create(context, old.owner, &old.name, expires_at)
}

/// Takes a key back, for good.
pub fn revoke_key(context: &mut Context<'_, '_>, id: ApiKeyId) -> Result<ApiKey> {
    found(context, id)?;
    context.tx.revoke_key(id, context.now)?;
    found(context, id)
}
