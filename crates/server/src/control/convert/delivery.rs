//! How webhooks and deliveries look.

use std::sync::Arc;

use peyk_engine::Attempt;
use peyk_engine::DeliveryPlace;
use peyk_engine::deliver::operate::{Record, Standing, WaitingLane};
use peyk_engine::deliver::{Dialects, Errand, Tested};
use peyk_engine::feed::{Feed, Place};
use peyk_model::delivery::Outcome;
use peyk_model::{Delivery, Event, EventId, Noun, Party, Refusal, Timestamp, Webhook, WebhookId};
use serde_json::{Map, Value, json};

use super::time;
use crate::Site;
use crate::control::hub::Item;

/// What every id of a delivery begins with: it is the `webhook-id` that its receiver sees.
const PREFIX: &str = "evt_";

/// The id of a delivery.
pub fn delivery_id(delivery: &Delivery) -> String {
    letter_id(delivery.webhook, delivery.event)
}

/// The id of the delivery of this event to this webhook.
pub fn letter_id(webhook: WebhookId, event: EventId) -> String {
    format!("{PREFIX}{webhook}_{event}")
}

/// The delivery with this id.
pub fn delivery_place(id: &str) -> Result<DeliveryPlace, Refusal> {
    let numbers = id.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
    let numbers = numbers.and_then(|(webhook, event)| {
        Some(DeliveryPlace {
            webhook: WebhookId(webhook.parse().ok()?),
            event: EventId(event.parse().ok()?),
        })
    });
    numbers.ok_or_else(|| Refusal::not_found(Noun::Delivery, id))
}

/// A webhook and how things stand there.
pub fn standing(standing: &Standing) -> Value {
    let Standing { webhook, app, counts, lanes, next_try } = standing;
    let counts: Map<String, Value> =
        counts.iter().map(|each| (each.state.word().to_owned(), each.count.into())).collect();
    let mut shown = json!({
        "id": webhook.id.0,
        "owner": owner(webhook, app.as_deref()),
        "state": webhook.state.word(),
        "is_paused": webhook.paused,
        "health": health(webhook, *next_try),
        "deliveries": counts,
        "waiting_lanes": lanes,
    });
    set(&mut shown, "url", webhook.url.as_deref());
    set(&mut shown, "post", webhook.post.as_ref().map(|post| post.0.as_str()));
    set(&mut shown, "note", webhook.note.as_deref());
    shown
}

fn owner(webhook: &Webhook, app: Option<&str>) -> Value {
    match (webhook.owner, app) {
        (Party::App(_), Some(slug)) => json!({ "app": slug }),
        (Party::App(id), None) => json!({ "app": id.to_string() }),
        (Party::Business(id), _) => json!({ "business": id.0 }),
        (Party::Person(id), _) => json!({ "person": id.0 }),
    }
}

fn health(webhook: &Webhook, next_try: Option<Timestamp>) -> Value {
    let mut shown = json!({ "failures": webhook.health.failures });
    set(&mut shown, "failing_since", webhook.health.failing_since.map(time));
    set(&mut shown, "rests_until", webhook.health.rests_until.map(time));
    set(&mut shown, "next_try_at", next_try.map(time));
    shown
}

/// Adds what is there.
fn set(shown: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        shown[name] = value.into();
    }
}

/// A lane and why it waits.
pub fn lane(waiting: &WaitingLane) -> Value {
    let mut shown = json!({ "lane": waiting.lane.lane, "waits_for": waiting.wait.word() });
    set(&mut shown, "until", waiting.wait.until().map(time));
    set(&mut shown, "conversation", waiting.conversation.as_ref().map(|key| key.0.as_str()));
    set(&mut shown, "delivery", waiting.head.as_ref().map(delivery_id));
    set(&mut shown, "attempts", waiting.head.as_ref().map(|head| head.attempts));
    set(&mut shown, "last_reason", waiting.last_reason.as_deref());
    shown
}

/// A delivery and what it tells.
pub fn delivery((delivery, event): &(Delivery, Event)) -> Value {
    let mut shown = json!({
        "id": delivery_id(delivery),
        "webhook": delivery.webhook.0,
        "event": event.id.0,
        "type": event.fact.word(),
        "at": time(event.at),
        "lane": delivery.lane,
        "state": delivery.state.word(),
        "attempts": delivery.attempts,
    });
    set(&mut shown, "first_attempt_at", delivery.first_attempt.map(time));
    shown
}

/// A delivery with all that was tried.
pub fn record(record: Record) -> Value {
    let mut shown = delivery(&(record.delivery, record.event));
    shown["tried"] = record.attempts.iter().map(attempt).collect();
    shown
}

fn attempt(attempt: &Attempt) -> Value {
    let request = json!({
        "url": attempt.url,
        "headers": headers(&attempt.request_headers),
        "body": attempt.request_body,
    });
    let mut shown = json!({
        "number": attempt.number,
        "started_at": time(attempt.started_at),
        "duration_ms": milliseconds(attempt.duration_us),
        "outcome": attempt.outcome,
        "request": request,
    });
    set(&mut shown, "reason", attempt.reason.as_deref());
    if let Some(status) = attempt.status {
        shown["response"] = json!({
            "status": status,
            "headers": headers(attempt.response_headers.as_deref().unwrap_or_default()),
            "body": attempt.response_body.as_deref().unwrap_or_default(),
        });
    }
    shown
}

fn milliseconds(micros: i64) -> f64 {
    micros as f64 / 1000.0
}

fn headers(lines: &str) -> Vec<[&str; 2]> {
    let line = |line| str::split_once(line, ": ").map(|(name, value)| [name, value]);
    lines.lines().filter_map(line).collect()
}

/// What a test of a receiver came to.
pub fn pinged(tested: &Tested) -> Value {
    let mut shown = json!({
        "arrived": tested.judgement.outcome == Outcome::Accepted,
        "duration_ms": milliseconds(tested.duration_us),
        "sent": tested.letter.body,
    });
    set(&mut shown, "reason", tested.judgement.reason.as_deref());
    if let Ok(reply) = &tested.reply {
        shown["status"] = reply.status.into();
        shown["answer"] = String::from_utf8_lossy(&reply.body).into();
    }
    shown
}

/// What the receiver of a webhook is told, word for word; nothing where its dialect has no words.
pub fn told_letter(site: &Site, feed: Feed, at: Place, errand: &Errand) -> Option<Item> {
    let letter = site.letter(errand, site.engine.clock().now())?;
    let cursor = feed.cursor(site.engine.keyring(), at);
    let headers: Vec<_> =
        letter.headers.iter().map(|(name, value)| [name, value.as_str()]).collect();
    let shown = json!({
        "cursor": cursor,
        "delivery": delivery_id(&errand.delivery),
        "type": errand.event.fact.word(),
        "state": errand.delivery.state.word(),
        "headers": headers,
        "body": letter.body,
    });
    let json = serde_json::value::to_raw_value(&shown).expect("a letter is always JSON");
    Some(Item { cursor, json: Arc::from(json) })
}
