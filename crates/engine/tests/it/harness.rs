//! A small marketplace of one's own for each test.

use peyk_engine::keyring::hash_secret;
use peyk_engine::open_conversation::{Opening, open_conversation};
use peyk_engine::send_message::{Finished, Sent, send_as_business, send_as_person};
use peyk_engine::world::{
    Secret, World, WorldApp, WorldBusiness, WorldGrant, WorldKey, WorldOrder, WorldPerson,
    WorldPost, load_world,
};
use peyk_engine::{Clock, Context, Dice, Engine, Keyring, Outside, Result};
use peyk_model::message::Content;
use peyk_model::{
    BusinessId, CampaignId, ConversationId, Draft, Locale, OrderId, Permission, PersonId,
    PostToken, Scope, Stage, Text, Timestamp,
};
use peyk_store::objects::Objects;
use peyk_store::{Database, Store};

use crate::database::{database, folder, plain_owners_database};

/// When every test begins.
pub const START: Timestamp = Timestamp::from_seconds(1_795_176_000);
pub const SHOP: BusinessId = BusinessId(209_888_193);
pub const POST: &str = "gZd7omnS";
pub const SARA_TOKEN: &str = "ory_at_sara";

/// An engine whose store can be closed and opened again.
pub struct Market {
    pub engine: Engine,
    database: Database,
    seed: u64,
    folder: tempfile::TempDir,
}

impl Market {
    /// A marketplace with Sara who sells, Ivan and Olga who buy, the app `echo` and a shop.
    pub async fn new(seed: u64) -> Self {
        let folder = folder();
        let database = database(folder.path());
        Self::on(database, folder, seed).await
    }

    /// The same in a PostgreSQL schema whose owner may do nothing else; none without PostgreSQL.
    pub async fn of_a_plain_owner(seed: u64) -> Option<Self> {
        Some(Self::on(plain_owners_database()?, folder(), seed).await)
    }

    async fn on(database: Database, folder: tempfile::TempDir, seed: u64) -> Self {
        let engine = engine(&folder, &database, seed, START).await;
        engine.write(|context| load_world(context, &world())).await.unwrap();
        Self { engine, database, seed, folder }
    }

    /// Opens a second engine on the same database, as a second server would.
    pub async fn second_engine(&self) -> Engine {
        engine(&self.folder, &self.database, self.seed + 1, self.engine.clock().now()).await
    }

    /// Whether several servers can share the database.
    pub fn allows_servers(&self) -> bool {
        matches!(self.database, Database::Postgres(_))
    }

    /// The database, for whoever looks into it beside all servers.
    pub fn database(&self) -> Database {
        self.database.clone()
    }

    /// A second server's engine where the database allows one, otherwise the same.
    pub async fn second_engine_or_same(&self) -> Engine {
        match self.database {
            Database::Sqlite(_) => self.engine.clone(),
            Database::Postgres(_) => self.second_engine().await,
        }
    }

    /// Closes the store and opens it again, as a new process would.
    pub async fn reopen(&mut self) {
        let store = self.engine.store().clone();
        tokio::task::spawn_blocking(move || store.close()).await.unwrap();
        let now = self.engine.clock().now();
        self.seed += 1;
        self.engine = engine(&self.folder, &self.database, self.seed, now).await;
    }

    /// Runs a verb that writes.
    pub async fn write<T: Send + 'static>(
        &self,
        verb: impl FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.engine.write(verb).await
    }

    /// The id of a person of the World.
    pub async fn person(&self, handle: &'static str) -> PersonId {
        let found = self.engine.read(move |context| Ok(context.tx.person_by_handle(handle)?));
        found.await.unwrap().unwrap().id
    }

    /// Opens a conversation.
    pub async fn open(&self, opening: Opening) -> ConversationId {
        let opened = self.write(move |context| open_conversation(context, &opening)).await;
        opened.unwrap().conversation.id
    }

    /// A person writes.
    pub async fn says(&self, person: PersonId, chat: ConversationId, text: &str) -> Sent {
        let draft = draft(text);
        let sent = self.write(move |context| send_as_person(context, person, chat, &draft)).await;
        sent.unwrap()
    }

    /// The shop writes.
    pub async fn shop_says(&self, chat: ConversationId, text: &str) -> Sent {
        let draft = draft(text);
        let sent = self.write(move |context| {
            send_as_business(context, SHOP, chat, &draft, Finished::Reopens, None)
        });
        sent.await.unwrap()
    }
}

async fn engine(
    folder: &tempfile::TempDir,
    database: &Database,
    seed: u64,
    now: Timestamp,
) -> Engine {
    let database = database.clone();
    let store = tokio::task::spawn_blocking(move || Store::open(&database)).await.unwrap().unwrap();
    Engine::new(Outside {
        store,
        objects: Objects::open(folder.path().join("media").to_str().unwrap()).unwrap(),
        clock: Clock::standing_at(now),
        dice: Dice::seeded(seed),
        keyring: Keyring::new(b"test secret"),
    })
}

/// A text to be sent.
pub fn draft(text: &str) -> Draft {
    Content::Text(Text::of_chars(text).unwrap()).into()
}

/// The hash of Sara's access token.
pub fn sara_token() -> [u8; 32] {
    hash_secret(SARA_TOKEN)
}

fn person(handle: &str, phone: &str) -> WorldPerson {
    let (handle, name, phone) = (handle.into(), handle.into(), phone.into());
    WorldPerson { handle, name, phone, locale: Locale::Persian }
}

pub fn world() -> World {
    let key = WorldKey {
        secret: Secret::Plain("echo-key".into()),
        name: "key".into(),
        allows: Permission::ALL.to_vec(),
        revoked: false,
    };
    let order = |id| WorldOrder {
        id: OrderId(id),
        business: SHOP,
        campaign: CampaignId(1),
        customer: "ivan".into(),
    };
    let scopes = "CHAT_SUPPLIER_ALL_CONVERSATIONS_READ USER_POSTS_GET";
    World {
        people: vec![person("sara", "+981"), person("ivan", "+71"), person("olga", "+72")],
        apps: vec![WorldApp {
            slug: "echo".into(),
            title: "Echo".into(),
            client_secret: None,
            redirect_uris: Vec::new(),
            events_url: Some("http://echo.test/webhook".into()),
            identification_key: Some("echo-identification".into()),
            session_url: None,
            dynamic_action_url: None,
            stage: Stage::Development,
            scopes: Vec::new(),
            permissions: Permission::ALL.to_vec(),
            api_keys: vec![key],
        }],
        posts: vec![WorldPost {
            token: PostToken(POST.into()),
            title: "post".into(),
            seller: "sara".into(),
            stage: Stage::Development,
        }],
        businesses: vec![WorldBusiness {
            id: SHOP,
            name: "shop".into(),
            notification_url: Some("http://shop.test/notification".into()),
            api_keys: Vec::new(),
            oauth_tokens: Vec::new(),
        }],
        orders: (1..=6).map(order).collect(),
        grants: vec![WorldGrant {
            app: "echo".into(),
            person: "sara".into(),
            access_token: Secret::Plain(SARA_TOKEN.into()),
            refresh_token: None,
            scopes: scopes.split(' ').map(|word| Scope::parse(word).unwrap()).collect(),
        }],
        ..World::default()
    }
}
