//! Events and their feed.

use peyk_model::{
    ConversationId, Event, EventId, Fact, GrantId, MessageId, PersonId, PostChange, PostToken,
    Press, PressAnswer, Timestamp,
};

use crate::encode::word;
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// A place in the feed of all events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FeedPosition {
    /// The transaction that wrote the event.
    pub epoch: i64,
    /// The event.
    pub id: i64,
}

pub(super) const EVENT_COLUMNS: &str =
    "e.id, e.fact, e.conversation_id, e.message_id, e.subject, e.detail, e.at, e.epoch";

pub(super) fn read_event(row: &Row<'_>, at: usize) -> Result<Event, Fault> {
    let fact: String = row.get(at + 1)?;
    let subject: Option<String> = row.get(at + 4)?;
    let conversation = || Ok::<_, Fault>(ConversationId(row.get(at + 2)?));
    let message = || Ok::<_, Fault>(MessageId(row.get(at + 3)?));
    let (shown, subject) = (subject.clone(), subject.unwrap_or_default());
    let person = || Ok::<_, Fault>(PersonId(word("person", &subject, subject.parse().ok())?));
    let fact = match fact.as_str() {
        "message_sent" => Fact::MessageSent(conversation()?, message()?),
        "conversation_opened" => Fact::ConversationOpened(conversation()?),
        "arbitration_started" => Fact::ArbitrationStarted(conversation()?),
        "arbitration_finished" => Fact::ArbitrationFinished(conversation()?),
        "conversation_finished" => Fact::ConversationFinished(conversation()?),
        "access_revoked" => {
            Fact::AccessRevoked(GrantId(word("grant", &subject, subject.parse().ok())?))
        }
        "post_changed" => {
            let change: String = row.get(at + 5)?;
            let change = word("post change", &change, PostChange::parse(&change))?;
            Fact::PostChanged(PostToken(subject), change)
        }
        "quota_nearly_used" => Fact::QuotaNearlyUsed(subject),
        "button_pressed" => {
            let number: String = row.get(at + 5)?;
            let number = word("button", &number, number.parse().ok())?;
            let press = Press { person: person()?, number };
            Fact::ButtonPressed(conversation()?, message()?, press)
        }
        "button_answered" => {
            let answer = PressAnswer { shows: shown, opens: row.get(at + 5)? };
            Fact::ButtonAnswered(conversation()?, message()?, Box::new(answer))
        }
        "blocked" => Fact::Blocked(conversation()?, person()?),
        "unblocked" => Fact::Unblocked(conversation()?, person()?),
        other => return Err(Fault::Corrupt(format!("event `{other}`"))),
    };
    Ok(Event { id: EventId(row.get(at)?), fact, at: Timestamp(row.get(at + 6)?) })
}

pub(super) fn read_position(row: &Row<'_>, at: usize) -> Result<FeedPosition, Fault> {
    Ok(FeedPosition { epoch: row.get(at + 7)?, id: row.get(at)? })
}

macro_rules! insert {
    ($epoch:literal) => {
        concat!(
            "INSERT INTO events (id, fact, conversation_id, message_id, subject, detail, at, epoch)
             VALUES ($1, $2, $3, $4, $5, $6, $7, ",
            $epoch,
            ")"
        )
    };
}

impl Tx<'_> {
    /// Adds an event.
    pub fn insert_event(&mut self, event: &Event) -> Result<(), Fault> {
        let message = match &event.fact {
            Fact::MessageSent(_, message)
            | Fact::ButtonPressed(_, message, _)
            | Fact::ButtonAnswered(_, message, _) => Some(message.0),
            _ => None,
        };
        let (subject, detail) = match &event.fact {
            Fact::AccessRevoked(grant) => (Some(grant.to_string()), None),
            Fact::PostChanged(token, change) => {
                (Some(token.0.clone()), Some(change.word().to_owned()))
            }
            Fact::QuotaNearlyUsed(quota) => (Some(quota.clone()), None),
            Fact::ButtonPressed(_, _, Press { person, number }) => {
                (Some(person.to_string()), Some(number.to_string()))
            }
            Fact::ButtonAnswered(_, _, answer) => (answer.shows.clone(), answer.opens.clone()),
            Fact::Blocked(_, person) | Fact::Unblocked(_, person) => {
                (Some(person.to_string()), None)
            }
            Fact::MessageSent(..)
            | Fact::ConversationOpened(_)
            | Fact::ArbitrationStarted(_)
            | Fact::ArbitrationFinished(_)
            | Fact::ConversationFinished(_) => (None, None),
        };
        // In PostgreSQL a transaction may get its number before it waits for a conversation, and its
        // event must still come after those of whoever had the conversation first.
        let sql = self.pick(
            insert!("0"),
            insert!(
                "GREATEST(pg_current_xact_id()::text::bigint,
                 (SELECT MAX(e.epoch) FROM events e WHERE e.conversation_id = $3))"
            ),
        );
        self.execute(
            sql,
            values![
                event.id.0,
                event.fact.word(),
                event.fact.conversation().map(|id| id.0),
                message,
                subject.as_ref(),
                detail.as_ref(),
                event.at.0
            ],
        )?;
        Ok(())
    }

    /// The condition that keeps a feed behind every transaction that is still open.
    pub(super) fn feed_horizon(&self) -> &'static str {
        // SQLite has one writer, so whatever can be read was committed in the order of its ids.
        self.pick("", "AND e.epoch < pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    }

    /// The condition that leaves the events after a place whose parts are `$1` and `$2`.
    ///
    /// In SQLite every epoch is zero, and a comparison of pairs would read all events before.
    fn after_place(&self) -> &'static str {
        self.pick("e.epoch >= $1 AND e.id > $2", "(e.epoch, e.id) > ($1, $2)")
    }

    fn events_after_sql(&self) -> String {
        let (horizon, after_place) = (self.feed_horizon(), self.after_place());
        let order = self.pick("e.id", "e.epoch, e.id");
        format!(
            "SELECT {EVENT_COLUMNS} FROM events e
             WHERE {after_place} {horizon} ORDER BY {order} LIMIT $3"
        )
    }

    /// All events after a place in the feed, in an order that never changes.
    pub fn events_after(
        &mut self,
        after: FeedPosition,
        limit: i64,
    ) -> Result<Vec<(FeedPosition, Event)>, Fault> {
        let sql = self.events_after_sql();
        self.all(&sql, values![after.epoch, after.id, limit], |row| {
            Ok((read_position(row, 0)?, read_event(row, 0)?))
        })
    }

    /// Whether anything happened after a place in the feed, even if readers of the feed have to
    /// wait for it because an older transaction is still open.
    pub fn has_events_beyond(&mut self, after: FeedPosition) -> Result<bool, Fault> {
        let sql = format!("SELECT e.id FROM events e WHERE {} LIMIT 1", self.after_place());
        let found = self.first(&sql, values![after.epoch, after.id], |row| row.get::<i64>(0))?;
        Ok(found.is_some())
    }

    /// The end of the feed as it is now.
    pub fn feed_end(&mut self) -> Result<FeedPosition, Fault> {
        let horizon = self.feed_horizon();
        let order = self.pick("e.id DESC", "e.epoch DESC, e.id DESC");
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM events e WHERE e.id IS NOT NULL {horizon}
             ORDER BY {order} LIMIT 1"
        );
        Ok(self.first(&sql, values![], |row| read_position(row, 0))?.unwrap_or_default())
    }

    /// Forgets events of before this time that nobody is still to be told, so many at a time, with
    /// what is kept of them for feeds.
    pub fn forget_events_before(&mut self, before: Timestamp, limit: i64) -> Result<u64, Fault> {
        // Ids are near the microsecond of their event, so the primary key finds the old ones.
        let old = "SELECT e.id FROM events e WHERE e.id <= $1 AND e.at <= $1 AND NOT EXISTS
             (SELECT 1 FROM deliveries d WHERE d.event_id = e.id";
        let kept = format!(
            "DELETE FROM deliveries WHERE state = 'kept' AND event_id IN
             ({old} AND d.state <> 'kept') ORDER BY e.id LIMIT $2)"
        );
        self.execute(&kept, values![before.0, limit])?;
        let untold = format!("DELETE FROM events WHERE id IN ({old}) ORDER BY e.id LIMIT $2)");
        self.execute(&untold, values![before.0, limit])
    }
}

#[cfg(test)]
mod tests {
    use crate::Tx;
    use crate::sql::plan;

    #[test]
    fn readers_of_a_feed_are_led_to_their_place_and_sort_nothing() {
        let events: fn(Tx<'_>) -> String = |tx| tx.events_after_sql();
        let beyond: fn(Tx<'_>) -> String =
            |tx| format!("SELECT e.id FROM events e WHERE {} LIMIT 1", tx.after_place());
        let deliveries: fn(Tx<'_>) -> String = |tx| tx.deliveries_after_sql();
        for (sql, place) in [
            (events, "SEARCH e USING INTEGER PRIMARY KEY (rowid>?)"),
            (beyond, "SEARCH e USING INTEGER PRIMARY KEY (rowid>?)"),
            (deliveries, "SEARCH d USING PRIMARY KEY (webhook_id=? AND event_id>?)"),
        ] {
            let steps = plan::steps(sql);
            assert_eq!(steps[0], place, "{steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
        }
    }
}
