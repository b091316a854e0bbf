//! Doing a send only once, however often it is asked for.

use peyk_model::limits::{IDEMPOTENCY_KEPT, IDEMPOTENCY_KEY_MAX_BYTES};
use peyk_model::{Party, Refusal};
use peyk_store::{Fault, Lock, Remembered};

use crate::Context;
use crate::error::Result;
use crate::send_message::Sent;

/// The mark of a request that must be done only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    key: String,
    fingerprint: [u8; 32],
}

impl Once {
    /// A key with the parts of the request that must be the same when it comes again.
    pub fn new<'a>(key: &str, parts: impl IntoIterator<Item = &'a [u8]>) -> Result<Self> {
        let fits = (1..=IDEMPOTENCY_KEY_MAX_BYTES).contains(&key.len());
        if !fits || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refusal::IdempotencyKeyMalformed.into());
        }
        let mut hash = blake3::Hasher::new();
        for part in parts {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Ok(Self { key: key.to_owned(), fingerprint: *hash.finalize().as_bytes() })
    }
}

/// Sends, unless this caller sent the same under this key before: then that message is the answer.
pub(crate) fn once(
    context: &mut Context<'_, '_>,
    caller: Party,
    only_once: Option<&Once>,
    mut send: impl FnMut(&mut Context<'_, '_>) -> Result<Sent>,
) -> Result<Sent> {
    let Some(Once { key, fingerprint }) = only_once else { return send(context) };
    let owner = format!("{caller:?}");
    let since = context.now.before(IDEMPOTENCY_KEPT);
    if let Some(before) = context.tx.remembered_send(&owner, key, since)? {
        if before.fingerprint != *fingerprint {
            return Err(Refusal::IdempotencyConflict.into());
        }
        let conversation = context.tx.conversation(before.conversation, Lock::None)?;
        let message = context.tx.message(before.conversation, before.message)?;
        let gone = || Fault::Corrupt(format!("message {} of a remembered send", before.message));
        let (conversation, message) = conversation.zip(message).ok_or_else(gone)?;
        return Ok(Sent { conversation, message });
    }
    let sent = send(context)?;
    let remembered = Remembered {
        fingerprint: *fingerprint,
        conversation: sent.conversation.id,
        message: sent.message.id,
    };
    context.tx.forget_send_before(&owner, key, since)?;
    context.tx.remember_send(&owner, key, &remembered, context.now)?;
    Ok(sent)
}
