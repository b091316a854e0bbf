//! The Divar Kenar chat API.
//!
//! [`Kenar`] acts as an app with its API key; [`Kenar::as_user`] gives a [`KenarUser`] that also carries the token a user
//! granted. The addresses are the vendor's unless [`KenarBuilder::peyk`] points everything to a Peyk.

mod bot;
mod button;
mod download;
mod error;
mod legacy;
mod lookup;
mod message;
pub mod oauth;
mod upload;
mod user;

use std::sync::Arc;

use peyk_wire::kenar::header;
use peyk_wire::{Operation, Secret};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use url::Url;

pub use button::{Button, ButtonGrid, ButtonRow};
pub use legacy::{LegacyMessage, LegacyWebhook};
pub use message::{Body, BotMessage, Conversation, ConversationMessage, Media, Message};
pub use oauth::{OAuth, Session, TokenStore, Tokens};
pub use peyk_wire::kenar::conversation::ConversationType;
pub use peyk_wire::kenar::message::{
    ContactData, LocationData, MessageType, Sender, SenderSide, SenderType,
};
pub use peyk_wire::kenar::register_event_subscription::SubscribedEventType;
pub use peyk_wire::kenar::scope::{ScopeName, ScopeWord};
pub use peyk_wire::kenar::upload::MediaType;
pub use user::{KenarUser, Subscription, User, UserToken};

use crate::builder::Server;
use crate::transport::{Body as Sent, Call, Safety, Transport, base_url, secret_header, under};
use crate::{Error, ErrorKind, Result, chance};

text_id! {
    /// A conversation: a UUID.
    ConversationId;
    /// A user as one app knows them; another app knows the same user by another id.
    UserId;
    /// A post.
    PostToken;
    /// An uploaded file, ready to be sent.
    MediaToken;
    /// A message: a UUID.
    MessageId;
}

/// Where the operations are, except upload and OAuth.
const BASE: &str = "https://open-api.divar.ir";
/// Where uploads go.
const CHAT_BASE: &str = "https://chat.divar.ir";
/// Where users grant and tokens are made.
pub(crate) const OAUTH_BASE: &str = "https://oauth.divar.ir";

/// Which of the addresses an operation was ever published under is used.
///
/// ```
/// use peyk_client::{Kenar, kenar::KenarPaths};
///
/// let kenar = Kenar::builder("key").paths(KenarPaths::ExperimentalConversations).build()?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum KenarPaths {
    /// The newest ones: `/v1/…` and `/v2/…`.
    #[default]
    Current,
    /// `/experimental/open-platform/chat/bot/…`, as most bots have it.
    Experimental,
    /// `/experimental/open-platform/chatbot-conversations/…`, dropped from the specification in February 2026.
    ExperimentalConversations,
    /// `/v2/open-platform/chatbot-conversations/…`, of the oldest guides.
    V2,
}

impl KenarPaths {
    fn of(self, operation: &Operation) -> &'static str {
        let prefix = match self {
            Self::Current => return operation.canonical_path(),
            Self::Experimental => "/experimental/open-platform/chat/",
            Self::ExperimentalConversations => "/experimental/open-platform/chatbot-conversations/",
            Self::V2 => "/v2/open-platform/chatbot-conversations/",
        };
        let found = operation.paths.iter().find(|path| path.starts_with(prefix));
        found.copied().unwrap_or(operation.canonical_path())
    }
}

/// Sets up a [`Kenar`].
///
/// ```
/// use peyk_client::Kenar;
/// use peyk_client::kenar::KenarPaths;
///
/// let kenar = Kenar::builder("key").paths(KenarPaths::Experimental).build()?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct KenarBuilder {
    server: Server,
    api_key: Secret,
    chat_base: Option<String>,
    paths: KenarPaths,
    legacy_token_header: bool,
}

impl KenarBuilder {
    server_methods!("Kenar::builder(\"key\")");

    /// Another host for uploads; a Peyk takes them itself.
    ///
    /// ```
    /// # use peyk_client::Kenar;
    /// let builder = Kenar::builder("key").base_url("https://proxy.example");
    /// let kenar = builder.chat_base_url("https://uploads.example").build()?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn chat_base_url(mut self, address: impl Into<String>) -> Self {
        self.chat_base = Some(address.into());
        self
    }

    /// Uses older addresses of the operations that have them.
    ///
    /// ```
    /// # use peyk_client::{Kenar, kenar::KenarPaths};
    /// let kenar = Kenar::builder("key").paths(KenarPaths::V2).build()?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn paths(mut self, paths: KenarPaths) -> Self {
        self.paths = paths;
        self
    }

    /// Sends user tokens as `x-access-token` without a prefix, as it was before April 2025.
    ///
    /// ```
    /// # use peyk_client::Kenar;
    /// let kenar = Kenar::builder("key").base_url("https://api.divar.ir").legacy_token_header().build()?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn legacy_token_header(mut self) -> Self {
        self.legacy_token_header = true;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// `Setup` if an address or the key cannot be used.
    ///
    /// ```
    /// # use peyk_client::{ErrorKind, Kenar};
    /// let wrong = Kenar::builder("key").peyk("127.0.0.1:8080").build().unwrap_err();
    /// assert_eq!(wrong.kind(), ErrorKind::Setup);
    /// ```
    pub fn build(self) -> Result<Kenar> {
        let mut headers = HeaderMap::new();
        headers.insert("x-api-key", secret_header(self.api_key.expose())?);
        let is_peyk = self.server.is_peyk;
        let (transport, base) = self.server.open(error::read)?;
        let chat_base = match &self.chat_base {
            Some(address) => base_url(address)?,
            None if is_peyk => base.clone(),
            None => base_url(CHAT_BASE)?,
        };
        Ok(Kenar(Arc::new(Inner {
            transport,
            base,
            chat_base,
            headers,
            paths: self.paths,
            legacy_token_header: self.legacy_token_header,
            is_peyk,
        })))
    }
}

/// A client of the Kenar API for one app; cheap to clone.
///
/// Every operation has a limit for a minute, for all apps and for one, and a quota for a day; the vendor publishes no numbers.
/// Beyond them an error is [`RateLimited`](crate::ErrorKind::RateLimited), and the operation is left alone for as long as
/// `Retry-After` says.
///
/// ```
/// use peyk_client::Kenar;
///
/// let production = Kenar::new("key")?;
/// let sandbox = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Kenar(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    transport: Transport,
    base: Url,
    chat_base: Url,
    headers: HeaderMap,
    paths: KenarPaths,
    legacy_token_header: bool,
    is_peyk: bool,
}

impl Kenar {
    /// A client of the marketplace itself.
    ///
    /// # Errors
    /// `Setup` if the key holds what no header can hold.
    ///
    /// ```
    /// let kenar = peyk_client::Kenar::new("key")?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn new(api_key: impl Into<Secret>) -> Result<Self> {
        Self::builder(api_key).build()
    }

    /// A client that is to be set up further.
    ///
    /// ```
    /// let sandbox = peyk_client::Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn builder(api_key: impl Into<Secret>) -> KenarBuilder {
        KenarBuilder {
            server: Server::of_vendor(BASE),
            api_key: api_key.into(),
            chat_base: None,
            paths: KenarPaths::default(),
            legacy_token_header: false,
        }
    }

    fn call<'a>(
        &self,
        operation: &'static Operation,
        values: &[(&str, &str)],
        body: Sent<'a>,
        safety: Safety,
    ) -> Call<'a> {
        let path = Operation::fill(self.0.paths.of(operation), values);
        Call {
            operation,
            url: under(&self.0.base, &path),
            headers: self.0.headers.clone(),
            body,
            safety,
            timeout: self.0.transport.care().timeout,
        }
    }

    async fn json<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T> {
        let name = call.operation.name;
        self.0.transport.call(call).await?.json().map_err(|error: Error| error.during(name))
    }

    /// Sends once; to a Peyk under a key, which makes repeating harmless.
    async fn send<T: DeserializeOwned>(&self, mut call: Call<'_>) -> Result<T> {
        if self.0.is_peyk {
            call.headers.insert("idempotency-key", secret_header(&chance::word())?);
            call.safety = Safety::Repeatable;
        }
        self.json(call).await
    }

    /// The way to the Peyk it asks, if it asks one.
    pub(crate) fn peyk(&self) -> Option<(&Transport, Url)> {
        self.0.is_peyk.then(|| (&self.0.transport, self.0.base.clone()))
    }

    fn put_token(&self, headers: &mut HeaderMap, token: &Secret) -> Result<()> {
        if self.0.legacy_token_header {
            headers.insert(header::LEGACY_ACCESS_TOKEN, secret_header(token.expose())?);
        } else {
            let value = format!("Bearer {}", token.expose());
            headers.insert(reqwest::header::AUTHORIZATION, secret_header(&value)?);
        }
        Ok(())
    }
}

/// An id that a path cannot hold would become another path.
fn segment(id: &str) -> Result<&str> {
    if id.is_empty() || id == "." || id == ".." {
        return Err(Error::new(ErrorKind::Invalid, "an id must not be empty"));
    }
    Ok(id)
}
