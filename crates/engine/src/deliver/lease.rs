//! Leasing: taking lanes in hand, so that no other server has them at the same time.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use peyk_model::{Timestamp, Webhook, WebhookId};

use super::Errand;
use crate::Context;
use crate::error::Result;

/// How long a lane stays with whoever leased it: longer than any letter may take.
pub(crate) const LEASE: Duration = Duration::from_secs(30);
/// Most lanes that are taken in hand in one transaction.
const LANES_MAX: usize = 128;

/// Most lanes of a receiver that rests among which one is chosen.
const CHOICE_MAX: i64 = 8;
/// How far apart lanes may fall due and still share one attempt at a receiver that rests.
const TOGETHER: Duration = Duration::from_secs(1);

/// Most letters that are out at once to receivers that answered their last one.
const OUT_PROVEN_MAX: usize = 256;
/// Most letters that are out at once to all others. Those that hang can use up no more than this,
/// so however many hang, the ones that answer have a share of their own.
const OUT_UNPROVEN_MAX: usize = 512;

/// What is under way, as far as this server knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct UnderWay {
    /// How many letters to each webhook.
    out: HashMap<WebhookId, usize>,
    /// Webhooks whose receivers answered their last letter.
    proven: HashSet<WebhookId>,
}

impl UnderWay {
    /// Notes that a lane of this webhook was taken in hand.
    pub(crate) fn took(&mut self, webhook: WebhookId) {
        *self.out.entry(webhook).or_insert(0) += 1;
    }

    /// Notes that a lane of this webhook was let go.
    pub(crate) fn let_go(&mut self, webhook: WebhookId) {
        if let Some(count) = self.out.get_mut(&webhook) {
            *count -= 1;
            if *count == 0 {
                self.out.remove(&webhook);
            }
        }
    }

    /// Notes whether a receiver answered.
    pub(crate) fn heard(&mut self, webhook: WebhookId, answered: bool) {
        if answered {
            self.proven.insert(webhook);
        } else {
            self.proven.remove(&webhook);
        }
    }

    /// How many more letters may go out, to receivers of either sort.
    fn free(&self, proven: bool) -> usize {
        let is_of_sort =
            |(webhook, _): &(&WebhookId, &usize)| self.proven.contains(webhook) == proven;
        let out: usize = self.out.iter().filter(is_of_sort).map(|(_, count)| count).sum();
        let most = if proven { OUT_PROVEN_MAX } else { OUT_UNPROVEN_MAX };
        most.saturating_sub(out)
    }

    /// How many more letters this webhook may get: one until its receiver has answered.
    fn room(&self, webhook: &Webhook, now: Timestamp) -> usize {
        let busy = self.out.get(&webhook.id).copied().unwrap_or(0);
        let capacity = webhook.health.capacity(now);
        let most = if self.proven.contains(&webhook.id) { capacity } else { capacity.min(1) };
        most.saturating_sub(busy)
    }
}

/// Webhooks that are due and can take a letter now.
pub(crate) fn ready(context: &mut Context<'_, '_>, under_way: &UnderWay) -> Result<Vec<Webhook>> {
    let due = context.tx.webhooks_with_due_lanes(context.now)?;
    let (proven, unproven) = (under_way.free(true) > 0, under_way.free(false) > 0);
    let has_place = |webhook: &Webhook| {
        let place = if under_way.proven.contains(&webhook.id) { proven } else { unproven };
        place && under_way.room(webhook, context.now) > 0
    };
    Ok(due.into_iter().filter(has_place).collect())
}

/// Takes due lanes in hand under the word `lease`: a few of each webhook, so that a busy one does
/// not keep the others waiting.
pub(crate) fn lease(
    context: &mut Context<'_, '_>,
    lease: &str,
    under_way: &UnderWay,
) -> Result<Vec<Errand>> {
    let mut left = LANES_MAX;
    let (mut proven, mut unproven) = (under_way.free(true), under_way.free(false));
    let mut errands = Vec::new();
    for webhook in ready(context, under_way)? {
        let is_proven = under_way.proven.contains(&webhook.id);
        let free = if is_proven { &mut proven } else { &mut unproven };
        let room = under_way.room(&webhook, context.now).min(left).min(*free);
        let limit = i64::try_from(room).unwrap_or(i64::MAX);
        let taken = take(context, &webhook, lease, limit)?;
        left -= taken.len().min(left);
        *free -= taken.len().min(*free);
        errands.extend(taken);
        if left == 0 {
            break;
        }
    }
    Ok(errands)
}

/// Takes due lanes of one webhook in hand. Those in which nothing is open are taken away.
fn take(
    context: &mut Context<'_, '_>,
    webhook: &Webhook,
    lease: &str,
    limit: i64,
) -> Result<Vec<Errand>> {
    let until = context.now.after(LEASE);
    let mut errands = Vec::new();
    for _ in 0..LANES_MAX {
        let (lanes, is_covered) = match webhook.health.covered_until {
            None => {
                let now = context.now;
                (context.tx.lease_lanes(webhook.id, lease, now, until, limit)?, false)
            }
            Some(covered_until) => probe(context, webhook, covered_until, lease)?,
        };
        let is_over = lanes.is_empty();
        for lane in lanes {
            match context.tx.head_of_lane(webhook.id, lane)? {
                Some(head) => {
                    let errand = Errand::assemble(context, webhook.clone(), head)?;
                    errands.push(Errand { is_covered, ..errand });
                }
                None => context.tx.delete_lane(webhook.id, lane)?,
            }
        }
        if is_over || !errands.is_empty() {
            break;
        }
    }
    Ok(errands)
}

/// Takes the one lane in hand that is tried next at a receiver that rests, and tells whether a
/// failure had answered for it.
///
/// What nobody tried yet goes first. Then, each in its turn, the longest waiting of the covered
/// lanes and those that fell due since, of which the newest goes for all. Where none of these will
/// ever fall due, the covered ones have every turn.
fn probe(
    context: &mut Context<'_, '_>,
    webhook: &Webhook,
    covered_until: Timestamp,
    lease: &str,
) -> Result<(Vec<i64>, bool)> {
    let (id, now, until) = (webhook.id, context.now, context.now.after(LEASE));
    let later = context.tx.lanes_due_from(id, covered_until, now, CHOICE_MAX)?;
    let mut chosen = None;
    for lane in &later {
        let head = context.tx.head_of_lane(id, *lane)?;
        if head.is_none_or(|head| head.first_attempt.is_none()) {
            chosen = Some(*lane);
            break;
        }
    }
    let is_turn_of_covered = webhook.health.is_turn_of_covered()
        || !context.tx.another_falls_due_from(id, None, covered_until)?;
    if chosen.is_none() && is_turn_of_covered {
        let due_by = now.min(covered_until.just_before());
        let covered = context.tx.lease_lanes(id, lease, due_by, until, 1)?;
        if !covered.is_empty() {
            return Ok((covered, true));
        }
    }
    let chosen: Vec<_> = chosen.or(later.first().copied()).into_iter().collect();
    for lane in &chosen {
        context.tx.hasten_lanes(id, now, now.after(TOGETHER))?;
        context.tx.renew_lease(id, *lane, lease, until)?;
    }
    Ok((chosen, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use peyk_model::webhook::Health;
    use peyk_model::{AppId, Party, WebhookState};

    fn webhook(id: i64) -> Webhook {
        Webhook {
            id: WebhookId(id),
            owner: Party::App(AppId(id)),
            post: None,
            url: Some("http://127.0.0.1:1/".into()),
            state: WebhookState::On,
            note: None,
            paused: false,
            health: Health::default(),
        }
    }

    #[test]
    fn a_receiver_gets_one_letter_at_a_time_until_it_has_answered() {
        let mut under_way = UnderWay::default();
        assert_eq!(under_way.room(&webhook(1), Timestamp(0)), 1);
        under_way.took(WebhookId(1));
        assert_eq!(under_way.room(&webhook(1), Timestamp(0)), 0);
        under_way.heard(WebhookId(1), true);
        assert!(under_way.room(&webhook(1), Timestamp(0)) > 1);
        under_way.heard(WebhookId(1), false);
        assert_eq!(under_way.room(&webhook(1), Timestamp(0)), 0);
        under_way.let_go(WebhookId(1));
        assert_eq!(under_way.room(&webhook(1), Timestamp(0)), 1);
    }

    #[test]
    fn receivers_that_hang_leave_a_share_to_those_that_answer() {
        let mut under_way = UnderWay::default();
        for id in 0..10_000 {
            under_way.took(WebhookId(id));
        }
        assert_eq!(under_way.free(false), 0);
        assert_eq!(under_way.free(true), OUT_PROVEN_MAX);
        under_way.heard(WebhookId(1), true);
        assert_eq!(under_way.free(true), OUT_PROVEN_MAX - 1);
    }
}
