//! Settling: writing down what an attempt came to, and what follows.

use peyk_model::delivery::{Next, Outcome};
use peyk_model::{Delivery, RetryPlan, Timestamp, Webhook, WebhookState};
use peyk_store::Attempt;

use super::errand::plan;
use super::fault::{HELD, Held};
use super::{Errand, Judgement, Letter, PostError, Reply};
use crate::error::Result;
use crate::{Context, webhooks};

/// An attempt that is over.
#[derive(Debug, Clone)]
pub(crate) struct Tried {
    pub(crate) errand: Errand,
    pub(crate) letter: Letter,
    pub(crate) started_at: Timestamp,
    pub(crate) duration_us: i64,
    pub(crate) reply: Result<Reply, PostError>,
    pub(crate) judgement: Judgement,
}

/// Writes down an attempt. If this server still has the lane and the lane goes on, its next
/// delivery is returned and the lane stays leased.
pub(crate) fn settle(
    context: &mut Context<'_, '_>,
    lease: &str,
    tried: &Tried,
) -> Result<Option<Errand>> {
    let Delivery { webhook, event, lane, .. } = tried.errand.delivery;
    if context.tx.timeline() != tried.errand.timeline {
        // Everything was put back while the letter was out: it answers nothing that is here.
        return Ok(None);
    }
    context.tx.insert_attempt(&attempt(tried))?;
    if !context.tx.holds_lease(webhook, lane, lease)? {
        return Ok(None);
    }
    let state = note_health(context, tried)?;
    let found = context.tx.delivery(webhook, event)?.filter(|found| found.state.is_open());
    if let Some(delivery) = found {
        let chance = u32::from_be_bytes(context.dice.bytes());
        let plan = plan(tried.errand.webhook.owner);
        let outcome = &tried.judgement.outcome;
        let (after, next) = delivery.attempted(outcome, plan, context.now, chance);
        context.tx.update_delivery(&after, context.now)?;
        if lane < 0 && !after.state.is_open() {
            // It was held aside in a lane of its own, and belongs to its conversation.
            let own = tried.errand.event.fact.conversation().map_or(0, |id| id.0);
            context.tx.move_delivery(webhook, event, own)?;
        }
        if let Next::TryAgainAt(again) = next {
            let due_at = due_again(context, &state, tried, again)?;
            context.tx.release_lane(webhook, lane, due_at)?;
            // Whoever watches sees that it failed, and when it is tried again.
            context.tx.ring();
            return Ok(None);
        }
    }
    go_on(context, lease, lane, state)
}

/// When a lane is looked at again whose head failed and has its next attempt at `again`.
fn due_again(
    context: &mut Context<'_, '_>,
    webhook: &Webhook,
    tried: &Tried,
    again: Timestamp,
) -> Result<Timestamp> {
    if webhook.url != tried.errand.webhook.url {
        // A new address owes nothing to the failures of the old one.
        return Ok(context.now);
    }
    let Some(covered_until) = webhook.health.covered_until.filter(|_| tried.errand.is_covered)
    else {
        return Ok(again);
    };
    // It goes back to the covered ones, as the last of them, unless it is all that falls due.
    let lane = Some(tried.errand.delivery.lane);
    match context.tx.another_falls_due_from(webhook.id, lane, covered_until)? {
        true => Ok(covered_until.just_before()),
        false => Ok(again),
    }
}

/// Writes down an attempt and nothing else.
pub(crate) fn note(context: &mut Context<'_, '_>, tried: &Tried) -> Result<()> {
    if context.tx.timeline() != tried.errand.timeline {
        return Ok(());
    }
    Ok(context.tx.insert_attempt(&attempt(tried))?)
}

/// Writes down that a rule holds a delivery back: its lane waits with it, or goes on without it.
pub(crate) fn settle_held(
    context: &mut Context<'_, '_>,
    lease: &str,
    (errand, letter): (&Errand, &Letter),
    held: &Held,
) -> Result<Option<Errand>> {
    let Delivery { webhook, event, lane, .. } = errand.delivery;
    if context.tx.timeline() != errand.timeline {
        return Ok(None);
    }
    context.tx.insert_attempt(&Attempt {
        outcome: HELD.to_owned(),
        reason: Some(held.reason.clone()),
        ..unanswered(errand, letter, context.now)
    })?;
    if !context.tx.holds_lease(webhook, lane, lease)? {
        return Ok(None);
    }
    if !held.is_aside {
        context.tx.release_lane(webhook, lane, held.until)?;
        return Ok(None);
    }
    // A lane of its own; conversations have positive numbers.
    context.tx.move_delivery(webhook, event, -event.0)?;
    context.tx.wake_lane(webhook, -event.0, held.until)?;
    go_on(context, lease, lane, errand.webhook.clone())
}

/// Writes down a delivery that its dialect has no words for: nobody has to be told.
pub(crate) fn settle_wordless(
    context: &mut Context<'_, '_>,
    lease: &str,
    errand: &Errand,
) -> Result<Option<Errand>> {
    let Delivery { webhook, event, lane, .. } = errand.delivery;
    let is_of_here = context.tx.timeline() == errand.timeline;
    if !is_of_here || !context.tx.holds_lease(webhook, lane, lease)? {
        return Ok(None);
    }
    if let Some(mut delivery) = context.tx.delivery(webhook, event)? {
        delivery.state = peyk_model::DeliveryState::Kept;
        context.tx.update_delivery(&delivery, context.now)?;
    }
    go_on(context, lease, lane, errand.webhook.clone())
}

/// Takes up the next delivery of the lane, or lets the lane go.
fn go_on(
    context: &mut Context<'_, '_>,
    lease: &str,
    lane: i64,
    webhook: Webhook,
) -> Result<Option<Errand>> {
    let Some(head) = context.tx.head_of_lane(webhook.id, lane)? else {
        context.tx.delete_lane(webhook.id, lane)?;
        return Ok(None);
    };
    let may_go_on = webhook.state == WebhookState::On
        && !webhook.paused
        && webhook.health.capacity(context.now) > 0;
    if !may_go_on {
        // At a receiver that rests it falls due after the rest, and speaks for those that wait.
        let due_at = context.now.max(webhook.health.rests_until.unwrap_or(context.now));
        context.tx.release_lane(webhook.id, lane, due_at)?;
        context.tx.ring();
        return Ok(None);
    }
    let until = context.now.after(super::lease::LEASE);
    context.tx.renew_lease(webhook.id, lane, lease, until)?;
    Ok(Some(Errand::assemble(context, webhook, head)?))
}

/// Notes how the receiver is doing; one that is gone, or was failing for too long, is switched off.
fn note_health(context: &mut Context<'_, '_>, tried: &Tried) -> Result<Webhook> {
    let before = &tried.errand.webhook;
    let arrived = match tried.judgement.outcome {
        Outcome::Accepted | Outcome::Refused => true,
        Outcome::Gone | Outcome::Failed(_) => false,
        // Nobody asked the receiver.
        Outcome::Dropped => return Ok(before.clone()),
    };
    if arrived {
        // The common case writes nothing: many lanes of one webhook settle side by side.
        let found = context.tx.webhook(before.id)?.unwrap_or_else(|| before.clone());
        if found.health.failures == 0 {
            return Ok(found);
        }
    }
    let mut webhook = webhooks::locked(context, before.id)?;
    if arrived {
        webhook.health = webhook.health.succeeded();
        webhook.note = None;
        context.tx.update_webhook(&webhook)?;
        context.tx.wake_all_lanes(webhook.id, context.now)?;
        context.tx.ring();
        return Ok(webhook);
    }
    if webhook.url != before.url {
        return Ok(webhook);
    }
    let for_covered = tried.errand.is_covered;
    webhook.health = webhook.health.failed(tried.started_at, context.now, for_covered);
    webhook.note.clone_from(&tried.judgement.reason);
    context.tx.update_webhook(&webhook)?;
    if tried.judgement.outcome == Outcome::Gone {
        return webhooks::switch_off(context, webhook.id, "the receiver answered that it is gone");
    }
    let plan = plan(webhook.owner);
    if plan == RetryPlan::Calendar && webhook.health.is_out_of_patience(plan, context.now) {
        return webhooks::switch_off(context, webhook.id, "the receiver was failing for 14 days");
    }
    Ok(webhook)
}

fn attempt(tried: &Tried) -> Attempt {
    let reply = tried.reply.as_ref().ok();
    let lines = |reply: &Reply| {
        let line = |(name, value): &(String, String)| format!("{name}: {value}");
        reply.headers.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    let outcome = match tried.judgement.outcome {
        Outcome::Accepted => "accepted",
        Outcome::Refused => "refused",
        Outcome::Gone => "gone",
        Outcome::Failed(_) => "failed",
        Outcome::Dropped => "dropped",
    };
    // PostgreSQL has no text with NUL.
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}");
    Attempt {
        duration_us: tried.duration_us,
        status: reply.map(|reply| i64::from(reply.status)),
        response_headers: reply.map(lines).map(|lines| text(lines.as_bytes())),
        response_body: reply.map(|reply| text(&reply.body)),
        outcome: outcome.to_owned(),
        reason: tried.judgement.reason.clone(),
        ..unanswered(&tried.errand, &tried.letter, tried.started_at)
    }
}

/// An attempt to which nothing came back.
fn unanswered(errand: &Errand, letter: &Letter, started_at: Timestamp) -> Attempt {
    Attempt {
        webhook: errand.delivery.webhook,
        event: errand.delivery.event,
        number: 0,
        started_at,
        duration_us: 0,
        url: letter.url.clone(),
        request_headers: letter.masked_headers(),
        request_body: letter.body.clone(),
        status: None,
        response_headers: None,
        response_body: None,
        outcome: String::new(),
        reason: None,
    }
}
