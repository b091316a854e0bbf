//! The demo bot: an app of the demo World that lives inside a sandbox.
//!
//! It is a bot as anybody's: its webhook is posted to over HTTP, it knows the server by the
//! identification key, and it answers through the public Kenar API with its key. Only its address
//! is our own, so whoever changes that address breaks it, and whoever mends it sees what was kept.

use std::sync::OnceLock;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use peyk_client::Kenar;
use peyk_client::events::{KenarEvent, KenarReceiver, Pressed};
use peyk_client::kenar::{BotMessage, Button, ConversationId, Message};
use peyk_engine::overview::{self, Seller};
use peyk_engine::world::{World, WorldApp, load_world};
use peyk_engine::{Context, Error, Result as Answer, directory};
use peyk_model::{Locale, Party, Refusal};
use peyk_wire::kenar::callback::{DynamicActionResponse, ServerLinkResponse};
use serde_json::json;

use crate::{Site, world_file};

/// The app's public name.
pub const SLUG: &str = "demo-bot";
/// Where it hears of events.
const PATH: &str = "/demo/bot";
const ACTION_PATH: &str = "/demo/bot/action";
const SESSION_PATH: &str = "/demo/bot/session";
const PAGE_PATH: &str = "/demo/bot/page";
const API_KEY: &str = "demo-bot-key";
const IDENTIFICATION_KEY: &str = "demo-bot-identification";
/// The address under which the demo World's file knows this server.
const ADDRESS_IN_FILE: &str = "http://127.0.0.1:8080";

/// The bot's way to the API.
#[derive(Debug, Default)]
pub struct DemoBot(OnceLock<Kenar>);

impl DemoBot {
    fn kenar(&self, site: &Site) -> peyk_client::Result<&Kenar> {
        if let Some(kenar) = self.0.get() {
            return Ok(kenar);
        }
        let kenar = Kenar::builder(API_KEY).peyk(&site.settings.public_url).build()?;
        Ok(self.0.get_or_init(|| kenar))
    }
}

/// The bot's addresses; only a sandbox has them.
pub fn routes(site: &Site) -> Router<Site> {
    if !site.is_sandbox() {
        return Router::new();
    }
    Router::new()
        .route(PATH, post(hear))
        .route(ACTION_PATH, post(act))
        .route(SESSION_PATH, post(session))
        .route(PAGE_PATH, get(page))
}

/// Where the bot hears of events, if this is a sandbox.
pub fn url(site: &Site) -> Option<String> {
    site.is_sandbox().then(|| format!("{}{PATH}", site.settings.public_url))
}

/// Whether this is the bot's address.
pub fn is_of(site: &Site, address: Option<&str>) -> bool {
    address.is_some() && url(site).as_deref() == address
}

/// Whether the seller's side is the demo bot, wherever it hears.
pub fn owns(seller: &Seller) -> bool {
    matches!(seller, Seller::App(app) if app.slug == SLUG)
}

/// The demo World with the bot at home in this server.
pub fn demo_world(public_url: &str) -> Result<World, Vec<world_file::Mistake>> {
    let file = world_file::DEMO.replace(ADDRESS_IN_FILE, public_url);
    world_file::parse(world_file::DEMO_NAME, &file)
}

/// Whether the demo bot is in a World, at home in some server: whoever loads the World is its home.
pub fn lives_in(world: &World) -> bool {
    world.apps.iter().any(is_at_home)
}

/// Whether an app is the demo bot at home.
pub fn is_at_home(app: &WorldApp) -> bool {
    app.slug == SLUG && app.events_url.as_ref().is_some_and(|url| url.ends_with(PATH))
}

/// Lets the bot of a database that lived at another address move with it. An address that was
/// changed on purpose stays.
pub fn move_in(context: &mut Context<'_, '_>, public_url: &str) -> Answer<()> {
    let app = match directory::app(context, SLUG) {
        Ok(app) => app,
        Err(Error::Refused(Refusal::NotFound { .. })) => return Ok(()),
        Err(error) => return Err(error),
    };
    let webhook = overview::webhook_of(context, Party::App(app.id))?;
    let address = webhook.and_then(|webhook| webhook.url).unwrap_or_default();
    let is_elsewhere = address.ends_with(PATH) && address != format!("{public_url}{PATH}");
    let Some(demo) = demo_world(public_url).ok().filter(|_| is_elsewhere) else { return Ok(()) };
    let apps = demo.apps.into_iter().filter(|app| app.slug == SLUG).collect();
    load_world(context, &World { apps, ..World::default() })?;
    Ok(())
}

/// `POST /demo/bot`: an event. What the bot has to say is said before the answer.
async fn hear(State(site): State<Site>, headers: HeaderMap, body: Bytes) -> Response {
    let receiver = KenarReceiver::new(IDENTIFICATION_KEY);
    let event = match receiver.event(authorization(&headers), &body) {
        Ok(event) => event,
        Err(error) => return (StatusCode::FORBIDDEN, error.to_string()).into_response(),
    };
    let KenarEvent::BotMessage(message) = event else { return StatusCode::OK.into_response() };
    match answer(&site, &message).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()
}

async fn answer(site: &Site, message: &Message) -> peyk_client::Result<()> {
    let said = message.text().unwrap_or_default();
    let reply = match said.strip_prefix("/start") {
        Some(from) => {
            let languages = Locale::ALL.map(|locale| {
                let words = words(locale);
                Button::dynamic(words.name, json!({ "speak": locale.code() }))
            });
            let [persian, russian, english] = languages;
            let greeting = format!(
                "{}\n{}\n{}\n\n/start{from}",
                words(Locale::Persian).greeting,
                words(Locale::Russian).greeting,
                words(Locale::English).greeting
            );
            BotMessage::text(greeting)?.buttons([[persian?, russian?, english?]])
        }
        None => reply(site, language_of(said), said)?,
    };
    let kenar = site.console.demo_bot().kenar(site)?;
    kenar.bot_send(&message.conversation.id, reply).await?;
    Ok(())
}

/// What the bot says to words, with what can be pressed.
fn reply(site: &Site, locale: Locale, said: &str) -> peyk_client::Result<BotMessage> {
    let words = words(locale);
    let code = locale.code();
    let text = if said.is_empty() {
        words.thanks.to_owned()
    } else {
        format!("{}\n«{said}»\n\n{}", words.heard, words.next)
    };
    let text: String = text.chars().take(peyk_model::limits::TEXT_MAX).collect();
    let surprise = Button::dynamic(words.surprise, json!({ "surprise": code }))?;
    let track = Button::server_link(words.track, json!({ "parcel": code }))?;
    let link = Button::link(words.link, &format!("{}{PAGE_PATH}", site.settings.public_url))?;
    Ok(BotMessage::text(text)?.buttons(peyk_client::kenar::ButtonGrid::try_from(vec![
        vec![surprise],
        vec![track, link],
    ])?))
}

/// `POST /demo/bot/action`: somebody pressed a button that asks what to do.
async fn act(State(site): State<Site>, headers: HeaderMap, body: Bytes) -> Response {
    let receiver = KenarReceiver::new(IDENTIFICATION_KEY);
    let Ok(Pressed::DynamicAction(pressed)) = receiver.pressed(authorization(&headers), &body)
    else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let data = serde_json::to_value(&pressed.extra_data).unwrap_or_default();
    let language = |name: &str| data[name].as_str().and_then(Locale::parse);
    let (locale, is_greeting) = match language("speak") {
        Some(locale) => (locale, true),
        None => (language("surprise").unwrap_or(Locale::English), false),
    };
    let words = words(locale);
    let follow_up = match is_greeting {
        true => reply(&site, locale, ""),
        false => BotMessage::text(words.pressed),
    };
    if let (Some(conversation), Ok(follow_up), Ok(kenar)) =
        (&pressed.conversation_id, follow_up, site.console.demo_bot().kenar(&site))
    {
        let conversation = ConversationId::from(conversation.clone());
        if let Err(error) = kenar.bot_send(&conversation, follow_up).await {
            return (StatusCode::BAD_GATEWAY, error.to_string()).into_response();
        }
    }
    let text_message = Some(if is_greeting { words.thanks } else { words.secret }.to_owned());
    axum::Json(DynamicActionResponse { action: None, text_message }).into_response()
}

/// `POST /demo/bot/session`: somebody pressed a button that asks for an address.
async fn session(State(site): State<Site>, headers: HeaderMap) -> Response {
    let receiver = KenarReceiver::new(IDENTIFICATION_KEY);
    if receiver.verify(authorization(&headers)).is_err() {
        return StatusCode::FORBIDDEN.into_response();
    }
    let url = format!("{}{PAGE_PATH}", site.settings.public_url);
    axum::Json(ServerLinkResponse { url }).into_response()
}

/// `GET /demo/bot/page`: where the bot's links lead.
async fn page() -> String {
    let line = |locale| words(locale).page;
    Locale::ALL.map(line).join("\n\n")
}

/// The language in which somebody wrote.
fn language_of(text: &str) -> Locale {
    let is_in =
        |from: char, to: char| text.chars().any(|character| (from..=to).contains(&character));
    if is_in('\u{600}', '\u{6ff}') {
        Locale::Persian
    } else if is_in('\u{400}', '\u{4ff}') {
        Locale::Russian
    } else {
        Locale::English
    }
}

struct Words {
    name: &'static str,
    greeting: &'static str,
    heard: &'static str,
    next: &'static str,
    thanks: &'static str,
    surprise: &'static str,
    track: &'static str,
    link: &'static str,
    pressed: &'static str,
    secret: &'static str,
    page: &'static str,
}

fn words(locale: Locale) -> Words {
    match locale {
        Locale::Persian => Words {
            name: "فارسی",
            greeting: "سلام! من ربات نمایشی پیک هستم. به چه زبانی حرف بزنیم؟",
            heard: "پیام شما رسید:",
            next: "یکی از دکمه‌ها را بزنید و ببینید روی سیم چه می‌گذرد.",
            thanks: "چه خوب! یکی از دکمه‌های پایین را بزنید.",
            surprise: "غافلگیرم کن",
            track: "مرسوله کجاست؟",
            link: "باز کردن صفحه",
            pressed: "دکمه را زدید: پیک از من پرسید چه کنم و من این پیام را فرستادم.",
            secret: "راز من: هیچ پیامی گم نمی‌شود، فقط گاهی منتظر می‌ماند.",
            page: "این صفحهٔ ربات نمایشی پیک است. به گفت‌وگو برگردید.",
        },
        Locale::Russian => Words {
            name: "Русский",
            greeting: "Привет! Я демо-бот Пейка. На каком языке поговорим?",
            heard: "Ваше сообщение дошло:",
            next: "Нажмите на кнопку и посмотрите, что происходит на проводе.",
            thanks: "Отлично! Нажмите на одну из кнопок ниже.",
            surprise: "Удиви меня",
            track: "Где посылка?",
            link: "Открыть страницу",
            pressed: "Вы нажали на кнопку: Peyk спросил меня, что делать, и я написал это сообщение.",
            secret: "Мой секрет: сообщения не теряются, они просто иногда ждут.",
            page: "Это страница демо-бота Peyk. Возвращайтесь в чат.",
        },
        Locale::English => Words {
            name: "English",
            greeting: "Hello! I am Peyk's demo bot. Which language shall we speak?",
            heard: "Your message arrived:",
            next: "Press a button and watch what happens on the wire.",
            thanks: "Great! Press one of the buttons below.",
            surprise: "Surprise me",
            track: "Where is my parcel?",
            link: "Open a page",
            pressed: "You pressed a button: Peyk asked me what to do, and I wrote this message.",
            secret: "My secret: no message is ever lost, some just wait a little.",
            page: "This page belongs to Peyk's demo bot. Go back to the chat.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bot_answers_in_the_language_it_is_spoken_to() {
        assert_eq!(language_of("سلام bot"), Locale::Persian);
        assert_eq!(language_of("Привет"), Locale::Russian);
        assert_eq!(language_of("hello"), Locale::English);
    }
}
