//! Posts: what a person offers, and what people talk about.

use crate::{PersonId, PostToken, Stage};

/// A classified post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The public token.
    pub token: PostToken,
    /// The headline.
    pub title: String,
    /// Who offers it.
    pub seller: PersonId,
    /// Whether development apps may act on it.
    pub stage: Stage,
}
