//! Callers: whose secret came with a request, and what it may do.

use peyk_model::{
    App, BusinessId, Grant, KeyOwner, KeyScope, Noun, Permission, Person, Refusal, Scope,
};
use peyk_store::{Credential, Fault};

use crate::error::Result;
use crate::{Context, keyring};

/// An app that showed a live key.
#[derive(Debug, Clone)]
pub struct AppCaller {
    /// The app.
    pub app: App,
    permissions: Vec<Permission>,
}

impl AppCaller {
    /// Refuses unless the key has this permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.permissions.contains(&permission) {
            Ok(())
        } else {
            Err(Refusal::PermissionMissing(permission).into())
        }
    }
}

/// A business that showed a live key or token.
#[derive(Debug, Clone)]
pub struct BusinessCaller {
    /// The business.
    pub business: BusinessId,
    /// What people call the key.
    pub key_name: String,
    /// What the key may do.
    pub scopes: Vec<KeyScope>,
}

impl BusinessCaller {
    /// Refuses unless the key has one of these scopes.
    pub fn require(&self, alternatives: &'static [KeyScope]) -> Result<()> {
        if alternatives.iter().any(|scope| self.scopes.contains(scope)) {
            Ok(())
        } else {
            Err(Refusal::KeyScopeMissing(alternatives).into())
        }
    }

    /// Refuses unless this is the caller's own business.
    pub fn require_business(&self, business: BusinessId) -> Result<()> {
        if self.business == business { Ok(()) } else { Err(Refusal::AccessDenied.into()) }
    }
}

/// The app whose key this is.
pub fn app_by_key(context: &mut Context<'_, '_>, secret: &str) -> Result<AppCaller> {
    let hash = keyring::hash_secret(secret);
    let key = context.tx.key_by_secret(&hash, Credential::Key)?.ok_or(Refusal::ApiKeyInvalid)?;
    check_life(&key, context.now)?;
    let KeyOwner::App(id, permissions) = key.owner else {
        return Err(Refusal::ApiKeyInvalid.into());
    };
    let app = context.tx.app(id)?.ok_or_else(|| Fault::Corrupt(format!("key of app {id}")))?;
    context.was_shown(key.id, key.expires_at);
    // What was taken from the app is taken from its keys.
    let permissions = permissions.into_iter().filter(|each| app.permissions.contains(each));
    Ok(AppCaller { permissions: permissions.collect(), app })
}

/// The business whose key or token this is.
pub fn business_by_secret(
    context: &mut Context<'_, '_>,
    secret: &str,
    credential: Credential,
) -> Result<BusinessCaller> {
    let unknown = || match credential {
        Credential::Key => Refusal::ApiKeyInvalid,
        Credential::Token => Refusal::TokenInvalid,
    };
    let hash = keyring::hash_secret(secret);
    let key = context.tx.key_by_secret(&hash, credential)?.ok_or_else(unknown)?;
    check_life(&key, context.now).map_err(|refusal| match credential {
        Credential::Key => refusal,
        // Of a token nobody is told more than that it does not work.
        Credential::Token => Refusal::TokenInvalid.into(),
    })?;
    match key.owner {
        KeyOwner::Business(business, scopes) => {
            context.was_shown(key.id, key.expires_at);
            Ok(BusinessCaller { business, key_name: key.name, scopes })
        }
        KeyOwner::App(..) => Err(unknown().into()),
    }
}

fn check_life(key: &peyk_model::ApiKey, now: peyk_model::Timestamp) -> Result<()> {
    if key.revoked_at.is_some() {
        return Err(Refusal::ApiKeyRevoked.into());
    }
    if key.has_expired(now) {
        return Err(Refusal::ApiKeyExpired.into());
    }
    Ok(())
}

/// What a person allowed this app, by an access token.
pub fn grant_by_token(
    context: &mut Context<'_, '_>,
    caller: &AppCaller,
    token: &str,
) -> Result<Grant> {
    let hash = keyring::hash_secret(token);
    let grant = context.tx.grant_by_access_token(&hash, context.now)?;
    let (grant, until) = grant.ok_or(Refusal::TokenInvalid)?;
    context.is_over_at(until);
    if grant.app != caller.app.id {
        return Err(Refusal::TokenOfAnotherApp.into());
    }
    Ok(grant)
}

/// Refuses unless the grant allows one of these.
pub fn require_scope(grant: &Grant, alternatives: Vec<Scope>) -> Result<()> {
    if alternatives.iter().any(|scope| grant.allows(scope)) {
        Ok(())
    } else {
        Err(Refusal::ScopeMissing(alternatives).into())
    }
}

/// The person who gave a grant.
pub fn person_of_grant(context: &mut Context<'_, '_>, grant: &Grant) -> Result<Person> {
    let person = context.tx.person(grant.person)?;
    person.ok_or_else(|| Refusal::not_found(Noun::Person, grant.person).into())
}
