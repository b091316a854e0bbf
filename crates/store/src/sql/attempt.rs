//! Attempts: every time a delivery was tried, and what came of it.

use peyk_model::{EventId, Timestamp, WebhookId};

use crate::value::{Row, values};
use crate::{Fault, Tx};

/// One attempt at a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Where it went.
    pub webhook: WebhookId,
    /// What it told.
    pub event: EventId,
    /// Counted from one over the whole life of the delivery.
    pub number: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in microseconds.
    pub duration_us: i64,
    /// The address.
    pub url: String,
    /// The headers that were sent, one in a line, secrets masked.
    pub request_headers: String,
    /// The body that was sent.
    pub request_body: String,
    /// The status that came back, if an answer came.
    pub status: Option<i64>,
    /// The headers that came back, one in a line.
    pub response_headers: Option<String>,
    /// The beginning of the body that came back.
    pub response_body: Option<String>,
    /// What it came to: `accepted`, `refused`, `gone`, `failed`, or, where somebody asked for it,
    /// `dropped` or `held`.
    pub outcome: String,
    /// Why, in words, if it did not arrive or somebody had a hand in it.
    pub reason: Option<String>,
}

fn read_attempt(row: &Row<'_>) -> Result<Attempt, Fault> {
    Ok(Attempt {
        webhook: WebhookId(row.get(0)?),
        event: EventId(row.get(1)?),
        number: row.get(2)?,
        started_at: Timestamp(row.get(3)?),
        duration_us: row.get(4)?,
        url: row.get(5)?,
        request_headers: row.get(6)?,
        request_body: row.get(7)?,
        status: row.get(8)?,
        response_headers: row.get(9)?,
        response_body: row.get(10)?,
        outcome: row.get(11)?,
        reason: row.get(12)?,
    })
}

impl Tx<'_> {
    /// Adds an attempt under the delivery's next number, whatever number it has.
    pub fn insert_attempt(&mut self, new: &Attempt) -> Result<(), Fault> {
        let last = self.first(
            "SELECT MAX(number) FROM attempts WHERE webhook_id = $1 AND event_id = $2",
            values![new.webhook.0, new.event.0],
            |row| row.get::<Option<i64>>(0),
        )?;
        self.execute(
            "INSERT INTO attempts (webhook_id, event_id, number, started_at, duration_us, url,
             request_headers, request_body, status, response_headers, response_body, outcome,
             reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            values![
                new.webhook.0,
                new.event.0,
                last.flatten().unwrap_or(0) + 1,
                new.started_at.0,
                new.duration_us,
                &new.url,
                &new.request_headers,
                &new.request_body,
                new.status,
                new.response_headers.as_ref(),
                new.response_body.as_ref(),
                &new.outcome,
                new.reason.as_ref()
            ],
        )?;
        Ok(())
    }

    /// The attempts at a delivery, the newest first.
    pub fn attempts(
        &mut self,
        webhook: WebhookId,
        event: EventId,
        limit: i64,
    ) -> Result<Vec<Attempt>, Fault> {
        self.all(
            "SELECT webhook_id, event_id, number, started_at, duration_us, url, request_headers,
             request_body, status, response_headers, response_body, outcome, reason FROM attempts
             WHERE webhook_id = $1 AND event_id = $2 ORDER BY number DESC LIMIT $3",
            values![webhook.0, event.0, limit],
            read_attempt,
        )
    }

    /// Forgets attempts that began before this time, so many at a time.
    pub fn forget_attempts_before(&mut self, before: Timestamp, limit: i64) -> Result<u64, Fault> {
        self.execute(
            "DELETE FROM attempts WHERE (webhook_id, event_id, number) IN
             (SELECT webhook_id, event_id, number FROM attempts WHERE started_at <= $1 LIMIT $2)",
            values![before.0, limit],
        )
    }
}
