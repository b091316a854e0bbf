//! Greeting: a receiver that has to answer before it hears anything else.

use std::time::{Duration, Instant};

use peyk_model::delivery::Outcome;
use peyk_model::{Noun, Refusal, Timestamp, Webhook, WebhookId, WebhookState};

use super::lease::LEASE;
use super::{Dialects, Judgement, Letter, Post, PostError, Reply};
use crate::webhooks::{OpenSecrets, open_secrets};
use crate::{Context, Engine, Result, webhooks};

/// Most receivers that are greeted at once.
const GREETINGS_MAX: i64 = 64;
/// Longest wait between two greetings.
const GREET_EVERY: Duration = Duration::from_secs(60);

/// A receiver that is to be greeted now.
#[derive(Debug, Clone)]
pub(crate) struct Greeting {
    pub(crate) webhook: Webhook,
    pub(crate) secrets: OpenSecrets,
    greetings: i64,
    timeline: i64,
}

/// Takes receivers in hand whose greeting is due.
pub(crate) fn due(context: &mut Context<'_, '_>) -> Result<Vec<Greeting>> {
    let due = context.tx.due_greetings(context.now, GREETINGS_MAX)?;
    let mut taken = Vec::new();
    for (webhook, greetings) in due {
        // Whoever takes it and is killed gives it back by the lease's end.
        let again = Some(context.now.after(LEASE));
        context.tx.plan_greeting(webhook.id, again, greetings)?;
        let secrets = open_secrets(context, &webhook)?;
        taken.push(Greeting { webhook, secrets, greetings, timeline: context.tx.timeline() });
    }
    Ok(taken)
}

/// Writes down how a greeting went. A receiver that answered well hears all that gathered.
pub(crate) fn settle(
    context: &mut Context<'_, '_>,
    greeting: &Greeting,
    judgement: &Judgement,
) -> Result<()> {
    if context.tx.timeline() != greeting.timeline {
        return Ok(());
    }
    let mut webhook = webhooks::locked(context, greeting.webhook.id)?;
    let same = webhook.url == greeting.webhook.url;
    if !same || webhook.state != WebhookState::Unproven {
        return Ok(());
    }
    if judgement.outcome == Outcome::Accepted {
        webhook.state = WebhookState::On;
        webhook.note = None;
        webhook.health = webhook.health.succeeded();
        context.tx.update_webhook(&webhook)?;
        context.tx.plan_greeting(webhook.id, None, 0)?;
        context.tx.wake_all_lanes(webhook.id, context.now)?;
        context.tx.ring();
        return Ok(());
    }
    webhook.note.clone_from(&judgement.reason);
    webhook.health = webhook.health.failed(context.now, context.now, false);
    context.tx.update_webhook(&webhook)?;
    if webhook.health.is_out_of_patience(super::errand::plan(webhook.owner), context.now) {
        webhooks::switch_off(context, webhook.id, "the receiver did not answer for 14 days")?;
        return Ok(());
    }
    let again = next_greeting(context.now, greeting.greetings);
    Ok(context.tx.plan_greeting(webhook.id, Some(again), greeting.greetings + 1)?)
}

/// Greetings follow each other after 1, 2, 4 … seconds, and then each minute.
fn next_greeting(now: Timestamp, greetings: i64) -> Timestamp {
    let seconds = 1_u64.checked_shl(u32::try_from(greetings).unwrap_or(u32::MAX));
    now.after(seconds.map_or(GREET_EVERY, |each| Duration::from_secs(each).min(GREET_EVERY)))
}

/// What a test of a receiver came to.
#[derive(Debug, Clone)]
pub struct Tested {
    /// What was sent.
    pub letter: Letter,
    /// What came back.
    pub reply: std::result::Result<Reply, PostError>,
    /// What that means.
    pub judgement: Judgement,
    /// How long it took, in microseconds.
    pub duration_us: i64,
}

/// Greets a receiver to see whether it answers. Whatever comes of it, nothing changes.
pub async fn test(
    engine: &Engine,
    dialects: &dyn Dialects,
    post: &dyn Post,
    id: WebhookId,
) -> Result<Tested> {
    let read = engine.read(move |context| {
        let found = context.tx.webhook(id)?.filter(|found| found.url.is_some());
        let webhook = found.ok_or_else(|| Refusal::not_found(Noun::Webhook, id))?;
        let secrets = open_secrets(context, &webhook)?;
        Ok((webhook, secrets))
    });
    let (webhook, secrets) = read.await?;
    let letter = dialects.greeting(&webhook, &secrets, engine.clock().now());
    let began = Instant::now();
    let reply = post.post(letter.clone()).await;
    let duration_us = i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX);
    let judgement = match &reply {
        Ok(reply) => dialects.judge_greeting(&webhook, reply),
        Err(error) => Judgement::because(Outcome::Failed(None), error.to_string()),
    };
    Ok(Tested { letter, reply, judgement, duration_us })
}
