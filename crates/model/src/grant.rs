//! Grants: what a person allowed an app.

use crate::{AppId, GrantId, PersonId, Scope, ScopeName};

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
