//! Messages: who wrote, what, when, and where in the conversation's order.

use crate::media::File;
use crate::{
    AppId, Body, ButtonGrid, Buttons, Contact, ConversationId, Location, MessageId, Text, Timestamp,
};

/// One of the two sides of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The one who asks, orders or uses a bot.
    Buyer,
    /// The one who offers: a person, a shop or a bot.
    Seller,
}

impl Side {
    /// The opposite side.
    pub fn other(self) -> Self {
        match self {
            Self::Buyer => Self::Seller,
            Self::Seller => Self::Buyer,
        }
    }
}

/// Whether a human wrote or a program did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hand {
    /// A human.
    Human,
    /// A program.
    Bot,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Author {
    /// The buyer's side.
    Buyer(Hand),
    /// The seller's side.
    Seller(Hand),
    /// The marketplace, as arbiter or by itself.
    Market,
    /// The marketplace's support.
    Support,
}

impl Author {
    /// The author who writes from `side` by `hand`.
    pub fn on(side: Side, hand: Hand) -> Self {
        match side {
            Side::Buyer => Self::Buyer(hand),
            Side::Seller => Self::Seller(hand),
        }
    }

    /// The side the author is on, if on any.
    pub fn side(self) -> Option<Side> {
        match self {
            Self::Buyer(_) => Some(Side::Buyer),
            Self::Seller(_) => Some(Side::Seller),
            Self::Market | Self::Support => None,
        }
    }
}

/// A message in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The id, unique over all conversations.
    pub id: MessageId,
    /// Where it was said.
    pub conversation: ConversationId,
    /// Its place in the conversation, counted from one without gaps.
    pub number: i64,
    /// Who wrote it.
    pub author: Author,
    /// The app that sent it, if one did.
    pub app: Option<AppId>,
    /// What it says.
    pub body: Body,
    /// What can be tapped below it.
    pub buttons: Buttons,
    /// When it was said.
    pub sent_at: Timestamp,
}

/// A message that somebody wants to send.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What it says.
    pub content: Content,
    /// What its sender can tap.
    pub sender_buttons: ButtonGrid,
    /// What its receiver can tap.
    pub receiver_buttons: ButtonGrid,
}

/// What a draft says; files are named by how they came.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Words.
    Text(Text),
    /// A file that was uploaded before, by its token.
    Uploaded(String),
    /// A file that comes with the message.
    File(File),
    /// A place.
    Location(Location),
    /// Somebody's number.
    Contact(Contact),
}

impl From<Content> for Draft {
    fn from(content: Content) -> Self {
        Self {
            content,
            sender_buttons: ButtonGrid::default(),
            receiver_buttons: ButtonGrid::default(),
        }
    }
}
