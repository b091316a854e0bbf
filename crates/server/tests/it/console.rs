//! The console, as a browser uses it.

mod access;
mod browser;
mod chats;
mod deliveries;
mod frame;
mod programs;
mod sandbox;
mod try_it;
