//! The console, as a browser uses it.

mod browser;
mod frame;
mod sandbox;
