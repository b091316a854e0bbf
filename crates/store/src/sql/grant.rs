//! Grants and their tokens.

use peyk_model::{AppId, Grant, GrantId, PersonId, Timestamp};

use crate::encode::{join, scopes};
use crate::value::{Row, values};
use crate::{Fault, Tx};

fn read_grant(row: &Row<'_>) -> Result<Grant, Fault> {
    Ok(Grant {
        id: GrantId(row.get(0)?),
        app: AppId(row.get(1)?),
        person: PersonId(row.get(2)?),
        scopes: scopes(&row.get::<String>(3)?)?,
    })
}

impl Tx<'_> {
    /// The live grant behind an access token that is not over yet.
    pub fn grant_by_access_token(
        &mut self,
        secret_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Grant>, Fault> {
        self.first(
            "SELECT g.id, g.app_id, g.person_id, g.scopes FROM tokens t
             JOIN grants g ON g.id = t.grant_id
             WHERE t.secret_hash = $1 AND t.kind = 'access' AND g.revoked_at IS NULL
             AND (t.expires_at IS NULL OR t.expires_at > $2)",
            values![secret_hash, now.0],
            read_grant,
        )
    }

    /// The grant with this id, live or not.
    pub fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.first(
            "SELECT id, app_id, person_id, scopes FROM grants WHERE id = $1",
            values![id.0],
            read_grant,
        )
    }

    /// Adds a grant. The given id is not used.
    pub fn insert_grant(&mut self, grant: &Grant, now: Timestamp) -> Result<GrantId, Fault> {
        let id = GrantId(self.next_number("grants", 1)?);
        self.execute(
            "INSERT INTO grants (id, app_id, person_id, scopes, created_at)
             VALUES ($1, $2, $3, $4, $5)",
            values![id.0, grant.app.0, grant.person.0, &join(&grant.scopes), now.0],
        )?;
        Ok(id)
    }

    /// Changes what a grant allows.
    pub fn update_grant_scopes(&mut self, grant: &Grant) -> Result<(), Fault> {
        self.execute(
            "UPDATE grants SET scopes = $1 WHERE id = $2",
            values![&join(&grant.scopes), grant.id.0],
        )?;
        Ok(())
    }

    /// The grant behind a token of either kind, live or not.
    pub fn grant_by_token(&mut self, secret_hash: &[u8; 32]) -> Result<Option<Grant>, Fault> {
        self.first(
            "SELECT g.id, g.app_id, g.person_id, g.scopes FROM tokens t
             JOIN grants g ON g.id = t.grant_id WHERE t.secret_hash = $1",
            values![secret_hash],
            read_grant,
        )
    }

    /// Adds an access token of a grant.
    pub fn insert_access_token(
        &mut self,
        secret_hash: &[u8; 32],
        grant: GrantId,
        expires_at: Option<Timestamp>,
    ) -> Result<(), Fault> {
        self.insert_token(secret_hash, "access", grant, expires_at)
    }

    /// Adds a refresh token of a grant.
    pub fn insert_refresh_token(
        &mut self,
        secret_hash: &[u8; 32],
        grant: GrantId,
        expires_at: Option<Timestamp>,
    ) -> Result<(), Fault> {
        self.insert_token(secret_hash, "refresh", grant, expires_at)
    }

    fn insert_token(
        &mut self,
        secret_hash: &[u8; 32],
        kind: &str,
        grant: GrantId,
        expires_at: Option<Timestamp>,
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO tokens (secret_hash, kind, grant_id, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (secret_hash) DO NOTHING",
            values![secret_hash, kind, grant.0, expires_at.map(|at| at.0)],
        )?;
        Ok(())
    }
}
