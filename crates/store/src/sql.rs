//! The statements, one noun per file. Reads are nouns, writes are verbs.

mod app;
mod block;
mod business;
mod conversation;
mod counter;
mod grant;
mod idempotency;
mod key;
mod media;
mod message;
mod person;
mod post;

pub use app::{AppSecrets, NewApp};
pub use conversation::{Listed, ListedFilter, Lock, Position};
pub use idempotency::Remembered;
pub use key::{Credential, NewKey};
pub use media::{NewMedia, Owned};
