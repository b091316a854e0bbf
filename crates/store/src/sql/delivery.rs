//! Deliveries.

use peyk_model::{Delivery, DeliveryState, Event, EventId, Timestamp, WebhookId};

use super::event::{EVENT_COLUMNS, FeedPosition, read_event, read_position};
use crate::encode::word;
use crate::value::{Row, Value, values};
use crate::{Fault, Tx};

/// How many deliveries are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The state.
    pub state: DeliveryState,
    /// How many.
    pub count: i64,
}

/// Which deliveries an operator means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Of this webhook.
    pub webhook: Option<WebhookId>,
    /// Of this lane.
    pub lane: Option<i64>,
    /// Telling of this event.
    pub event: Option<EventId>,
    /// In one of these states; an empty list does not filter.
    pub states: Vec<DeliveryState>,
    /// Made at this time or later.
    pub since: Option<Timestamp>,
}

/// The place of a delivery among all: by its event, and among those of one event by its webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryPlace {
    /// The event.
    pub event: EventId,
    /// The webhook.
    pub webhook: WebhookId,
}

/// From where, and in which order, deliveries are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryOrder {
    /// The newest first, beginning before this place.
    NewestFirst(Option<DeliveryPlace>),
    /// The oldest first, beginning after this place.
    OldestFirst(Option<DeliveryPlace>),
}

const DELIVERY_COLUMNS: &str =
    "d.webhook_id, d.event_id, d.lane, d.state, d.attempts, d.first_attempt_at, d.metadata";
pub(super) const OPEN: &str = "d.state IN ('pending', 'retrying')";

/// Adds what a list is to have, and gives the places of it for the statement.
pub(super) fn placeholders(values: &mut Vec<Value<'_>>, list: impl Iterator<Item = i64>) -> String {
    let mut places = Vec::new();
    for each in list {
        values.push(each.into());
        places.push(format!("${}", values.len()));
    }
    places.join(", ")
}

fn read_delivery(row: &Row<'_>, at: usize) -> Result<Delivery, Fault> {
    let state: String = row.get(at + 3)?;
    Ok(Delivery {
        webhook: WebhookId(row.get(at)?),
        event: EventId(row.get(at + 1)?),
        lane: row.get(at + 2)?,
        state: word("delivery state", &state, DeliveryState::parse(&state))?,
        attempts: row.get(at + 4)?,
        first_attempt: row.get::<Option<i64>>(at + 5)?.map(Timestamp),
        metadata: row.get(at + 6)?,
    })
}

impl Tx<'_> {
    /// Adds a delivery and wakes its lane, unless it is only kept for feeds: such a one was never
    /// to be settled, and is forgotten with its event.
    pub fn insert_delivery(&mut self, new: &Delivery, now: Timestamp) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO deliveries (webhook_id, event_id, lane, state, attempts, metadata,
             created_at, waits_since) VALUES ($1, $2, $3, $4, 0, $5, $6, $7)
             ON CONFLICT (webhook_id, event_id) DO NOTHING",
            values![
                new.webhook.0,
                new.event.0,
                new.lane,
                new.state.word(),
                new.metadata.as_ref(),
                now.0,
                new.state.is_open().then_some(now.0)
            ],
        )?;
        if new.state.is_open() {
            self.wake_lane(new.webhook, new.lane, now)?;
        }
        Ok(())
    }

    /// The first open delivery of a lane.
    pub fn head_of_lane(
        &mut self,
        webhook: WebhookId,
        lane: i64,
    ) -> Result<Option<Delivery>, Fault> {
        let sql = self.head_of_lane_sql();
        self.first(&sql, values![webhook.0, lane], |row| read_delivery(row, 0))
    }

    fn head_of_lane_sql(&self) -> String {
        let deliveries = self.open_deliveries();
        format!(
            "SELECT {DELIVERY_COLUMNS} FROM {deliveries}
             WHERE d.webhook_id = $1 AND d.lane = $2 AND {OPEN} ORDER BY d.event_id LIMIT 1"
        )
    }

    /// The table of deliveries, for a statement that wants open ones of a webhook, lane by lane.
    pub(super) fn open_deliveries(&self) -> &'static str {
        // SQLite would go by the primary key, over all that a webhook was ever told.
        self.pick("deliveries d INDEXED BY deliveries_open", "deliveries d")
    }

    /// The delivery of an event to a webhook.
    pub fn delivery(
        &mut self,
        webhook: WebhookId,
        event: EventId,
    ) -> Result<Option<Delivery>, Fault> {
        let sql = format!(
            "SELECT {DELIVERY_COLUMNS} FROM deliveries d WHERE d.webhook_id = $1 AND d.event_id = $2"
        );
        self.first(&sql, values![webhook.0, event.0], |row| read_delivery(row, 0))
    }

    /// Puts a delivery into another lane.
    pub fn move_delivery(
        &mut self,
        webhook: WebhookId,
        event: EventId,
        lane: i64,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE deliveries SET lane = $1 WHERE webhook_id = $2 AND event_id = $3",
            values![lane, webhook.0, event.0],
        )?;
        Ok(())
    }

    /// The event with this id.
    pub fn event(&mut self, id: EventId) -> Result<Option<Event>, Fault> {
        let sql = format!("SELECT {EVENT_COLUMNS} FROM events e WHERE e.id = $1");
        self.first(&sql, values![id.0], |row| read_event(row, 0))
    }

    /// Writes what changes in a delivery's life.
    pub fn update_delivery(&mut self, changed: &Delivery, now: Timestamp) -> Result<(), Fault> {
        self.execute(
            "UPDATE deliveries SET state = $1, attempts = $2, first_attempt_at = $3,
             settled_at = $4 WHERE webhook_id = $5 AND event_id = $6",
            values![
                changed.state.word(),
                changed.attempts,
                changed.first_attempt.map(|at| at.0),
                (!changed.state.is_open()).then_some(now.0),
                changed.webhook.0,
                changed.event.0
            ],
        )?;
        Ok(())
    }

    /// Notes that a delivery was put back into its lane.
    pub fn put_back_into_lane(
        &mut self,
        webhook: WebhookId,
        event: EventId,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE deliveries SET waits_since = $1 WHERE webhook_id = $2 AND event_id = $3",
            values![now.0, webhook.0, event.0],
        )?;
        Ok(())
    }

    /// Open deliveries of a webhook that were put into their lanes by this time and that nobody has
    /// in hand, the longest waiting first, with their lanes, which are locked.
    pub fn waiting_since(
        &mut self,
        webhook: WebhookId,
        since: Timestamp,
        limit: i64,
    ) -> Result<Vec<(EventId, i64)>, Fault> {
        // Whoever has a lane locked there is about to work on it.
        let lock = self.pick("", "FOR UPDATE OF l SKIP LOCKED");
        let sql = format!(
            "SELECT d.event_id, d.lane FROM deliveries d
             JOIN lanes l ON l.webhook_id = d.webhook_id AND l.lane = d.lane
             WHERE d.webhook_id = $1 AND {OPEN} AND d.waits_since <= $2 AND l.lease IS NULL
             ORDER BY d.waits_since LIMIT $3 {lock}"
        );
        self.all(&sql, values![webhook.0, since.0, limit], |row| {
            Ok((EventId(row.get(0)?), row.get(1)?))
        })
    }

    /// Gives up these deliveries, none of which anybody has in hand.
    pub fn give_up(
        &mut self,
        webhook: WebhookId,
        events: &[EventId],
        now: Timestamp,
    ) -> Result<u64, Fault> {
        let mut values: Vec<Value<'_>> = vec![now.0.into(), webhook.0.into()];
        let places = placeholders(&mut values, events.iter().map(|event| event.0));
        let sql = format!(
            "UPDATE deliveries SET state = 'dead', settled_at = $1
             WHERE webhook_id = $2 AND event_id IN ({places})"
        );
        self.execute(&sql, &values)
    }

    /// Cancels open deliveries of a webhook, so many at a time, and tells how many.
    pub fn cancel_open_deliveries(
        &mut self,
        webhook: WebhookId,
        now: Timestamp,
        limit: i64,
    ) -> Result<u64, Fault> {
        let deliveries = self.open_deliveries();
        let sql = format!(
            "UPDATE deliveries SET state = 'cancelled', settled_at = $1
             WHERE webhook_id = $2 AND event_id IN
             (SELECT d.event_id FROM {deliveries} WHERE d.webhook_id = $2 AND {OPEN} LIMIT $3)"
        );
        self.execute(&sql, values![now.0, webhook.0, limit])
    }

    /// Deliveries that an operator means, with what they tell.
    pub fn deliveries(
        &mut self,
        filter: &DeliveryFilter,
        order: DeliveryOrder,
        limit: i64,
    ) -> Result<Vec<(Delivery, Event)>, Fault> {
        let mut sql = format!(
            "SELECT {DELIVERY_COLUMNS}, {EVENT_COLUMNS} FROM deliveries d
             JOIN events e ON e.id = d.event_id WHERE 0 = 0"
        );
        let mut values: Vec<Value<'_>> = Vec::new();
        for (condition, value) in [
            ("d.webhook_id =", filter.webhook.map(|id| id.0)),
            ("d.lane =", filter.lane),
            ("d.event_id =", filter.event.map(|id| id.0)),
            ("d.created_at >=", filter.since.map(|at| at.0)),
        ] {
            if let Some(value) = value {
                values.push(value.into());
                sql += &format!(" AND {condition} ${}", values.len());
            }
        }
        let mut numbers = Vec::new();
        for state in &filter.states {
            values.push(state.word().into());
            numbers.push(format!("${}", values.len()));
        }
        if !numbers.is_empty() {
            sql += &format!(" AND d.state IN ({})", numbers.join(", "));
        }
        let (from, sign, direction) = match order {
            DeliveryOrder::NewestFirst(from) => (from, "<", "DESC"),
            DeliveryOrder::OldestFirst(from) => (from, ">", "ASC"),
        };
        if let Some(DeliveryPlace { event, webhook }) = from {
            values.push(event.0.into());
            values.push(webhook.0.into());
            let (first, second) = (values.len() - 1, values.len());
            sql += &format!(" AND (d.event_id, d.webhook_id) {sign} (${first}, ${second})");
        }
        values.push(limit.into());
        let last = values.len();
        sql += &format!(" ORDER BY d.event_id {direction}, d.webhook_id {direction} LIMIT ${last}");
        self.all(&sql, &values, |row| Ok((read_delivery(row, 0)?, read_event(row, 7)?)))
    }

    /// How many deliveries of a webhook are in which state, of so many that wait and so many of the
    /// newest, for a webhook can have millions.
    pub fn count_deliveries(
        &mut self,
        webhook: WebhookId,
        most: i64,
    ) -> Result<Vec<Counted>, Fault> {
        let deliveries = self.open_deliveries();
        self.all(
            &format!(
                "SELECT counted.state, COUNT(*) FROM (
                   SELECT * FROM (SELECT d.state FROM {deliveries} WHERE d.webhook_id = $1
                     AND {OPEN} LIMIT $2) AS waiting
                   UNION ALL
                   SELECT newest.state FROM (SELECT d.state FROM deliveries d
                     WHERE d.webhook_id = $1 ORDER BY d.event_id DESC LIMIT $2) AS newest
                   WHERE newest.state NOT IN ('pending', 'retrying')
                 ) AS counted GROUP BY counted.state ORDER BY counted.state"
            ),
            values![webhook.0, most],
            |row| {
                let state: String = row.get(0)?;
                let state = word("delivery state", &state, DeliveryState::parse(&state))?;
                Ok(Counted { state, count: row.get(1)? })
            },
        )
    }

    /// Which webhooks an event is told to.
    pub fn webhooks_told(&mut self, event: EventId) -> Result<Vec<WebhookId>, Fault> {
        self.all(
            "SELECT webhook_id FROM deliveries WHERE event_id = $1 ORDER BY webhook_id",
            values![event.0],
            |row| Ok(WebhookId(row.get(0)?)),
        )
    }

    /// What a webhook was told after a place in the feed, in an order that never changes.
    pub fn deliveries_after(
        &mut self,
        webhook: WebhookId,
        after: FeedPosition,
        limit: i64,
    ) -> Result<Vec<(FeedPosition, Delivery, Event)>, Fault> {
        let sql = self.deliveries_after_sql();
        self.all(&sql, values![webhook.0, after.epoch, after.id, limit], |row| {
            Ok((read_position(row, 7)?, read_delivery(row, 0)?, read_event(row, 7)?))
        })
    }

    pub(super) fn deliveries_after_sql(&self) -> String {
        let horizon = self.feed_horizon();
        // As for all events: in SQLite every epoch is zero, and the keys lead to the place.
        let (after_place, order) = self.pick(
            ("e.epoch >= $2 AND d.event_id > $3", "d.event_id"),
            ("(e.epoch, e.id) > ($2, $3)", "e.epoch, e.id"),
        );
        format!(
            "SELECT {DELIVERY_COLUMNS}, {EVENT_COLUMNS} FROM deliveries d
             JOIN events e ON e.id = d.event_id
             WHERE d.webhook_id = $1 AND {after_place} {horizon} ORDER BY {order} LIMIT $4"
        )
    }

    /// Forgets deliveries that were settled before this time, so many at a time.
    pub fn forget_deliveries_before(
        &mut self,
        before: Timestamp,
        limit: i64,
    ) -> Result<u64, Fault> {
        self.execute(
            "DELETE FROM deliveries WHERE (webhook_id, event_id) IN
             (SELECT d.webhook_id, d.event_id FROM deliveries d WHERE d.settled_at <= $1 LIMIT $2)",
            values![before.0, limit],
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::sql::plan;

    #[test]
    fn the_head_of_a_lane_is_found_without_looking_at_what_was_settled() {
        let steps = plan::steps(|tx| tx.head_of_lane_sql());
        assert_eq!(steps, ["SEARCH d USING INDEX deliveries_open (webhook_id=? AND lane=?)"]);
    }
}
