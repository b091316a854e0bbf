//! Tokens of grants.

use peyk_model::{GrantId, Timestamp, Token, TokenKind};

use crate::encode::word;
use crate::value::{Row, values};
use crate::{Fault, Tx};

pub(super) fn read_token(row: &Row<'_>) -> Result<Token, Fault> {
    let (kind, pair): (String, Vec<u8>) = (row.get(0)?, row.get(2)?);
    Ok(Token {
        kind: word("token kind", &kind, TokenKind::parse(&kind))?,
        grant: GrantId(row.get(1)?),
        pair: pair.try_into().map_err(|_| Fault::Corrupt("pair of a token".into()))?,
        issued_at: Timestamp(row.get(3)?),
        expires_at: row.get::<Option<i64>>(4)?.map(Timestamp),
        retired_at: row.get::<Option<i64>>(5)?.map(Timestamp),
    })
}

impl Tx<'_> {
    /// The token with this hash, live or not.
    pub fn token_by_secret(&mut self, secret_hash: &[u8; 32]) -> Result<Option<Token>, Fault> {
        self.first(
            "SELECT kind, grant_id, pair, issued_at, expires_at, retired_at FROM tokens
             WHERE secret_hash = $1",
            values![secret_hash],
            read_token,
        )
    }

    /// Adds a token, unless there is one with this hash.
    pub fn insert_token(&mut self, secret_hash: &[u8; 32], token: &Token) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO tokens (secret_hash, kind, grant_id, pair, issued_at, expires_at,
             retired_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (secret_hash) DO NOTHING",
            values![
                secret_hash,
                token.kind.word(),
                token.grant.0,
                &token.pair,
                token.issued_at.0,
                token.expires_at.map(|at| at.0),
                token.retired_at.map(|at| at.0)
            ],
        )?;
        Ok(())
    }

    /// Lets both tokens of a pair end at this time, unless that was decided before.
    pub fn retire_pair(
        &mut self,
        grant: GrantId,
        pair: &[u8; 32],
        at: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE tokens SET retired_at = $1 WHERE grant_id = $2 AND pair = $3
             AND retired_at IS NULL",
            values![at.0, grant.0, pair],
        )?;
        Ok(())
    }

    /// The tokens of a grant that end after this time, or never; the newest first.
    pub fn tokens_of(
        &mut self,
        grant: GrantId,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Token>, Fault> {
        self.all(
            "SELECT kind, grant_id, pair, issued_at, expires_at, retired_at FROM tokens
             WHERE grant_id = $1 AND (expires_at IS NULL OR expires_at > $2)
             AND (retired_at IS NULL OR retired_at > $2) ORDER BY issued_at DESC, kind LIMIT $3",
            values![grant.0, now.0, limit],
            read_token,
        )
    }

    /// Lets a grant's tokens of one kind end at this time, unless they end before.
    pub fn expire_tokens(
        &mut self,
        grant: GrantId,
        kind: TokenKind,
        at: Timestamp,
    ) -> Result<u64, Fault> {
        self.execute(
            "UPDATE tokens SET expires_at = $1 WHERE grant_id = $2 AND kind = $3
             AND (expires_at IS NULL OR expires_at > $1)",
            values![at.0, grant.0, kind.word()],
        )
    }

    /// Makes one token worthless.
    pub fn delete_token(&mut self, secret_hash: &[u8; 32]) -> Result<(), Fault> {
        self.execute("DELETE FROM tokens WHERE secret_hash = $1", values![secret_hash])?;
        Ok(())
    }

    /// Forgets tokens whose time was over before this: nothing can be learned from them any more.
    pub fn forget_tokens_before(&mut self, before: Timestamp) -> Result<u64, Fault> {
        self.execute("DELETE FROM tokens WHERE expires_at <= $1", values![before.0])
    }
}
