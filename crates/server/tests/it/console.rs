//! The console, as a browser uses it.

mod access;
mod browser;
mod deliveries;
mod frame;
mod sandbox;
mod try_it;
