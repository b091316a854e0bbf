//! Deliveries and the lanes they wait in.

use peyk_model::{Delivery, DeliveryState, Event, EventId, Timestamp, Webhook, WebhookId};

use super::event::{EVENT_COLUMNS, FeedPosition, read_event, read_position};
use super::webhook::{WEBHOOK_COLUMNS, read_webhook};
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
const OPEN: &str = "d.state IN ('pending', 'retrying')";

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
    /// Adds a delivery and wakes its lane, unless it is only kept for feeds.
    pub fn insert_delivery(&mut self, new: &Delivery, now: Timestamp) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO deliveries (webhook_id, event_id, lane, state, attempts, metadata,
             created_at, settled_at) VALUES ($1, $2, $3, $4, 0, $5, $6, $7)
             ON CONFLICT (webhook_id, event_id) DO NOTHING",
            values![
                new.webhook.0,
                new.event.0,
                new.lane,
                new.state.word(),
                new.metadata.as_ref(),
                now.0,
                (!new.state.is_open()).then_some(now.0)
            ],
        )?;
        if new.state.is_open() {
            self.wake_lane(new.webhook, new.lane, now)?;
        }
        Ok(())
    }

    /// Makes sure that a lane is looked at. One that waits for its time or is at work stays so,
    /// but its row is locked, so that nobody takes it away before this transaction has ended.
    pub fn wake_lane(
        &mut self,
        webhook: WebhookId,
        lane: i64,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO lanes (webhook_id, lane, due_at) VALUES ($1, $2, $3)
             ON CONFLICT (webhook_id, lane) DO UPDATE SET due_at = lanes.due_at",
            values![webhook.0, lane, now.0],
        )?;
        self.ring_for_deliveries();
        Ok(())
    }

    /// Lets every waiting lane of a webhook be looked at now.
    pub fn wake_all_lanes(&mut self, webhook: WebhookId, now: Timestamp) -> Result<(), Fault> {
        self.execute(
            "UPDATE lanes SET due_at = $1 WHERE webhook_id = $2 AND lease IS NULL AND due_at > $1",
            values![now.0, webhook.0],
        )?;
        Ok(())
    }

    /// Webhooks that are on and have lanes due, however many lanes those are.
    pub fn webhooks_with_due_lanes(&mut self, now: Timestamp) -> Result<Vec<Webhook>, Fault> {
        // Jumps from webhook to webhook along the index, never over the lanes of one.
        let sql = format!(
            "WITH RECURSIVE busy (id) AS (
               SELECT MIN(webhook_id) FROM lanes
               UNION ALL
               SELECT (SELECT MIN(lanes.webhook_id) FROM lanes WHERE lanes.webhook_id > busy.id)
               FROM busy WHERE busy.id IS NOT NULL
             )
             SELECT {WEBHOOK_COLUMNS} FROM busy JOIN webhooks w ON w.id = busy.id
             WHERE w.state = 'on' AND w.paused = 0 AND EXISTS
             (SELECT 1 FROM lanes l WHERE l.webhook_id = w.id AND l.due_at <= $1)"
        );
        self.all(&sql, values![now.0], |row| read_webhook(row, 0))
    }

    /// When the next lane of a webhook that is on falls due.
    pub fn next_lane_due(&mut self) -> Result<Option<Timestamp>, Fault> {
        let next = self.first(
            "WITH RECURSIVE busy (id) AS (
               SELECT MIN(webhook_id) FROM lanes
               UNION ALL
               SELECT (SELECT MIN(lanes.webhook_id) FROM lanes WHERE lanes.webhook_id > busy.id)
               FROM busy WHERE busy.id IS NOT NULL
             )
             SELECT MIN(CASE WHEN w.rests_until > lane.due_at THEN w.rests_until
                        ELSE lane.due_at END)
             FROM busy JOIN webhooks w ON w.id = busy.id AND w.state = 'on' AND w.paused = 0
             JOIN lanes lane ON lane.webhook_id = w.id AND lane.due_at =
             (SELECT MIN(l.due_at) FROM lanes l WHERE l.webhook_id = w.id)",
            values![],
            |row| row.get::<Option<i64>>(0),
        )?;
        Ok(next.flatten().map(Timestamp))
    }

    /// Whether somebody has a lane in hand.
    pub fn lanes_in_hand(&mut self, now: Timestamp) -> Result<bool, Fault> {
        let found = self.first(
            "SELECT lane FROM lanes WHERE lease IS NOT NULL AND due_at > $1 LIMIT 1",
            values![now.0],
            |row| row.get::<i64>(0),
        )?;
        Ok(found.is_some())
    }

    /// Leases lanes of a webhook that are due, the longest waiting first.
    pub fn lease_lanes(
        &mut self,
        webhook: WebhookId,
        lease: &str,
        now: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<i64>, Fault> {
        // Servers that share a PostgreSQL take different lanes.
        let lock = self.pick("", "FOR UPDATE SKIP LOCKED");
        let sql = format!(
            "SELECT lane FROM lanes WHERE webhook_id = $1 AND due_at <= $2
             ORDER BY due_at LIMIT $3 {lock}"
        );
        let lanes = self.all(&sql, values![webhook.0, now.0, limit], |row| row.get(0))?;
        for lane in &lanes {
            self.renew_lease(webhook, *lane, lease, until)?;
        }
        Ok(lanes)
    }

    /// The first open delivery of a lane.
    pub fn head_of_lane(
        &mut self,
        webhook: WebhookId,
        lane: i64,
    ) -> Result<Option<Delivery>, Fault> {
        let sql = format!(
            "SELECT {DELIVERY_COLUMNS} FROM deliveries d
             WHERE d.webhook_id = $1 AND d.lane = $2 AND {OPEN} ORDER BY d.event_id LIMIT 1"
        );
        self.first(&sql, values![webhook.0, lane], |row| read_delivery(row, 0))
    }

    /// Whether a lane is still leased under this word. Its row is locked either way.
    pub fn holds_lease(
        &mut self,
        webhook: WebhookId,
        lane: i64,
        lease: &str,
    ) -> Result<bool, Fault> {
        let lock = self.pick("", "FOR UPDATE");
        let sql = format!("SELECT lease FROM lanes WHERE webhook_id = $1 AND lane = $2 {lock}");
        let found =
            self.first(&sql, values![webhook.0, lane], |row| row.get::<Option<String>>(0))?;
        Ok(found.flatten().as_deref() == Some(lease))
    }

    /// Gives a lane back, to be looked at again then.
    pub fn release_lane(
        &mut self,
        webhook: WebhookId,
        lane: i64,
        due_at: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE lanes SET lease = NULL, due_at = $1 WHERE webhook_id = $2 AND lane = $3",
            values![due_at.0, webhook.0, lane],
        )?;
        Ok(())
    }

    /// Keeps a lane for longer.
    pub fn renew_lease(
        &mut self,
        webhook: WebhookId,
        lane: i64,
        lease: &str,
        until: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE lanes SET lease = $1, due_at = $2 WHERE webhook_id = $3 AND lane = $4",
            values![lease, until.0, webhook.0, lane],
        )?;
        Ok(())
    }

    /// Lets a lane that nobody works on be looked at now.
    pub fn wake_idle_lane(
        &mut self,
        webhook: WebhookId,
        lane: i64,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE lanes SET due_at = $1 WHERE webhook_id = $2 AND lane = $3 AND lease IS NULL",
            values![now.0, webhook.0, lane],
        )?;
        Ok(())
    }

    /// Takes away a lane in which nothing is open.
    pub fn delete_lane(&mut self, webhook: WebhookId, lane: i64) -> Result<(), Fault> {
        self.execute(
            "DELETE FROM lanes WHERE webhook_id = $1 AND lane = $2",
            values![webhook.0, lane],
        )?;
        Ok(())
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

    /// Cancels open deliveries of a webhook, so many at a time, and tells how many.
    pub fn cancel_open_deliveries(
        &mut self,
        webhook: WebhookId,
        now: Timestamp,
        limit: i64,
    ) -> Result<u64, Fault> {
        self.execute(
            "UPDATE deliveries SET state = 'cancelled', settled_at = $1
             WHERE webhook_id = $2 AND event_id IN (SELECT d.event_id FROM deliveries d
             WHERE d.webhook_id = $2 AND d.state IN ('pending', 'retrying') LIMIT $3)",
            values![now.0, webhook.0, limit],
        )
    }

    /// Takes away all lanes of a webhook.
    pub fn delete_lanes(&mut self, webhook: WebhookId) -> Result<(), Fault> {
        self.execute("DELETE FROM lanes WHERE webhook_id = $1", values![webhook.0])?;
        Ok(())
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
        self.all(
            &format!(
                "SELECT counted.state, COUNT(*) FROM (
                   SELECT * FROM (SELECT d.state FROM deliveries d WHERE d.webhook_id = $1
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
