//! Credentials: a key, or a token in one of three forms of the `Authorization` header.

use http::HeaderMap;
use peyk_engine::caller::{BusinessCaller, business_by_secret};
use peyk_engine::{Context, Credential};
use peyk_wire::market::header::{API_KEY, AUTHORIZATION};

use super::error::Rejection;

const KEY_PREFIX: &str = "ACMA:";
/// Letters and digits in the middle of a key.
const KEY_BODY_BYTES: usize = 40;
/// Hexadecimal digits at the end of a key.
const KEY_SUFFIX_BYTES: usize = 8;
const KEY_BYTES: usize = KEY_PREFIX.len() + KEY_BODY_BYTES + 1 + KEY_SUFFIX_BYTES;

/// A secret as it came, well formed but perhaps nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// The secret.
    pub secret: String,
    /// In which header it came.
    pub credential: Credential,
}

impl Presented {
    fn key(secret: String) -> Self {
        Self { secret, credential: Credential::Key }
    }

    fn token(secret: &str) -> Self {
        Self { secret: secret.to_owned(), credential: Credential::Token }
    }

    /// The business to which the secret belongs.
    pub fn caller(&self, context: &mut Context<'_, '_>) -> peyk_engine::Result<BusinessCaller> {
        business_by_secret(context, &self.secret, self.credential)
    }
}

/// The secret that came with a request; a key wins over a token.
pub fn presented(headers: &HeaderMap) -> Result<Presented, Rejection> {
    if let Some(key) = header(headers, API_KEY) {
        return api_key(key);
    }
    match header(headers, AUTHORIZATION) {
        Some(authorization) => token(&authorization),
        None => Err(Rejection::unauthorized("Credentials are not specified")),
    }
}

/// The key that came with a request to an operation that takes no token.
pub fn key_alone(headers: &HeaderMap) -> Result<Presented, Rejection> {
    let presented = presented(headers)?;
    match presented.credential {
        Credential::Key => Ok(presented),
        Credential::Token => Err(Rejection::unauthorized("Api-Key token is not specified")),
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

fn api_key(key: String) -> Result<Presented, Rejection> {
    let refused = |message| Err(Rejection::unauthorized(message));
    if key.is_empty() {
        return refused("Api-Key token is not specified");
    }
    let Some(rest) = key.strip_prefix(KEY_PREFIX) else {
        return refused("Api-Key token prefix invalid");
    };
    if key.len() != KEY_BYTES {
        return refused("Api-Key token length invalid");
    }
    let is_well_formed = rest.split_once(':').is_some_and(|(body, suffix)| {
        body.len() == KEY_BODY_BYTES
            && body.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && suffix.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    if is_well_formed { Ok(Presented::key(key)) } else { refused("Api-Key token format invalid") }
}

fn token(authorization: &str) -> Result<Presented, Rejection> {
    let (scheme, rest) = match authorization.split_once(char::is_whitespace) {
        Some((scheme, rest)) => (scheme, rest.trim()),
        None => (authorization, ""),
    };
    if scheme.eq_ignore_ascii_case("Bearer") {
        bearer(rest)
    } else if scheme.eq_ignore_ascii_case("OAuth") {
        legacy(rest)
    } else if rest.is_empty() {
        Err(invalid_syntax())
    } else {
        let message = "Unsupported authorization type specified in Authorization header";
        Err(Rejection::unauthorized(message))
    }
}

fn bearer(token: &str) -> Result<Presented, Rejection> {
    if token.is_empty() {
        return Err(Rejection::unauthorized("OAuth token is not specified"));
    }
    one_word(token)
}

/// `oauth_token="…", oauth_client_id="…"` with or without quotes and spaces, or the token alone,
/// as clients that download files send it.
fn legacy(rest: &str) -> Result<Presented, Rejection> {
    if rest.is_empty() {
        return Err(Rejection::unauthorized("OAuth credentials are not specified"));
    }
    if !rest.contains("oauth_") {
        return one_word(rest);
    }
    let (mut token, mut client_id) = ("", "");
    for pair in rest.split(',') {
        let (name, value) = pair.split_once('=').ok_or_else(invalid_syntax)?;
        let value = unquoted(value.trim()).ok_or_else(invalid_syntax)?;
        match name.trim() {
            "oauth_token" => token = value,
            "oauth_client_id" => client_id = value,
            _ => {}
        }
    }
    if token.is_empty() {
        return Err(Rejection::unauthorized("OAuth token is not specified"));
    }
    if client_id.is_empty() {
        return Err(Rejection::unauthorized("OAuth client id is not specified"));
    }
    one_word(token)
}

fn one_word(token: &str) -> Result<Presented, Rejection> {
    if token.contains(|c: char| c.is_whitespace() || c == ',' || c == '"') {
        return Err(invalid_syntax());
    }
    Ok(Presented::token(token))
}

/// The value without its quotes, unless only one of them is there.
fn unquoted(value: &str) -> Option<&str> {
    match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"'),
        None => Some(value),
    }
}

fn invalid_syntax() -> Rejection {
    Rejection::unauthorized("Authorization header has invalid syntax")
}
