//! API keys: secrets that let programs call, kept only as hashes.

use crate::{ApiKeyId, AppId, BusinessId, KeyScope, Party, Permission, Timestamp};

/// A key of a program, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The id inside the server.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// Whose it is, and what it may do.
    pub owner: KeyOwner,
    /// From when it no longer works, if ever.
    pub expires_at: Option<Timestamp>,
    /// Since when it no longer works, if it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last shown, as far as was written down.
    pub last_used_at: Option<Timestamp>,
}

/// Whose key it is, and what that owner let it do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOwner {
    /// An app's.
    App(AppId, Vec<Permission>),
    /// A business's.
    Business(BusinessId, Vec<KeyScope>),
}

impl KeyOwner {
    /// Who this is, whatever the key may do.
    pub fn party(&self) -> Party {
        match self {
            Self::App(id, _) => Party::App(*id),
            Self::Business(id, _) => Party::Business(*id),
        }
    }

    /// What the key may do, in published words.
    pub fn words(&self) -> Vec<&'static str> {
        match self {
            Self::App(_, permissions) => permissions.iter().map(|each| each.word()).collect(),
            Self::Business(_, scopes) => scopes.iter().map(|each| each.word()).collect(),
        }
    }
}

impl ApiKey {
    /// Whether the key works.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && !self.has_expired(now)
    }

    /// Whether the key's time is over.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}
