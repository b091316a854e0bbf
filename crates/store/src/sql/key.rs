//! Keys of apps and businesses.

use peyk_model::{ApiKey, ApiKeyId, AppId, BusinessId, KeyOwner, KeyScope, Permission, Timestamp};

use crate::encode::{join, words};
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// In which header a secret may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// As an API key.
    Key,
    /// As an OAuth token of a business's user.
    Token,
}

impl Credential {
    fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Token => "token",
        }
    }
}

/// A key to be added or changed.
#[derive(Debug, Clone)]
pub struct NewKey<'a> {
    /// The hash of its secret.
    pub secret_hash: &'a [u8; 32],
    /// In which header it comes.
    pub credential: Credential,
    /// What people call it.
    pub name: &'a str,
    /// Whose it is, and what it may do.
    pub owner: &'a KeyOwner,
    /// From when it no longer works, if ever.
    pub expires_at: Option<Timestamp>,
}

/// Statements are constants: nearly every request shows a key.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, app_id, business_id, allows, expires_at, revoked_at, created_at,
             last_used_at FROM api_keys ",
            $rest
        )
    };
}

/// The parts of an owner that are columns of their own.
struct OwnerColumns {
    app: Option<i64>,
    business: Option<i64>,
    allows: String,
}

impl OwnerColumns {
    fn of(owner: &KeyOwner) -> Self {
        let allows = join(owner.words());
        match owner {
            KeyOwner::App(id, _) => Self { app: Some(id.0), business: None, allows },
            KeyOwner::Business(id, _) => Self { app: None, business: Some(id.0), allows },
        }
    }
}

pub(super) fn read_key(row: &Row<'_>) -> Result<ApiKey, Fault> {
    let allows: String = row.get(4)?;
    let owner = match (row.get::<Option<i64>>(2)?, row.get::<Option<i64>>(3)?) {
        (Some(app), None) => {
            KeyOwner::App(AppId(app), words("permission", &allows, Permission::parse)?)
        }
        (None, Some(business)) => {
            KeyOwner::Business(BusinessId(business), words("scope", &allows, KeyScope::parse)?)
        }
        _ => return Err(Fault::Corrupt("a key without one owner".into())),
    };
    Ok(ApiKey {
        id: ApiKeyId(row.get(0)?),
        name: row.get(1)?,
        owner,
        expires_at: row.get::<Option<i64>>(5)?.map(Timestamp),
        revoked_at: row.get::<Option<i64>>(6)?.map(Timestamp),
        created_at: Timestamp(row.get(7)?),
        last_used_at: row.get::<Option<i64>>(8)?.map(Timestamp),
    })
}

impl Tx<'_> {
    /// The key whose secret has this hash.
    pub fn key_by_secret(
        &mut self,
        secret_hash: &[u8; 32],
        credential: Credential,
    ) -> Result<Option<ApiKey>, Fault> {
        self.first_kept(
            select!("WHERE secret_hash = $1 AND credential = $2"),
            values![secret_hash, credential.word()],
            read_key,
        )
    }

    /// Adds a key, or changes the one with this secret; a revoked one stays revoked.
    pub fn upsert_key(&mut self, key: &NewKey<'_>, now: Timestamp) -> Result<ApiKeyId, Fault> {
        let OwnerColumns { app, business, allows } = OwnerColumns::of(key.owner);
        if let Some(found) = self.key_by_secret(key.secret_hash, key.credential)? {
            self.execute(
                "UPDATE api_keys SET name = $1, app_id = $2, business_id = $3, allows = $4,
                 expires_at = $5 WHERE id = $6",
                values![
                    key.name,
                    app,
                    business,
                    &allows,
                    key.expires_at.map(|at| at.0),
                    found.id.0
                ],
            )?;
            return Ok(found.id);
        }
        let id = ApiKeyId(self.next_number("api_keys", 1)?);
        self.execute(
            "INSERT INTO api_keys (id, secret_hash, credential, name, app_id, business_id, allows,
             created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                id.0,
                key.secret_hash,
                key.credential.word(),
                key.name,
                app,
                business,
                &allows,
                now.0,
                key.expires_at.map(|at| at.0)
            ],
        )?;
        Ok(id)
    }

    /// The API key with this id; tokens of a business's users are none.
    pub fn key(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>, Fault> {
        let sql = select!("WHERE id = $1 AND credential = 'key'");
        self.first(sql, values![id.0], read_key)
    }

    /// The OAuth token of a business's user with this id.
    pub fn token_of_business(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>, Fault> {
        let sql = select!("WHERE id = $1 AND credential = 'token'");
        self.first(sql, values![id.0], read_key)
    }

    /// An app's or a business's keys after this one, in the order they were made.
    pub fn keys_of(
        &mut self,
        owner: &KeyOwner,
        last: ApiKeyId,
        limit: i64,
    ) -> Result<Vec<ApiKey>, Fault> {
        let (sql, id) = match owner {
            KeyOwner::App(id, _) => (
                select!(
                    "WHERE app_id = $1 AND credential = 'key' AND id > $2 ORDER BY id LIMIT $3"
                ),
                id.0,
            ),
            KeyOwner::Business(id, _) => (
                select!(
                    "WHERE business_id = $1 AND credential = 'key' AND id > $2
                     ORDER BY id LIMIT $3"
                ),
                id.0,
            ),
        };
        self.all(sql, values![id, last.0, limit], read_key)
    }

    /// The OAuth tokens of a business, the oldest first.
    pub fn tokens_of_business(
        &mut self,
        business: BusinessId,
        limit: i64,
    ) -> Result<Vec<ApiKey>, Fault> {
        let sql = select!("WHERE business_id = $1 AND credential = 'token' ORDER BY id LIMIT $2");
        self.all(sql, values![business.0, limit], read_key)
    }

    /// How many of an app's or a business's keys work at this moment.
    ///
    /// The owner's row is locked, so that two servers cannot both add the last key.
    pub fn live_keys(&mut self, owner: &KeyOwner, now: Timestamp) -> Result<i64, Fault> {
        let (table, column, id) = match owner {
            KeyOwner::App(id, _) => ("apps", "app_id", id.0),
            KeyOwner::Business(id, _) => ("businesses", "business_id", id.0),
        };
        // SQLite has one writer and no row locks.
        let lock = self.pick("", " FOR UPDATE");
        self.first(&format!("SELECT id FROM {table} WHERE id = $1{lock}"), values![id], |row| {
            row.get::<i64>(0)
        })?;
        let found = self.first(
            &format!(
                "SELECT COUNT(*) FROM api_keys WHERE {column} = $1 AND credential = 'key'
                 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)"
            ),
            values![id, now.0],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or(0))
    }

    /// Changes a key's name, what it may do, and when it ends.
    pub fn update_key(&mut self, key: &ApiKey) -> Result<(), Fault> {
        self.execute(
            "UPDATE api_keys SET name = $1, allows = $2, expires_at = $3 WHERE id = $4",
            values![
                &key.name,
                &OwnerColumns::of(&key.owner).allows,
                key.expires_at.map(|at| at.0),
                key.id.0
            ],
        )?;
        Ok(())
    }

    /// Notes when a key was last shown, unless a later time is known.
    pub fn note_key_used(&mut self, id: ApiKeyId, at: Timestamp) -> Result<(), Fault> {
        self.execute(
            "UPDATE api_keys SET last_used_at = $1 WHERE id = $2
             AND (last_used_at IS NULL OR last_used_at < $1)",
            values![at.0, id.0],
        )?;
        Ok(())
    }

    /// Takes a key back, from now on; a key that was taken back before keeps its time.
    pub fn revoke_key(&mut self, id: ApiKeyId, now: Timestamp) -> Result<bool, Fault> {
        let changed = self.execute(
            "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
            values![now.0, id.0],
        )?;
        Ok(changed == 1)
    }
}
