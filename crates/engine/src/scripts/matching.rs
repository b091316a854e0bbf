//! Matching: what a message has to be like, and what a script may take from it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use peyk_model::script::{BodyKind, Pattern};
use peyk_model::{Body, Message, Side};
use regex::{Regex, RegexBuilder};

/// The names that every script can fill in.
pub const VARIABLES: [&str; 3] = ["text", "me", "other"];
/// Largest compiled expression, in bytes.
const COMPILED_MAX_BYTES: usize = 1 << 20;
/// Most compiled expressions that are kept.
const KEPT_MAX: usize = 1000;

/// What a message gave: the message's text and what groups of the expression caught.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found(pub HashMap<String, String>);

/// The names under which groups of an expression can be filled in, or what is wrong with it.
pub fn groups(pattern: &str) -> Result<Vec<String>, String> {
    let regex = compiled(pattern).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        other => other.to_string().lines().last().unwrap_or_default().to_owned(),
    })?;
    let numbers = (0..regex.captures_len()).map(|number| number.to_string());
    Ok(numbers.chain(regex.capture_names().flatten().map(str::to_owned)).collect())
}

fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(COMPILED_MAX_BYTES).build()
}

/// Words without what people write in several ways: capitals, half-spaces, Arabic letters.
pub fn folded(words: &str) -> String {
    let same = |c| match c {
        'ي' => Some('ی'),
        'ك' => Some('ک'),
        'ё' => Some('е'),
        '\u{200c}' => None,
        other => Some(other),
    };
    words.to_lowercase().chars().filter_map(same).collect()
}

/// Whether a message is like this to who reads it from this side.
pub fn fits(pattern: &Pattern, message: &Message, side: Side) -> bool {
    Patterns::default().found(pattern, message, side).is_some()
}

/// Expressions that were compiled already.
#[derive(Debug, Default)]
pub(super) struct Patterns(Mutex<HashMap<String, Option<Regex>>>);

impl Patterns {
    /// What a message gives to who reads it from this side, if it fits.
    pub fn found(&self, pattern: &Pattern, message: &Message, side: Side) -> Option<Found> {
        let text = match &message.body {
            Body::Text(text) => text.as_str(),
            Body::Media(_) | Body::Location(_) | Body::Contact(_) => "",
        };
        let Pattern { text: words, regex, kind, button } = pattern;
        let fits = words.as_ref().is_none_or(|words| folded(text).contains(&folded(words)))
            && kind.is_none_or(|kind| BodyKind::of(&message.body) == kind)
            && button.as_ref().is_none_or(|button| has_button(message, side, button));
        if !fits {
            return None;
        }
        let mut found = HashMap::from([("text".to_owned(), text.to_owned())]);
        if let Some(regex) = regex {
            self.caught(regex, text, &mut found)?;
        }
        Some(Found(found))
    }

    fn caught(&self, pattern: &str, text: &str, found: &mut HashMap<String, String>) -> Option<()> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        let regex = kept.entry(pattern.to_owned()).or_insert_with(|| compiled(pattern).ok());
        let regex = regex.clone()?;
        drop(kept);
        let captures = regex.captures(text)?;
        for (number, name) in regex.capture_names().enumerate() {
            let value = captures.get(number).map_or("", |group| group.as_str());
            found.insert(number.to_string(), value.to_owned());
            if let Some(name) = name {
                found.insert(name.to_owned(), value.to_owned());
            }
        }
        Some(())
    }
}

fn has_button(message: &Message, side: Side, words: &str) -> bool {
    let words = folded(words);
    let mut buttons = message.buttons.seen_by(side).rows().iter().flatten();
    buttons.any(|button| folded(&button.caption).contains(&words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_half_spaces_and_arabic_letters_make_no_difference() {
        assert_eq!(folded("مي‌خواهم"), folded("میخواهم"));
        assert_eq!(folded("ЁЛКА"), folded("елка"));
    }

    #[test]
    fn groups_are_known_by_number_and_by_name() {
        assert_eq!(groups("(?P<sum>[0-9]+) (руб)").unwrap(), ["0", "1", "2", "sum"]);
        assert!(groups("(").is_err());
        assert_eq!(groups("\\w{5000}{50}").unwrap_err(), "it is too large");
    }
}
