//! The wire beside a chat: what receivers were told of its messages, and how that went.

use peyk_engine::overview::{self, Told};
use peyk_engine::{Attempt, Context, Result};
use peyk_model::webhook::Wait;
use peyk_model::{Conversation, DeliveryState, EventId, Message};

use crate::Site;
use crate::console::moment::{Form, Moment};
use crate::console::visit::Visit;
use crate::exchanges::{Filter, Full, Part};

/// Of how many messages the deliveries are shown.
const TOLD_MAX: usize = 10;
/// How many exchanges are shown.
const EXCHANGES_MAX: usize = 30;

/// One delivery on the wire.
pub struct Item {
    /// The event, which is what was told.
    pub event: i64,
    /// The webhook, which is who was told.
    pub webhook: i64,
    /// What happened, in the model's word.
    pub fact: &'static str,
    /// Where it goes.
    pub url: String,
    /// How far it is, in the model's word.
    pub state: &'static str,
    /// How that is meant: `good`, `bad`, `warm` or nothing.
    pub tone: &'static str,
    /// Whether it still has to be tried.
    pub is_open: bool,
    /// When it happened.
    pub at: Moment,
    /// Why it waits, in the model's word, and until when.
    pub wait: Option<(&'static str, Option<Moment>)>,
    /// What was tried, the newest first.
    pub tries: Vec<Try>,
}

/// One attempt.
pub struct Try {
    /// Counted from one.
    pub number: i64,
    /// The status that came back.
    pub status: Option<i64>,
    /// Whether it arrived.
    pub is_good: bool,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// When it began.
    pub at: Moment,
    /// Where it went.
    pub url: String,
    /// Why it did not arrive.
    pub reason: Option<String>,
    /// What was sent: headers and body.
    pub sent: (String, String),
    /// What came back: headers and body.
    pub back: Option<(String, String)>,
}

/// One request that went over the wire because of a chat, and what was answered.
pub struct Exchanged {
    /// Its number.
    pub id: u64,
    /// Whether somebody asked this server, or it asked somebody.
    pub is_in: bool,
    /// The vendor's name of the operation, the event that was told, or the path.
    pub name: String,
    /// The method and the address.
    pub line: String,
    /// The status, if anything was answered.
    pub status: Option<u16>,
    /// Whether all was well.
    pub is_good: bool,
    /// Why it was refused, or why nothing came back.
    pub reason: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// When it began.
    pub at: Moment,
    /// What was sent: headers and body.
    pub sent: (String, String),
    /// What came back: headers and body.
    pub back: Option<(String, String)>,
}

impl Exchanged {
    /// The picture of its way.
    pub fn way_icon(&self) -> &'static str {
        if self.is_in { "in" } else { "out" }
    }
}

/// What went over the wire because of a chat, the newest first.
pub async fn exchanged(site: &Site, visit: &Visit, chat: &Conversation) -> Vec<Exchanged> {
    let filter = Filter { conversation: Some(chat.id.to_string()), ..Filter::default() };
    let found = site.exchanges.list(site, &filter, None, EXCHANGES_MAX).await;
    let mut shown = Vec::new();
    for exchange in found.items {
        let Full { brief, request, answer, .. } = exchange.full(site).await;
        let is_good = brief.status.is_some_and(|status| status < 400);
        let name = brief.operation.map(str::to_owned).or(brief.event);
        shown.push(Exchanged {
            id: brief.id,
            is_in: brief.direction == "in",
            name: name.unwrap_or_else(|| brief.dialect.to_owned()),
            line: format!("{} {}", brief.method, brief.url),
            status: brief.status,
            is_good,
            reason: brief.reason.or(brief.failure),
            took_ms: i64::try_from(brief.duration_us / 1000).unwrap_or(i64::MAX),
            at: visit.moment(exchange.started_at(), Form::Seconds),
            sent: part(request),
            back: answer.map(part),
        });
    }
    shown
}

fn part(part: Part) -> (String, String) {
    let line = |(name, value): &(String, String)| format!("{name}: {value}");
    let headers = part.headers.iter().map(line).collect::<Vec<_>>().join("\n");
    let body = part.body.and_then(|body| body.text);
    (headers, body.as_deref().map(pretty).unwrap_or_default())
}

/// Who was told of these messages, the newest first.
pub fn told(context: &mut Context<'_, '_>, messages: &[Message]) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    for message in messages.iter().rev().take(TOLD_MAX) {
        told.extend(overview::told(context, EventId(message.id.0))?);
    }
    Ok(told)
}

/// Deliveries as the page shows them.
pub fn items(visit: &Visit, told: &[Told]) -> Vec<Item> {
    told.iter().map(|told| item(visit, told)).collect()
}

fn item(visit: &Visit, told: &Told) -> Item {
    let Told { record, webhook, wait } = told;
    let delivery = &record.delivery;
    let until = |wait: &Wait| wait.until().map(|until| visit.moment(until, Form::Seconds));
    Item {
        event: delivery.event.0,
        webhook: delivery.webhook.0,
        fact: record.event.fact.word(),
        url: webhook.url.clone().unwrap_or_default(),
        state: delivery.state.word(),
        tone: match delivery.state {
            DeliveryState::Delivered => "good",
            DeliveryState::Retrying => "warm",
            DeliveryState::Dead => "bad",
            DeliveryState::Pending | DeliveryState::Cancelled | DeliveryState::Kept => "",
        },
        is_open: delivery.state.is_open(),
        at: visit.moment(record.event.at, Form::Seconds),
        wait: wait.as_ref().map(|wait| (wait.word(), until(wait))),
        tries: record.attempts.iter().map(|attempt| tried(visit, attempt)).collect(),
    }
}

fn tried(visit: &Visit, attempt: &Attempt) -> Try {
    let back = attempt
        .response_body
        .as_ref()
        .map(|body| (attempt.response_headers.clone().unwrap_or_default(), pretty(body)));
    Try {
        number: attempt.number,
        status: attempt.status,
        is_good: attempt.outcome == "accepted",
        took_ms: attempt.duration_us / 1000,
        at: visit.moment(attempt.started_at, Form::Seconds),
        url: attempt.url.clone(),
        reason: attempt.reason.clone(),
        sent: (attempt.request_headers.clone(), pretty(&attempt.request_body)),
        back: back.filter(|_| attempt.status.is_some()),
    }
}

/// JSON as people read it; anything else as it is.
pub fn pretty(body: &str) -> String {
    let parsed = serde_json::from_str::<serde_json::Value>(body);
    let indented = parsed.ok().and_then(|value| serde_json::to_string_pretty(&value).ok());
    indented.unwrap_or_else(|| body.to_owned())
}
