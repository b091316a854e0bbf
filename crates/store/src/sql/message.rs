//! Messages.

use peyk_model::{AppId, Body, ConversationId, Message, MessageId, Timestamp};

use super::media::{media_columns, read_media};
use crate::encode::{author, body, buttons, read_author, read_body, read_buttons};
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// Statements are constants: nothing is read as often as messages.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.conversation_id, s.number, s.author, s.app_id, s.body, s.text, s.data,
             s.buttons, s.sent_at, ",
            media_columns!(),
            " FROM messages s LEFT JOIN media m ON m.id = s.media_id ",
            $rest
        )
    };
}

fn read_message(row: &Row<'_>) -> Result<Message, Fault> {
    let kind: String = row.get(5)?;
    let body = match kind.as_str() {
        "media" => read_media(row, 10)?
            .map(Body::Media)
            .ok_or_else(|| Fault::Corrupt("a message without its file".into()))?,
        _ => read_body(&kind, row.get(6)?, row.get::<Option<String>>(7)?.as_deref().unwrap_or(""))?,
    };
    Ok(Message {
        id: MessageId(row.get(0)?),
        conversation: ConversationId(row.get(1)?),
        number: row.get(2)?,
        author: read_author(&row.get::<String>(3)?)?,
        app: row.get::<Option<i64>>(4)?.map(AppId),
        body,
        buttons: read_buttons(row.get::<Option<String>>(8)?.as_deref())?,
        sent_at: Timestamp(row.get(9)?),
    })
}

impl Tx<'_> {
    /// The message with this id in this conversation.
    pub fn message(
        &mut self,
        conversation: ConversationId,
        id: MessageId,
    ) -> Result<Option<Message>, Fault> {
        let sql = select!("WHERE s.conversation_id = $1 AND s.id = $2");
        self.first(sql, values![conversation.0, id.0], read_message)
    }

    /// Messages of a conversation from this id on, oldest first.
    pub fn messages_from(
        &mut self,
        conversation: ConversationId,
        first: MessageId,
        limit: i64,
    ) -> Result<Vec<Message>, Fault> {
        let sql = select!("WHERE s.conversation_id = $1 AND s.id >= $2 ORDER BY s.id LIMIT $3");
        self.all(sql, values![conversation.0, first.0, limit], read_message)
    }

    /// The newest messages of a conversation before this id, newest first.
    pub fn messages_before(
        &mut self,
        conversation: ConversationId,
        end: MessageId,
        limit: i64,
    ) -> Result<Vec<Message>, Fault> {
        let sql = select!("WHERE s.conversation_id = $1 AND s.id < $2 ORDER BY s.id DESC LIMIT $3");
        self.all(sql, values![conversation.0, end.0, limit], read_message)
    }

    /// The newest texts of a conversation, oldest first.
    pub fn newest_texts(
        &mut self,
        conversation: ConversationId,
        limit: i64,
    ) -> Result<Vec<Message>, Fault> {
        let sql =
            select!("WHERE s.conversation_id = $1 AND s.body = 'text' ORDER BY s.id DESC LIMIT $2");
        let mut found = self.all(sql, values![conversation.0, limit], read_message)?;
        found.reverse();
        Ok(found)
    }

    /// Adds a message in the place that its conversation gave it.
    pub fn insert_message(&mut self, message: &Message) -> Result<(), Fault> {
        let (kind, text, data) = body(&message.body);
        let media = match &message.body {
            Body::Media(media) => Some(media.id.0),
            Body::Text(_) | Body::Location(_) | Body::Contact(_) => None,
        };
        self.execute(
            "INSERT INTO messages (conversation_id, id, number, author, app_id, body, text,
             media_id, data, buttons, sent_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            values![
                message.conversation.0,
                message.id.0,
                message.number,
                author(message.author),
                message.app.map(|app| app.0),
                kind,
                text,
                media,
                data.as_ref(),
                buttons(&message.buttons).as_ref(),
                message.sent_at.0
            ],
        )?;
        Ok(())
    }
}
