//! API keys: secrets that let programs call, kept only as hashes.

use crate::{ApiKeyId, AppId, BusinessId, KeyScope, Permission, Timestamp};

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
}

/// Whose key it is, and what that owner let it do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOwner {
    /// An app's.
    App(AppId, Vec<Permission>),
    /// A business's.
    Business(BusinessId, Vec<KeyScope>),
}

impl ApiKey {
    /// Whether the key's time is over.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}
