//! GET /v1/open-platform/assets/oauth-scope and GET /v1/open-platform/assets/permission
//!
//! Two public lists: the scopes a user can grant and the permissions a key can have, each with how settled it is.

use serde::{Deserialize, Serialize};

use super::permission::Permission;
use super::scope::ScopeName;
use crate::Operation;

/// How the list of scopes is called.
pub const SCOPES_OPERATION: Operation =
    Operation::get("Assets_GetOAuthScopes", &["/v1/open-platform/assets/oauth-scope"]);

/// How the list of permissions is called.
pub const PERMISSIONS_OPERATION: Operation =
    Operation::get("Assets_GetPermissions", &["/v1/open-platform/assets/permission"]);

string_enum! {
    /// How settled a scope or a permission is.
    LifecycleState {
        /// May change.
        Experimental = "EXPERIMENTAL",
        /// Settled.
        Active = "ACTIVE",
        /// Will be deprecated.
        DeprecatingSoon = "DEPRECATING_SOON",
        /// Should not be used.
        Deprecated = "DEPRECATED",
    }
}

/// The list of scopes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GetOauthScopesResponse {
    /// One entry per scope.
    pub scopes: Vec<ScopeEntry>,
}

/// One scope in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeEntry {
    /// The scope, in the upper-case form of the enum.
    pub slug: ScopeName,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// What it allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How settled it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle_state: Option<LifecycleState>,
}

/// The list of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GetPermissionsResponse {
    /// One entry per permission.
    pub permissions: Vec<PermissionEntry>,
}

/// One permission in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionEntry {
    /// The permission.
    pub slug: Permission,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// What it allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How settled it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle_state: Option<LifecycleState>,
}
