//! Codes from the consent page.

use peyk_model::oauth::{Challenge, ChallengeMethod};
use peyk_model::{AppId, Grant, GrantId, PersonId, Timestamp};

use crate::encode::{join, scopes, word};
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// What the person allowed; a grant without an id, for it is none before the code is used.
    pub allows: Grant,
    /// Where the code was sent, if the request named that address.
    pub redirect_uri: Option<String>,
    /// What the client must know to use it.
    pub challenge: Option<Challenge>,
    /// When it is worth nothing any more.
    pub expires_at: Timestamp,
    /// What it was turned into, if it was.
    pub grant: Option<GrantId>,
}

fn read_code(row: &Row<'_>) -> Result<Code, Fault> {
    let challenge = row.get::<Option<String>>(4)?.map(|text| {
        let read = text.split_once(' ').and_then(|(method, text)| {
            Some(Challenge { method: ChallengeMethod::parse(method)?, text: text.to_owned() })
        });
        word("challenge", &text, read)
    });
    Ok(Code {
        allows: Grant {
            id: GrantId(0),
            app: AppId(row.get(0)?),
            person: PersonId(row.get(1)?),
            scopes: scopes(&row.get::<String>(3)?)?,
        },
        redirect_uri: Some(row.get(2)?).filter(|address: &String| !address.is_empty()),
        challenge: challenge.transpose()?,
        expires_at: Timestamp(row.get(5)?),
        grant: row.get::<Option<i64>>(6)?.map(GrantId),
    })
}

impl Tx<'_> {
    /// Adds a code.
    pub fn insert_code(&mut self, code_hash: &[u8; 32], code: &Code) -> Result<(), Fault> {
        let challenge = code.challenge.as_ref();
        let challenge = challenge.map(|known| format!("{} {}", known.method.word(), known.text));
        self.execute(
            "INSERT INTO oauth_codes (code_hash, app_id, person_id, redirect_uri, scopes,
             challenge, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                code_hash,
                code.allows.app.0,
                code.allows.person.0,
                code.redirect_uri.as_deref().unwrap_or_default(),
                &join(&code.allows.scopes),
                challenge.as_ref(),
                code.expires_at.0
            ],
        )?;
        Ok(())
    }

    /// The code with this hash, locked against being used twice.
    pub fn code_for_use(&mut self, code_hash: &[u8; 32]) -> Result<Option<Code>, Fault> {
        // SQLite has one writer and no row locks.
        let lock = self.pick("", " FOR UPDATE");
        self.first(
            &format!(
                "SELECT app_id, person_id, redirect_uri, scopes, challenge, expires_at, grant_id
                 FROM oauth_codes WHERE code_hash = $1{lock}"
            ),
            values![code_hash],
            read_code,
        )
    }

    /// Notes what a code was turned into.
    pub fn update_code_used(
        &mut self,
        code_hash: &[u8; 32],
        grant: GrantId,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE oauth_codes SET grant_id = $1, used_at = $2 WHERE code_hash = $3",
            values![grant.0, now.0, code_hash],
        )?;
        Ok(())
    }

    /// Forgets codes whose time was over before this.
    pub fn forget_codes_before(&mut self, before: Timestamp) -> Result<u64, Fault> {
        self.execute("DELETE FROM oauth_codes WHERE expires_at <= $1", values![before.0])
    }
}
