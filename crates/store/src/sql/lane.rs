//! Lanes: which of them are due, who has them in hand, and how an operator sees them.

use peyk_model::webhook::COVERED_EVERY;
use peyk_model::{Timestamp, Webhook, WebhookId};

use super::delivery::{OPEN, placeholders};
use super::webhook::{WEBHOOK_COLUMNS, read_webhook};
use crate::value::{Value, values};
use crate::{Fault, Tx};

/// Webhooks with lanes: jumps from webhook to webhook along the index, never over the lanes of one.
const BUSY: &str = "WITH RECURSIVE busy (id) AS (
    SELECT MIN(webhook_id) FROM lanes
    UNION ALL
    SELECT (SELECT MIN(lanes.webhook_id) FROM lanes WHERE lanes.webhook_id > busy.id)
    FROM busy WHERE busy.id IS NOT NULL
)";

/// When the next lane of the webhook `w` falls due. Lanes for which a failure answered count where
/// it is their turn, or where there is no other.
fn next_due_sql() -> String {
    const FIRST: &str = "(SELECT MIN(l.due_at) FROM lanes l WHERE l.webhook_id = w.id)";
    format!(
        "(CASE WHEN w.covered_until IS NULL OR w.failures % {COVERED_EVERY} = 0 THEN {FIRST}
          ELSE COALESCE((SELECT MIN(l.due_at) FROM lanes l
            WHERE l.webhook_id = w.id AND l.due_at >= w.covered_until), {FIRST}) END)"
    )
}

/// A lane in which something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// The conversation's id, or zero.
    pub lane: i64,
    /// When its head may be tried, or when the lease ends.
    pub due_at: Timestamp,
    /// Whether somebody has it in hand.
    pub is_leased: bool,
}

impl Tx<'_> {
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
        let next = next_due_sql();
        let sql = format!(
            "{BUSY} SELECT {WEBHOOK_COLUMNS} FROM busy JOIN webhooks w ON w.id = busy.id
             WHERE w.state = 'on' AND w.paused = 0 AND {next} <= $1"
        );
        self.all(&sql, values![now.0], |row| read_webhook(row, 0))
    }

    /// When the next lane of a webhook that is on falls due.
    pub fn next_lane_due(&mut self) -> Result<Option<Timestamp>, Fault> {
        let next = next_due_sql();
        let sql = format!(
            "{BUSY} SELECT MIN(CASE WHEN due.rests_until > due.next THEN due.rests_until
                               ELSE due.next END)
             FROM (SELECT w.rests_until, {next} AS next FROM busy
                   JOIN webhooks w ON w.id = busy.id AND w.state = 'on' AND w.paused = 0) AS due"
        );
        let next = self.first(&sql, values![], |row| row.get::<Option<i64>>(0))?;
        Ok(next.flatten().map(Timestamp))
    }

    /// When a webhook that is on is told something next, if anything waits.
    pub fn next_due_of(&mut self, webhook: &Webhook) -> Result<Option<Timestamp>, Fault> {
        let next = next_due_sql();
        let sql = format!("SELECT {next} FROM webhooks w WHERE w.id = $1");
        let next = self.first(&sql, values![webhook.id.0], |row| row.get::<Option<i64>>(0))?;
        let next = next.flatten().map(Timestamp);
        Ok(next.map(|next| webhook.health.rests_until.map_or(next, |until| until.max(next))))
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

    /// Lanes of a webhook that fell due at `from` or later and are due now, the newest first.
    pub fn lanes_due_from(
        &mut self,
        webhook: WebhookId,
        from: Timestamp,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<i64>, Fault> {
        // Servers that share a PostgreSQL take different lanes.
        let lock = self.pick("", "FOR UPDATE SKIP LOCKED");
        let sql = format!(
            "SELECT lane FROM lanes WHERE webhook_id = $1 AND due_at >= $2 AND due_at <= $3
             ORDER BY due_at DESC LIMIT $4 {lock}"
        );
        self.all(&sql, values![webhook.0, from.0, now.0, limit], |row| row.get(0))
    }

    /// Whether another lane of a webhook than this one falls due, or is given back, at this time or later.
    pub fn another_falls_due_from(
        &mut self,
        webhook: WebhookId,
        lane: Option<i64>,
        from: Timestamp,
    ) -> Result<bool, Fault> {
        // Two are enough to find one that is another.
        let found = self.all(
            "SELECT lane FROM lanes WHERE webhook_id = $1 AND due_at >= $2 ORDER BY due_at LIMIT 2",
            values![webhook.0, from.0],
            |row| row.get::<i64>(0),
        )?;
        Ok(found.into_iter().any(|found| Some(found) != lane))
    }

    /// Lets waiting lanes of a webhook that fall due now or by this time have been due before now:
    /// where the clock stands, what comes after this has the same time and is still later.
    pub fn hasten_lanes(
        &mut self,
        webhook: WebhookId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE lanes SET due_at = $1
             WHERE webhook_id = $2 AND lease IS NULL AND due_at > $1 AND due_at <= $3",
            values![now.just_before().0, webhook.0, until.0],
        )?;
        Ok(())
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

    /// Takes away all lanes of a webhook.
    pub fn delete_lanes(&mut self, webhook: WebhookId) -> Result<(), Fault> {
        self.execute("DELETE FROM lanes WHERE webhook_id = $1", values![webhook.0])?;
        Ok(())
    }

    /// Takes away those of these lanes in which nothing is open. They are locked.
    pub fn delete_empty_lanes(&mut self, webhook: WebhookId, lanes: &[i64]) -> Result<(), Fault> {
        let mut values: Vec<Value<'_>> = vec![webhook.0.into()];
        let places = placeholders(&mut values, lanes.iter().copied());
        let deliveries = self.open_deliveries();
        let sql = format!(
            "DELETE FROM lanes WHERE webhook_id = $1 AND lane IN ({places}) AND NOT EXISTS
             (SELECT 1 FROM {deliveries} WHERE d.webhook_id = $1 AND d.lane = lanes.lane AND {OPEN})"
        );
        self.execute(&sql, &values)?;
        Ok(())
    }

    /// Lanes of a webhook in which something waits, after this one.
    pub fn lanes_after(
        &mut self,
        webhook: WebhookId,
        last: i64,
        limit: i64,
    ) -> Result<Vec<Lane>, Fault> {
        self.all(
            "SELECT lane, due_at, lease FROM lanes WHERE webhook_id = $1 AND lane > $2
             ORDER BY lane LIMIT $3",
            values![webhook.0, last, limit],
            |row| {
                let is_leased = row.get::<Option<String>>(2)?.is_some();
                Ok(Lane { lane: row.get(0)?, due_at: Timestamp(row.get(1)?), is_leased })
            },
        )
    }

    /// In how many lanes of a webhook something waits.
    pub fn count_lanes(&mut self, webhook: WebhookId) -> Result<i64, Fault> {
        let count = self.first(
            "SELECT COUNT(*) FROM lanes WHERE webhook_id = $1",
            values![webhook.0],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or(0))
    }
}
