//! Delivering: what was recorded goes out, each lane in order, until it arrived or its time is over.
//!
//! A lane is one conversation at one webhook. Of each lane only the head is under way. Lanes are
//! leased: a lane whose server was killed falls due again by itself. Nothing here holds a lock or
//! a transaction while a letter is out, since receivers call the API from inside their handlers.

mod deliverer;
pub(crate) mod errand;
mod fault;
mod greet;
mod lease;
mod letter;
pub mod operate;
mod settle;

pub use deliverer::Deliverer;
pub use errand::{Errand, News};
pub use greet::{Tested, test};
pub use letter::{About, Dialects, Judgement, Letter, Post, PostError, Reply};
pub use operate::{cancel, replay};
