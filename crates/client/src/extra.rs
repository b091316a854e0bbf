//! What came as it came: the JSON behind a value, with the fields this version does not know.

use std::ops::Deref;

use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A value of the wire, and the JSON it was read from.
///
/// It reads like the value itself; [`Kept::raw`] and [`Kept::unknown_fields`] tell what else was there.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, market, _| {
/// let chat = market.chat(5001.into()).await?;
/// // Fields that this version does not know are there all the same.
/// assert!(chat.wire.raw().contains("\"chatId\""));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Kept<T> {
    value: T,
    raw: Box<RawValue>,
}

impl<T> Kept<T> {
    /// The value alone.
    ///
    /// ```
    /// # use peyk_client::Kept;
    /// let kept: Kept<Vec<u8>> = serde_json::from_str("[1, 2]").unwrap();
    /// assert_eq!(kept.into_inner(), [1, 2]);
    /// ```
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The JSON text, letter by letter.
    ///
    /// ```
    /// # use peyk_client::Kept;
    /// let kept: Kept<Vec<u8>> = serde_json::from_str("[1,  2]").unwrap();
    /// assert_eq!(kept.raw(), "[1,  2]");
    /// ```
    #[must_use]
    pub fn raw(&self) -> &str {
        self.raw.get()
    }
}

impl<T: Serialize> Kept<T> {
    /// The fields of the outermost object that this version does not know.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// let chat = market.chat(5001.into()).await?;
    /// assert!(chat.wire.unknown_fields().is_empty());
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn unknown_fields(&self) -> Map<String, Value> {
        let (Ok(mut came), Ok(Value::Object(known))) = (
            serde_json::from_str::<Map<String, Value>>(self.raw()),
            serde_json::to_value(&self.value),
        ) else {
            return Map::new();
        };
        // A known field that was null is left out when it is written again.
        came.retain(|name, value| !known.contains_key(name) && !value.is_null());
        came
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Kept<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<'de, T: DeserializeOwned> serde::Deserialize<'de> for Kept<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let value = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
        Ok(Self { value, raw })
    }
}
