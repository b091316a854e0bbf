//! People: they buy, they sell, and they own a phone number.

use crate::PersonId;

/// A human who buys or sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id inside the server.
    pub id: PersonId,
    /// The short name by which a World, a script or the control API calls them.
    pub handle: String,
    /// The name others see.
    pub name: String,
    /// The phone number in international form.
    pub phone: String,
    /// The language they write in.
    pub locale: Locale,
}

/// A language Peyk has words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Locale {
    /// Persian, written from right to left.
    Persian,
    /// Russian.
    Russian,
    /// English.
    English,
}

impl Locale {
    /// Every locale.
    pub const ALL: [Self; 3] = [Self::Persian, Self::Russian, Self::English];

    /// The BCP 47 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Persian => "fa",
            Self::Russian => "ru",
            Self::English => "en",
        }
    }

    /// The locale with this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.code() == code)
    }
}
