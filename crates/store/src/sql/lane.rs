//! Lanes, as an operator looks at them.

use peyk_model::{Timestamp, WebhookId};

use crate::value::values;
use crate::{Fault, Tx};

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
