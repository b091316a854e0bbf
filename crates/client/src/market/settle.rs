//! Whether a send of which no answer came arrived after all.
//!
//! The vendor knows no idempotency key and answers without an id. So before a send the newest message of the chat is known,
//! and after a lost one the history since then is read: if it holds one more message of ours with this content than was
//! acknowledged, the send arrived. Sends into one chat wait for each other, which also keeps their order.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{ChatId, Market, Message, MessageId, MessageSender};
use crate::Result;

/// A newest message that was read longer ago than this is read anew before a send.
const FRESH: Duration = Duration::from_secs(60);
/// Most chats whose state is kept; those that nobody uses are forgotten beyond it.
const CHATS_MAX: usize = 4096;

/// What was sent, as far as the history shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Content {
    /// A text, without the spaces around it, which the server may take away.
    Text(String),
    /// A file.
    File { name: String, size_bytes: Option<u64> },
}

impl Content {
    fn is(&self, message: &Message) -> bool {
        match self {
            Self::Text(text) => message.text.as_deref().is_some_and(|came| came.trim() == text),
            // The server may clean a name, and a size is known nearly always.
            Self::File { name, size_bytes } => message.files.iter().any(|file| match size_bytes {
                Some(size) => file.size_bytes == *size,
                None => file.name == *name,
            }),
        }
    }
}

/// One chat, as far as settling needs it.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    newest: Option<(Option<MessageId>, Instant)>,
    acknowledged: HashMap<Content, usize>,
}

impl Outbox {
    pub fn acknowledge(&mut self, content: Content) {
        *self.acknowledged.entry(content).or_default() += 1;
    }
}

impl Market {
    pub(super) async fn outbox(&self, chat: ChatId) -> Arc<Mutex<Outbox>> {
        let mut outboxes = self.0.outboxes.lock().await;
        if outboxes.len() >= CHATS_MAX {
            outboxes.retain(|_, outbox| Arc::strong_count(outbox) > 1);
        }
        Arc::clone(outboxes.entry(chat).or_default())
    }

    /// Makes sure that the chat's newest message was known not long ago.
    pub(super) async fn look_before(&self, chat: ChatId, outbox: &mut Outbox) -> Result<()> {
        let before = match outbox.newest {
            Some((_, at)) if at.elapsed() < FRESH => return Ok(()),
            Some((newest, _)) => newest,
            None => None,
        };
        let newest = self.messages_since(chat, before);
        let newest = newest.try_fold(before, async |_, message| Ok(Some(message.id))).await?;
        *outbox = Outbox { newest: Some((newest, Instant::now())), acknowledged: HashMap::new() };
        Ok(())
    }

    /// Whether one more message with this content is there than was acknowledged.
    pub(super) async fn arrived(
        &self,
        chat: ChatId,
        outbox: &Outbox,
        content: &Content,
    ) -> Result<bool> {
        let before = outbox.newest.and_then(|(newest, _)| newest);
        let ours = self.messages_since(chat, before).try_fold(0, async |count, message| {
            let is_ours = message.sender == MessageSender::Partner && content.is(&message);
            Ok(count + usize::from(is_ours))
        });
        Ok(ours.await? > outbox.acknowledged.get(content).copied().unwrap_or(0))
    }
}
