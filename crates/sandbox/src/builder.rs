//! Builders: a World in a few words, with names, phones and secrets that nobody has to invent.

use anyhow::bail;
use peyk_engine::world::{
    Secret, World, WorldApp, WorldBusiness, WorldConversation, WorldGrant, WorldKey, WorldOrder,
    WorldPerson, WorldPost, WorldReturn, WorldSubject,
};
use peyk_model::{
    BusinessId, CampaignId, ConversationKey, KeyScope, Kind, Locale, OrderId, Permission,
    PostToken, ReturnId, Scope, Stage, Timestamp,
};
use peyk_server::rehearsal::{Beginning, Temporary};
use peyk_server::{Settings, world_file};

use crate::{Patience, Result, Sandbox};

/// The campaign of orders.
const CAMPAIGN: CampaignId = CampaignId(4001);

/// Sets up a sandbox.
#[derive(Default)]
pub struct Builder {
    world: World,
    mistakes: Vec<String>,
    starts_at: Option<Timestamp>,
    seed: u64,
    settings: Settings,
    patience: Patience,
}

/// Somebody of the World; a handle alone is enough.
pub struct NewPerson(WorldPerson);

impl NewPerson {
    /// Somebody with this handle, who is called like it and writes English.
    #[must_use]
    pub fn new(handle: &str) -> Self {
        let (name, locale) = (handle.to_owned(), Locale::English);
        Self(WorldPerson { handle: handle.to_owned(), name, phone: String::new(), locale })
    }

    /// The name that others see.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.0.name = name.to_owned();
        self
    }

    /// The phone.
    #[must_use]
    pub fn phone(mut self, phone: &str) -> Self {
        self.0.phone = phone.to_owned();
        self
    }

    /// The language they write.
    #[must_use]
    pub fn locale(mut self, locale: Locale) -> Self {
        self.0.locale = locale;
        self
    }
}

impl From<&str> for NewPerson {
    fn from(handle: &str) -> Self {
        Self::new(handle)
    }
}

/// An app of the World, in development, with one key that may do everything; a slug alone is enough.
pub struct NewApp(WorldApp);

impl NewApp {
    /// An app with this slug.
    #[must_use]
    pub fn new(slug: &str) -> Self {
        Self(WorldApp {
            slug: slug.to_owned(),
            title: slug.to_owned(),
            client_secret: Some(Secret::Plain(format!("{slug}-secret"))),
            redirect_uris: vec!["http://127.0.0.1:3000/callback".to_owned()],
            events_url: None,
            identification_key: Some(format!("{slug}-identification")),
            session_url: None,
            dynamic_action_url: None,
            stage: Stage::Development,
            scopes: Vec::new(),
            permissions: Permission::ALL.to_vec(),
            api_keys: Vec::new(),
        })
    }

    /// Where it hears of events.
    #[must_use]
    pub fn events_url(mut self, url: impl Into<String>) -> Self {
        self.0.events_url = Some(url.into());
        self
    }

    /// Where its server-link buttons ask for an address.
    #[must_use]
    pub fn session_url(mut self, url: impl Into<String>) -> Self {
        self.0.session_url = Some(url.into());
        self
    }

    /// Where its dynamic buttons ask what to do.
    #[must_use]
    pub fn dynamic_action_url(mut self, url: impl Into<String>) -> Self {
        self.0.dynamic_action_url = Some(url.into());
        self
    }

    /// Where a person may be sent back to.
    #[must_use]
    pub fn redirect_uri(mut self, url: impl Into<String>) -> Self {
        self.0.redirect_uris.push(url.into());
        self
    }

    /// In production it holds only these scopes.
    #[must_use]
    pub fn in_production(mut self, scopes: Vec<Scope>) -> Self {
        self.0.stage = Stage::Production;
        self.0.scopes = scopes;
        self
    }

    /// A key that may do only this. The first key of an app is the one of its ready client.
    #[must_use]
    pub fn key(mut self, secret: &str, allows: &[Permission]) -> Self {
        self.0.api_keys.push(key(secret.to_owned(), allows));
        self
    }
}

impl From<&str> for NewApp {
    fn from(slug: &str) -> Self {
        Self::new(slug)
    }
}

/// A shop of the World, with one key that may do everything; an id alone is enough.
pub struct NewBusiness(WorldBusiness);

impl NewBusiness {
    /// A shop with this id.
    #[must_use]
    pub fn new(id: i64) -> Self {
        Self(WorldBusiness {
            id: BusinessId(id),
            name: format!("Shop {id}"),
            notification_url: None,
            api_keys: Vec::new(),
            oauth_tokens: Vec::new(),
        })
    }

    /// The name that people see.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.0.name = name.to_owned();
        self
    }

    /// Where it is notified.
    #[must_use]
    pub fn notification_url(mut self, url: impl Into<String>) -> Self {
        self.0.notification_url = Some(url.into());
        self
    }

    /// A key that may do only this. The first key of a shop is the one of its ready client.
    #[must_use]
    pub fn key(mut self, secret: &str, allows: &[KeyScope]) -> Self {
        self.0.api_keys.push(key(secret.to_owned(), allows));
        self
    }
}

impl From<i64> for NewBusiness {
    fn from(id: i64) -> Self {
        Self::new(id)
    }
}

fn key<P: Clone>(secret: String, allows: &[P]) -> WorldKey<P> {
    let secret = Secret::Plain(secret);
    WorldKey { secret, name: "key".to_owned(), allows: allows.to_vec(), revoked: false }
}

impl Builder {
    /// The demo World, to begin with.
    #[must_use]
    pub fn demo(self) -> Self {
        self.world_file(world_file::DEMO_NAME, world_file::DEMO)
    }

    /// The World of a file, to begin with; `text` is what stands in it.
    #[must_use]
    pub fn world_file(mut self, name: &str, text: &str) -> Self {
        match world_file::parse(name, text) {
            Ok(world) => self.world = world,
            Err(found) => self.mistakes.extend(found.iter().map(ToString::to_string)),
        }
        self
    }

    /// A World, to begin with.
    #[must_use]
    pub fn world(mut self, world: World) -> Self {
        self.world = world;
        self
    }

    /// Somebody who buys, sells or talks with bots.
    #[must_use]
    pub fn person(mut self, person: impl Into<NewPerson>) -> Self {
        let NewPerson(mut person) = person.into();
        if person.phone.is_empty() {
            person.phone = format!("+7999{:07}", self.world.people.len() + 1);
        }
        self.world.people.push(person);
        self
    }

    /// An app.
    #[must_use]
    pub fn app(mut self, app: impl Into<NewApp>) -> Self {
        let NewApp(mut app) = app.into();
        if app.api_keys.is_empty() {
            app.api_keys.push(key(format!("{}-key", app.slug), Permission::ALL));
        }
        self.world.apps.push(app);
        self
    }

    /// A shop.
    #[must_use]
    pub fn business(mut self, shop: impl Into<NewBusiness>) -> Self {
        let NewBusiness(mut shop) = shop.into();
        if shop.api_keys.is_empty() {
            // Of the form that programs check: a word of forty letters, and eight digits.
            let secret = format!("ACMA:{:a>40}:{:08x}", shop.id.0, shop.id.0 & 0xffff_ffff);
            shop.api_keys.push(key(secret, &[KeyScope::AllMethods]));
        }
        self.world.businesses.push(shop);
        self
    }

    /// A post with its seller.
    #[must_use]
    pub fn post(mut self, token: &str, seller: &str) -> Self {
        self.world.posts.push(WorldPost {
            token: PostToken(token.to_owned()),
            title: token.to_owned(),
            seller: seller.to_owned(),
            stage: Stage::Development,
        });
        self
    }

    /// An order of a customer at a shop.
    #[must_use]
    pub fn order(mut self, id: i64, business: i64, customer: &str) -> Self {
        let (id, business, customer) = (OrderId(id), BusinessId(business), customer.to_owned());
        self.world.orders.push(WorldOrder { id, business, campaign: CAMPAIGN, customer });
        self
    }

    /// Goods of an order that are given back.
    #[must_use]
    pub fn goods(mut self, id: i64, order: i64) -> Self {
        self.world.returns.push(WorldReturn { id: ReturnId(id), order: OrderId(order) });
        self
    }

    /// A conversation about a post, with its key: scopes name it.
    #[must_use]
    pub fn post_chat(mut self, key: &str, post: &str, buyer: &str) -> Self {
        let (post, buyer) = (PostToken(post.to_owned()), buyer.to_owned());
        self.world.conversations.push(WorldConversation {
            about: WorldSubject::Post { post, buyer },
            id: None,
            key: Some(ConversationKey(key.to_owned())),
            kind: Kind::Chat,
            status: None,
            messages: Vec::new(),
        });
        self
    }

    /// What a person allowed an app, with the scopes as OAuth writes them; the token is
    /// `ory_at_<person>_<app>`.
    #[must_use]
    pub fn grant(mut self, app: &str, person: &str, scopes: &str) -> Self {
        let mut known = Vec::new();
        for word in scopes.split_whitespace() {
            match Scope::parse(word) {
                Some(scope) => known.push(scope),
                None => self.mistakes.push(format!("`{word}` is no scope")),
            }
        }
        self.world.grants.push(WorldGrant {
            app: app.to_owned(),
            person: person.to_owned(),
            access_token: Secret::Plain(format!("ory_at_{person}_{app}")),
            refresh_token: Some(Secret::Plain(format!("ory_rt_{person}_{app}"))),
            scopes: known,
        });
        self
    }

    /// What time it is when the test begins; the machine's if nothing is said.
    #[must_use]
    pub fn starts_at(mut self, time: Timestamp) -> Self {
        self.starts_at = Some(time);
        self
    }

    /// What chance is made of.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How the doors behave.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// How long a bot may take, by the machine's clock.
    #[must_use]
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    /// If the World has mistakes, or the sandbox cannot be started.
    pub async fn start(self) -> Result<Sandbox> {
        let Self { world, mistakes, starts_at, seed, settings, patience } = self;
        if !mistakes.is_empty() {
            bail!("{}", mistakes.join("\n"));
        }
        let beginning = Beginning { starts_at, seed, settings, ..Beginning::of(world.clone()) };
        Sandbox::begin(Temporary::start(beginning).await?, world, patience).await
    }
}
