//! Messages as they are read.

use peyk_wire::market::message as wire;

use super::{MessageId, MessageSender};
use crate::{Kept, Timestamp};

/// A message of a chat; it has a text, files, or both.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, market, _| {
/// let message = market.message(5001.into(), 7.into()).await?;
/// println!("{} {}: {:?}", message.id, message.sender, message.text);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// When it was written, if the time can be understood.
    pub created_at: Option<Timestamp>,
    /// Who wrote it.
    pub sender: MessageSender,
    /// The text.
    pub text: Option<String>,
    /// The files.
    pub files: Vec<File>,
    /// The message as it came, unknown fields included.
    pub wire: Kept<wire::Message>,
}

/// A file of a message.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, market, _| {
/// for file in market.message(5001.into(), 7.into()).await?.files {
///     println!("{}, {} bytes", file.name, file.size_bytes);
/// }
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Its name.
    pub name: String,
    /// Where the bytes are; see [`Market::download`](super::Market::download).
    pub url: String,
    /// How many bytes.
    pub size_bytes: u64,
}

impl From<Kept<wire::Message>> for Message {
    fn from(wire: Kept<wire::Message>) -> Self {
        let file = |file: &wire::Payload| File {
            name: file.name.clone(),
            url: file.url.clone(),
            size_bytes: u64::try_from(file.size).unwrap_or(0),
        };
        Self {
            id: MessageId(wire.message_id),
            created_at: Timestamp::parse(&wire.created_at),
            sender: wire.sender.clone(),
            text: wire.message.clone(),
            files: wire.payload.iter().map(file).collect(),
            wire,
        }
    }
}
