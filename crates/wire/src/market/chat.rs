//! A chat as responses describe it.

use serde::{Deserialize, Serialize};

use super::context::Context;
use crate::number;

string_enum! {
    /// Whether somebody judges between the sides.
    ChatType {
        /// The sides alone.
        Chat = "CHAT",
        /// An arbiter takes part.
        Arbitrage = "ARBITRAGE",
    }
}

string_enum! {
    /// Whose turn it is.
    ChatStatus {
        /// Nobody wrote yet.
        New = "NEW",
        /// The customer's.
        WaitingForCustomer = "WAITING_FOR_CUSTOMER",
        /// The seller's.
        WaitingForPartner = "WAITING_FOR_PARTNER",
        /// The arbiter's.
        WaitingForArbiter = "WAITING_FOR_ARBITER",
        /// The marketplace's.
        WaitingForMarket = "WAITING_FOR_MARKET",
        /// Nobody's.
        Finished = "FINISHED",
    }
}

/// A chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    /// Its id.
    #[serde(deserialize_with = "number::int64")]
    pub chat_id: i64,
    /// The order; deprecated, but older clients cannot do without it.
    #[serde(
        default,
        deserialize_with = "number::optional_int64",
        skip_serializing_if = "Option::is_none"
    )]
    pub order_id: Option<i64>,
    /// What it is about.
    pub context: Context,
    /// Whether somebody judges.
    #[serde(rename = "type")]
    pub kind: ChatType,
    /// Whose turn it is.
    pub status: ChatStatus,
    /// When it was opened, ISO 8601 with an offset.
    pub created_at: String,
    /// When the last message came, ISO 8601 with an offset.
    pub updated_at: String,
}
