//! Programs: the apps and shops of a World, with their secrets and ready clients.

use std::sync::Arc;

use anyhow::Context as _;
use peyk_client::bot::Source;
use peyk_client::events::Feed;
use peyk_client::kenar::KenarUser;
use peyk_client::market::Credential;
use peyk_client::{Kenar, Market};
use peyk_engine::world::{Secret, WorldApp, WorldBusiness, WorldKey};

use crate::Result;
use crate::sandbox::Shared;

/// An app of the World.
pub struct App {
    shared: Arc<Shared>,
    app: WorldApp,
}

/// A shop of the World.
pub struct Business {
    shared: Arc<Shared>,
    shop: WorldBusiness,
}

impl App {
    pub(crate) fn new(shared: Arc<Shared>, app: WorldApp) -> Self {
        Self { shared, app }
    }

    /// The first key that works.
    ///
    /// # Errors
    /// If the World has none, or only its hash.
    pub fn key(&self) -> Result<String> {
        first_key(&self.app.api_keys).with_context(|| format!("{} has no key", self.app.slug))
    }

    /// The secret for OAuth, if the World tells it.
    #[must_use]
    pub fn secret(&self) -> Option<String> {
        self.app.client_secret.as_ref().and_then(plain)
    }

    /// The word by which its receivers know the marketplace.
    #[must_use]
    pub fn identification_key(&self) -> Option<&str> {
        self.app.identification_key.as_deref()
    }

    /// A client with the app's key.
    ///
    /// # Errors
    /// If it has none.
    pub fn client(&self) -> Result<Kenar> {
        Ok(Kenar::builder(self.key()?).peyk(&self.shared.url).build()?)
    }

    /// A client that acts for a person, with the token of the World's grant.
    ///
    /// # Errors
    /// If the person allowed nothing in the World.
    pub fn user(&self, person: &str) -> Result<KenarUser> {
        let mut grants = self.shared.world.grants.iter();
        let grant = grants.find(|grant| grant.app == self.app.slug && grant.person == person);
        let token = grant.and_then(|grant| plain(&grant.access_token));
        let slug = &self.app.slug;
        let token = token.with_context(|| format!("{person} did not allow {slug} anything"))?;
        Ok(self.client()?.as_user(token.as_str()))
    }

    /// What the app is told from the beginning on, for a bot of the client's kit. No address is
    /// needed.
    ///
    /// # Errors
    /// If the app has no key.
    pub fn source(&self) -> Result<Source> {
        let feed = Feed::of_app(&self.shared.url, self.app.slug.as_str())?.from("start");
        Ok(Source::kenar_items(self.client()?, feed))
    }
}

impl Business {
    pub(crate) fn new(shared: Arc<Shared>, shop: WorldBusiness) -> Self {
        Self { shared, shop }
    }

    /// The first key that works.
    ///
    /// # Errors
    /// If the World has none, or only its hash.
    pub fn key(&self) -> Result<String> {
        first_key(&self.shop.api_keys).with_context(|| format!("{} has no key", self.shop.id))
    }

    /// A client with the shop's key.
    ///
    /// # Errors
    /// If it has none.
    pub fn client(&self) -> Result<Market> {
        let credential = Credential::api_key(self.key()?);
        Ok(Market::builder(self.shop.id.0, credential).peyk(&self.shared.url).build()?)
    }
}

fn first_key<P>(keys: &[WorldKey<P>]) -> Option<String> {
    keys.iter().filter(|key| !key.revoked).find_map(|key| plain(&key.secret))
}

fn plain(secret: &Secret) -> Option<String> {
    match secret {
        Secret::Plain(secret) => Some(secret.clone()),
        Secret::Hashed(_) => None,
    }
}
