//! Apps: third parties' programs that act in conversations.

use crate::{AppId, Permission, Scope};

/// A third party's program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The id inside the server.
    pub id: AppId,
    /// The public name in links; also the OAuth client id.
    pub slug: String,
    /// The name people see.
    pub title: String,
    /// Where a person may be sent back to after consent.
    pub redirect_uris: Vec<String>,
    /// Where its events are posted.
    pub events_url: Option<String>,
    /// Where a server-link button asks for an address.
    pub session_url: Option<String>,
    /// Where a dynamic button asks what to do.
    pub dynamic_action_url: Option<String>,
    /// How far the program has come.
    pub stage: Stage,
    /// The scopes it may ask for; a development app may ask for all.
    pub scopes: Vec<Scope>,
    /// What its keys may be allowed to do.
    pub permissions: Vec<Permission>,
}

/// How far an app or a post has come: development things act on development things only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Being built: holds every scope, touches only development posts.
    Development,
    /// Live.
    Production,
}

impl Stage {
    /// The word used in World files and in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }

    /// The stage with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Development, Self::Production].into_iter().find(|stage| stage.word() == word)
    }
}
