//! Verbs of a marketplace chat: what a Peyk server does.
//!
//! A verb decides: it reads what it needs through the open transaction, asks the rules of the
//! model, writes, and leaves the commit to the store. This crate must not know a vendor's word or
//! an HTTP status.

pub mod access;
pub mod app_urls;
pub mod arbitration;
pub mod block;
pub mod business_token;
pub mod caller;
pub mod claim;
pub mod clock;
mod context;
pub mod deliver;
mod dice;
pub mod directory;
mod engine;
pub mod error;
pub mod events;
pub mod faults;
pub mod feed;
pub mod grant_tokens;
pub mod idempotency;
pub mod key;
pub mod keyring;
pub mod limiter;
pub mod magic;
pub mod media;
pub mod oauth;
pub mod open_conversation;
pub mod overview;
pub mod password;
pub mod person_view;
pub mod press;
mod proof;
pub mod read_conversation;
pub mod rehearsal;
pub mod revoke_grant;
pub mod scripts;
pub mod search;
pub mod send_message;
pub mod sign_in;
pub mod snapshot;
pub mod start_bot;
pub mod subscribe;
pub mod timeline;
pub mod upkeep;
pub mod upload;
mod usage;
pub mod user_id_by_phone;
pub mod webhooks;
pub mod who;
pub mod world;

// What the doors have to name of the memory below; its statements stay out of their reach.
pub use peyk_store::objects::Objects;
pub use peyk_store::{
    ActFilter, Attempt, ChatFilter, Counted, Credential, Database, DeliveryFilter, DeliveryPlace,
    Fault, FeedPosition, GrantFilter, Listed, ListedFilter, NewAct, Snapshot, Store, backup, chain,
};

pub use clock::Clock;
pub use context::Context;
pub use dice::Dice;
pub use engine::{Engine, Outside};
pub use error::{Error, Result};
pub use keyring::Keyring;
pub use proof::Proof;
pub use usage::Usage;
