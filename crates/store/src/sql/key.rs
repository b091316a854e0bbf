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

fn read_key(row: &Row<'_>) -> Result<ApiKey, Fault> {
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
    })
}

impl Tx<'_> {
    /// The key whose secret has this hash.
    pub fn key_by_secret(
        &mut self,
        secret_hash: &[u8; 32],
        credential: Credential,
    ) -> Result<Option<ApiKey>, Fault> {
        self.first(
            "SELECT id, name, app_id, business_id, allows, expires_at, revoked_at
             FROM api_keys WHERE secret_hash = $1 AND credential = $2",
            values![secret_hash, credential.word()],
            read_key,
        )
    }

    /// Adds a key, or changes the one with this secret; a revoked one stays revoked.
    pub fn upsert_key(&mut self, key: &NewKey<'_>, now: Timestamp) -> Result<ApiKeyId, Fault> {
        let (app, business, allows) = match key.owner {
            KeyOwner::App(id, permissions) => {
                (Some(id.0), None, join(permissions.iter().map(|each| each.word())))
            }
            KeyOwner::Business(id, scopes) => {
                (None, Some(id.0), join(scopes.iter().map(|each| each.word())))
            }
        };
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

    /// Takes a key back, from now on; a key that was taken back before keeps its time.
    pub fn revoke_key(&mut self, id: ApiKeyId, now: Timestamp) -> Result<bool, Fault> {
        let changed = self.execute(
            "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
            values![now.0, id.0],
        )?;
        Ok(changed == 1)
    }
}
