//! Who asks: an app by its key, and for some operations a person by the token they gave it.
//!
//! What the key may do and what the person allowed are independent: each is checked for itself.

use http::{HeaderMap, header};
use peyk_engine::caller::{AppCaller, app_by_key, grant_by_token};
use peyk_engine::{Context, Error};
use peyk_model::{Grant, Permission, Refusal};
use peyk_wire::Operation;
use peyk_wire::kenar::header::{API_KEY, LEGACY_ACCESS_TOKEN};

use crate::echoes::Asked as Echoed;

/// The secrets that came with a request.
#[derive(Clone)]
pub struct Credentials {
    api_key: Option<String>,
    token: Option<String>,
}

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    /// What the key must be allowed.
    pub permission: Permission,
    /// What becomes of a person's token.
    pub token: Token,
}

/// What becomes of a person's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// Nobody looks at it.
    Ignored,
    /// One that is sent must be good; none is needed.
    Checked,
    /// One must be sent.
    Needed,
}

/// A caller that has what the operation needs.
pub struct Admitted {
    /// The app.
    pub app: AppCaller,
    grant: Option<Grant>,
}

impl Admitted {
    /// What the person allowed, for operations that need it.
    pub fn grant(&self) -> Result<&Grant, Refusal> {
        self.grant.as_ref().ok_or(Refusal::TokenMissing)
    }

    /// What the person allowed, if anybody did.
    pub fn any_grant(&self) -> Option<&Grant> {
        self.grant.as_ref()
    }
}

impl Credentials {
    /// Takes the secrets from their headers, the newer form first.
    pub fn of(headers: &HeaderMap) -> Self {
        let token = match headers.contains_key(header::AUTHORIZATION) {
            true => bearer(headers),
            false => text(headers, LEGACY_ACCESS_TOKEN),
        };
        Self { api_key: text(headers, API_KEY), token }
    }

    /// The person's token as it came.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Everything that an answer about this target depends on beside what is committed.
    pub fn asked(&self, operation: &Operation, target: &str) -> Echoed {
        let secret = |secret: &'_ Option<String>| -> Vec<u8> {
            secret.as_ref().map_or(Vec::new(), |secret| [b"=", secret.as_bytes()].concat())
        };
        let (key, token) = (secret(&self.api_key), secret(&self.token));
        Echoed::of([operation.name.as_bytes(), &key, &token, target.as_bytes()])
    }

    /// Who this is, unless the operation needs more.
    pub fn admit(&self, context: &mut Context<'_, '_>, needs: Needs) -> Result<Admitted, Error> {
        let key = self.api_key.as_deref().ok_or(Refusal::ApiKeyMissing)?;
        let app = app_by_key(context, key)?;
        app.require(needs.permission)?;
        let grant = match (needs.token, &self.token) {
            (Token::Ignored, _) | (Token::Checked, None) => None,
            (Token::Needed, None) => return Err(Refusal::TokenMissing.into()),
            (Token::Checked | Token::Needed, Some(token)) => {
                Some(grant_by_token(context, &app, token)?)
            }
        };
        Ok(Admitted { app, grant })
    }
}

/// The token in `Authorization`; something that is no bearer token is a token that nobody has.
pub fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = text(headers, header::AUTHORIZATION.as_str())?;
    let (scheme, token) = value.split_once(' ').unwrap_or((&value, ""));
    match (scheme.eq_ignore_ascii_case("bearer"), token.trim()) {
        (true, "") => None,
        (true, token) => Some(token.to_owned()),
        (false, _) => Some(String::new()),
    }
}

/// A header as text, if it says anything.
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(name)?.as_bytes()).trim().to_owned();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(headers: &[(&'static str, &'static str)]) -> Option<String> {
        let headers = headers.iter().map(|(name, value)| {
            (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap())
        });
        Credentials::of(&headers.collect()).token
    }

    #[test]
    fn authorization_wins_over_the_older_header() {
        let old = ("x-access-token", "old");
        assert_eq!(token(&[old]).as_deref(), Some("old"));
        assert_eq!(token(&[old, ("authorization", "Bearer new")]).as_deref(), Some("new"));
        assert_eq!(token(&[old, ("authorization", "bEaReR  new")]).as_deref(), Some("new"));
        assert_eq!(token(&[old, ("authorization", "Basic bmV3")]).as_deref(), Some(""));
    }

    #[test]
    fn an_empty_token_is_no_token() {
        assert_eq!(token(&[]), None);
        assert_eq!(token(&[("authorization", "Bearer ")]), None);
        assert_eq!(token(&[("x-access-token", "")]), None);
    }
}
