//! In both APIs `null` means the same as absent.

use serde::{Deserialize, Deserializer};

/// Reads `null` as the default value; use together with `#[serde(default)]`.
pub(crate) fn as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
