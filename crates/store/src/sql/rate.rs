//! Counts of calls in windows of time.

use peyk_model::rate::Window;
use peyk_model::{AppId, BusinessId, Period, Spender, Timestamp};

use crate::encode::word;
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// How many calls were made in a window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RateCount {
    /// Whose calls.
    pub spender: Spender,
    /// Calls of what.
    pub resource: String,
    /// How long the window is.
    pub period: Period,
    /// The window.
    pub window: Window,
    /// How many.
    pub calls: i64,
}

fn spender_text(spender: Spender) -> String {
    match spender {
        Spender::AllApps => "apps".into(),
        Spender::App(id) => format!("app:{id}"),
        Spender::Business(id) => format!("business:{id}"),
    }
}

fn read_spender(text: &str) -> Result<Spender, Fault> {
    let parsed = match text.split_once(':') {
        None => (text == "apps").then_some(Spender::AllApps),
        Some(("app", id)) => id.parse().ok().map(|id| Spender::App(AppId(id))),
        Some(("business", id)) => id.parse().ok().map(|id| Spender::Business(BusinessId(id))),
        Some(_) => None,
    };
    word("spender", text, parsed)
}

fn read_count(row: &Row<'_>) -> Result<RateCount, Fault> {
    let (spender, period): (String, String) = (row.get(0)?, row.get(2)?);
    Ok(RateCount {
        spender: read_spender(&spender)?,
        resource: row.get(1)?,
        period: word("period", &period, Period::parse(&period))?,
        window: Window { from: Timestamp(row.get(3)?), until: Timestamp(row.get(4)?) },
        calls: row.get(5)?,
    })
}

impl Tx<'_> {
    /// Adds calls to a count, and tells how many calls all servers have counted by now.
    pub fn add_calls(&mut self, count: &RateCount) -> Result<i64, Fault> {
        let all = self.first(
            "INSERT INTO rate_counts (spender, resource, period, from_at, until_at, calls)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (spender, resource, period, from_at)
             DO UPDATE SET calls = rate_counts.calls + excluded.calls RETURNING calls",
            values![
                &spender_text(count.spender),
                &count.resource,
                count.period.word(),
                count.window.from.0,
                count.window.until.0,
                count.calls
            ],
            |row| row.get(0),
        )?;
        all.ok_or_else(|| Fault::Corrupt("count of calls".into()))
    }

    /// The counts of windows that are not over, at most `limit`.
    pub fn rate_counts(&mut self, now: Timestamp, limit: i64) -> Result<Vec<RateCount>, Fault> {
        self.all(
            "SELECT spender, resource, period, from_at, until_at, calls FROM rate_counts
             WHERE until_at > $1 AND from_at <= $1
             ORDER BY spender, resource, period, from_at LIMIT $2",
            values![now.0, limit],
            read_count,
        )
    }

    /// Forgets windows that were over before this.
    pub fn forget_counts_before(&mut self, before: Timestamp) -> Result<u64, Fault> {
        self.execute("DELETE FROM rate_counts WHERE until_at <= $1", values![before.0])
    }
}
