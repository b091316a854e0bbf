//! Leasing: taking lanes in hand, so that no other server has them at the same time.

use std::collections::HashMap;
use std::time::Duration;

use peyk_model::{Timestamp, Webhook, WebhookId};

use super::Errand;
use crate::Context;
use crate::error::Result;

/// How long a lane stays with whoever leased it: longer than any letter may take.
pub(crate) const LEASE: Duration = Duration::from_secs(30);
/// Most lanes that are taken in hand in one transaction.
const LANES_MAX: usize = 128;

/// What is under way, as far as this server knows.
pub(crate) struct UnderWay {
    /// How many letters to each webhook.
    pub(crate) per_webhook: HashMap<WebhookId, usize>,
    /// How many more there may be in all.
    pub(crate) free: usize,
}

impl UnderWay {
    fn room(&self, webhook: &Webhook, now: Timestamp) -> usize {
        let busy = self.per_webhook.get(&webhook.id).copied().unwrap_or(0);
        webhook.health.capacity(now).saturating_sub(busy)
    }
}

/// Webhooks that are due and can take a letter now.
pub(crate) fn ready(context: &mut Context<'_, '_>, under_way: &UnderWay) -> Result<Vec<Webhook>> {
    let due = context.tx.webhooks_with_due_lanes(context.now)?;
    Ok(due.into_iter().filter(|webhook| under_way.room(webhook, context.now) > 0).collect())
}

/// Takes due lanes in hand under the word `lease`: a few of each webhook, so that a busy one does
/// not keep the others waiting.
pub(crate) fn lease(
    context: &mut Context<'_, '_>,
    lease: &str,
    under_way: &UnderWay,
) -> Result<Vec<Errand>> {
    let until = context.now.after(LEASE);
    let mut left = under_way.free.min(LANES_MAX);
    let mut errands = Vec::new();
    for webhook in ready(context, under_way)? {
        let room = under_way.room(&webhook, context.now).min(left);
        let limit = i64::try_from(room).unwrap_or(i64::MAX);
        let lanes = context.tx.lease_lanes(webhook.id, lease, context.now, until, limit)?;
        left -= lanes.len().min(left);
        for lane in lanes {
            match context.tx.head_of_lane(webhook.id, lane)? {
                Some(head) => errands.push(Errand::assemble(context, webhook.clone(), head)?),
                None => context.tx.delete_lane(webhook.id, lane)?,
            }
        }
        if left == 0 {
            break;
        }
    }
    Ok(errands)
}
