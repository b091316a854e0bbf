//! Numbers that are sometimes strings.
//!
//! Proto3 JSON writes 64-bit integers as strings, and both vendors' JSON readers take a decimal string where a number is due.

use std::fmt;

use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// Integers above this cannot be told from their neighbours once they are doubles.
const EXACT_IN_DOUBLE: f64 = 9_007_199_254_740_992.0;

/// An unsigned number that is always written as a decimal string; a bare number is read as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Uint64Text(pub u64);

/// An unsigned number that remembers whether it is a decimal string or a bare number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Uint64Form {
    /// Written as `"204800"`.
    Text(u64),
    /// Written as `204800`.
    Number(u64),
}

impl Uint64Form {
    /// The number, whatever its form.
    #[must_use]
    pub fn value(self) -> u64 {
        match self {
            Self::Text(value) | Self::Number(value) => value,
        }
    }
}

impl From<u64> for Uint64Text {
    fn from(value: u64) -> Self {
        Self(value)
    }
}

impl Serialize for Uint64Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Uint64Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uint64Form::deserialize(deserializer).map(|form| Self(form.value()))
    }
}

impl Serialize for Uint64Form {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(value) => serializer.collect_str(value),
            Self::Number(value) => serializer.serialize_u64(*value),
        }
    }
}

impl<'de> Deserialize<'de> for Uint64Form {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Uint64Visitor)
    }
}

struct Uint64Visitor;

impl Visitor<'_> for Uint64Visitor {
    type Value = Uint64Form;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an unsigned 64-bit integer, as a number or a decimal string")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Uint64Form, E> {
        Ok(Uint64Form::Number(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Uint64Form, E> {
        u64::try_from(value)
            .map(Uint64Form::Number)
            .map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Uint64Form, E> {
        value
            .parse()
            .map(Uint64Form::Text)
            .map_err(|_| E::invalid_value(Unexpected::Str(value), &self))
    }
}

/// Reads an optional 64-bit id: absent, `null`, a number or a decimal string; use together with `#[serde(default)]`.
pub(crate) fn optional_int64<'de, D>(deserializer: D) -> Result<Option<i64>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(Option::<Int64>::deserialize(deserializer)?.map(|number| number.0))
}

/// Reads a 64-bit id: a number or a decimal string.
pub(crate) fn int64<'de, D>(deserializer: D) -> Result<i64, D::Error>
where
    D: Deserializer<'de>,
{
    Int64::deserialize(deserializer).map(|number| number.0)
}

/// Reads a 32-bit number in the same forms as [`int64`].
pub(crate) fn int32<'de, D>(deserializer: D) -> Result<i32, D::Error>
where
    D: Deserializer<'de>,
{
    let number = int64(deserializer)?;
    i32::try_from(number)
        .map_err(|_| de::Error::invalid_value(Unexpected::Signed(number), &"a 32-bit integer"))
}

/// Reads an id that is due as a decimal string and sometimes comes as a number.
pub(crate) fn id_text<'de, D>(deserializer: D) -> Result<String, D::Error>
where
    D: Deserializer<'de>,
{
    int64(deserializer).map(|number| number.to_string())
}

/// Reads an optional 32-bit number in the same forms as [`optional_int64`].
pub(crate) fn optional_int32<'de, D>(deserializer: D) -> Result<Option<i32>, D::Error>
where
    D: Deserializer<'de>,
{
    let Some(Int64(number)) = Option::deserialize(deserializer)? else { return Ok(None) };
    i32::try_from(number)
        .map(Some)
        .map_err(|_| de::Error::invalid_value(Unexpected::Signed(number), &"a 32-bit integer"))
}

/// Reads an optional list of 64-bit ids, each in the forms of [`optional_int64`].
pub(crate) fn optional_int64s<'de, D>(deserializer: D) -> Result<Option<Vec<i64>>, D::Error>
where
    D: Deserializer<'de>,
{
    let numbers = Option::<Vec<Int64>>::deserialize(deserializer)?;
    Ok(numbers.map(|numbers| numbers.into_iter().map(|number| number.0).collect()))
}

struct Int64(i64);

impl<'de> Deserialize<'de> for Int64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Int64Visitor)
    }
}

struct Int64Visitor;

impl Visitor<'_> for Int64Visitor {
    type Value = Int64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a 64-bit integer, as a number or a decimal string")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Int64, E> {
        Ok(Int64(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Int64, E> {
        i64::try_from(value)
            .map(Int64)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Int64, E> {
        if value.fract() != 0.0 || value.abs() > EXACT_IN_DOUBLE {
            return Err(E::invalid_value(Unexpected::Float(value), &self));
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53, checked above")]
        let whole = value as i64;
        Ok(Int64(whole))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Int64, E> {
        value.parse().map(Int64).map_err(|_| E::invalid_value(Unexpected::Str(value), &self))
    }
}
