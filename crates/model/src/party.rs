//! Parties: whoever can be one side of a conversation.

use crate::{AppId, BusinessId, PersonId};

/// One side of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// A human.
    Person(PersonId),
    /// A bot.
    App(AppId),
    /// A shop.
    Business(BusinessId),
}
