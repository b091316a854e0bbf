//! Doors of a Peyk server: HTTP, the dialects, the control API and the `peyk` binary.
//!
//! A handler is five moves: take the request apart, convert it, call one verb of the engine,
//! convert the outcome, answer. This crate must not know SQL.

mod activity;
mod audit;
pub mod command;
pub mod console;
pub mod control;
mod demo_bot;
mod dialects;
mod echoes;
pub mod exchanges;
mod faults;
mod flush;
mod front;
mod guard;
mod json;
pub mod kenar;
mod magic;
pub mod market;
mod media;
mod multipart;
mod oauth;
mod outgoing;
mod pages;
mod recording;
pub mod rehearsal;
mod request_id;
mod router;
mod running;
pub mod scenario;
mod site;
mod streams;
pub mod upkeep;
pub mod world_file;

pub use faults::{AppliedFault, Cut};
pub use kenar::words::{KenarWords, SideCase};
pub use market::MarketManners;
pub use outgoing::Reach;
pub use pages::PagesBound;
pub use running::{Running, Setup, Tls, start};
pub use site::{Settings, Site};
