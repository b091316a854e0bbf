//! Looking at tokens, and making them worthless.

use peyk_model::{App, Grant, OauthRefusal, Person, Token, TokenKind};
use peyk_store::{Fault, Lock};

use super::{Answer, Client, Stop, settle};
use crate::error::Result;
use crate::revoke_grant::{Revocation, revoke_grant};
use crate::{Context, keyring};

/// Everything there is to know of a token that works.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenFacts {
    /// The token.
    pub token: Token,
    /// What it stands for.
    pub grant: Grant,
    /// Whose it is.
    pub app: App,
    /// For whom it acts.
    pub person: Person,
}

/// What a token is, if it works.
pub fn inspect_token(context: &mut Context<'_, '_>, secret: &str) -> Result<Option<TokenFacts>> {
    let Some(token) = context.tx.token_by_secret(&keyring::hash_secret(secret))? else {
        return Ok(None);
    };
    let Some(found) = context.tx.dated_grant(token.grant, Lock::None)? else { return Ok(None) };
    if found.revoked_at.is_some() || !token.is_live(context.now) {
        return Ok(None);
    }
    let grant = found.grant;
    let app = context.tx.app(grant.app)?;
    let app = app.ok_or_else(|| Fault::Corrupt(format!("app of grant {}", grant.id)))?;
    let person = context.tx.person(grant.person)?;
    let person = person.ok_or_else(|| Fault::Corrupt(format!("person of grant {}", grant.id)))?;
    Ok(Some(TokenFacts { token, grant, app, person }))
}

/// An app asks what a token is. Of others' tokens it learns as little as of none.
pub fn introspect(
    context: &mut Context<'_, '_>,
    client: &Client,
    token: Option<&str>,
) -> Answer<Option<TokenFacts>> {
    settle((|| {
        let app = client.authenticate(context)?;
        let token = token.ok_or(OauthRefusal::Missing("token"))?;
        let facts = inspect_token(context, token)?;
        Ok::<_, Stop>(facts.filter(|facts| facts.app.id == app.id))
    })())
}

/// An app makes a token worthless: an access token alone, a refresh token with all of its grant.
///
/// A token that nobody knows is worthless already.
pub fn revoke_token(
    context: &mut Context<'_, '_>,
    client: &Client,
    token: Option<&str>,
) -> Answer<()> {
    settle((|| {
        let app = client.authenticate(context)?;
        let hash = keyring::hash_secret(token.ok_or(OauthRefusal::Missing("token"))?);
        let Some(known) = context.tx.token_by_secret(&hash)? else { return Ok(()) };
        let Some(found) = context.tx.dated_grant(known.grant, Lock::Exclusive)? else {
            return Ok(());
        };
        if found.grant.app != app.id {
            return Err(OauthRefusal::TokenOfAnotherApp.into());
        }
        match known.kind {
            TokenKind::Access => context.tx.delete_token(&hash)?,
            TokenKind::Refresh => revoke_grant(context, &found.grant, Revocation::ByApp)?,
        }
        Ok::<_, Stop>(())
    })())
}
