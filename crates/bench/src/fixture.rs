//! A server to be measured: in this process, on a real disk, with a World made for the purpose.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::anyhow;
use bytes::Bytes;
use peyk_engine::{Clock, Database, Dice, Engine, Keyring, Objects, Outside, Store};
use peyk_model::message::Content;
use peyk_model::{ConversationId, Draft, LimitBook, PersonId, Subject, Text};
use peyk_server::{Running, Settings, Setup, start, world_file};

use crate::wire::request;

pub const BUSINESS: i64 = 209_888_193;
pub const MARKET_KEY: &str = "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd";
pub const APP_KEY: &str = "bench-key";
/// The first person allowed the first app to read their conversation.
pub const TOKEN: &str = "ory_at_bench";
/// The first conversation with the shop; the others follow.
pub const FIRST_CHAT: i64 = 5_001;
/// What everybody says.
pub const TEXT: &str = "Добрый день! Заказ уже собран и завтра будет у вас.";

/// People who each have a conversation with one shop and with the bots of some apps.
pub struct Cast {
    /// How many people.
    pub people: usize,
    /// Where each app hears of what people say to its bot.
    pub apps: Vec<Option<String>>,
    /// Where the shop hears of what people say to it.
    pub shop_url: Option<String>,
}

impl Cast {
    /// So many people and one app, whom nobody tells anything.
    pub fn quiet(people: usize) -> Self {
        Self { people, apps: vec![None], shop_url: None }
    }

    fn world(&self) -> String {
        let mut text = String::new();
        let url = |name: &str, url: &Option<String>| match url {
            Some(url) => format!("{name} = \"{url}\"\n"),
            None => String::new(),
        };
        let shop_url = url("notification_url", &self.shop_url);
        for person in 0..self.people {
            let chat = FIRST_CHAT + i64::try_from(person).unwrap_or(0);
            let _ = write!(
                text,
                "[[person]]\nid = \"p{person}\"\nname = \"P\"\nphone = \"+7916{person:07}\"\n\
                 locale = \"ru\"\n[[market.chat]]\nid = {chat}\ndirect = \"p{person}\"\n\
                 business = {BUSINESS}\n"
            );
        }
        let _ = write!(
            text,
            "[[market.business]]\nid = {BUSINESS}\nname = \"Shop\"\n{shop_url}\
             [[market.business.api_key]]\nkey = \"{MARKET_KEY}\"\nscopes = [\"communication\"]\n"
        );
        let _ = write!(
            text,
            "[[kenar.grant]]\napp = \"app0\"\nperson = \"p0\"\naccess_token = \"{TOKEN}\"\n\
             scopes = [\"USER_ID\", \"CHAT_CONVERSATION_READ.{}\"]\n",
            bot_chat(0, 0)
        );
        for (app, events_url) in self.apps.iter().enumerate() {
            let _ = write!(
                text,
                "[[kenar.app]]\nslug = \"app{app}\"\ntitle = \"App\"\n{}stage = \"development\"\n\
                 [[kenar.app.api_key]]\nkey = \"{APP_KEY}-{app}\"\n\
                 permissions = [\"CHAT_BOT_SEND_MESSAGE\", \"CHAT_READ_CONVERSATION\"]\n",
                url("events_url", events_url)
            );
            for person in 0..self.people {
                let _ = write!(
                    text,
                    "[[kenar.bot_conversation]]\nid = \"{}\"\napp = \"app{app}\"\n\
                     person = \"p{person}\"\n",
                    bot_chat(app, person)
                );
            }
        }
        text
    }

    /// Starts a server in this folder.
    pub async fn start(&self, folder: &Path) -> anyhow::Result<Running> {
        start(Setup {
            listen: "127.0.0.1:0".parse()?,
            tls: None,
            database: Database::Sqlite(folder.join("peyk.db")),
            objects: media(folder),
            secret: b"bench".to_vec(),
            clock: Clock::system(),
            dice: Dice::unpredictable(),
            world: Some(self.read()?),
            settings: Settings { limits: LimitBook::NONE, ..Settings::default() },
        })
        .await
    }

    /// Opens an engine without doors in this folder.
    pub async fn engine(&self, folder: &Path, clock: Clock) -> anyhow::Result<Engine> {
        self.engine_on(&Database::Sqlite(folder.join("peyk.db")), folder, clock).await
    }

    /// Opens an engine without doors on this database.
    pub async fn engine_on(
        &self,
        database: &Database,
        folder: &Path,
        clock: Clock,
    ) -> anyhow::Result<Engine> {
        let (world, database) = (self.read()?, database.clone());
        let store = tokio::task::spawn_blocking(move || Store::open(&database)).await??;
        let engine = Engine::new(Outside {
            store,
            objects: Objects::open(&media(folder))?,
            clock,
            dice: Dice::seeded(1),
            keyring: Keyring::new(b"bench"),
        });
        let load = engine.write(move |context| peyk_engine::world::load_world(context, &world));
        load.await?;
        Ok(engine)
    }

    /// The World that these people live in.
    pub fn read(&self) -> anyhow::Result<peyk_engine::world::World> {
        world_file::parse("bench", &self.world()).map_err(|mistakes| anyhow!("{mistakes:?}"))
    }
}

fn media(folder: &Path) -> String {
    folder.join("media").to_string_lossy().into_owned()
}

/// The key of a person's conversation with an app's bot.
pub fn bot_chat(app: usize, person: usize) -> String {
    format!("0a4e0d5c-{app:04x}-4bbb-8ccc-{person:012x}")
}

/// All conversations of people with bots, each with its person, by app.
pub async fn bot_chats(engine: &Engine) -> anyhow::Result<Vec<(ConversationId, PersonId)>> {
    let found = engine.read(|context| {
        let mut chats = Vec::new();
        for person in 1.. {
            let listed = context.tx.listed_of_buyer(PersonId(person), None, 10_000)?;
            if listed.is_empty() {
                break;
            }
            let bots = listed.into_iter().filter_map(|each| match each.conversation.subject {
                Subject::Bot(app) => Some((app, each.conversation.id, PersonId(person))),
                _ => None,
            });
            chats.extend(bots);
        }
        chats.sort_unstable();
        Ok(chats.into_iter().map(|(_, chat, person)| (chat, person)).collect())
    });
    Ok(found.await?)
}

/// A text to be sent.
pub fn draft(text: &str) -> anyhow::Result<Draft> {
    let text = Text::of_chars(text).map_err(|refusal| anyhow!("{refusal:?}"))?;
    Ok(Content::Text(text).into())
}

/// The shop writes in this conversation.
pub fn market_send(chat: i64) -> Bytes {
    let path = format!("/v2/businesses/{BUSINESS}/chats/message?chatId={chat}");
    request("POST", &path, &[("api-key", MARKET_KEY)], &format!("{{\"message\":\"{TEXT}\"}}"))
}

/// The bot writes to this person.
pub fn bot_send(person: usize) -> Bytes {
    let chat = bot_chat(0, person);
    let path = format!("/v1/open-platform/chat/bot/conversations/{chat}/messages");
    let key = format!("{APP_KEY}-0");
    let body = format!("{{\"type\":\"TEXT\",\"text_message\":\"{TEXT}\"}}");
    request("POST", &path, &[("x-api-key", &key)], &body)
}
