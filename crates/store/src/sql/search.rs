//! What consoles find conversations by.

use peyk_model::{Conversation, ConversationId, MessageId, Party, PersonId, Status, Timestamp};

use super::conversation::{Position, subject_columns};
use crate::encode::party;
use crate::value::{Value, values};
use crate::{Fault, Tx};

/// Which conversations are looked for; what is none does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChatFilter {
    /// About one of these sorts of things; an empty list does not filter.
    pub subjects: Vec<&'static str>,
    /// Waiting for this.
    pub status: Option<Status>,
    /// With this person on either side.
    pub person: Option<PersonId>,
    /// With this seller's side.
    pub seller: Option<Party>,
    /// With a file in it.
    pub has_media: bool,
}

/// A place where a word was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// In which conversation.
    pub conversation: ConversationId,
    /// In which message; none if in what is known of the conversation as a whole.
    pub message: Option<MessageId>,
}

/// The first text that does not begin with this word any more.
fn beyond(word: &str) -> String {
    format!("{word}\u{10ffff}")
}

impl Tx<'_> {
    /// Notes how a conversation stands, and that it has a file if it now does.
    pub fn upsert_search_chat(&mut self, of: &Conversation, has_media: bool) -> Result<(), Fault> {
        let (subject, ..) = subject_columns(&of.subject);
        self.execute(
            "INSERT INTO search_chats (conversation_id, updated_at, status, subject, seller,
             buyer_id, has_media) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (conversation_id) DO UPDATE SET updated_at = excluded.updated_at,
             status = excluded.status, has_media = CASE WHEN excluded.has_media = 1 THEN 1
             ELSE search_chats.has_media END",
            values![
                of.id.0,
                of.updated_at.0,
                of.status.word(),
                subject,
                &party(of.seller),
                of.buyer.0,
                i64::from(has_media)
            ],
        )?;
        Ok(())
    }

    /// Notes where a word stands.
    pub fn insert_search_word(&mut self, word: &str, at: Finding) -> Result<(), Fault> {
        let message = at.message.map_or(0, |message| message.0);
        self.execute(
            "INSERT INTO search_words (word, message_id, conversation_id) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            values![word, message, at.conversation.0],
        )?;
        Ok(())
    }

    /// Forgets where words stand.
    pub fn delete_search_words(&mut self) -> Result<(), Fault> {
        self.execute("DELETE FROM search_words", values![])?;
        Ok(())
    }

    /// Forgets how conversations stand.
    pub fn delete_search_chats(&mut self) -> Result<(), Fault> {
        self.execute("DELETE FROM search_chats", values![])?;
        Ok(())
    }

    /// Conversations by id, after this one.
    pub fn conversation_ids_after(
        &mut self,
        last: ConversationId,
        limit: i64,
    ) -> Result<Vec<ConversationId>, Fault> {
        self.all(
            "SELECT id FROM conversations WHERE id > $1 ORDER BY id LIMIT $2",
            values![last.0, limit],
            |row| Ok(ConversationId(row.get(0)?)),
        )
    }

    /// Where exactly this word stands in messages, the newest first.
    pub fn messages_with_word(&mut self, word: &str, limit: i64) -> Result<Vec<Finding>, Fault> {
        self.findings(
            "SELECT message_id, conversation_id FROM search_words
             WHERE word = $1 AND message_id > 0 ORDER BY message_id DESC LIMIT $2",
            values![word, limit],
        )
    }

    /// Where words stand that begin so, in no order.
    pub fn places_of_words(&mut self, begin: &str, limit: i64) -> Result<Vec<Finding>, Fault> {
        self.findings(
            "SELECT message_id, conversation_id FROM search_words
             WHERE word >= $1 AND word < $2 LIMIT $3",
            values![begin, &beyond(begin), limit],
        )
    }

    /// Whether a word that begins so stands in the same place.
    pub fn has_word_at(&mut self, begin: &str, at: Finding) -> Result<bool, Fault> {
        let message = at.message.map_or(0, |message| message.0);
        let found = self.first(
            "SELECT 1 FROM search_words WHERE word >= $1 AND word < $2 AND message_id = $3
             AND conversation_id = $4 LIMIT 1",
            values![begin, &beyond(begin), message, at.conversation.0],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    fn findings(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Finding>, Fault> {
        self.all(sql, values, |row| {
            let message: i64 = row.get(0)?;
            let message = (message > 0).then_some(MessageId(message));
            Ok(Finding { message, conversation: ConversationId(row.get(1)?) })
        })
    }

    /// Conversations that are looked for after a place in the list, the last changed first.
    pub fn chats_found(
        &mut self,
        filter: &ChatFilter,
        after: Option<Position>,
        limit: i64,
    ) -> Result<Vec<Position>, Fault> {
        let seller = filter.seller.map(party);
        let person = filter.person.map(|person| (person, party(Party::Person(person))));
        let mut sql = String::new();
        let mut values: Vec<Value<'_>> = Vec::new();
        let mut number = |value| {
            values.push(value);
            format!("${}", values.len())
        };
        // SQLite does not know that one seller or person has fewer chats than one state has, and is
        // told by a sign which columns not to look up. PostgreSQL counts.
        let is_narrow = seller.is_some() || person.is_some();
        let plain = if is_narrow { self.pick("+", "") } else { "" };
        let mut subjects = filter.subjects.iter();
        let first = subjects.next().map(|word| number((*word).into()));
        if let Some(status) = filter.status {
            sql += &format!(" AND {plain}s.status = {}", number(status.word().into()));
        }
        if let Some(seller) = &seller {
            sql += &format!(" AND s.seller = {}", number(seller.into()));
        }
        if let Some((person, as_seller)) = &person {
            let (buyer, seller) = (number(person.0.into()), number(as_seller.into()));
            sql += &format!(" AND (s.buyer_id = {buyer} OR s.seller = {seller})");
        }
        if filter.has_media {
            sql += " AND s.has_media = 1";
        }
        if let Some(Position { updated_at, id }) = after {
            let (updated_at, id) = (number(updated_at.0.into()), number(id.0.into()));
            sql += &format!(" AND (s.updated_at, s.conversation_id) < ({updated_at}, {id})");
        }
        let limit = number(limit.into());
        let last = format!("ORDER BY updated_at DESC, conversation_id DESC LIMIT {limit}");
        let one = |subject: String| {
            format!(
                "SELECT updated_at, conversation_id FROM (
                   SELECT s.updated_at, s.conversation_id FROM search_chats s
                   WHERE 1 = 1{subject}{sql} {last}) AS found"
            )
        };
        // Of each subject the last ones are in an index, in their order; of several at once not.
        let about = |word: String| one(format!(" AND {plain}s.subject = {word}"));
        let mut each = vec![first.map_or_else(|| one(String::new()), about)];
        for word in subjects {
            each.push(about(number((*word).into())));
        }
        let sql = format!("{} {last}", each.join(" UNION ALL "));
        self.all(&sql, &values, |row| {
            Ok(Position { updated_at: Timestamp(row.get(0)?), id: ConversationId(row.get(1)?) })
        })
    }
}
