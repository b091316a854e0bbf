//! What every verb is given.

use peyk_model::{ApiKeyId, Timestamp};
use peyk_store::Tx;

use crate::usage::Usage;
use crate::{Dice, Keyring};

/// An open transaction and all that comes from outside: the time, the dice and the keys.
pub struct Context<'v, 'c> {
    /// The open transaction.
    pub tx: &'v mut Tx<'c>,
    /// The time, read once for this verb.
    pub now: Timestamp,
    /// Randomness.
    pub dice: &'v Dice,
    /// Keys.
    pub keyring: &'v Keyring,
    /// When keys were last shown.
    pub usage: &'v Usage,
    /// Whose key was shown.
    pub(crate) key: Option<ApiKeyId>,
    /// When the first of the secrets that were shown will be over.
    pub(crate) until: Option<Timestamp>,
}
