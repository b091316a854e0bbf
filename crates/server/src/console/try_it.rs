//! Try it: be a person, see the other side, and see the wire.

pub mod act;
mod buttons;
mod open;
pub mod wire;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use peyk_engine::overview::{self, Chat, Offers};
use peyk_engine::read_conversation::Paging;
use peyk_engine::{Context, Result as Answer, directory, person_view, scripts};
use peyk_model::{App, Message, MessageId, Party, Person, Side, Webhook};
use serde::Deserialize;

use super::bubble::{self, Bubble, Piece, Said};
use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::marketplace::Decisions;
use super::moment::{Form, Moment};
use super::visit::Visit;
use crate::{Site, demo_bot};

use super::exchange::Exchanged;
pub use open::open;
use wire::Item;

/// What every address of a form here begins with. Only a sandbox lets anybody play anybody.
pub const ROOT: &str = "/console/try/";
/// Most people who can be chosen.
const PEOPLE_MAX: i64 = 100;
/// How many chats a person's list shows.
const CHATS_MAX: i64 = 50;
/// How many messages are shown at once.
const MESSAGES_MAX: i64 = 50;

/// Who one is, and with whom one talks.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Place {
    #[serde(rename = "as")]
    person: Option<String>,
    with: Option<String>,
    before: Option<i64>,
}

/// Where somebody is who is this person and looks at this chat.
pub fn address(person: &str, with: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("as", person);
    if let Some(with) = with {
        query.append_pair("with", with);
    }
    format!("/?{}", query.finish())
}

/// A chat as its list shows it.
struct Line {
    address: String,
    name: String,
    icon: &'static str,
    subject: String,
    last: Option<String>,
    at: Moment,
    is_waiting: bool,
}

/// A chat that is open.
struct Talk {
    chat: Chat,
    side: Side,
    subject: String,
    mine: Vec<Bubble>,
    theirs: Vec<Bubble>,
    older: Option<String>,
    has_blocked: bool,
    is_blocked: bool,
    webhook: Option<Webhook>,
    is_demo_bot: bool,
    is_broken_demo_bot: bool,
    items: Vec<Item>,
    exchanged: Vec<Exchanged>,
    decisions: Decisions,
}

/// What the store knows of a chat that is open.
struct Found {
    chat: Chat,
    side: Side,
    messages: Vec<Message>,
    has_older: bool,
    blocks: (bool, bool),
    webhook: Option<Webhook>,
    told: Vec<overview::Told>,
}

/// All that the page shows of the store.
#[derive(Default)]
struct Scene {
    people: Vec<Person>,
    /// Those of them who act on their own.
    actors: Vec<String>,
    apps: Vec<App>,
    me: Option<Person>,
    chats: Vec<Chat>,
    offers: Offers,
    talk: Option<Found>,
}

#[derive(Template)]
#[template(path = "console/try.html")]
struct Page {
    frame: Frame,
    people: Vec<Person>,
    me: Option<Person>,
    lines: Vec<Line>,
    offers: Offers,
    talk: Option<Talk>,
    /// Who is offered to whoever comes for the first time, and what to write to.
    first: Option<(Person, App)>,
    demo_url: Option<String>,
}

/// `GET /`.
pub async fn show(
    State(site): State<Site>,
    visit: Visit,
    Query(place): Query<Place>,
) -> Result<Response, Trouble> {
    if !site.is_sandbox() {
        return Ok(visit.go(&Section::Chats.path()));
    }
    let person = place.person.clone();
    let scene = site.engine.read(move |context| scene(context, &place)).await?;
    let title = visit.texts.say("nav-try");
    let mut frame = Frame::new(&visit, Section::Try, title).live("/console/live");
    if person.is_some() {
        frame = frame.workbench();
    }
    let lines = scene.chats.iter().map(|chat| line(&visit, scene.me.as_ref(), chat)).collect();
    let first = first(&visit, &scene);
    let demo_url = demo_bot::url(&site);
    let Scene { people, me, offers, talk: found, .. } = scene;
    let talk = match (found, &me) {
        (Some(found), Some(me)) => Some(talk(&site, &visit, me, found).await),
        _ => None,
    };
    page(&Page { frame, people, me, lines, offers, talk, first, demo_url })
}

fn scene(context: &mut Context<'_, '_>, place: &Place) -> Answer<Scene> {
    let paging = Paging { cursor: None, limit: PEOPLE_MAX };
    let people = directory::people(context, &paging)?.items;
    let apps = directory::apps(context, &paging)?.items;
    let mut scene = Scene { people, apps, ..Scene::default() };
    let Some(handle) = &place.person else {
        for person in &scene.people {
            if !scripts::scripts_of(context, &person.handle)?.is_empty() {
                scene.actors.push(person.handle.clone());
            }
        }
        return Ok(scene);
    };
    let me = directory::person(context, handle)?;
    let paging = Paging { cursor: None, limit: CHATS_MAX };
    scene.chats = overview::chats_of_person(context, me.id, &paging)?.items;
    scene.offers = overview::offers(context, me.id)?;
    if let Some(with) = &place.with {
        scene.talk = Some(found(context, &me, with, place.before)?);
    }
    scene.me = Some(me);
    Ok(scene)
}

fn found(
    context: &mut Context<'_, '_>,
    me: &Person,
    with: &str,
    before: Option<i64>,
) -> Answer<Found> {
    let id = person_view::conversation(context, me.id, with)?.id;
    let chat = overview::chat(context, id)?;
    let side = chat.conversation.side_of(Party::Person(me.id)).unwrap_or(Side::Buyer);
    let before = before.map(MessageId);
    let (messages, has_older) = overview::history(context, id, before, MESSAGES_MAX)?;
    let blocks = overview::blocks(context, &chat.conversation)?;
    let webhook = overview::webhook_of(context, chat.conversation.seller)?;
    let told = wire::told(context, &messages)?;
    Ok(Found { chat, side, messages, has_older, blocks, webhook, told })
}

fn line(visit: &Visit, me: Option<&Person>, chat: &Chat) -> Line {
    let conversation = &chat.conversation;
    let me = me.map(|me| (Party::Person(me.id), me.handle.as_str()));
    let side = me.and_then(|(me, _)| conversation.side_of(me)).unwrap_or(Side::Buyer);
    let handle = me.map_or("", |(_, handle)| handle);
    let waiting = match side {
        Side::Buyer => peyk_model::Status::WaitingForBuyer,
        Side::Seller => peyk_model::Status::WaitingForSeller,
    };
    Line {
        address: address(handle, Some(&conversation.id.to_string())),
        name: bubble::side_name(chat, side.other()).to_owned(),
        icon: bubble::side_icon(chat, side.other()),
        subject: bubble::subject(visit, chat),
        last: chat.last.as_ref().map(|last| bubble::summary(visit, last)),
        at: visit.moment(conversation.updated_at, Form::Full),
        is_waiting: conversation.status == waiting,
    }
}

async fn talk(site: &Site, visit: &Visit, me: &Person, found: Found) -> Talk {
    let Found { chat, side, messages, has_older, blocks, webhook, told } = found;
    let older = messages.first().filter(|_| has_older).map(|first| {
        let with = chat.conversation.id.to_string();
        format!("{}&before={}", address(&me.handle, Some(&with)), first.id)
    });
    let (has_blocked, is_blocked) = match side {
        Side::Buyer => blocks,
        Side::Seller => (blocks.1, blocks.0),
    };
    let url = webhook.as_ref().and_then(|webhook| webhook.url.as_deref());
    Talk {
        mine: bubble::bubbles(visit, &chat, side, &messages),
        theirs: bubble::bubbles(visit, &chat, side.other(), &messages),
        subject: bubble::subject(visit, &chat),
        is_demo_bot: demo_bot::is_of(site, url),
        is_broken_demo_bot: demo_bot::owns(&chat.seller) && !demo_bot::is_of(site, url),
        items: wire::items(visit, &told),
        exchanged: wire::exchanged(site, visit, &chat.conversation).await,
        decisions: Decisions::of(&chat.conversation),
        chat,
        side,
        older,
        has_blocked,
        is_blocked,
        webhook,
    }
}

/// Whom to be first: somebody who speaks the reader's language and does nothing on their own,
/// and an app with a bot that answers.
fn first(visit: &Visit, scene: &Scene) -> Option<(Person, App)> {
    let mut own = scene.people.iter().filter(|person| !scene.actors.contains(&person.handle));
    let speaks = |person: &&Person| person.locale == visit.texts.0;
    let person = own.clone().find(speaks).or_else(|| own.next()).or(scene.people.first())?;
    let app = scene.apps.iter().find(|app| app.slug == demo_bot::SLUG);
    Some((person.clone(), app.or_else(|| scene.apps.first())?.clone()))
}

impl Page {
    fn home_of(&self, handle: &str) -> String {
        address(handle, None)
    }

    fn chat_of(&self, handle: &str, talk: &Talk) -> String {
        address(handle, Some(&talk.chat.conversation.id.to_string()))
    }
}

impl Talk {
    fn other(&self) -> Side {
        self.side.other()
    }

    /// Whether the other side is an app's bot, which can send buttons.
    fn is_bot(&self) -> bool {
        self.side == Side::Buyer && matches!(self.chat.seller, overview::Seller::App(_))
    }

    fn name(&self, side: Side) -> &str {
        bubble::side_name(&self.chat, side)
    }

    fn icon(&self, side: Side) -> &'static str {
        bubble::side_icon(&self.chat, side)
    }

    /// The handle of whoever is on a side, if it is a person.
    fn handle(&self, side: Side) -> Option<&str> {
        match (side, &self.chat.seller) {
            (Side::Buyer, _) => Some(&self.chat.buyer.handle),
            (Side::Seller, overview::Seller::Person(person)) => Some(&person.handle),
            (Side::Seller, overview::Seller::App(_) | overview::Seller::Business(_)) => None,
        }
    }
}
