//! Idempotency keys: which send a repeated request was before.

use peyk_model::{ConversationId, MessageId, Timestamp};

use crate::value::values;
use crate::{Fault, Tx};

/// A send that was done under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// What identified the request.
    pub fingerprint: [u8; 32],
    /// Where it went.
    pub conversation: ConversationId,
    /// What it became.
    pub message: MessageId,
}

impl Tx<'_> {
    /// The send done under this key since `since`.
    pub fn remembered_send(
        &mut self,
        owner: &str,
        key: &str,
        since: Timestamp,
    ) -> Result<Option<Remembered>, Fault> {
        self.first(
            "SELECT fingerprint, conversation_id, message_id FROM idempotency_keys
             WHERE owner = $1 AND key = $2 AND created_at > $3",
            values![owner, key, since.0],
            |row| {
                let fingerprint: Vec<u8> = row.get(0)?;
                Ok(Remembered {
                    fingerprint: fingerprint
                        .try_into()
                        .map_err(|_| Fault::Corrupt("idempotency fingerprint".into()))?,
                    conversation: ConversationId(row.get(1)?),
                    message: MessageId(row.get(2)?),
                })
            },
        )
    }

    /// Forgets the send under this key if it was done too long ago to count.
    pub fn forget_send_before(
        &mut self,
        owner: &str,
        key: &str,
        before: Timestamp,
    ) -> Result<u64, Fault> {
        self.execute(
            "DELETE FROM idempotency_keys WHERE owner = $1 AND key = $2 AND created_at <= $3",
            values![owner, key, before.0],
        )
    }

    /// Remembers a send under a key that is free.
    ///
    /// If somebody else took it meanwhile, this is a passing fault: the verb runs again and finds
    /// what the other one did.
    pub fn remember_send(
        &mut self,
        owner: &str,
        key: &str,
        send: &Remembered,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO idempotency_keys (owner, key, fingerprint, conversation_id, message_id,
             created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            values![owner, key, &send.fingerprint, send.conversation.0, send.message.0, now.0],
        )?;
        Ok(())
    }

    /// Forgets sends that are too old to count.
    pub fn forget_sends_before(&mut self, before: Timestamp) -> Result<u64, Fault> {
        self.execute("DELETE FROM idempotency_keys WHERE created_at <= $1", values![before.0])
    }
}
