//! The console, as a browser uses it.

mod access;
mod browser;
mod frame;
mod sandbox;
mod try_it;
