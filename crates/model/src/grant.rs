//! Grants: what a person allowed an app.

use crate::{AppId, GrantId, PersonId, Scope, ScopeName, Timestamp};

/// What a person allowed an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The id inside the server.
    pub id: GrantId,
    /// Who may act.
    pub app: AppId,
    /// On whose behalf.
    pub person: PersonId,
    /// Doing what.
    pub scopes: Vec<Scope>,
}

impl Grant {
    /// Whether the person allowed exactly this.
    pub fn allows(&self, scope: &Scope) -> bool {
        self.scopes.contains(scope)
    }

    /// Whether the person allowed this, on whatever resource.
    pub fn names(&self, name: ScopeName) -> bool {
        self.scopes.iter().any(|scope| scope.name == name)
    }
}

/// A grant with its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedGrant {
    /// The grant.
    pub grant: Grant,
    /// When it was given.
    pub created_at: Timestamp,
    /// Since when it is worth nothing, if it was taken back.
    pub revoked_at: Option<Timestamp>,
}

crate::permission::words! {
    /// What a token is for.
    TokenKind {
        /// Acting for the person.
        Access = "access",
        /// Getting new tokens.
        Refresh = "refresh",
    }
}

/// A token of a grant, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is for.
    pub kind: TokenKind,
    /// The grant it stands for.
    pub grant: GrantId,
    /// What it shares with the other token that was given together with it.
    pub pair: [u8; 32],
    /// When it was given.
    pub issued_at: Timestamp,
    /// When it ends by itself, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it ends because it was replaced, if it was.
    pub retired_at: Option<Timestamp>,
}

impl Token {
    /// When it ends, if ever.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.expires_at.into_iter().chain(self.retired_at).min()
    }

    /// Whether its time is not over.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.ends_at().is_none_or(|end| now < end)
    }

    /// Whether it was replaced so long ago that nobody honest shows it any more.
    pub fn was_stolen_if_shown(&self, now: Timestamp) -> bool {
        self.retired_at.is_some_and(|end| end <= now)
    }
}
