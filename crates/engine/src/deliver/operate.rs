//! Operating: repeating and cancelling deliveries by hand.

use peyk_model::{DeliveryState, EventId, Noun, Refusal, WebhookId};
use peyk_store::DeliveryFilter;

use crate::Context;
use crate::error::Result;

/// Most deliveries that are put back or cancelled in one go.
const AT_ONCE: i64 = 1000;

/// What is to be repeated or cancelled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    /// Which deliveries.
    pub filter: DeliveryFilter,
}

/// Puts deliveries back into their lanes, each to be signed anew. Tells how many, and the place to
/// go on from if there may be more.
pub fn replay(context: &mut Context<'_, '_>, wanted: &Replay) -> Result<(usize, Option<EventId>)> {
    let found = context.tx.deliveries(&wanted.filter, AT_ONCE)?;
    let next = (found.len() == AT_ONCE as usize).then(|| found.last().map(|(_, event)| event.id));
    let mut count = 0;
    for (delivery, _) in found {
        let webhook = context.tx.webhook(delivery.webhook)?;
        let has_url = webhook.is_some_and(|webhook| webhook.url.is_some());
        if delivery.state.is_open() || !has_url {
            continue;
        }
        let again = delivery.replayed();
        context.tx.update_delivery(&again, context.now)?;
        context.tx.wake_lane(again.webhook, again.lane, context.now)?;
        count += 1;
    }
    context.tx.ring();
    Ok((count, next.flatten()))
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
