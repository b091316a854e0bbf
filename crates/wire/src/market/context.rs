//! What a chat is about.

use serde::{Deserialize, Serialize};

use crate::number;

string_enum! {
    /// What kind of thing a chat is about.
    ContextType {
        /// An order.
        Order = "ORDER",
        /// A return.
        Return = "RETURN",
        /// Nothing but the customer; such a chat cannot be created by a seller.
        Direct = "DIRECT",
    }
}

/// What a chat is about, as a request names it; both fields are required, and optional here so that an absence can be named.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct ContextRef {
    /// An order or a return.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ContextType>,
    /// Its id.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub id: Option<i64>,
}

/// What a chat is about, as responses describe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// What kind of thing it is.
    #[serde(rename = "type")]
    pub kind: ContextType,
    /// Who is on the other side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// The shop, for orders and returns.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub campaign_id: Option<i64>,
    /// The order, for orders and returns.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub order_id: Option<i64>,
    /// The return, for returns.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub return_id: Option<i64>,
}

/// A customer as a seller may see them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// The name; never empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A public id; never empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_id: Option<String>,
}
