//! OAuth 2.0 as the Kenar API uses it: a user lets an app act, the app gets tokens.

pub mod authorize;
pub mod error;
pub mod introspect;
pub mod metadata;
pub mod revoke;
pub mod token;

use crate::Operation;

/// Every incoming operation of OAuth.
pub const OPERATIONS: &[Operation] = &[
    authorize::OPERATION,
    token::OPERATION,
    revoke::OPERATION,
    introspect::OPERATION,
    metadata::OPERATION,
];
