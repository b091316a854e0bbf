//! Grants: what people allowed apps.

use peyk_model::{AppId, DatedGrant, Grant, GrantId, PersonId, Timestamp};

use crate::encode::{join, scopes};
use crate::value::{Row, values};
use crate::{Fault, Lock, Tx};

pub(super) fn read_grant(row: &Row<'_>) -> Result<Grant, Fault> {
    Ok(Grant {
        id: GrantId(row.get(0)?),
        app: AppId(row.get(1)?),
        person: PersonId(row.get(2)?),
        scopes: scopes(&row.get::<String>(3)?)?,
    })
}

const COLUMNS: &str = "id, app_id, person_id, scopes, created_at, revoked_at";

fn read_dated(row: &Row<'_>) -> Result<DatedGrant, Fault> {
    Ok(DatedGrant {
        grant: read_grant(row)?,
        created_at: Timestamp(row.get(4)?),
        revoked_at: row.get::<Option<i64>>(5)?.map(Timestamp),
    })
}

/// Whose grants are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GrantFilter {
    /// Those given to this app.
    pub app: Option<AppId>,
    /// Those given by this person.
    pub person: Option<PersonId>,
}

impl Tx<'_> {
    /// The live grant behind an access token that is not over yet, and when it will be.
    pub fn grant_by_access_token(
        &mut self,
        secret_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Grant, Option<Timestamp>)>, Fault> {
        self.first(
            "SELECT g.id, g.app_id, g.person_id, g.scopes, t.expires_at, t.retired_at FROM tokens t
             JOIN grants g ON g.id = t.grant_id
             WHERE t.secret_hash = $1 AND t.kind = 'access' AND g.revoked_at IS NULL
             AND (t.expires_at IS NULL OR t.expires_at > $2)
             AND (t.retired_at IS NULL OR t.retired_at > $2)",
            values![secret_hash, now.0],
            |row| {
                let ends = [row.get::<Option<i64>>(4)?, row.get::<Option<i64>>(5)?];
                Ok((read_grant(row)?, ends.into_iter().flatten().min().map(Timestamp)))
            },
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

    /// The grant with this id, live or not, with its dates.
    pub fn dated_grant(&mut self, id: GrantId, lock: Lock) -> Result<Option<DatedGrant>, Fault> {
        // SQLite has one writer and no row locks.
        let lock = match lock {
            Lock::None => "",
            Lock::Exclusive => self.pick("", " FOR UPDATE"),
        };
        self.first(
            &format!("SELECT {COLUMNS} FROM grants WHERE id = $1{lock}"),
            values![id.0],
            read_dated,
        )
    }

    /// Grants after this one, in the order they were given.
    pub fn grants_after(
        &mut self,
        filter: GrantFilter,
        last: GrantId,
        limit: i64,
    ) -> Result<Vec<DatedGrant>, Fault> {
        let (condition, id) = match (filter.app, filter.person) {
            (Some(app), None) => ("app_id = $1", app.0),
            (None, Some(person)) => ("person_id = $1", person.0),
            (Some(app), Some(person)) => {
                return self.all(
                    &format!(
                        "SELECT {COLUMNS} FROM grants WHERE person_id = $1 AND app_id = $2
                         AND id > $3 ORDER BY id LIMIT $4"
                    ),
                    values![person.0, app.0, last.0, limit],
                    read_dated,
                );
            }
            (None, None) => ("id > $1", 0),
        };
        self.all(
            &format!(
                "SELECT {COLUMNS} FROM grants WHERE {condition} AND id > $2 ORDER BY id LIMIT $3"
            ),
            values![id, last.0, limit],
            read_dated,
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

    /// Takes a grant back; tells whether it was live until now.
    pub fn update_grant_revoked(&mut self, id: GrantId, now: Timestamp) -> Result<bool, Fault> {
        let changed = self.execute(
            "UPDATE grants SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
            values![now.0, id.0],
        )?;
        Ok(changed == 1)
    }
}
