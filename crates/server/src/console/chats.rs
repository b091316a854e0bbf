//! Chats: every one of them, found by what it is about, who takes part and what was said.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use peyk_engine::overview::{self, Chat, Seller};
use peyk_engine::read_conversation::Paging;
use peyk_engine::search::{self, Hit};
use peyk_engine::{ChatFilter, Context, Result as Answer, directory};
use peyk_model::{
    App, Business, BusinessId, EventId, Message, MessageId, Party, Right, Side, Status,
};
use serde::Deserialize;

use super::bubble::{self, Bubble, Piece, Said};
use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::marketplace::Decisions;
use super::moment::{Form, Moment};
use super::try_it::address;
use super::try_it::wire::{self, Item};
use super::visit::Visit;
use crate::Site;

/// How many chats are on a page.
const CHATS_MAX: i64 = 30;
/// How many messages are on a page.
const MESSAGES_MAX: i64 = 50;
/// Most apps and businesses to choose from.
const OWNERS_MAX: i64 = 100;

/// What is looked for. Fields that are left empty do not filter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    dialect: String,
    subject: String,
    status: String,
    person: String,
    seller: String,
    media: String,
    cursor: String,
}

/// A chat in the list.
struct Row {
    id: i64,
    address: String,
    buyer: String,
    seller: String,
    icon: &'static str,
    subject: String,
    dialect: &'static str,
    status: Status,
    is_dispute: bool,
    said: Option<(String, String)>,
    at: Moment,
    count: i64,
}

#[derive(Template)]
#[template(path = "console/chats.html")]
struct ListPage {
    frame: Frame,
    asked: Asked,
    rows: Vec<Row>,
    next: Option<String>,
    apps: Vec<App>,
    businesses: Vec<Business>,
    is_filtered: bool,
}

/// The words of subjects in each dialect.
const KENAR: [&str; 2] = ["post", "bot"];
const MARKET: [&str; 3] = ["order", "return", "direct"];

impl Asked {
    fn filter(&self, context: &mut Context<'_, '_>) -> Answer<ChatFilter> {
        let subjects = match (self.dialect.as_str(), self.subject.as_str()) {
            ("kenar", "") => KENAR.to_vec(),
            ("market", "") => MARKET.to_vec(),
            (_, subject) => {
                KENAR.into_iter().chain(MARKET).filter(|word| *word == subject).collect()
            }
        };
        let person = match self.person.trim() {
            "" => None,
            handle => Some(directory::person(context, handle)?.id),
        };
        let seller = match self.seller.split_once(':') {
            Some(("app", slug)) => Some(Party::App(directory::app(context, slug)?.id)),
            Some(("business", id)) => id.parse().ok().map(|id| Party::Business(BusinessId(id))),
            _ => None,
        };
        let (status, has_media) = (Status::parse(&self.status), !self.media.is_empty());
        Ok(ChatFilter { subjects, status, person, seller, has_media })
    }

    fn is_filtered(&self) -> bool {
        let Self { q, dialect, subject, status, person, seller, media, cursor: _ } = self;
        [q, dialect, subject, status, person, seller, media].iter().any(|field| !field.is_empty())
    }

    fn next(&self, cursor: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("dialect", &self.dialect),
            ("subject", &self.subject),
            ("status", &self.status),
            ("person", &self.person),
            ("seller", &self.seller),
            ("media", &self.media),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("cursor", cursor);
        format!("{}?{}", Section::Chats.path(), query.finish())
    }
}

/// `GET /console/chats`.
pub async fn list(
    State(site): State<Site>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let question = asked.clone();
    let verb = move |context: &mut Context<'_, '_>| {
        let paging = Paging { cursor: None, limit: OWNERS_MAX };
        let apps = directory::apps(context, &paging)?.items;
        let businesses = directory::businesses(context, &paging)?.items;
        if !question.q.trim().is_empty() {
            return Ok((search::search(context, &question.q)?, None, apps, businesses));
        }
        let cursor = Some(question.cursor.clone()).filter(|cursor| !cursor.is_empty());
        let filter = question.filter(context)?;
        let found = search::chats(context, &filter, &Paging { cursor, limit: CHATS_MAX })?;
        let hits = found.items.into_iter().map(|chat| Hit { chat, message: None });
        Ok((hits.collect(), found.next, apps, businesses))
    };
    let (hits, next, apps, businesses) = site.engine.read(verb).await?;
    let rows = hits.iter().map(|hit| row(&visit, hit)).collect();
    let next = next.map(|cursor| asked.next(&cursor));
    let is_filtered = asked.is_filtered();
    let mut frame = Frame::new(&visit, Section::Chats, visit.texts.say("nav-chats"));
    if asked.cursor.is_empty() {
        frame = frame.live("/console/live");
    }
    page(&ListPage { frame, asked, rows, next, apps, businesses, is_filtered })
}

fn row(visit: &Visit, Hit { chat, message }: &Hit) -> Row {
    let conversation = &chat.conversation;
    let said = message.as_ref().or(chat.last.as_ref()).map(|message| {
        let (who, _) = bubble::author(visit, chat, message.author);
        (who, bubble::summary(visit, message))
    });
    let place = message.as_ref().map(|message| format!("?at={}", message.id));
    Row {
        id: conversation.id.0,
        address: format!(
            "{}/{}{}",
            Section::Chats.path(),
            conversation.id,
            place.unwrap_or_default()
        ),
        buyer: chat.buyer.name.clone(),
        seller: chat.seller.name().to_owned(),
        icon: bubble::side_icon(chat, Side::Seller),
        subject: bubble::subject(visit, chat),
        dialect: dialect(chat),
        status: conversation.status,
        is_dispute: conversation.kind == peyk_model::Kind::Arbitration,
        said,
        at: visit.moment(conversation.updated_at, Form::Full),
        count: conversation.last_number,
    }
}

fn dialect(chat: &Chat) -> &'static str {
    match chat.seller {
        Seller::Business(_) => "Market",
        Seller::App(_) | Seller::Person(_) => "Kenar",
    }
}

/// A message with what was told of it.
struct Line {
    bubble: Bubble,
    items: Vec<Item>,
}

#[derive(Template)]
#[template(path = "console/chat.html")]
struct ChatPage {
    frame: Frame,
    chat: Chat,
    subject: String,
    dialect: &'static str,
    lines: Vec<Line>,
    older: Option<String>,
    newest: Option<String>,
    played: Option<String>,
    opened: Moment,
    decisions: Decisions,
    may_operate: bool,
}

/// Which part of a history.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Part {
    before: Option<i64>,
    /// A message that is to be on the page.
    at: Option<i64>,
}

/// `GET /console/chats/{conversation}`, by either of its names.
pub async fn show(
    State(site): State<Site>,
    visit: Visit,
    Path(name): Path<String>,
    Query(part): Query<Part>,
) -> Result<Response, Trouble> {
    let before = part.before.or(part.at.map(|at| at.saturating_add(1))).map(MessageId);
    let verb = move |context: &mut Context<'_, '_>| {
        let id = directory::conversation(context, &name)?.id;
        let chat = overview::chat(context, id)?;
        let found = overview::history(context, id, before, MESSAGES_MAX)?;
        let mut told = Vec::new();
        for message in &found.0 {
            told.push(overview::told(context, EventId(message.id.0))?);
        }
        Ok((chat, found, told))
    };
    let (chat, (messages, has_older), told) = site.engine.read(verb).await?;
    let id = chat.conversation.id;
    let home = format!("{}/{id}", Section::Chats.path());
    let first = messages.first().filter(|_| has_older);
    let older = first.map(|first: &Message| format!("{home}?before={}", first.id));
    let subject = bubble::subject(&visit, &chat);
    let mut frame = Frame::new(&visit, Section::Chats, format!("{} · {subject}", chat.buyer.name));
    if before.is_none() {
        frame = frame.live("/console/live");
    }
    let bubbles = bubble::bubbles(&visit, &chat, Side::Seller, &messages);
    let lines = bubbles.into_iter().zip(&told);
    let lines = lines.map(|(bubble, told)| Line { bubble, items: wire::items(&visit, told) });
    let played = visit.is_sandbox.then(|| address(&chat.buyer.handle, Some(&id.to_string())));
    page(&ChatPage {
        subject,
        dialect: dialect(&chat),
        lines: lines.collect(),
        older,
        newest: before.map(|_| home),
        played,
        opened: visit.moment(chat.conversation.created_at, Form::Full),
        decisions: Decisions::of(&chat.conversation),
        may_operate: visit.who.may(Right::Operate),
        frame,
        chat,
    })
}
