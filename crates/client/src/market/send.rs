//! Texts and files into chats.

use peyk_wire::market::envelope::{Empty, ResponseStatus};
use peyk_wire::market::{send_file, send_message};

use super::settle::Content;
use super::{ChatId, Market};
use crate::transport::{Body, Call, Safety, secret_header};
use crate::{Error, ErrorKind, Result, Upload, chance};

/// Longest text, in UTF-16 units as the server counts them.
const TEXT_MAX: usize = 4096;

impl Market {
    /// Writes a text into a chat in the seller's name.
    ///
    /// `POST /v2/businesses/{businessId}/chats/message?chatId=`; scope `all-methods` or `communication`; 1,000 calls an hour; 1
    /// to 4096 characters. The answer does not say which id the message got.
    ///
    /// A lost answer is settled: a Peyk is asked again under the same `Idempotency-Key`; at the marketplace the history is read
    /// to see whether the message arrived, and only if it did not is it sent again. For that the chat's newest messages are
    /// read before a send, once a minute at most. Sends into one chat go one after another.
    ///
    /// Dropping the future stops at once; whether the message arrived is then unknown.
    ///
    /// # Errors
    /// `Invalid` for an empty or too long text, `NotFound` for no such chat, `Forbidden` for another cabinet's or a key that
    /// only reads, `RateLimited`. [`may_have_worked`](Error::may_have_worked) is true if it could not be settled.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// market.send(5001.into(), "Уже в пути.").await?;
    /// # Ok(()) });
    /// ```
    pub async fn send(&self, chat: ChatId, text: &str) -> Result<()> {
        let content = text.trim();
        if content.is_empty() {
            return Err(Error::invalid("a text must not be empty"));
        }
        if content.encode_utf16().count() > TEXT_MAX {
            return Err(Error::invalid(format!("a text has at most {TEXT_MAX} characters")));
        }
        let id = chat.to_string();
        let request =
            send_message::SendMessageRequest { message: Some(text.to_owned()), chat_id: None };
        let make = || {
            let (query, body) = ([("chatId", id.as_str())], Body::json(&request)?);
            Ok(self.call(&send_message::OPERATION, &query, body, Safety::Once))
        };
        self.settled(chat, Content::Text(content.to_owned()), make, true).await
    }

    /// Puts a file into a chat in the seller's name.
    ///
    /// `POST /v2/businesses/{businessId}/chats/file/send?chatId=` with one part `file`; scope `all-methods` or `communication`;
    /// 1,000 calls an hour; at most 5 MB of any type. A lost answer is settled as with [`send`](Self::send), but a file from a
    /// stream is never sent again.
    ///
    /// # Errors
    /// As [`send`](Self::send); `Invalid` for more than 5 MB.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// use peyk_client::Upload;
    ///
    /// market.send_file(5001.into(), &Upload::bytes("чек.pdf", "%PDF-1.7 …")?).await?;
    /// # Ok(()) });
    /// ```
    pub async fn send_file(&self, chat: ChatId, file: &Upload) -> Result<()> {
        file.check_for_market()?;
        let id = chat.to_string();
        let make = || {
            let (query, body) = ([("chatId", id.as_str())], Body::file(send_file::FILE_PART, file));
            let call = self.call(&send_file::OPERATION, &query, body, Safety::Once);
            Ok(Call { timeout: self.0.transport.care().media_timeout, ..call })
        };
        let content = Content::File { name: file.name().to_owned(), size_bytes: file.length() };
        self.settled(chat, content, make, file.is_repeatable()).await
    }

    async fn settled<'a>(
        &self,
        chat: ChatId,
        content: Content,
        make: impl Fn() -> Result<Call<'a>>,
        is_repeatable: bool,
    ) -> Result<()> {
        if self.0.is_peyk {
            let mut call = make()?;
            call.headers.insert("idempotency-key", secret_header(&chance::word())?);
            call.safety = Safety::Repeatable;
            return self.sent(call).await;
        }
        let outbox = self.outbox(chat).await;
        let mut outbox = outbox.lock().await;
        self.look_before(chat, &mut outbox).await?;
        let care = self.0.transport.care();
        let mut attempt = 1;
        loop {
            let error = match self.sent(make()?).await {
                Ok(()) => break,
                Err(error) if !error.may_have_worked() => return Err(error),
                Err(error) => error,
            };
            // What is still on its way may arrive after the first look.
            let mut arrived = false;
            for pause in [care.settle_pause, care.settle_pause.saturating_mul(2)] {
                tokio::time::sleep(pause).await;
                let Ok(found) = self.arrived(chat, &outbox, &content).await else {
                    return Err(error);
                };
                arrived = found;
                if arrived {
                    break;
                }
            }
            tracing::debug!(
                arrived,
                attempt,
                "a send without an answer was looked for in the history"
            );
            if arrived {
                break;
            }
            if attempt >= care.attempts || !is_repeatable || error.kind() == ErrorKind::Unreadable {
                return Err(error);
            }
            attempt += 1;
        }
        outbox.acknowledge(content);
        Ok(())
    }

    /// Sends, and takes any success for one.
    async fn sent(&self, call: Call<'_>) -> Result<()> {
        let name = call.operation.name;
        let answer = self.0.transport.call(call).await?;
        let said: Empty = answer.json().map_err(|error: Error| error.during(name))?;
        match said.status {
            ResponseStatus::Ok | ResponseStatus::Unknown(_) => Ok(()),
            ResponseStatus::Error => {
                let message = "a success that says ERROR";
                Err(Error::new(ErrorKind::Unreadable, message).during(name))
            }
        }
    }
}
