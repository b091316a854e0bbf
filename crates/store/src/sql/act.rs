//! Acts: the audit log.

use peyk_model::access::{ActOutcome, ActRecord};
use peyk_model::{AccountId, Act, Doer, Timestamp};

use crate::encode::word;
use crate::value::{Row, Value, values};
use crate::{Fault, Tx};

/// An act to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct {
    /// By whom.
    pub doer: Doer,
    /// From which address.
    pub address: Option<String>,
    /// What.
    pub act: Act,
    /// To what.
    pub target: String,
    /// How it ended, as far as is known.
    pub outcome: ActOutcome,
}

/// Which acts somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActFilter {
    /// By the account, or the stranger, with this name.
    pub name: Option<String>,
    /// Of this kind.
    pub act: Option<Act>,
    /// That ended so.
    pub outcome: Option<ActOutcome>,
}

/// The kind, the account and the name in which a doer is written.
fn columns(doer: &Doer) -> (&'static str, Option<i64>, Option<&str>) {
    match doer {
        Doer::Account(id, name) => ("account", Some(id.0), Some(name)),
        Doer::AdminToken => ("admin_token", None, None),
        Doer::Sandbox => ("sandbox", None, None),
        Doer::Command => ("command", None, None),
        Doer::Stranger(name) => ("stranger", None, Some(name)),
    }
}

fn read_doer(kind: &str, account: Option<i64>, name: Option<String>) -> Result<Doer, Fault> {
    let name = name.unwrap_or_default();
    let doer = match (kind, account) {
        ("account", Some(id)) => Some(Doer::Account(AccountId(id), name)),
        ("admin_token", _) => Some(Doer::AdminToken),
        ("sandbox", _) => Some(Doer::Sandbox),
        ("command", _) => Some(Doer::Command),
        ("stranger", _) => Some(Doer::Stranger(name)),
        _ => None,
    };
    word("doer", kind, doer)
}

fn read_act(row: &Row<'_>) -> Result<ActRecord, Fault> {
    let doer: String = row.get(2)?;
    let (act, outcome): (String, String) = (row.get(6)?, row.get(8)?);
    Ok(ActRecord {
        id: row.get(0)?,
        at: Timestamp(row.get(1)?),
        doer: read_doer(&doer, row.get(3)?, row.get(4)?)?,
        address: row.get(5)?,
        act: word("act", &act, Act::parse(&act))?,
        target: row.get(7)?,
        outcome: word("outcome of an act", &outcome, ActOutcome::parse(&outcome))?,
    })
}

impl Tx<'_> {
    /// Remembers an act and gives it a number.
    pub fn insert_act(&mut self, new: &NewAct, now: Timestamp) -> Result<i64, Fault> {
        let (doer, account, name) = columns(&new.doer);
        let id = self.first(
            "INSERT INTO acts (at, doer, account_id, name, address, act, target, outcome)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            values![
                now.0,
                doer,
                account,
                name,
                new.address.as_ref(),
                new.act.word(),
                &new.target,
                new.outcome.word()
            ],
            |row| row.get(0),
        )?;
        id.ok_or_else(|| Fault::Corrupt("an act without a number".into()))
    }

    /// Notes how an act ended, and to what it was done if that was not known before.
    pub fn settle_act(
        &mut self,
        id: i64,
        outcome: ActOutcome,
        target: Option<&str>,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE acts SET outcome = $1, target = COALESCE($2, target) WHERE id = $3",
            values![outcome.word(), target, id],
        )?;
        Ok(())
    }

    /// Acts before this number, the newest first.
    pub fn acts_before(
        &mut self,
        filter: &ActFilter,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<ActRecord>, Fault> {
        let mut sql = String::from(
            "SELECT id, at, doer, account_id, name, address, act, target, outcome FROM acts
             WHERE id < $1",
        );
        let mut values = vec![Value::from(before.unwrap_or(i64::MAX))];
        for (column, wanted) in [
            ("name", filter.name.as_deref()),
            ("act", filter.act.map(Act::word)),
            ("outcome", filter.outcome.map(ActOutcome::word)),
        ] {
            if let Some(wanted) = wanted {
                values.push(wanted.into());
                sql.push_str(&format!(" AND {column} = ${}", values.len()));
            }
        }
        values.push(limit.into());
        sql.push_str(&format!(" ORDER BY id DESC LIMIT ${}", values.len()));
        self.all(&sql, &values, read_act)
    }

    /// Forgets acts of before this time, so many at once; how many.
    pub fn forget_acts_before(&mut self, before: Timestamp, limit: i64) -> Result<u64, Fault> {
        self.execute(
            "DELETE FROM acts WHERE id IN
             (SELECT id FROM acts WHERE at <= $1 ORDER BY at LIMIT $2)",
            values![before.0, limit],
        )
    }
}
