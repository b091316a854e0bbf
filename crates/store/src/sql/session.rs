//! Sessions: somebody's stays in the console.

use peyk_model::{Account, AccountId, Session, SessionId, Timestamp};

use super::account::{ACCOUNT_COLUMNS, read_account};
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// A session to be begun.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    /// Whose it is.
    pub account: AccountId,
    /// The hash of the word that opens it.
    pub word_hash: &'a [u8; 32],
    /// From where.
    pub address: &'a str,
    /// With which browser.
    pub agent: &'a str,
}

const COLUMNS: &str = "s.id, s.account_id, s.created_at, s.seen_at, s.address, s.agent";

fn read_session(row: &Row<'_>) -> Result<Session, Fault> {
    Ok(Session {
        id: SessionId(row.get(0)?),
        account: AccountId(row.get(1)?),
        created_at: Timestamp(row.get(2)?),
        seen_at: Timestamp(row.get(3)?),
        address: row.get(4)?,
        agent: row.get(5)?,
    })
}

impl Tx<'_> {
    /// Begins a session.
    pub fn insert_session(
        &mut self,
        new: &NewSession<'_>,
        now: Timestamp,
    ) -> Result<SessionId, Fault> {
        let id = SessionId(self.next_number("account_sessions", 1)?);
        self.execute(
            "INSERT INTO account_sessions (id, account_id, word_hash, created_at, seen_at, address,
             agent) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![id.0, new.account.0, new.word_hash, now.0, now.0, new.address, new.agent],
        )?;
        Ok(id)
    }

    /// The session that a word with this hash opens, whether or not it still counts, and whose.
    pub fn session_by_word(
        &mut self,
        word_hash: &[u8; 32],
    ) -> Result<Option<(Session, Account)>, Fault> {
        self.first(
            &format!(
                "SELECT {COLUMNS}, {ACCOUNT_COLUMNS} FROM account_sessions s
                 JOIN accounts a ON a.id = s.account_id WHERE s.word_hash = $1"
            ),
            values![word_hash],
            |row| Ok((read_session(row)?, read_account(row, 6)?)),
        )
    }

    /// The session with this number.
    pub fn session(&mut self, id: SessionId) -> Result<Option<Session>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM account_sessions s WHERE s.id = $1");
        self.first(&sql, values![id.0], read_session)
    }

    /// Sessions with their accounts, the newest first.
    pub fn sessions(&mut self, limit: i64) -> Result<Vec<(Session, Account)>, Fault> {
        self.all(
            &format!(
                "SELECT {COLUMNS}, {ACCOUNT_COLUMNS} FROM account_sessions s
                 JOIN accounts a ON a.id = s.account_id ORDER BY s.id DESC LIMIT $1"
            ),
            values![limit],
            |row| Ok((read_session(row)?, read_account(row, 6)?)),
        )
    }

    /// An account's sessions, the newest first.
    pub fn sessions_of(&mut self, account: AccountId, limit: i64) -> Result<Vec<Session>, Fault> {
        self.all(
            &format!(
                "SELECT {COLUMNS} FROM account_sessions s WHERE s.account_id = $1
                 ORDER BY s.id DESC LIMIT $2"
            ),
            values![account.0, limit],
            read_session,
        )
    }

    /// Notes that a session was used.
    pub fn note_session_seen(&mut self, id: SessionId, now: Timestamp) -> Result<(), Fault> {
        self.execute(
            "UPDATE account_sessions SET seen_at = $1 WHERE id = $2 AND seen_at < $1",
            values![now.0, id.0],
        )?;
        Ok(())
    }

    /// Ends a session.
    pub fn delete_session(&mut self, id: SessionId) -> Result<bool, Fault> {
        let deleted = self.execute("DELETE FROM account_sessions WHERE id = $1", values![id.0])?;
        Ok(deleted == 1)
    }

    /// Ends all sessions of an account, except perhaps one.
    pub fn delete_sessions_of(
        &mut self,
        account: AccountId,
        except: Option<SessionId>,
    ) -> Result<u64, Fault> {
        self.execute(
            "DELETE FROM account_sessions WHERE account_id = $1 AND id <> $2",
            values![account.0, except.map_or(-1, |id| id.0)],
        )
    }

    /// Forgets sessions that were last used, or begun, before these times.
    pub fn forget_sessions(
        &mut self,
        seen_before: Timestamp,
        begun_before: Timestamp,
    ) -> Result<u64, Fault> {
        self.execute(
            "DELETE FROM account_sessions WHERE seen_at <= $1 OR created_at <= $2",
            values![seen_before.0, begun_before.0],
        )
    }
}
