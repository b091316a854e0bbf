//! The wire beside a chat: what receivers were told of its messages, and how that went.

use peyk_engine::overview::{self, Told};
use peyk_engine::{Attempt, Context, Result};
use peyk_model::webhook::Wait;
use peyk_model::{Conversation, DeliveryState, EventId, Message};

use crate::Site;
use crate::console::exchange::{Exchanged, pretty};
use crate::console::moment::{Form, Moment};
use crate::console::visit::Visit;
use crate::control::delivery_id;
use crate::exchanges::Filter;

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
    /// Where all about it is.
    pub address: String,
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
    /// What it came to, in the store's word.
    pub outcome: String,
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

/// What went over the wire because of a chat, the newest first.
pub async fn exchanged(site: &Site, visit: &Visit, chat: &Conversation) -> Vec<Exchanged> {
    let filter = Filter { conversation: Some(chat.id.to_string()), ..Filter::default() };
    let found = site.exchanges.list(site, &filter, None, EXCHANGES_MAX).await;
    let mut shown = Vec::new();
    for exchange in found.items {
        shown.push(Exchanged::of(site, visit, &exchange).await);
    }
    shown
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
        address: format!("/console/deliveries/{}", delivery_id(delivery)),
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
        outcome: attempt.outcome.clone(),
        took_ms: attempt.duration_us / 1000,
        at: visit.moment(attempt.started_at, Form::Seconds),
        url: attempt.url.clone(),
        reason: attempt.reason.clone(),
        sent: (attempt.request_headers.clone(), pretty(&attempt.request_body)),
        back: back.filter(|_| attempt.status.is_some()),
    }
}
