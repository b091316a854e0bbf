//! The Kenar dialect.
