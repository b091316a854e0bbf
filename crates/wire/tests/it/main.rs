//! The words against the vendors' files: paths, limits, names and bodies.

#[path = "../support/spec.rs"]
mod spec;

mod goldens;
mod numbers;
mod operations;
mod requests;
mod scopes;
mod spec_checker;
mod words;
