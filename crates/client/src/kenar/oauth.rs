//! OAuth: a user lets an app act, the app gets tokens and keeps them fresh.
//!
//! [`OAuth`] makes the page's address, turns codes and refresh tokens into [`Tokens`], and starts a [`Session`], which
//! refreshes by itself and keeps the tokens in a [`TokenStore`].

mod session;
mod store;

use std::time::Duration;

use peyk_wire::oauth::error::{OauthError, OauthErrorCode};
use peyk_wire::oauth::{authorize, introspect, revoke, token};
use peyk_wire::{Operation, Secret};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use url::Url;

pub use session::Session;
pub use store::{FileStore, MemoryStore, StoreLock, TokenStore};

use super::{OAUTH_BASE, ScopeWord};
use crate::builder::Server;
use crate::transport::{Answer, Body, Call, Safety, Transport, under};
use crate::{Error, ErrorKind, Result, Timestamp, chance};

/// What a user granted.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run_oauth(async |oauth| {
/// let tokens = oauth.exchange(&"code".into()).await?;
/// let kept = serde_json::to_string(&tokens).unwrap();
/// assert_eq!(serde_json::from_str::<peyk_client::kenar::Tokens>(&kept).unwrap(), tokens);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tokens {
    /// Sent with every call in the user's name.
    pub access_token: Secret,
    /// Makes new ones; only if `offline_access` was granted.
    pub refresh_token: Option<Secret>,
    /// When the access token ends.
    pub expires_at: Timestamp,
    /// What was granted.
    pub scopes: Vec<ScopeWord>,
}

impl Tokens {
    /// An access token that came another way, and when it ends.
    ///
    /// ```
    /// use std::time::Duration;
    /// use peyk_client::{Timestamp, kenar::Tokens};
    ///
    /// let tokens = Tokens::new("ory_at_demo", Timestamp::now().plus(Duration::from_secs(3600)));
    /// assert_eq!(tokens.refresh_token, None);
    /// ```
    pub fn new(access_token: impl Into<Secret>, expires_at: Timestamp) -> Self {
        let access_token = access_token.into();
        Self { access_token, refresh_token: None, expires_at, scopes: Vec::new() }
    }

    /// With the token that makes new ones.
    ///
    /// ```
    /// # use peyk_client::{Timestamp, kenar::Tokens};
    /// let tokens = Tokens::new("ory_at_demo", Timestamp::now()).refreshed_by("ory_rt_demo");
    /// assert!(tokens.refresh_token.is_some());
    /// ```
    #[must_use]
    pub fn refreshed_by(mut self, refresh_token: impl Into<Secret>) -> Self {
        self.refresh_token = Some(refresh_token.into());
        self
    }

    /// With what was granted.
    ///
    /// ```
    /// # use peyk_client::{Timestamp, kenar::{ScopeWord, Tokens}};
    /// let tokens = Tokens::new("ory_at_demo", Timestamp::now()).scoped([ScopeWord::parse("USER_ID")]);
    /// assert_eq!(tokens.scopes.len(), 1);
    /// ```
    #[must_use]
    pub fn scoped(mut self, scopes: impl IntoIterator<Item = ScopeWord>) -> Self {
        self.scopes = scopes.into_iter().collect();
        self
    }

    /// Whether the access token ends within so long.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use peyk_client::{Timestamp, kenar::Tokens};
    /// let tokens = Tokens::new("ory_at_demo", Timestamp::now().plus(Duration::from_secs(60)));
    /// assert!(tokens.ends_within(Duration::from_secs(61)) && !tokens.ends_within(Duration::from_secs(30)));
    /// ```
    #[must_use]
    pub fn ends_within(&self, duration: Duration) -> bool {
        self.expires_at <= Timestamp::now().plus(duration)
    }
}

/// Sets up an [`OAuth`].
///
/// ```
/// use peyk_client::kenar::OAuth;
///
/// let builder = OAuth::builder("echo", "echo-secret", "http://127.0.0.1:3000/callback");
/// let oauth = builder.peyk("http://127.0.0.1:8080").build()?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OAuthBuilder {
    server: Server,
    client_id: String,
    client_secret: Secret,
    redirect_uri: String,
}

impl OAuthBuilder {
    server_methods!("OAuth::builder(\"echo\", \"secret\", \"https://example.ir/callback\")");

    /// The client.
    ///
    /// # Errors
    /// `Setup` if the address cannot be used.
    ///
    /// ```
    /// # use peyk_client::{ErrorKind, kenar::OAuth};
    /// let builder = OAuth::builder("echo", "secret", "https://example.ir/callback");
    /// assert_eq!(builder.base_url("ftp://x").build().unwrap_err().kind(), ErrorKind::Setup);
    /// ```
    pub fn build(self) -> Result<OAuth> {
        let (transport, base) = self.server.open(read_error)?;
        Ok(OAuth {
            transport,
            base,
            client_id: self.client_id,
            client_secret: self.client_secret,
            redirect_uri: self.redirect_uri,
        })
    }
}

/// An app, as OAuth knows it; cheap to clone.
///
/// ```
/// use peyk_client::kenar::{OAuth, ScopeName, ScopeWord};
///
/// let oauth = OAuth::builder("echo", "echo-secret", "https://example.ir/callback").build()?;
/// let scopes = [ScopeWord::parse("USER_ID"), ScopeWord::parse("offline_access")];
/// let state = OAuth::new_state();
/// let page = oauth.authorize_url(&scopes, &state);
/// assert!(page.as_str().starts_with("https://oauth.divar.ir/oauth2/auth?response_type=code&client_id=echo"));
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OAuth {
    transport: Transport,
    base: Url,
    client_id: String,
    client_secret: Secret,
    redirect_uri: String,
}

impl OAuth {
    /// An app by its slug, its secret, and the address that users come back to.
    ///
    /// ```
    /// # use peyk_client::kenar::{OAuth, ScopeWord};
    /// let oauth = OAuth::builder("echo", "echo-secret", "https://example.ir/callback").build()?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn builder(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        redirect_uri: impl Into<String>,
    ) -> OAuthBuilder {
        OAuthBuilder {
            server: Server::of_vendor(OAUTH_BASE),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            redirect_uri: redirect_uri.into(),
        }
    }

    /// A word nobody can guess, which ties a callback to the browser that was sent away.
    ///
    /// ```
    /// # use peyk_client::kenar::{OAuth, ScopeWord};
    /// assert_ne!(OAuth::new_state(), OAuth::new_state());
    /// ```
    #[must_use]
    pub fn new_state() -> String {
        chance::word()
    }

    /// The page on which a user decides.
    ///
    /// `GET /oauth2/auth`; ask for `offline_access` to be able to refresh.
    ///
    /// ```
    /// # use peyk_client::kenar::{OAuth, ScopeWord};
    /// let oauth = OAuth::builder("echo", "echo-secret", "https://example.ir/callback").build()?;
    /// let scopes = [ScopeWord::parse("USER_PHONE"), ScopeWord::parse("offline_access")];
    /// let page = oauth.authorize_url(&scopes, "a state");
    /// assert!(page.query().unwrap().contains("scope=USER_PHONE+offline_access"));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn authorize_url(&self, scopes: &[ScopeWord], state: &str) -> Url {
        let scope: Vec<String> = scopes.iter().map(ToString::to_string).collect();
        let mut url = under(&self.base, authorize::OPERATION.canonical_path());
        url.query_pairs_mut()
            .append_pair("response_type", authorize::RESPONSE_TYPE_CODE)
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &scope.join(" "))
            .append_pair("state", state);
        url
    }

    /// The code in the query that the browser brought back.
    ///
    /// # Errors
    /// `Forged` if the state is not the one given, `Forbidden` if the user refused.
    ///
    /// ```
    /// # use peyk_client::kenar::{OAuth, ScopeWord};
    /// let oauth = OAuth::builder("echo", "echo-secret", "https://example.ir/callback").build()?;
    /// let code = oauth.code("state=mine&code=abc", "mine")?;
    /// assert!(oauth.code("state=theirs&code=abc", "mine").is_err());
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn code(&self, query: &str, state: &str) -> Result<Secret> {
        let query = query.strip_prefix('?').unwrap_or(query);
        let value = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let came = value("state").unwrap_or_default();
        if !bool::from(came.as_bytes().ct_eq(state.as_bytes())) {
            return Err(Error::new(ErrorKind::Forged, "the callback has another state"));
        }
        let refused = || {
            let why = value("error_description").unwrap_or_else(|| "the user refused".to_owned());
            let mut error = Error::new(ErrorKind::Forbidden, why);
            if let Some(code) = value("error") {
                error = error.answered(200, Some(code));
            }
            error
        };
        value("code").map(Secret::from).ok_or_else(refused)
    }

    /// Turns a code into tokens; a code works once and for ten minutes.
    ///
    /// `POST /oauth2/token` with `grant_type=authorization_code`. Not repeated when the answer is lost: a code that comes
    /// twice may revoke what it made.
    ///
    /// # Errors
    /// `Unauthenticated` (`invalid_client`) for a wrong secret, `Refused` (`invalid_grant`) for a used or old code.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// let tokens = oauth.exchange(&"code".into()).await?;
    /// # Ok(()) });
    /// ```
    pub async fn exchange(&self, code: &Secret) -> Result<Tokens> {
        let form = [
            ("code", code.expose()),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose()),
            ("grant_type", "authorization_code"),
            ("redirect_uri", self.redirect_uri.as_str()),
        ];
        self.tokens(&form, Safety::Once, &[]).await
    }

    /// Turns a refresh token into new tokens; both change, and the old ones work for two minutes more.
    ///
    /// `POST /oauth2/token` with `grant_type=refresh_token`. A [`Session`] does this by itself.
    ///
    /// # Errors
    /// `Refused` (`invalid_grant`) if the refresh token ended or was revoked: the user has to grant again.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// let tokens = oauth.exchange(&"code".into()).await?;
    /// let fresh = oauth.refresh(&tokens).await?;
    /// # Ok(()) });
    /// ```
    pub async fn refresh(&self, tokens: &Tokens) -> Result<Tokens> {
        let Some(refresh_token) = &tokens.refresh_token else {
            let message = "there is no refresh token: ask for offline_access";
            return Err(Error::new(ErrorKind::Unauthenticated, message));
        };
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose()),
            ("redirect_uri", self.redirect_uri.as_str()),
            // Odd, and documented so.
            ("code", tokens.access_token.expose()),
        ];
        // Repeating is harmless while the old refresh token still works.
        let mut fresh = self.tokens(&form, Safety::Repeatable, &tokens.scopes).await?;
        if fresh.refresh_token.is_none() {
            fresh.refresh_token = Some(refresh_token.clone());
        }
        Ok(fresh)
    }

    async fn tokens(
        &self,
        form: &[(&str, &str)],
        safety: Safety,
        scopes: &[ScopeWord],
    ) -> Result<Tokens> {
        let given: Given = self.post(&token::OPERATION, form, safety).await?;
        let lifetime = Duration::from_secs(given.expires_in.value());
        Ok(Tokens {
            access_token: given.access_token,
            refresh_token: given.refresh_token,
            expires_at: Timestamp::now().plus(lifetime),
            scopes: given
                .scope
                .map_or_else(|| scopes.to_vec(), |list| ScopeWord::parse_list(&list)),
        })
    }

    /// Makes a token worthless.
    ///
    /// `POST /oauth2/revoke` (RFC 7009); Peyk has it, and the vendor does not say that it does.
    ///
    /// # Errors
    /// `NotFound` where there is no such operation.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// oauth.revoke(&"ory_at_demo".into()).await?;
    /// # Ok(()) });
    /// ```
    pub async fn revoke(&self, token: &Secret) -> Result<()> {
        let form = self.about(token);
        let done: revoke::RevokeResponse =
            self.post(&revoke::OPERATION, &form, Safety::Repeatable).await?;
        let revoke::RevokeResponse {} = done;
        Ok(())
    }

    /// Says what a token is worth.
    ///
    /// `POST /oauth2/introspect` (RFC 7662); Peyk has it, and the vendor does not say that it does.
    ///
    /// # Errors
    /// `NotFound` where there is no such operation.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_oauth(async |oauth| {
    /// assert!(oauth.introspect(&"ory_at_demo".into()).await?.active);
    /// # Ok(()) });
    /// ```
    pub async fn introspect(&self, token: &Secret) -> Result<introspect::IntrospectResponse> {
        self.post(&introspect::OPERATION, &self.about(token), Safety::Repeatable).await
    }

    fn about<'a>(&'a self, token: &'a Secret) -> [(&'static str, &'a str); 3] {
        [
            ("token", token.expose()),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose()),
        ]
    }

    async fn post<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        form: &[(&str, &str)],
        safety: Safety,
    ) -> Result<T> {
        let call = Call {
            operation,
            url: under(&self.base, operation.canonical_path()),
            headers: HeaderMap::new(),
            body: Body::form(form),
            safety,
            timeout: self.transport.care().timeout,
        };
        self.transport.call(call).await?.json().map_err(|error: Error| error.during(operation.name))
    }
}

/// As `TokenResponse`, but less strict about what other versions of the server left out.
#[derive(Deserialize)]
struct Given {
    access_token: Secret,
    expires_in: peyk_wire::Uint64Form,
    scope: Option<String>,
    refresh_token: Option<Secret>,
}

fn read_error(answer: &Answer) -> Error {
    let status = answer.status.as_u16();
    let Ok(error) = serde_json::from_slice::<OauthError>(&answer.body) else {
        let message = format!("the server answered {status} without an error body");
        return Error::new(plain_kind(status), message).answered(status, None);
    };
    let kind = match &error.error {
        OauthErrorCode::InvalidClient => ErrorKind::Unauthenticated,
        OauthErrorCode::AccessDenied | OauthErrorCode::UnauthorizedClient => ErrorKind::Forbidden,
        OauthErrorCode::ServerError | OauthErrorCode::TemporarilyUnavailable => {
            ErrorKind::Unavailable
        }
        OauthErrorCode::InvalidRequest
        | OauthErrorCode::InvalidGrant
        | OauthErrorCode::UnsupportedGrantType
        | OauthErrorCode::UnsupportedResponseType
        | OauthErrorCode::InvalidScope
        | OauthErrorCode::Unknown(_) => plain_kind(status),
    };
    let word = error.error.to_string();
    let message = error.error_description.unwrap_or_else(|| word.clone());
    Error::new(kind, message).answered(status, Some(word))
}

fn plain_kind(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        420 | 429 => ErrorKind::RateLimited,
        500 | 502 | 503 | 504 => ErrorKind::Unavailable,
        _ => ErrorKind::Refused,
    }
}
