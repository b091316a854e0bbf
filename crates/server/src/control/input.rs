//! What requests say.

use peyk_engine::open_conversation::Opening;
use peyk_engine::{Context, Result, directory};
use peyk_model::message::Content;
use peyk_model::{
    BusinessId, Contact, Draft, Location, OrderId, PersonId, PostToken, Refusal, ReturnId, Text,
};
use serde::Deserialize;

/// What a person wants to talk about: exactly one thing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewConversation {
    /// A post, by its token.
    Post(String),
    /// An app's bot, by the app's slug.
    Bot(String),
    /// Something at a shop, by the shop's id.
    Business(i64),
    /// A purchase.
    Order(i64),
    /// Goods on their way back.
    Return(i64),
}

impl NewConversation {
    /// What is to be opened for this person.
    pub fn opening(&self, context: &mut Context<'_, '_>, person: PersonId) -> Result<Opening> {
        Ok(match self {
            Self::Post(token) => Opening::Post { post: PostToken(token.clone()), buyer: person },
            Self::Bot(slug) => Opening::Bot { app: directory::app(context, slug)?.id, person },
            Self::Business(id) => Opening::Direct { business: BusinessId(*id), customer: person },
            Self::Order(id) => Opening::Order(OrderId(*id)),
            Self::Return(id) => Opening::Return(ReturnId(*id)),
        })
    }
}

/// What a person says: exactly one thing.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewMessage {
    /// Words.
    Text(String),
    /// A place.
    Location(NewLocation),
    /// Somebody's number.
    Contact(NewContact),
}

/// A place, in degrees.
#[derive(Debug, Clone, Deserialize)]
pub struct NewLocation {
    latitude: f64,
    longitude: f64,
}

/// Somebody's number.
#[derive(Debug, Clone, Deserialize)]
pub struct NewContact {
    name: Option<String>,
    phone: String,
}

impl NewMessage {
    /// The message as a draft.
    pub fn draft(self) -> std::result::Result<Draft, Refusal> {
        let content = match self {
            Self::Text(text) => Content::Text(Text::of_chars(&text)?),
            Self::Location(NewLocation { latitude, longitude }) => {
                Content::Location(Location::new(latitude, longitude)?)
            }
            Self::Contact(NewContact { name, phone }) => {
                Content::Contact(Contact::new(name, phone)?)
            }
        };
        Ok(content.into())
    }
}
