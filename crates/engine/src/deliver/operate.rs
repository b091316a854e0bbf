//! Operating: looking at deliveries, repeating and cancelling them by hand.

use peyk_model::limits::DELIVERIES_COUNTED_MAX;
use peyk_model::{
    ConversationId, ConversationKey, Delivery, DeliveryState, Event, EventId, Noun, Party, Refusal,
    Timestamp, Webhook, WebhookId, WebhookState, delivery::Outcome, webhook::Wait,
};
use peyk_store::{
    Attempt, Counted, DeliveryFilter, DeliveryOrder, DeliveryPlace, Fault, Lane, Lock,
};

use super::errand::plan;
use crate::Context;
use crate::error::Result;
use crate::read_conversation::{Page, Paging, cursor, read_cursor};

/// Most deliveries that are put back in one transaction.
const AT_ONCE: i64 = 1000;
/// Most attempts of one delivery that are shown.
const ATTEMPTS_MAX: i64 = 1000;

/// A webhook and how things stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The webhook.
    pub webhook: Webhook,
    /// The slug of the app whose it is, unless it is a business's.
    pub app: Option<String>,
    /// How many deliveries are in which state, of so many as are counted.
    pub counts: Vec<Counted>,
    /// In how many lanes something waits.
    pub lanes: i64,
    /// When a receiver that fails is tried next, if anything waits for it.
    pub next_try: Option<Timestamp>,
}

/// Every webhook, in the order they came.
pub fn webhooks(context: &mut Context<'_, '_>, paging: &Paging) -> Result<Page<Standing>> {
    let last = match &paging.cursor {
        Some(word) => read_cursor::<1>(context.keyring, "webhooks", word)?[0],
        None => 0,
    };
    let mut found = Vec::new();
    for webhook in context.tx.webhooks_after(WebhookId(last), paging.limit + 1)? {
        found.push(standing(context, webhook)?);
    }
    Ok(Page::cut(found, paging.limit, |last| {
        cursor(context.keyring, "webhooks", [last.webhook.id.0])
    }))
}

/// An owner's webhook for everything, as a page of one or none.
pub fn webhooks_of(context: &mut Context<'_, '_>, owner: Party) -> Result<Page<Standing>> {
    let mut items = Vec::new();
    if let Some(webhook) = context.tx.webhook_of(owner, None)? {
        items.push(standing(context, webhook)?);
    }
    Ok(Page { items, next: None })
}

/// One webhook.
pub fn webhook(context: &mut Context<'_, '_>, id: WebhookId) -> Result<Standing> {
    let found = context.tx.webhook(id)?;
    standing(context, found.ok_or_else(|| Refusal::not_found(Noun::Webhook, id))?)
}

fn standing(context: &mut Context<'_, '_>, webhook: Webhook) -> Result<Standing> {
    let app = match webhook.owner {
        Party::App(id) => context.tx.app(id)?.map(|app| app.slug),
        Party::Business(_) | Party::Person(_) => None,
    };
    let counts = context.tx.count_deliveries(webhook.id, DELIVERIES_COUNTED_MAX)?;
    let lanes = context.tx.count_lanes(webhook.id)?;
    let is_tried = webhook.state == WebhookState::On && !webhook.paused;
    let next_try = match is_tried && webhook.health.failures > 0 {
        true => context.tx.next_due_of(&webhook)?,
        false => None,
    };
    Ok(Standing { webhook, app, counts, lanes, next_try })
}

/// A lane in which something waits, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingLane {
    /// The lane.
    pub lane: Lane,
    /// The conversation's public name, if the lane is one's.
    pub conversation: Option<ConversationKey>,
    /// What comes next in it.
    pub head: Option<Delivery>,
    /// Why it waits.
    pub wait: Wait,
    /// What the last attempt at its head came to, in words.
    pub last_reason: Option<String>,
}

/// The lanes of a webhook in which something waits.
pub fn waiting_lanes(
    context: &mut Context<'_, '_>,
    id: WebhookId,
    paging: &Paging,
) -> Result<Page<WaitingLane>> {
    let question = format!("lanes of webhook {id}");
    let last = match &paging.cursor {
        Some(word) => read_cursor::<1>(context.keyring, &question, word)?[0],
        None => i64::MIN,
    };
    let found = context.tx.webhook(id)?;
    let webhook = found.ok_or_else(|| Refusal::not_found(Noun::Webhook, id))?;
    let next = context.tx.next_due_of(&webhook)?;
    let mut lanes = Vec::new();
    for lane in context.tx.lanes_after(id, last, paging.limit + 1)? {
        lanes.push(waiting_lane(context, &webhook, next, lane)?);
    }
    Ok(Page::cut(lanes, paging.limit, |last| cursor(context.keyring, &question, [last.lane.lane])))
}

fn waiting_lane(
    context: &mut Context<'_, '_>,
    webhook: &Webhook,
    next: Option<Timestamp>,
    lane: Lane,
) -> Result<WaitingLane> {
    let id = ConversationId(lane.lane);
    let conversation = context.tx.conversation(id, Lock::None)?.map(|found| found.key);
    let head = context.tx.head_of_lane(webhook.id, lane.lane)?;
    let last_reason = match &head {
        Some(head) => context.tx.attempts(webhook.id, head.event, 1)?.pop().and_then(|a| a.reason),
        None => None,
    };
    let wait = Wait::of(webhook, (lane.due_at, lane.is_leased), next, context.now);
    Ok(WaitingLane { lane, conversation, head, wait, last_reason })
}

/// Deliveries with what they tell, the newest first.
pub fn deliveries(
    context: &mut Context<'_, '_>,
    filter: &DeliveryFilter,
    paging: &Paging,
) -> Result<Page<(Delivery, Event)>> {
    let question = format!("deliveries with {filter:?}");
    let before =
        paging.cursor.as_deref().map(|word| place(context, &question, word)).transpose()?;
    let order = DeliveryOrder::NewestFirst(before);
    let found = context.tx.deliveries(filter, order, paging.limit + 1)?;
    Ok(Page::cut(found, paging.limit, |(last, _)| {
        cursor(context.keyring, &question, [last.event.0, last.webhook.0])
    }))
}

fn place(context: &Context<'_, '_>, question: &str, word: &str) -> Result<DeliveryPlace, Refusal> {
    let [event, webhook] = read_cursor(context.keyring, question, word)?;
    Ok(DeliveryPlace { event: EventId(event), webhook: WebhookId(webhook) })
}

/// One delivery with all that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The delivery.
    pub delivery: Delivery,
    /// What it tells.
    pub event: Event,
    /// Every attempt that is kept, the newest first.
    pub attempts: Vec<Attempt>,
}

/// One delivery with all that was tried.
pub fn record(context: &mut Context<'_, '_>, of: DeliveryPlace) -> Result<Record> {
    let found = context.tx.delivery(of.webhook, of.event)?;
    let delivery = found.ok_or_else(|| Refusal::not_found(Noun::Delivery, of.event))?;
    let event = context.tx.event(of.event)?;
    let event = event.ok_or_else(|| Fault::Corrupt(format!("a delivery of event {}", of.event)))?;
    let attempts = context.tx.attempts(of.webhook, of.event, ATTEMPTS_MAX)?;
    Ok(Record { delivery, event, attempts })
}

/// What followed an attempt that failed, or follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequel {
    /// There was another attempt since.
    TriedAgain,
    /// There will be another one by itself.
    Waits,
    /// There will be, once nobody holds the webhook back any more.
    Paused,
    /// There will be, once the receiver answers a greeting.
    Unproven,
    /// The time in which it is tried is over.
    GivenUp,
    /// Somebody decided that it need not arrive.
    Cancelled,
    /// The webhook is switched off, and what waited for it cancelled.
    Off,
}

/// What came of a delivery after an attempt that began then and failed; none if nobody knows the
/// delivery any more. The attempt is counted from one since the delivery was put into its lane.
pub fn sequel(
    context: &mut Context<'_, '_>,
    of: DeliveryPlace,
    attempt: i64,
    began_at: Timestamp,
) -> Result<Option<Sequel>> {
    let last = context.tx.attempts(of.webhook, of.event, 1)?.pop();
    if last.is_some_and(|last| last.started_at > began_at) {
        return Ok(Some(Sequel::TriedAgain));
    }
    let Some(delivery) = context.tx.delivery(of.webhook, of.event)? else { return Ok(None) };
    let Some(webhook) = context.tx.webhook(of.webhook)? else { return Ok(None) };
    let is_off = webhook.state == WebhookState::Off;
    Ok(Some(match delivery.state {
        // It was put back by hand in the same moment of a clock that stands.
        DeliveryState::Delivered => Sequel::TriedAgain,
        DeliveryState::Dead => Sequel::GivenUp,
        DeliveryState::Cancelled | DeliveryState::Kept if is_off => Sequel::Off,
        DeliveryState::Cancelled | DeliveryState::Kept => Sequel::Cancelled,
        DeliveryState::Pending | DeliveryState::Retrying => {
            // Whoever looks before the attempt is written down sees what that will come to.
            let is_settled = delivery.attempts >= attempt || delivery.first_attempt.is_none();
            let failed = Outcome::Failed(None);
            let after = delivery.attempted(&failed, plan(webhook.owner), context.now, 0).0;
            match webhook.state {
                WebhookState::Off => Sequel::Off,
                _ if !is_settled && !after.state.is_open() => Sequel::GivenUp,
                WebhookState::On | WebhookState::Unproven if webhook.paused => Sequel::Paused,
                WebhookState::Unproven => Sequel::Unproven,
                WebhookState::On => Sequel::Waits,
            }
        }
    }))
}

/// Puts deliveries back into their lanes, each to be signed anew, the oldest first and so many at
/// a time. Tells how many, and the place to go on from if there may be more.
pub fn replay(
    context: &mut Context<'_, '_>,
    filter: &DeliveryFilter,
    after: Option<DeliveryPlace>,
) -> Result<(usize, Option<DeliveryPlace>)> {
    let found = context.tx.deliveries(filter, DeliveryOrder::OldestFirst(after), AT_ONCE)?;
    let is_full = found.len() == AT_ONCE as usize;
    let last =
        found.last().map(|(last, _)| DeliveryPlace { event: last.event, webhook: last.webhook });
    let mut count = 0;
    for (delivery, _) in found {
        let webhook = context.tx.webhook(delivery.webhook)?;
        let has_url = webhook.is_some_and(|webhook| webhook.url.is_some());
        if delivery.state.is_open() || !has_url {
            continue;
        }
        let again = delivery.replayed();
        context.tx.update_delivery(&again, context.now)?;
        context.tx.put_back_into_lane(again.webhook, again.event, context.now)?;
        context.tx.wake_lane(again.webhook, again.lane, context.now)?;
        count += 1;
    }
    context.tx.ring();
    Ok((count, last.filter(|_| is_full)))
}

/// Decides that a delivery need not arrive. One that is out already may still arrive.
pub fn cancel(context: &mut Context<'_, '_>, webhook: WebhookId, event: EventId) -> Result<()> {
    let found = context.tx.delivery(webhook, event)?;
    let mut delivery = found.ok_or_else(|| Refusal::not_found(Noun::Delivery, event))?;
    if delivery.state.is_open() {
        delivery.state = DeliveryState::Cancelled;
        context.tx.update_delivery(&delivery, context.now)?;
        context.tx.wake_idle_lane(webhook, delivery.lane, context.now)?;
        context.tx.ring();
    }
    Ok(())
}
