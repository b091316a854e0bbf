//! Worlds: everything a server knows, to start a sandbox or a test with.
//!
//! Loading is idempotent: what is there already is changed to what the World says, and a
//! conversation that is there already keeps its messages.

mod bring;
mod exact;
mod export;
mod load;
mod take_over;

use std::time::Duration;

use peyk_model::{
    Author, BusinessId, Buttons, CampaignId, Contact, ConversationId, ConversationKey, FaultRule,
    KeyScope, Kind, Locale, Location, MessageId, OrderId, Permission, PostToken, ReturnId, Scope,
    Stage, Status, Text, Timestamp, script::Script,
};

pub use bring::{bring_world, export_with_files, keep_files};
pub use exact::{
    Exact, Opened, WorldConsent, WorldMedia, WorldParty, WorldSubscription, WorldToken,
    WorldWebhook,
};
pub use export::{Secrets, export_world};
pub use load::{has_people, load_world};
pub use peyk_store::KeyDates;

/// Everything a server knows, as names that people chose.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    /// The people.
    pub people: Vec<WorldPerson>,
    /// The apps.
    pub apps: Vec<WorldApp>,
    /// The posts.
    pub posts: Vec<WorldPost>,
    /// The businesses.
    pub businesses: Vec<WorldBusiness>,
    /// The orders.
    pub orders: Vec<WorldOrder>,
    /// The returns.
    pub returns: Vec<WorldReturn>,
    /// What people allowed apps.
    pub grants: Vec<WorldGrant>,
    /// The conversations.
    pub conversations: Vec<WorldConversation>,
    /// What people do on their own.
    pub scripts: Vec<WorldScript>,
    /// What goes wrong.
    pub faults: Vec<FaultRule>,
    /// Whether its apps and businesses have magic people.
    pub magic: bool,
    /// What an export adds.
    pub exact: Exact,
}

/// A person.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldPerson {
    /// The name by which this World calls them.
    pub handle: String,
    /// The name others see.
    pub name: String,
    /// The phone number.
    pub phone: String,
    /// The language they write in.
    pub locale: Locale,
}

/// A secret as a World carries it: as it is, or as its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// As it is.
    Plain(String),
    /// As it is stored.
    Hashed([u8; 32]),
}

impl Secret {
    /// The hash under which it is stored.
    pub fn hash(&self) -> [u8; 32] {
        match self {
            Self::Plain(secret) => crate::keyring::hash_secret(secret),
            Self::Hashed(hash) => *hash,
        }
    }
}

/// An app with its keys.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldApp {
    /// The public name in links.
    pub slug: String,
    /// The name people see.
    pub title: String,
    /// The secret for OAuth.
    pub client_secret: Option<Secret>,
    /// Where a person may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where its events are posted.
    pub events_url: Option<String>,
    /// The word by which its receivers know us.
    pub identification_key: Option<String>,
    /// Where a server-link button asks for an address.
    pub session_url: Option<String>,
    /// Where a dynamic button asks what to do.
    pub dynamic_action_url: Option<String>,
    /// How far it has come.
    pub stage: Stage,
    /// The scopes it may ask for.
    pub scopes: Vec<Scope>,
    /// What its keys may be allowed to do.
    pub permissions: Vec<Permission>,
    /// Its keys.
    pub api_keys: Vec<WorldKey<Permission>>,
}

/// A key of an app or a business.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldKey<P> {
    /// The secret.
    pub secret: Secret,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub allows: Vec<P>,
    /// Whether it was taken back.
    pub revoked: bool,
}

/// A post.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldPost {
    /// The public token.
    pub token: PostToken,
    /// The headline.
    pub title: String,
    /// The handle of who offers it.
    pub seller: String,
    /// Whether development apps may act on it.
    pub stage: Stage,
}

/// A business with its keys.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldBusiness {
    /// The public id.
    pub id: BusinessId,
    /// The name people see.
    pub name: String,
    /// Where its notifications are posted.
    pub notification_url: Option<String>,
    /// Its keys.
    pub api_keys: Vec<WorldKey<KeyScope>>,
    /// OAuth tokens of its users.
    pub oauth_tokens: Vec<WorldKey<KeyScope>>,
}

/// A purchase.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldOrder {
    /// The public id.
    pub id: OrderId,
    /// Who sold.
    pub business: BusinessId,
    /// In which shop.
    pub campaign: CampaignId,
    /// The handle of who bought.
    pub customer: String,
}

/// Goods on their way back.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldReturn {
    /// The public id.
    pub id: ReturnId,
    /// Of which order.
    pub order: OrderId,
}

/// What a person allowed an app, with tokens that exist from the start.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldGrant {
    /// The app's slug.
    pub app: String,
    /// The person's handle.
    pub person: String,
    /// The access token.
    pub access_token: Secret,
    /// The refresh token.
    pub refresh_token: Option<Secret>,
    /// What is allowed.
    pub scopes: Vec<Scope>,
}

/// A conversation with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldConversation {
    /// What it is about, and with whom.
    pub about: WorldSubject,
    /// Its number, if the World chose one.
    pub id: Option<ConversationId>,
    /// Its key, if the World chose one.
    pub key: Option<ConversationKey>,
    /// Plain or disputed.
    pub kind: Kind,
    /// Who is waited for, if not whom the messages imply.
    pub status: Option<Status>,
    /// Its history, oldest first.
    pub messages: Vec<WorldMessage>,
}

/// What a conversation is about, by the names of this World.
#[derive(Debug, Clone, PartialEq)]
pub enum WorldSubject {
    /// A buyer asks about a post.
    Post {
        /// The post.
        post: PostToken,
        /// The buyer's handle.
        buyer: String,
    },
    /// A person talks with an app's bot.
    Bot {
        /// The app's slug.
        app: String,
        /// The person's handle.
        person: String,
    },
    /// A purchase.
    Order(OrderId),
    /// Goods on their way back.
    Return(ReturnId),
    /// A customer asks a shop.
    Direct {
        /// The shop.
        business: BusinessId,
        /// The customer's handle.
        customer: String,
    },
}

/// Something that was said before the World began.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldMessage {
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub body: WorldBody,
    /// The slug of the app that wrote it for a person.
    pub app: Option<String>,
    /// What each side can tap below it.
    pub buttons: Buttons,
    /// Its id, if the World chose one.
    pub id: Option<MessageId>,
    /// When it was said, if the World tells.
    pub at: Option<When>,
}

/// When something of a World was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Then.
    At(Timestamp),
    /// So long before the World is loaded.
    Ago(Duration),
}

impl When {
    /// The time in a World that is loaded now.
    pub fn time(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(span) => now.before(span),
        }
    }
}

impl WorldMessage {
    /// A plain text.
    pub fn text(author: Author, text: Text) -> Self {
        let body = WorldBody::Text(text);
        Self { author, body, app: None, buttons: Buttons::none(), id: None, at: None }
    }
}

/// What a message of a World says.
#[derive(Debug, Clone, PartialEq)]
pub enum WorldBody {
    /// Words.
    Text(Text),
    /// A file of the World, by the word in its address.
    File(String),
    /// A place.
    Location(Location),
    /// Somebody's number.
    Contact(Contact),
}

/// What a person does on their own.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldScript {
    /// The handle of who does it.
    pub person: String,
    /// When and what.
    pub script: Script,
    /// Whether it is done at all.
    pub is_on: bool,
}
