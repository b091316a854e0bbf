//! The words against the vendors' files: paths, limits, names and bodies.

mod goldens;
mod numbers;
mod operations;
mod requests;
mod scopes;
mod spec_checker;
mod words;
