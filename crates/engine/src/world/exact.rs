//! What an export adds to a World, so that it becomes exactly what it was elsewhere. Nobody has to
//! write it by hand: whatever is left out is chosen when the World is loaded.

use std::collections::BTreeMap;

use bytes::Bytes;
use peyk_model::media::File;
use peyk_model::webhook::Health;
use peyk_model::{
    BusinessId, ClockPosition, ConversationId, PostToken, Scope, Timestamp, TokenKind, Topic,
    WebhookState,
};
use peyk_store::KeyDates;

/// The details of a World.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exact {
    /// Where the clock is.
    pub clock: Option<ClockPosition>,
    /// The numbers of people, by handle; what apps call them is made of these.
    pub people: BTreeMap<String, i64>,
    /// The numbers of apps, by slug.
    pub apps: BTreeMap<String, i64>,
    /// Identification keys of apps as they are sealed, by slug.
    pub sealed: BTreeMap<String, Vec<u8>>,
    /// The dates of keys, by the hash of their secret.
    pub keys: BTreeMap<[u8; 32], KeyDates>,
    /// The dates of conversations, by their key.
    pub conversations: BTreeMap<String, Opened>,
    /// What people allowed apps, with every token.
    pub consents: Vec<WorldConsent>,
    /// Files.
    pub media: Vec<WorldMedia>,
    /// Files of scripts, by the names of their objects, with their bytes where the World has them.
    pub script_files: BTreeMap<String, Option<Bytes>>,
    /// Who does not want to hear from whom.
    pub blocks: Vec<(WorldParty, WorldParty)>,
    /// How webhooks are doing.
    pub webhooks: Vec<WorldWebhook>,
    /// What apps asked to hear.
    pub subscriptions: Vec<WorldSubscription>,
}

/// When a conversation was opened and changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// Its number.
    pub id: ConversationId,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A person, an app or a business, by the name it has in a World.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorldParty {
    /// A person, by the handle.
    Person(String),
    /// An app, by the slug.
    App(String),
    /// A business.
    Business(BusinessId),
}

/// What a person allowed an app.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldConsent {
    /// The app's slug.
    pub app: String,
    /// The person's handle.
    pub person: String,
    /// What is allowed.
    pub scopes: Vec<Scope>,
    /// When it was allowed.
    pub given_at: Timestamp,
    /// Since when it is taken back, if it was.
    pub revoked_at: Option<Timestamp>,
    /// Its tokens.
    pub tokens: Vec<WorldToken>,
}

/// A token, by the hash of its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldToken {
    /// The hash.
    pub hash: [u8; 32],
    /// What it is for.
    pub kind: TokenKind,
    /// What it shares with the token that was given together with it.
    pub pair: [u8; 32],
    /// When it was given.
    pub issued_at: Timestamp,
    /// When it ends by itself, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it ends because it was replaced, if it was.
    pub retired_at: Option<Timestamp>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldMedia {
    /// The word in its address, by which messages of the World name it.
    pub link: String,
    /// What is known of it.
    pub file: File,
    /// The token by which an app may send it, and the app's slug.
    pub owned: Option<(String, String)>,
    /// When it came.
    pub created_at: Timestamp,
    /// Its bytes, where the World has them.
    pub bytes: Option<Bytes>,
}

/// Where an app or a business hears of events, and how that has been going.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldWebhook {
    /// Whose it is.
    pub owner: WorldParty,
    /// The one post it is about, where it was registered in the oldest way.
    pub post: Option<PostToken>,
    /// The address.
    pub url: Option<String>,
    /// Whether it is in use.
    pub state: WebhookState,
    /// Why not, or what went wrong.
    pub note: Option<String>,
    /// Whether it is held back.
    pub paused: bool,
    /// How it has been doing.
    pub health: Health,
    /// Its own identification key, sealed.
    pub identification_key_sealed: Option<Vec<u8>>,
    /// What signatures are made with, sealed.
    pub signing_secret_sealed: Vec<u8>,
    /// What signatures were made with before, sealed, and until when.
    pub old_signing_secret: Option<(Vec<u8>, Timestamp)>,
}

/// What an app asked to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldSubscription {
    /// The app's slug.
    pub app: String,
    /// The handle of whose events.
    pub person: String,
    /// What sort of events.
    pub topic: Topic,
    /// About which post, if about one.
    pub post: Option<PostToken>,
    /// What the app wants to see again.
    pub metadata: Option<String>,
    /// The hash of the token it lives as long as.
    pub token_hash: [u8; 32],
    /// When it was asked for.
    pub created_at: Timestamp,
}
