//! Values: texts of a section, judged by what they have to be.

use peyk_engine::world::Secret;
use peyk_model::limits::NAME_MAX_CHARS;
use peyk_model::{Stage, Text};

use super::section::{Found, Section};

const HASH_DIGITS: usize = 64;

impl Section<'_, '_> {
    /// A name that people see.
    pub fn title(&self, key: &'static str) -> Option<String> {
        let found = self.text(key)?;
        self.fitting(found, NAME_MAX_CHARS)
    }

    /// A short text that may be left out.
    pub fn optional_title(&self, key: &'static str) -> Option<String> {
        self.fitting(self.optional_text(key)?, NAME_MAX_CHARS)
    }

    /// What people call a key.
    pub fn key_name(&self) -> Option<String> {
        match self.optional_text("name") {
            Some(found) => self.fitting(found, NAME_MAX_CHARS),
            None => Some("key".to_owned()),
        }
    }

    fn fitting(&self, found: Found<&str>, max_chars: usize) -> Option<String> {
        let length = found.value.chars().count();
        if found.value.trim().is_empty() {
            self.refuse(&found.span, "an empty text", format!("1 to {max_chars} characters"));
        } else if length > max_chars {
            let found_words = format!("{length} characters");
            self.refuse(&found.span, found_words, format!("at most {max_chars}"));
        } else if found.value.contains('\0') {
            self.refuse(&found.span, "a NUL character", "none");
        } else {
            return Some(found.value.to_owned());
        }
        None
    }

    /// A short text of letters, digits, `-` and `_`.
    pub fn identifier(&self, key: &'static str, max_chars: usize) -> Option<Found<String>> {
        self.plain(self.text(key)?, max_chars)
    }

    /// A short text of letters, digits, `-` and `_`, that may be left out.
    pub fn optional_identifier(
        &self,
        key: &'static str,
        max_chars: usize,
    ) -> Option<Found<String>> {
        self.plain(self.optional_text(key)?, max_chars)
    }

    fn plain(&self, found: Found<&str>, max_chars: usize) -> Option<Found<String>> {
        let Found { value, span } = found;
        if peyk_model::is_identifier(value, max_chars) {
            return Some(Found { value: value.to_owned(), span });
        }
        let expected = format!("1 to {max_chars} of the characters A-Z, a-z, 0-9, `-` and `_`");
        self.refuse(&span, format!("`{value}`"), expected);
        None
    }

    /// One of a closed list of words.
    pub fn word<T>(
        &self,
        found: &Found<&str>,
        parse: impl Fn(&str) -> Option<T>,
        words: impl IntoIterator<Item = &'static str>,
    ) -> Option<T> {
        let parsed = parse(found.value);
        if parsed.is_none() {
            let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
            let expected = format!("one of {}", words.join(", "));
            self.refuse(&found.span, format!("`{}`", found.value), expected);
        }
        parsed
    }

    /// A list of words, each of a closed list; nothing if one is not.
    pub fn words<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        words: impl IntoIterator<Item = &'static str> + Clone,
    ) -> Vec<T> {
        let found = self.texts(key);
        found.iter().filter_map(|each| self.word(each, &parse, words.clone())).collect()
    }

    /// The stage, which is development if it is left out.
    pub fn stage(&self) -> Stage {
        let stages = [Stage::Development, Stage::Production].map(Stage::word);
        let found = self.optional_text("stage");
        let stage = found.and_then(|found| self.word(&found, Stage::parse, stages));
        stage.unwrap_or(Stage::Development)
    }

    /// A web address that may be left out.
    pub fn url(&self, key: &'static str) -> Option<String> {
        self.web_address(&self.optional_text(key)?)
    }

    /// A list of web addresses that may be left out.
    pub fn urls(&self, key: &'static str) -> Vec<String> {
        self.texts(key).iter().filter_map(|found| self.web_address(found)).collect()
    }

    fn web_address(&self, found: &Found<&str>) -> Option<String> {
        let parsed = url::Url::parse(found.value).ok();
        let fits = parsed.is_some_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.fragment().is_none()
        });
        if !fits {
            let expected = "an address like `http://127.0.0.1:3000/path`";
            self.refuse(&found.span, format!("`{}`", found.value), expected);
        }
        fits.then(|| found.value.to_owned())
    }

    /// A secret under its own key, or its hash; one of them must be there.
    pub fn secret(&self, plain: &'static str, hashed: &'static str) -> Option<Found<Secret>> {
        let found = self.optional_secret(plain, hashed);
        if !self.has(plain) && !self.has(hashed) {
            self.missing(plain);
        }
        found
    }

    /// A secret under its own key, or its hash.
    pub fn optional_secret(
        &self,
        plain: &'static str,
        hashed: &'static str,
    ) -> Option<Found<Secret>> {
        let (secret, hash) = (self.optional_text(plain), self.optional_text(hashed));
        if self.has(plain) && self.has(hashed) {
            let found = format!("`{plain}` and `{hashed}`");
            self.refuse(self.key_span(hashed), found, "only one of them");
            return None;
        }
        if let Some(secret) = secret {
            let fits = (1..=1024).contains(&secret.value.len())
                && secret.value.bytes().all(|byte| byte.is_ascii_graphic());
            if !fits {
                // The secret itself stays out of messages, which end up in logs.
                let expected = "1 to 1024 visible ASCII characters";
                self.refuse(&secret.span, format!("another text as `{plain}`"), expected);
                return None;
            }
            return Some(Found {
                value: Secret::Plain(secret.value.to_owned()),
                span: secret.span,
            });
        }
        let hash = hash?;
        let bytes = from_hex(hash.value);
        if bytes.is_none() {
            let found = format!("{} characters", hash.value.chars().count());
            self.refuse(&hash.span, found, format!("{HASH_DIGITS} hexadecimal digits"));
        }
        Some(Found { value: Secret::Hashed(bytes?), span: hash.span })
    }

    /// The words of a message.
    pub fn message_text(&self, key: &'static str) -> Option<Text> {
        let found = self.text(key)?;
        match Text::of_chars(found.value) {
            Ok(text) => Some(text),
            Err(refusal) => {
                let length = found.value.chars().count();
                let words = format!("a text of {length} characters");
                self.refuse(&found.span, words, format!("another: {refusal}"));
                None
            }
        }
    }
}

fn from_hex(digits: &str) -> Option<[u8; 32]> {
    if digits.len() != HASH_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}
