//! Accounts of those who look after a server.

use peyk_model::{Account, AccountId, AccountName, Role, Timestamp};

use crate::encode::word;
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// An account to be added.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// What they sign in with.
    pub name: &'a AccountName,
    /// What they may do.
    pub role: Role,
    /// The hash of their password, in the PHC form.
    pub password_hash: &'a str,
}

pub(super) const ACCOUNT_COLUMNS: &str =
    "a.id, a.name, a.role, a.created_at, a.password_at, a.signed_in_at";

pub(super) fn read_account(row: &Row<'_>, at: usize) -> Result<Account, Fault> {
    let name: String = row.get(at + 1)?;
    let role: String = row.get(at + 2)?;
    Ok(Account {
        id: AccountId(row.get(at)?),
        name: word("account name", &name, AccountName::parse(&name).ok())?,
        role: word("role", &role, Role::parse(&role))?,
        created_at: Timestamp(row.get(at + 3)?),
        password_at: Timestamp(row.get(at + 4)?),
        signed_in_at: row.get::<Option<i64>>(at + 5)?.map(Timestamp),
    })
}

impl Tx<'_> {
    /// The account with this name.
    pub fn account_by_name(&mut self, name: &AccountName) -> Result<Option<Account>, Fault> {
        self.first(
            &format!("SELECT {ACCOUNT_COLUMNS} FROM accounts a WHERE a.name = $1"),
            values![name.as_str()],
            |row| read_account(row, 0),
        )
    }

    /// The account with this id.
    pub fn account(&mut self, id: AccountId) -> Result<Option<Account>, Fault> {
        self.first(
            &format!("SELECT {ACCOUNT_COLUMNS} FROM accounts a WHERE a.id = $1"),
            values![id.0],
            |row| read_account(row, 0),
        )
    }

    /// The hash of an account's password.
    pub fn password_hash(&mut self, id: AccountId) -> Result<Option<String>, Fault> {
        let sql = "SELECT password_hash FROM accounts WHERE id = $1";
        self.first(sql, values![id.0], |row| row.get(0))
    }

    /// Accounts in the order of their names.
    pub fn accounts(&mut self, limit: i64) -> Result<Vec<Account>, Fault> {
        self.all(
            &format!("SELECT {ACCOUNT_COLUMNS} FROM accounts a ORDER BY a.name LIMIT $1"),
            values![limit],
            |row| read_account(row, 0),
        )
    }

    /// The ids of all accounts in a role, which stay in it until this transaction has ended.
    pub fn accounts_in_role(&mut self, role: Role, limit: i64) -> Result<Vec<AccountId>, Fault> {
        // SQLite has one writer and no row locks.
        let lock = self.pick("", " FOR UPDATE");
        let sql = format!("SELECT id FROM accounts WHERE role = $1 ORDER BY id LIMIT $2{lock}");
        self.all(&sql, values![role.word(), limit], |row| Ok(AccountId(row.get(0)?)))
    }

    /// How many accounts there are.
    pub fn count_accounts(&mut self) -> Result<i64, Fault> {
        let count = self.first("SELECT COUNT(*) FROM accounts", values![], |row| row.get(0))?;
        Ok(count.unwrap_or(0))
    }

    /// Adds an account under a name that is free.
    pub fn insert_account(
        &mut self,
        new: &NewAccount<'_>,
        now: Timestamp,
    ) -> Result<AccountId, Fault> {
        let id = AccountId(self.next_number("accounts", 1)?);
        self.execute(
            "INSERT INTO accounts (id, name, role, password_hash, created_at, password_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            values![id.0, new.name.as_str(), new.role.word(), new.password_hash, now.0, now.0],
        )?;
        Ok(id)
    }

    /// Gives an account another role.
    pub fn update_role(&mut self, id: AccountId, role: Role) -> Result<(), Fault> {
        let sql = "UPDATE accounts SET role = $1 WHERE id = $2";
        self.execute(sql, values![role.word(), id.0])?;
        Ok(())
    }

    /// Gives an account another password.
    pub fn update_password(
        &mut self,
        id: AccountId,
        hash: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE accounts SET password_hash = $1, password_at = $2 WHERE id = $3",
            values![hash, now.0, id.0],
        )?;
        Ok(())
    }

    /// Notes when an account was signed in to.
    pub fn note_signed_in(&mut self, id: AccountId, now: Timestamp) -> Result<(), Fault> {
        let sql = "UPDATE accounts SET signed_in_at = $1 WHERE id = $2";
        self.execute(sql, values![now.0, id.0])?;
        Ok(())
    }

    /// Removes an account that has no sessions any more.
    pub fn delete_account(&mut self, id: AccountId) -> Result<(), Fault> {
        self.execute("DELETE FROM accounts WHERE id = $1", values![id.0])?;
        Ok(())
    }
}
