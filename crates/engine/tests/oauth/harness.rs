//! An engine of one's own for each test: a standing clock, seeded dice, a small World.

use std::time::Duration;

use peyk_engine::error::Result;
use peyk_engine::oauth::Client;
use peyk_engine::oauth::authorize::{Asked, approve};
use peyk_engine::oauth::token::{CodeShown, Tokens, exchange_code};
use peyk_engine::world::{
    Secret, World, WorldApp, WorldBusiness, WorldConversation, WorldPerson, WorldPost,
    WorldSubject, load_world,
};
use peyk_engine::{Clock, Context, Dice, Engine, Keyring, Outside};
use peyk_model::{
    BusinessId, ConversationKey, Kind, Locale, OauthRefusal, Permission, PostToken, Scope, Stage,
    Timestamp,
};
use peyk_store::objects::Objects;
use peyk_store::{Database, Store};

use crate::database::{database, folder};

/// When every test begins: 2026-11-20T12:00:00Z.
pub const START: Timestamp = Timestamp::from_seconds(1_795_176_000);

/// A post of Sara's on which development apps may act.
pub const POST: &str = "gZd7omnS";
/// A post of Sara's that is live.
pub const LIVE_POST: &str = "AJIEWcwx";
/// Ivan asks Sara about [`POST`].
pub const CHAT: &str = "edbb9499-cccc-4d35-b21f-621fa95f2b3e";
/// Ivan asks Sara about [`LIVE_POST`].
pub const LIVE_CHAT: &str = "5f0b7a3e-1111-4222-8333-444455556666";
/// Ivan talks with the bot of `echo`.
pub const BOT_CHAT: &str = "0a4e0d5c-aaaa-4bbb-8ccc-ddddeeeeffff";
/// Ivan talks with the bot of `live`.
pub const OTHER_BOT_CHAT: &str = "77777777-aaaa-4bbb-8ccc-ddddeeeeffff";
/// Where both apps' people go back to.
pub const REDIRECT: &str = "http://127.0.0.1:3000/callback";
pub const BUSINESS: BusinessId = BusinessId(209_888_193);

/// An engine on a database that goes away with it.
pub struct Peyk {
    pub engine: Engine,
    pub folder: tempfile::TempDir,
    pub database: Database,
}

/// An engine on a database, as a server would start it.
pub async fn engine_on(
    folder: &tempfile::TempDir,
    database: &Database,
    now: Timestamp,
    seed: u64,
) -> Engine {
    let database = database.clone();
    let opening = tokio::task::spawn_blocking(move || Store::open(&database));
    let engine = Engine::new(Outside {
        store: opening.await.unwrap().unwrap(),
        objects: Objects::open(folder.path().join("media").to_str().unwrap()).unwrap(),
        clock: Clock::standing_at(now),
        dice: Dice::seeded(seed),
        keyring: Keyring::new(b"test secret"),
    });
    engine.resume().await.unwrap();
    engine
}

impl Peyk {
    pub async fn start() -> Self {
        let folder = folder();
        let database = database(folder.path());
        let engine = engine_on(&folder, &database, START, 1).await;
        engine.write(|context| load_world(context, &world())).await.unwrap();
        Self { engine, folder, database }
    }

    /// Ends the server and starts another one on the same database.
    pub async fn restart(self, now: Timestamp) -> Self {
        let Self { engine, folder, database } = self;
        let store = engine.store().clone();
        tokio::task::spawn_blocking(move || store.close()).await.unwrap();
        drop(engine);
        let engine = engine_on(&folder, &database, now, 2).await;
        Self { engine, folder, database }
    }

    /// Runs a verb that may write.
    pub async fn run<T, F>(&self, verb: F) -> T
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.engine.write(verb).await.unwrap()
    }

    pub fn pass(&self, seconds: u64) {
        self.engine.clock().advance(Duration::from_secs(seconds));
    }

    /// A person allows an app these scopes; what the app gets.
    pub async fn code(&self, app: &str, person: &str, scope: &str) -> String {
        let (asked, person) = (asked(app, scope), person.to_owned());
        let told = self.run(move |context| approve(context, &asked, &person)).await;
        told.unwrap().code.unwrap()
    }

    pub async fn exchange(&self, app: &str, code: &str) -> Result<Tokens, OauthRefusal> {
        let (client, code) = (client(app), shown(code));
        self.run(move |context| exchange_code(context, &client, &code)).await
    }

    /// Tokens of a grant that was just given.
    pub async fn tokens(&self, app: &str, person: &str, scope: &str) -> Tokens {
        let code = self.code(app, person, scope).await;
        self.exchange(app, &code).await.unwrap()
    }

    /// Whether an access token works for `echo`.
    pub async fn works(&self, access_token: &str) -> bool {
        let token = access_token.to_owned();
        self.run(move |context| {
            let facts = peyk_engine::oauth::introspect::inspect_token(context, &token)?;
            let grant = context
                .tx
                .grant_by_access_token(&peyk_engine::keyring::hash_secret(&token), context.now)?;
            assert_eq!(grant.is_some(), facts.is_some());
            Ok(grant.is_some())
        })
        .await
    }

    pub async fn refresh(&self, app: &str, token: &str) -> Result<Tokens, OauthRefusal> {
        let (client, token) = (client(app), token.to_owned());
        self.run(move |context| {
            peyk_engine::oauth::token::refresh(context, &client, Some(&token), None)
        })
        .await
    }
}

pub fn asked(app: &str, scope: &str) -> Asked {
    Asked {
        client_id: Some(app.into()),
        redirect_uri: Some(REDIRECT.into()),
        response_type: Some("code".into()),
        scope: Some(scope.into()),
        code_challenge: None,
        code_challenge_method: None,
    }
}

pub fn client(app: &str) -> Client {
    Client { id: Some(app.into()), secret: Some(format!("{app}-secret")) }
}

pub fn shown(code: &str) -> CodeShown {
    CodeShown { code: Some(code.into()), redirect_uri: Some(REDIRECT.into()), verifier: None }
}

fn person(handle: &str, phone: &str) -> WorldPerson {
    let locale = Locale::English;
    WorldPerson { handle: handle.into(), name: handle.into(), phone: phone.into(), locale }
}

fn app(slug: &str, stage: Stage, scopes: &str, permissions: &[Permission]) -> WorldApp {
    WorldApp {
        slug: slug.into(),
        title: slug.into(),
        client_secret: Some(Secret::Plain(format!("{slug}-secret"))),
        redirect_uris: vec![REDIRECT.into(), format!("https://{slug}.example/back")],
        events_url: None,
        identification_key: None,
        session_url: None,
        dynamic_action_url: None,
        stage,
        scopes: scopes.split_whitespace().map(|word| Scope::parse(word).unwrap()).collect(),
        permissions: permissions.to_vec(),
        api_keys: Vec::new(),
    }
}

fn talk(about: WorldSubject, key: &str) -> WorldConversation {
    let key = Some(ConversationKey(key.into()));
    let kind = Kind::Chat;
    WorldConversation { about, id: None, key, kind, status: None, messages: Vec::new() }
}

fn world() -> World {
    let post = |token: &str, stage| WorldPost {
        token: PostToken(token.into()),
        title: "bicycle".into(),
        seller: "sara".into(),
        stage,
    };
    let about =
        |post: &str| WorldSubject::Post { post: PostToken(post.into()), buyer: "ivan".into() };
    let bot = |app: &str| WorldSubject::Bot { app: app.into(), person: "ivan".into() };
    let live = "CONVERSATION_SEND_MESSAGE USER_ID";
    World {
        people: vec![
            person("sara", "+989120000001"),
            person("ivan", "+79160000001"),
            person("olga", "+79160000002"),
        ],
        apps: vec![
            app("echo", Stage::Development, "", Permission::ALL),
            app("live", Stage::Production, live, &[Permission::BotSendMessage]),
        ],
        posts: vec![post(POST, Stage::Development), post(LIVE_POST, Stage::Production)],
        businesses: vec![WorldBusiness {
            id: BUSINESS,
            name: "shop".into(),
            notification_url: None,
            api_keys: Vec::new(),
            oauth_tokens: Vec::new(),
        }],
        conversations: vec![
            talk(about(POST), CHAT),
            talk(about(LIVE_POST), LIVE_CHAT),
            talk(bot("echo"), BOT_CHAT),
            talk(bot("live"), OTHER_BOT_CHAT),
        ],
        ..World::default()
    }
}
