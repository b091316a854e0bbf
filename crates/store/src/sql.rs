//! The statements, one noun per file. Reads are nouns, writes are verbs.

mod app;
mod attempt;
mod block;
mod business;
mod code;
mod conversation;
mod counter;
mod delivery;
mod event;
mod grant;
mod idempotency;
mod key;
mod lane;
mod media;
mod message;
mod person;
mod post;
mod rate;
mod subscription;
mod token;
mod webhook;

pub use app::{AppSecrets, NewApp};
pub use attempt::Attempt;
pub use code::Code;
pub use conversation::{Listed, ListedFilter, Lock, Position};
pub use delivery::{Counted, DeliveryFilter, DeliveryOrder, DeliveryPlace};
pub use event::FeedPosition;
pub use grant::GrantFilter;
pub use idempotency::Remembered;
pub use key::{Credential, NewKey};
pub use lane::Lane;
pub use media::{NewMedia, Owned};
pub use rate::RateCount;
pub use webhook::WebhookSecrets;
