//! A server of one's own for each test: a free port, a standing clock, seeded dice.
//!
//! With `PEYK_TEST_POSTGRES` set to a URL each test gets a schema of its own there; otherwise a
//! SQLite file in a temporary folder.

use peyk_engine::world::{
    Secret, World, WorldApp, WorldBusiness, WorldConversation, WorldGrant, WorldKey, WorldMessage,
    WorldOrder, WorldPerson, WorldPost, WorldReturn, WorldSubject,
};
use peyk_engine::{Clock, Dice};
use peyk_model::{
    Author, BusinessId, CampaignId, ConversationId, ConversationKey, Hand, KeyScope, Kind, Locale,
    OrderId, Permission, PostToken, ReturnId, Scope, Stage, Text, Timestamp,
};
use peyk_server::{Running, Settings, Setup, start};
use serde_json::Value;

use crate::database::{database, folder};

/// When every test begins: 2026-11-20T12:00:00Z.
pub const START: Timestamp = Timestamp::from_seconds(1_795_176_000);

/// A running server that ends with the test.
pub struct Peyk {
    /// The base address.
    pub url: String,
    /// A client without timeouts or proxies.
    pub http: reqwest::Client,
    running: Option<Running>,
    _folder: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Answer {
    /// The body as JSON; the test fails if it is none.
    pub fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json", "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl Peyk {
    /// Starts a server with [`world`].
    pub async fn start() -> Self {
        Self::with(world(), Settings::default()).await
    }

    /// Starts a server with [`world`] that counts no calls, for tests that make many at once.
    pub async fn unlimited() -> Self {
        let settings = Settings { limits: peyk_model::LimitBook::NONE, ..Settings::default() };
        Self::with(world(), settings).await
    }

    /// Starts a server with this World and these settings.
    pub async fn with(world: World, settings: Settings) -> Self {
        let folder = folder();
        let setup = Setup {
            listen: "127.0.0.1:0".parse().unwrap(),
            tls: None,
            database: database(folder.path()),
            objects: folder.path().join("media").to_str().unwrap().to_owned(),
            secret: b"test secret".to_vec(),
            clock: Clock::standing_at(START),
            dice: Dice::seeded(1),
            world: Some(world),
            settings,
        };
        let running = start(setup).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { url: running.url().to_owned(), http, running: Some(running), _folder: folder }
    }

    /// The running server.
    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// The clock, to be moved.
    pub fn clock(&self) -> &Clock {
        self.running().site().engine.clock()
    }

    /// Starts a request; `path` begins with a slash.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Stops the server and waits for its end.
    pub async fn stop(mut self) {
        self.running.take().unwrap().stop().await.unwrap();
    }
}

/// Sends a request and takes the whole answer.
pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.text().await.unwrap() }
}

pub const APP_KEY: &str = "echo-key";
pub const BARE_KEY: &str = "echo-key-without-permissions";
pub const REVOKED_KEY: &str = "echo-key-revoked";
pub const LIVE_KEY: &str = "live-key";
/// Sara sells, and allowed `echo` everything about her conversation with Ivan.
pub const SARA_TOKEN: &str = "ory_at_sara";
/// Ivan buys, and allowed `echo` to send and read in the conversation.
pub const IVAN_TOKEN: &str = "ory_at_ivan";
/// Ivan allowed `echo` to know his phone, and nothing else.
pub const PHONE_TOKEN: &str = "ory_at_phone";
/// Sara allowed the app `live` everything.
pub const LIVE_TOKEN: &str = "ory_at_live";
pub const POST: &str = "gZd7omnS";
pub const LIVE_POST: &str = "AJIEWcwx";
/// Ivan asks Sara about [`POST`]; two texts were said.
pub const POST_CHAT: &str = "edbb9499-cccc-4d35-b21f-621fa95f2b3e";
/// Ivan asks Sara about [`LIVE_POST`].
pub const LIVE_CHAT: &str = "5f0b7a3e-1111-4222-8333-444455556666";
/// Ivan talks with the bot of `echo`.
pub const BOT_CHAT: &str = "0a4e0d5c-aaaa-4bbb-8ccc-ddddeeeeffff";
/// Sara talks with the bot of `live`.
pub const LIVE_BOT_CHAT: &str = "77777777-aaaa-4bbb-8ccc-ddddeeeeffff";

pub const BUSINESS: i64 = 209_888_193;
pub const OTHER_BUSINESS: i64 = 300_000_001;
pub const MARKET_KEY: &str = "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd";
pub const READ_ONLY_KEY: &str = "ACMA:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb:0123abcd";
pub const REVOKED_MARKET_KEY: &str = "ACMA:cccccccccccccccccccccccccccccccccccccccc:0123abcd";
pub const OTHER_KEY: &str = "ACMA:dddddddddddddddddddddddddddddddddddddddd:0123abcd";
pub const MARKET_TOKEN: &str = "y0_demo";
/// An order of [`BUSINESS`] with chat [`ORDER_CHAT`], in which two texts were said.
pub const ORDER: i64 = 90_001;
/// An order of [`BUSINESS`] without a chat.
pub const FRESH_ORDER: i64 = 90_002;
pub const OTHER_ORDER: i64 = 95_001;
/// A return of [`ORDER`] without a chat.
pub const RETURN: i64 = 70_001;
pub const ORDER_CHAT: i64 = 5_001;
/// Ivan's direct chat with [`BUSINESS`].
pub const DIRECT_CHAT: i64 = 5_002;
/// A chat of [`OTHER_BUSINESS`].
pub const OTHER_CHAT: i64 = 5_003;

fn key<P>(secret: &str, allows: &[P]) -> WorldKey<P>
where
    P: Clone,
{
    let secret = Secret::Plain(secret.to_owned());
    WorldKey { secret, name: "key".into(), allows: allows.to_vec(), revoked: false }
}

fn app(slug: &str, stage: Stage, api_keys: Vec<WorldKey<Permission>>) -> WorldApp {
    WorldApp {
        slug: slug.into(),
        title: slug.into(),
        client_secret: Some(Secret::Plain(format!("{slug}-secret"))),
        redirect_uris: vec!["http://127.0.0.1:3000/callback".into()],
        events_url: None,
        identification_key: Some(format!("{slug}-identification")),
        session_url: None,
        dynamic_action_url: None,
        stage,
        scopes: Vec::new(),
        permissions: Permission::ALL.to_vec(),
        api_keys,
    }
}

fn grant(app: &str, person: &str, token: &str, scopes: &str) -> WorldGrant {
    WorldGrant {
        app: app.into(),
        person: person.into(),
        access_token: Secret::Plain(token.into()),
        refresh_token: None,
        scopes: scopes.split(' ').map(|word| Scope::parse(word).unwrap()).collect(),
    }
}

fn said(author: Author, text: &str) -> WorldMessage {
    WorldMessage::text(author, Text::of_chars(text).unwrap())
}

const BUYER: Author = Author::Buyer(Hand::Human);
const SELLER: Author = Author::Seller(Hand::Human);

fn talk(about: WorldSubject, key: Option<&str>, id: Option<i64>) -> WorldConversation {
    WorldConversation {
        about,
        id: id.map(ConversationId),
        key: key.map(|key| ConversationKey(key.into())),
        kind: Kind::Chat,
        status: None,
        messages: Vec::new(),
    }
}

/// The World of the tests; the constants above name what is in it.
pub fn world() -> World {
    World {
        people: vec![
            person("sara", "سارا", "+989120000001", Locale::Persian),
            person("ivan", "Иван", "+79160000001", Locale::Russian),
            person("olga", "Ольга", "+79160000002", Locale::Russian),
        ],
        apps: vec![
            app(
                "echo",
                Stage::Development,
                vec![
                    key(APP_KEY, Permission::ALL),
                    key(BARE_KEY, &[]),
                    WorldKey { revoked: true, ..key(REVOKED_KEY, Permission::ALL) },
                ],
            ),
            app("live", Stage::Production, vec![key(LIVE_KEY, Permission::ALL)]),
        ],
        posts: vec![
            post(POST, "دوچرخه", Stage::Development),
            post(LIVE_POST, "خانه", Stage::Production),
        ],
        businesses: businesses(),
        orders: vec![
            order(ORDER, BUSINESS, "ivan"),
            order(FRESH_ORDER, BUSINESS, "olga"),
            order(OTHER_ORDER, OTHER_BUSINESS, "ivan"),
        ],
        returns: vec![WorldReturn { id: ReturnId(RETURN), order: OrderId(ORDER) }],
        grants: grants(),
        conversations: conversations(),
        scripts: Vec::new(),
        faults: Vec::new(),
        magic: false,
        exact: peyk_engine::world::Exact::default(),
    }
}

fn person(handle: &str, name: &str, phone: &str, locale: Locale) -> WorldPerson {
    WorldPerson { handle: handle.into(), name: name.into(), phone: phone.into(), locale }
}

fn post(token: &str, title: &str, stage: Stage) -> WorldPost {
    WorldPost { token: PostToken(token.into()), title: title.into(), seller: "sara".into(), stage }
}

fn order(id: i64, business: i64, customer: &str) -> WorldOrder {
    WorldOrder {
        id: OrderId(id),
        business: BusinessId(business),
        campaign: CampaignId(4001),
        customer: customer.into(),
    }
}

fn businesses() -> Vec<WorldBusiness> {
    let revoked = key(REVOKED_MARKET_KEY, &[KeyScope::Communication]);
    vec![
        WorldBusiness {
            id: BusinessId(BUSINESS),
            name: "Велосипеды".into(),
            notification_url: None,
            api_keys: vec![
                key(MARKET_KEY, &[KeyScope::Communication]),
                key(READ_ONLY_KEY, &[KeyScope::AllMethodsReadOnly]),
                WorldKey { revoked: true, ..revoked },
            ],
            oauth_tokens: vec![key(MARKET_TOKEN, &[KeyScope::AllMethods])],
        },
        WorldBusiness {
            id: BusinessId(OTHER_BUSINESS),
            name: "Самовары".into(),
            notification_url: None,
            api_keys: vec![key(OTHER_KEY, &[KeyScope::AllMethods])],
            oauth_tokens: Vec::new(),
        },
    ]
}

fn grants() -> Vec<WorldGrant> {
    let about =
        |chat: &str| format!("CONVERSATION_SEND_MESSAGE.{chat} CHAT_CONVERSATION_READ.{chat}");
    let sara = format!(
        "{} CHAT_POST_CONVERSATIONS_MESSAGE_SEND.{POST} CHAT_POST_CONVERSATIONS_READ.{POST} \
         USER_ID USER_PHONE offline_access",
        about(POST_CHAT)
    );
    let ivan = format!(
        "{} CHAT_CONVERSATION_READ.{BOT_CHAT} CHAT_BOT_USER_MESSAGE_SEND USER_ID",
        about(POST_CHAT)
    );
    let live = format!("{} CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND", about(LIVE_CHAT));
    vec![
        grant("echo", "sara", SARA_TOKEN, &sara),
        grant("echo", "ivan", IVAN_TOKEN, &ivan),
        grant("echo", "ivan", PHONE_TOKEN, "USER_PHONE"),
        grant("live", "sara", LIVE_TOKEN, &live),
    ]
}

fn conversations() -> Vec<WorldConversation> {
    let about =
        |post: &str| WorldSubject::Post { post: PostToken(post.into()), buyer: "ivan".into() };
    let bot =
        |app: &str, person: &str| WorldSubject::Bot { app: app.into(), person: person.into() };
    let direct = |business, customer: &str| WorldSubject::Direct {
        business: BusinessId(business),
        customer: customer.into(),
    };
    let hello = vec![said(BUYER, "سلام، هنوز هست؟"), said(SELLER, "بله، هست.")];
    let order = vec![said(BUYER, "Где заказ?"), said(SELLER, "Уже в пути.")];
    vec![
        WorldConversation { messages: hello, ..talk(about(POST), Some(POST_CHAT), None) },
        talk(about(LIVE_POST), Some(LIVE_CHAT), None),
        talk(bot("echo", "ivan"), Some(BOT_CHAT), None),
        talk(bot("live", "sara"), Some(LIVE_BOT_CHAT), None),
        WorldConversation {
            messages: order,
            ..talk(WorldSubject::Order(OrderId(ORDER)), None, Some(ORDER_CHAT))
        },
        talk(direct(BUSINESS, "ivan"), None, Some(DIRECT_CHAT)),
        talk(direct(OTHER_BUSINESS, "olga"), None, Some(OTHER_CHAT)),
    ]
}
