//! The Yandex Market chats API.
//!
//! [`Market`] acts for one cabinet with its API key. The address is the vendor's unless [`MarketBuilder::peyk`] points it to a
//! Peyk.

mod chat;
mod credential;
mod download;
mod error;
mod filter;
mod history;
mod message;
mod send;
mod settle;
mod since;

use std::collections::HashMap;
use std::sync::Arc;

use peyk_wire::Operation;
use peyk_wire::market::auth_token;
use peyk_wire::market::envelope::{Envelope, ResponseStatus};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use url::Url;

pub use chat::{Chat, Page, Subject};
pub use credential::Credential;
pub use filter::ChatFilter;
pub use message::{File, Message};
pub use peyk_wire::market::auth_token::ApiKeyInfo;
pub use peyk_wire::market::chat::{ChatStatus, ChatType};
pub use peyk_wire::market::context::{Context, ContextType, Customer};
pub use peyk_wire::market::message::MessageSender;
pub use peyk_wire::market::scope::AuthScope;
pub use since::{Place, Updates};

use crate::builder::Server;
use crate::transport::{Body, Call, Safety, Transport, under};
use crate::{Error, ErrorKind, Result};

number_id! {
    /// A cabinet.
    BusinessId;
    /// A chat.
    ChatId;
    /// A message; ids grow and no two chats share one.
    MessageId;
    /// An order.
    OrderId;
    /// A return.
    ReturnId;
    /// A shop of a cabinet.
    CampaignId;
}

/// Where the operations are.
const BASE: &str = "https://api.partner.market.yandex.ru";

/// Which of the addresses an operation was ever published under is used; the vendor supports them equally.
///
/// ```
/// use peyk_client::{Market, market::{Credential, MarketPaths}};
///
/// let builder = Market::builder(1, Credential::api_key("key")).paths(MarketPaths::Unversioned);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MarketPaths {
    /// `/v2/businesses/…`.
    #[default]
    V2,
    /// `/businesses/…`.
    Unversioned,
    /// `/v2/businesses/….json`.
    V2Json,
    /// `/businesses/….json`.
    UnversionedJson,
}

impl MarketPaths {
    fn of(self, operation: &Operation) -> &'static str {
        let index = match self {
            Self::V2 => 0,
            Self::Unversioned => 1,
            Self::V2Json => 2,
            Self::UnversionedJson => 3,
        };
        operation.paths.get(index).copied().unwrap_or(operation.canonical_path())
    }
}

/// Sets up a [`Market`].
///
/// ```
/// use peyk_client::Market;
/// use peyk_client::market::{Credential, MarketPaths};
///
/// let key = Credential::api_key("ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd");
/// let market = Market::builder(209888193, key).paths(MarketPaths::Unversioned).build()?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct MarketBuilder {
    server: Server,
    business: BusinessId,
    credential: Credential,
    paths: MarketPaths,
}

impl MarketBuilder {
    server_methods!("Market::builder(1, Credential::api_key(\"key\"))");

    /// Uses the other form of the addresses.
    ///
    /// ```
    /// # use peyk_client::{Market, market::{Credential, MarketPaths}};
    /// let builder = Market::builder(1, Credential::api_key("key"));
    /// let market = builder.paths(MarketPaths::V2Json).build()?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn paths(mut self, paths: MarketPaths) -> Self {
        self.paths = paths;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// `Setup` if the address or the credential cannot be used.
    ///
    /// ```
    /// # use peyk_client::{ErrorKind, Market, market::Credential};
    /// let wrong = Market::builder(1, Credential::api_key("a key\n")).build().unwrap_err();
    /// assert_eq!(wrong.kind(), ErrorKind::Setup);
    /// ```
    pub fn build(self) -> Result<Market> {
        let is_peyk = self.server.is_peyk;
        let (transport, base) = self.server.open(error::read)?;
        Ok(Market(Arc::new(Inner {
            transport,
            base,
            headers: self.credential.headers()?,
            credential: self.credential,
            business: self.business,
            paths: self.paths,
            is_peyk,
            outboxes: Mutex::default(),
        })))
    }
}

/// A client of the Market chats API for one cabinet; cheap to clone.
///
/// Calls run at most [`Care::parallel`](crate::Care::parallel) at once, and those that would hit a spent hourly limit wait for its end.
///
/// ```
/// use peyk_client::{Market, market::Credential};
///
/// let key = Credential::api_key("ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd");
/// let production = Market::new(209888193, key.clone())?;
/// let sandbox = Market::builder(209888193, key).peyk("http://127.0.0.1:8080").build()?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Market(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    transport: Transport,
    base: Url,
    headers: HeaderMap,
    credential: Credential,
    business: BusinessId,
    paths: MarketPaths,
    is_peyk: bool,
    outboxes: Mutex<HashMap<ChatId, Arc<Mutex<settle::Outbox>>>>,
}

impl Market {
    /// A client of the marketplace itself.
    ///
    /// # Errors
    /// `Setup` if the credential holds what no header can hold.
    ///
    /// ```
    /// use peyk_client::{Market, market::Credential};
    ///
    /// let market = Market::new(209888193, Credential::api_key("ACMA:…:…".replace('…', "a")))?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn new(business: impl Into<BusinessId>, credential: Credential) -> Result<Self> {
        Self::builder(business, credential).build()
    }

    /// A client that is to be set up further.
    ///
    /// ```
    /// use peyk_client::{Market, market::Credential};
    ///
    /// let builder = Market::builder(209888193, Credential::oauth("y0_demo"));
    /// let sandbox = builder.peyk("http://127.0.0.1:8080").build()?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn builder(business: impl Into<BusinessId>, credential: Credential) -> MarketBuilder {
        MarketBuilder {
            server: Server::of_vendor(BASE),
            business: business.into(),
            credential,
            paths: MarketPaths::default(),
        }
    }

    /// The cabinet this client acts for.
    ///
    /// ```
    /// # use peyk_client::{Market, market::{BusinessId, Credential}};
    /// let market = Market::new(209888193, Credential::oauth("y0_demo"))?;
    /// assert_eq!(market.business(), BusinessId(209888193));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn business(&self) -> BusinessId {
        self.0.business
    }

    /// What the key is and may do.
    ///
    /// `POST /v2/auth/token`; an API key alone, no scope; 100 calls an hour.
    ///
    /// # Errors
    /// `Unauthenticated` for a wrong or revoked key, or an OAuth token instead of one.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// let key = market.auth_token().await?;
    /// println!("{} may {:?}", key.name, key.auth_scopes);
    /// # Ok(()) });
    /// ```
    pub async fn auth_token(&self) -> Result<ApiKeyInfo> {
        let body = Body::Bytes("application/json", bytes::Bytes::from_static(b"{}"));
        let call = self.call(&auth_token::OPERATION, &[], body, Safety::Repeatable);
        let result: auth_token::AuthTokenResult = self.result(call).await?;
        Ok(result.api_key)
    }

    /// The way to the Peyk it asks, if it asks one.
    pub(crate) fn peyk(&self) -> Option<(&Transport, Url)> {
        self.0.is_peyk.then(|| (&self.0.transport, self.0.base.clone()))
    }

    fn call<'a>(
        &self,
        operation: &'static Operation,
        query: &[(&str, &str)],
        body: Body<'a>,
        safety: Safety,
    ) -> Call<'a> {
        let business = self.0.business.to_string();
        let path = Operation::fill(self.0.paths.of(operation), &[("businessId", &business)]);
        let mut url = under(&self.0.base, &path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Call {
            operation,
            url,
            headers: self.0.headers.clone(),
            body,
            safety,
            timeout: self.0.transport.care().timeout,
        }
    }

    async fn result<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T> {
        let name = call.operation.name;
        let answer = self.0.transport.call(call).await?;
        let read = answer.json::<Envelope<T>>().and_then(|envelope| match envelope.status {
            ResponseStatus::Ok | ResponseStatus::Unknown(_) => Ok(envelope.result),
            ResponseStatus::Error => {
                Err(Error::new(ErrorKind::Unreadable, "a success that says ERROR"))
            }
        });
        read.map_err(|error| error.during(name))
    }
}
