//! Who: whose secrets these are and what they are worth, for those who explain a refusal.
//!
//! Nobody is admitted by this: what works no longer is found like what works.

use peyk_model::{ApiKey, App, AppId, BusinessId, DatedGrant, KeyOwner, Person, Token};
use peyk_store::{Credential, Lock};

use crate::error::Result;
use crate::{Context, keyring};

/// Whose secrets these are.
#[derive(Debug, Clone, Default)]
pub struct Who {
    /// The app that the key belongs to, or else the one that the token was given to.
    pub app: Option<App>,
    /// The business that the key or token belongs to.
    pub business: Option<BusinessId>,
    /// The key, or a business's token.
    pub key: Option<ApiKey>,
    /// The token of a grant.
    pub token: Option<Token>,
    /// What a person allowed by it.
    pub grant: Option<DatedGrant>,
    /// The person who did.
    pub person: Option<Person>,
    /// The app that the token was given to.
    pub token_app: Option<App>,
    /// Whether what was shown as a key is a token.
    pub key_is_token: bool,
    /// Whether what was shown as a token is a key.
    pub token_is_key: bool,
}

/// Whose key and token these are, whether or not they still work.
pub fn who(context: &mut Context<'_, '_>, key: Option<&str>, token: Option<&str>) -> Result<Who> {
    let mut who = Who::default();
    if let Some(secret) = key {
        let hash = keyring::hash_secret(secret);
        who.key = context.tx.key_by_secret(&hash, Credential::Key)?;
        who.key_is_token = who.key.is_none()
            && (context.tx.token_by_secret(&hash)?.is_some()
                || context.tx.key_by_secret(&hash, Credential::Token)?.is_some());
    }
    if let Some(secret) = token {
        let hash = keyring::hash_secret(secret);
        who.token = context.tx.token_by_secret(&hash)?;
        if who.token.is_none() {
            who.token_is_key = context.tx.key_by_secret(&hash, Credential::Key)?.is_some();
            if who.key.is_none() {
                who.key = context.tx.key_by_secret(&hash, Credential::Token)?;
            }
        }
    }
    if let Some(token) = &who.token {
        who.grant = context.tx.dated_grant(token.grant, Lock::None)?;
    }
    if let Some(DatedGrant { grant, .. }) = &who.grant {
        who.person = context.tx.person(grant.person)?;
        who.token_app = context.tx.app(grant.app)?;
        who.app = who.token_app.clone();
    }
    match who.key.as_ref().map(|key| &key.owner) {
        Some(KeyOwner::App(app, _)) => who.app = context.tx.app(*app)?,
        Some(KeyOwner::Business(business, _)) => who.business = Some(*business),
        None => {}
    }
    Ok(who)
}

/// The public name of an app.
pub fn slug(context: &mut Context<'_, '_>, app: AppId) -> Result<Option<String>> {
    Ok(context.tx.app(app)?.map(|app| app.slug))
}
