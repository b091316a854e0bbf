//! What proves which cabinet asks.

use peyk_wire::Secret;
use reqwest::header::{AUTHORIZATION, HeaderMap};

use crate::Result;
use crate::transport::secret_header;

/// A key or a token.
///
/// ```
/// use peyk_client::market::Credential;
///
/// let key = Credential::api_key("ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd");
/// assert!(!format!("{key:?}").contains("ACMA"), "secrets are not shown");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Credential {
    /// `Api-Key: ACMA:…`, of one cabinet.
    ApiKey(Secret),
    /// `Authorization: Bearer y0_…`, of one user; deprecated.
    OAuth(Secret),
    /// `Authorization: OAuth oauth_token="…", oauth_client_id="…"`, as it was before.
    LegacyOAuth {
        /// The token.
        token: Secret,
        /// The id of the app it was given to.
        client_id: String,
    },
}

impl Credential {
    /// A cabinet's key.
    ///
    /// ```
    /// # use peyk_client::market::Credential;
    /// let key = Credential::api_key("ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd");
    /// ```
    pub fn api_key(key: impl Into<Secret>) -> Self {
        Self::ApiKey(key.into())
    }

    /// A user's token.
    ///
    /// ```
    /// # use peyk_client::market::Credential;
    /// let token = Credential::oauth("y0_demo");
    /// ```
    pub fn oauth(token: impl Into<Secret>) -> Self {
        Self::OAuth(token.into())
    }

    pub(super) fn headers(&self) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        match self {
            Self::ApiKey(key) => {
                headers.insert("api-key", secret_header(key.expose())?);
            }
            Self::OAuth(token) => {
                let value = format!("Bearer {}", token.expose());
                headers.insert(AUTHORIZATION, secret_header(&value)?);
            }
            Self::LegacyOAuth { token, client_id } => {
                let token = token.expose();
                let value =
                    format!("OAuth oauth_token=\"{token}\", oauth_client_id=\"{client_id}\"");
                headers.insert(AUTHORIZATION, secret_header(&value)?);
            }
        }
        Ok(headers)
    }

    /// What a host of files is shown: the key as it is, or a token in the form those hosts know.
    pub(super) fn file_headers(&self) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        match self {
            Self::ApiKey(key) => {
                headers.insert("api-key", secret_header(key.expose())?);
            }
            Self::OAuth(token) | Self::LegacyOAuth { token, .. } => {
                let value = format!("OAuth {}", token.expose());
                headers.insert(AUTHORIZATION, secret_header(&value)?);
            }
        }
        Ok(headers)
    }
}
