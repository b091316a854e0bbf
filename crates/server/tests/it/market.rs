//! The Market dialect.
