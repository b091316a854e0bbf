//! Nouns and rules of a marketplace chat.
//!
//! Everything here is plain data and plain functions: who the people are, what a conversation and
//! a message are, which texts, buttons and files are allowed, and every way the server says no.
//! This crate must not do IO, wait, know SQL, or know how a vendor spells anything on the wire.

pub mod access;
pub mod api_key;
pub mod app;
pub mod body;
pub mod business;
pub mod button;
pub mod clock;
pub mod conversation;
pub mod delivery;
pub mod event;
pub mod fault;
pub mod grant;
pub mod id;
pub mod limits;
pub mod media;
pub mod message;
pub mod oauth;
pub mod party;
pub mod permission;
pub mod person;
pub mod post;
pub mod rate;
pub mod refusal;
pub mod scope;
pub mod script;
pub mod search;
pub mod subscription;
pub mod throttle;
pub mod time;
pub mod uuid;
pub mod webhook;

pub use access::{AccessRefusal, Account, AccountName, Act, Doer, Right, Role, Session};
pub use api_key::{ApiKey, KeyOwner};
pub use app::{App, Stage};
pub use body::{Body, Contact, Location, Text};
pub use business::{Business, Order, Return};
pub use button::{Action, Button, ButtonGrid, Buttons};
pub use clock::ClockPosition;
pub use conversation::{Conversation, Kind, Status, Subject};
pub use delivery::{Delivery, DeliveryState, RetryPlan};
pub use event::{Event, Fact, PostChange, Press, PressAnswer};
pub use fault::FaultRule;
pub use grant::{DatedGrant, Grant, Token, TokenKind};
pub use id::*;
pub use media::{Media, MediaKind};
pub use message::{Author, Draft, Hand, Message, Side};
pub use oauth::OauthRefusal;
pub use party::Party;
pub use permission::{KeyScope, Permission};
pub use person::{Locale, Person};
pub use post::Post;
pub use rate::{Limit, LimitBook, LimitReached, Period, Spender};
pub use refusal::{Noun, Refusal};
pub use scope::{Scope, ScopeName};
pub use subscription::{Subscription, Topic};
pub use time::Timestamp;
pub use webhook::{Webhook, WebhookState};
