//! Tokens: a code becomes a pair of them, and a refresh token becomes the next pair.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use peyk_model::limits::{ACCESS_TOKEN_LIFE, REFRESH_TOKEN_LIFE, ROTATION_GRACE};
use peyk_model::oauth::{Challenge, ChallengeMethod, is_offline, is_verifier};
use peyk_model::{App, Grant, OauthRefusal, Scope, ScopeName, Timestamp, Token, TokenKind};
use peyk_store::{Code, Lock};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Answer, Client, Stop, settle};
use crate::error::Result;
use crate::revoke_grant::{Revocation, revoke_grant};
use crate::{Context, keyring};

/// Tokens that were just given. Nobody can read them again.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// What acts for the person.
    pub access_token: String,
    /// What gets the next tokens, if the person allowed that.
    pub refresh_token: Option<String>,
    /// What they allow.
    pub scopes: Vec<Scope>,
    /// When the access token was given; it ends [`ACCESS_TOKEN_LIFE`] later.
    pub issued_at: Timestamp,
}

/// What a client shows to get its first tokens.
#[derive(Clone, Default)]
pub struct CodeShown {
    /// The code.
    pub code: Option<String>,
    /// Where it says the code was sent.
    pub redirect_uri: Option<String>,
    /// What belongs to the challenge.
    pub verifier: Option<String>,
}

/// Turns a code into tokens, once. A code that comes again takes back what it gave.
pub fn exchange_code(
    context: &mut Context<'_, '_>,
    client: &Client,
    shown: &CodeShown,
) -> Answer<Tokens> {
    settle(exchange(context, client, shown))
}

/// Turns a code into tokens as it was before 2024: the app's key stands for its secret, no address
/// is shown, and there is always a refresh token.
pub fn exchange_code_of_old(
    context: &mut Context<'_, '_>,
    client: &Client,
    shown: &CodeShown,
) -> Answer<Tokens> {
    settle((|| {
        let app = client.authenticate_of_old(context)?;
        let grant = use_code(context, &app, shown, |known| {
            if !is_offline(&known.allows.scopes) {
                known.allows.scopes.push(Scope::plain(ScopeName::OfflineAccess));
            }
            Ok(())
        })?;
        Ok(issue(context, grant)?)
    })())
}

fn exchange(
    context: &mut Context<'_, '_>,
    client: &Client,
    shown: &CodeShown,
) -> Result<Tokens, Stop> {
    let app = client.authenticate(context)?;
    let grant = use_code(context, &app, shown, |known| {
        check_redirect(&app, known.redirect_uri.as_deref(), shown.redirect_uri.as_deref())
    })?;
    Ok(issue(context, grant)?)
}

/// Whoever named an address when asking has to name it again (RFC 6749, 4.1.3).
fn check_redirect(app: &App, known: Option<&str>, shown: Option<&str>) -> Result<(), Stop> {
    match (known, shown) {
        (Some(known), Some(shown)) if known == shown => Ok(()),
        (Some(_), Some(_)) => Err(OauthRefusal::RedirectDiffers.into()),
        (Some(_), None) => Err(OauthRefusal::Missing("redirect_uri").into()),
        (None, Some(shown)) => {
            app.redirect_to(shown).map(drop).map_err(|_| OauthRefusal::RedirectDiffers.into())
        }
        (None, None) => Ok(()),
    }
}

/// Uses a code of this app, once, by whoever has its verifier and if `check` agrees, and tells what
/// it allows then.
fn use_code(
    context: &mut Context<'_, '_>,
    app: &App,
    shown: &CodeShown,
    check: impl FnOnce(&mut Code) -> Result<(), Stop>,
) -> Result<Grant, Stop> {
    let code = shown.code.as_deref().ok_or(OauthRefusal::Missing("code"))?;
    let hash = keyring::hash_secret(code);
    let known = context.tx.code_for_use(&hash)?.filter(|known| known.allows.app == app.id);
    let mut known = known.ok_or(OauthRefusal::CodeInvalid)?;
    if let Some(given) = known.grant {
        if let Some(given) = context.tx.dated_grant(given, Lock::Exclusive)? {
            revoke_grant(context, &given.grant, Revocation::CodeReused)?;
        }
        return Err(OauthRefusal::CodeReused.into());
    }
    if known.expires_at <= context.now {
        return Err(OauthRefusal::CodeInvalid.into());
    }
    check(&mut known)?;
    check_verifier(known.challenge.as_ref(), shown.verifier.as_deref())?;
    let mut grant = known.allows;
    grant.id = context.tx.insert_grant(&grant, context.now)?;
    context.tx.update_code_used(&hash, grant.id, context.now)?;
    Ok(grant)
}

/// A verifier without a challenge is refused too: somebody may have taken the challenge away.
fn check_verifier(challenge: Option<&Challenge>, verifier: Option<&str>) -> Result<(), Stop> {
    let fits = match (challenge, verifier) {
        (None, None) => true,
        (None, Some(_)) | (Some(_), None) => false,
        (Some(challenge), Some(verifier)) => {
            let made = match challenge.method {
                ChallengeMethod::Plain => verifier.to_owned(),
                ChallengeMethod::Sha256 => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
            };
            is_verifier(verifier) && bool::from(made.as_bytes().ct_eq(challenge.text.as_bytes()))
        }
    };
    if fits { Ok(()) } else { Err(OauthRefusal::VerifierWrong.into()) }
}

/// Turns a refresh token into new tokens of both kinds.
///
/// The old pair goes on working for [`ROTATION_GRACE`], for a client that lost the answer. Who
/// shows the old refresh token later has stolen it or was stolen from: the grant is revoked.
pub fn refresh(
    context: &mut Context<'_, '_>,
    client: &Client,
    refresh_token: Option<&str>,
    scope: Option<&str>,
) -> Answer<Tokens> {
    settle(rotate(context, client, refresh_token, scope))
}

fn rotate(
    context: &mut Context<'_, '_>,
    client: &Client,
    refresh_token: Option<&str>,
    scope: Option<&str>,
) -> Result<Tokens, Stop> {
    let app = client.authenticate(context)?;
    let invalid = OauthRefusal::RefreshInvalid;
    let shown = refresh_token.ok_or(OauthRefusal::Missing("refresh_token"))?;
    let hash = keyring::hash_secret(shown);
    let known = context.tx.token_by_secret(&hash)?;
    let known = known.filter(|known| known.kind == TokenKind::Refresh).ok_or(invalid.clone())?;
    let grant = context.tx.dated_grant(known.grant, Lock::Exclusive)?;
    let grant = grant.filter(|found| found.grant.app == app.id && found.revoked_at.is_none());
    let grant = grant.ok_or(invalid.clone())?.grant;
    // Another server may have replaced it before the grant was locked.
    let known = context.tx.token_by_secret(&hash)?.ok_or(invalid.clone())?;
    if known.was_stolen_if_shown(context.now) {
        revoke_grant(context, &grant, Revocation::RefreshReused)?;
        return Err(OauthRefusal::RefreshReused.into());
    }
    if !known.is_live(context.now) {
        return Err(invalid.into());
    }
    check_narrower(&grant, scope.unwrap_or_default())?;
    context.tx.retire_pair(grant.id, &known.pair, context.now.after(ROTATION_GRACE))?;
    Ok(issue(context, grant)?)
}

/// A client may name scopes again when it refreshes, but no others; it gets all of them anyway.
fn check_narrower(grant: &Grant, scope: &str) -> Result<(), OauthRefusal> {
    for word in scope.split_ascii_whitespace() {
        let asked = Scope::parse(word);
        let asked = asked.ok_or_else(|| OauthRefusal::ScopeUnknown(word.to_owned()))?;
        if !grant.allows(&asked) {
            return Err(OauthRefusal::ScopeNotOfApp(asked.to_string()));
        }
    }
    Ok(())
}

pub(crate) fn issue(context: &mut Context<'_, '_>, grant: Grant) -> Result<Tokens> {
    let secret = |kind: &str| format!("{kind}_{}.{}", context.dice.word(), context.dice.word());
    let access_token = secret("ory_at");
    let refresh_token = is_offline(&grant.scopes).then(|| secret("ory_rt"));
    let pair = keyring::hash_secret(&access_token);
    let token = |kind, life| Token {
        kind,
        grant: grant.id,
        pair,
        issued_at: context.now,
        expires_at: Some(context.now.after(life)),
        retired_at: None,
    };
    let access = token(TokenKind::Access, ACCESS_TOKEN_LIFE);
    let refresh = token(TokenKind::Refresh, REFRESH_TOKEN_LIFE);
    context.tx.insert_token(&pair, &access)?;
    if let Some(secret) = &refresh_token {
        context.tx.insert_token(&keyring::hash_secret(secret), &refresh)?;
    }
    Ok(Tokens { access_token, refresh_token, scopes: grant.scopes, issued_at: context.now })
}
