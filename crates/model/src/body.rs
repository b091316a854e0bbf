//! What a message says: text, a file, a place or a person's number.

use crate::{Media, Refusal, limits::TEXT_MAX};

/// What a message says.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Words.
    Text(Text),
    /// A stored file.
    Media(Media),
    /// A place.
    Location(Location),
    /// Somebody's number.
    Contact(Contact),
}

/// Words that are neither empty nor too long.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text(String);

impl Text {
    /// Accepts up to [`TEXT_MAX`] code points that are not all blank, and keeps them as they came.
    pub fn of_chars(text: &str) -> Result<Self, Refusal> {
        if text.trim().is_empty() { Err(Refusal::TextEmpty) } else { Self::of_any_chars(text) }
    }

    /// Accepts up to [`TEXT_MAX`] code points and keeps them as they came, also if all are blank.
    pub fn of_any_chars(text: &str) -> Result<Self, Refusal> {
        Self::checked(text, text.chars().count())
    }

    /// Accepts up to [`TEXT_MAX`] UTF-16 units after trimming, and keeps the trimmed text.
    pub fn of_utf16(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        Self::checked(text, text.encode_utf16().count())
    }

    /// Takes back a text that was checked when it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    fn checked(text: &str, length: usize) -> Result<Self, Refusal> {
        if text.is_empty() {
            Err(Refusal::TextEmpty)
        } else if length > TEXT_MAX {
            Err(Refusal::TextTooLong { length })
        } else if text.contains('\0') {
            Err(Refusal::TextHasNul)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A place on earth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    latitude: f64,
    longitude: f64,
}

impl Location {
    /// A place by its degrees: latitude from -90 to 90, longitude from -180 to 180.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, Refusal> {
        if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 {
            Ok(Self { latitude, longitude })
        } else {
            Err(Refusal::LocationOutOfRange)
        }
    }

    /// Degrees north.
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub fn longitude(self) -> f64 {
        self.longitude
    }
}

/// Somebody's number, perhaps with their name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name, if one was given.
    pub name: Option<String>,
    /// The phone number.
    pub phone: String,
}

impl Contact {
    /// Longest name or phone, in code points.
    pub const MAX_CHARS: usize = 255;

    /// A contact with a phone that is neither blank nor too long.
    pub fn new(name: Option<String>, phone: String) -> Result<Self, Refusal> {
        let fits = |text: &str| text.chars().count() <= Self::MAX_CHARS && !text.contains('\0');
        if phone.trim().is_empty() || !fits(&phone) || !name.as_deref().is_none_or(fits) {
            return Err(Refusal::ContactMalformed);
        }
        Ok(Self { name: name.filter(|name| !name.trim().is_empty()), phone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_one_code_point_and_two_utf16_units() {
        let emoji = "🚲".repeat(TEXT_MAX);
        assert!(Text::of_chars(&emoji).is_ok());
        assert_eq!(Text::of_utf16(&emoji), Err(Refusal::TextTooLong { length: 2 * TEXT_MAX }));
        assert!(Text::of_utf16(&emoji[..emoji.len() / 2]).is_ok());
    }

    #[test]
    fn the_last_allowed_character_fits_and_the_next_does_not() {
        let longest = "ش".repeat(TEXT_MAX);
        assert!(Text::of_chars(&longest).is_ok() && Text::of_utf16(&longest).is_ok());
        let longer = longest + "ش";
        assert!(Text::of_chars(&longer).is_err() && Text::of_utf16(&longer).is_err());
    }

    #[test]
    fn blank_text_is_empty_unless_wanted_and_nul_is_refused() {
        assert_eq!(Text::of_chars(" \n\u{a0}"), Err(Refusal::TextEmpty));
        assert_eq!(Text::of_utf16("\t"), Err(Refusal::TextEmpty));
        assert_eq!(Text::of_any_chars(" ").unwrap().as_str(), " ");
        assert_eq!(Text::of_any_chars(""), Err(Refusal::TextEmpty));
        assert_eq!(Text::of_chars("a\0b"), Err(Refusal::TextHasNul));
    }

    #[test]
    fn a_place_beyond_the_pole_or_nowhere_is_refused() {
        assert!(Location::new(90.0, -180.0).is_ok());
        assert!(Location::new(90.1, 0.0).is_err());
        assert!(Location::new(f64::NAN, 0.0).is_err());
    }
}
