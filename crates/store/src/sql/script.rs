//! Scripts, how often they were done, and what people are going to do.

use peyk_model::script::{Errand, Script, Task};
use peyk_model::{ConversationId, PersonId, Timestamp};

use crate::encode::script::{read_script, read_task, script, task};
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// A script with whose it is and how it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Casting {
    /// Who does it.
    pub person: PersonId,
    /// Whether it is done at all.
    pub is_on: bool,
    /// Why its last step could not be done, if it could not.
    pub refusal: Option<String>,
    /// The script.
    pub script: Script,
}

/// How often a script was done in a conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Firings {
    /// How often the dice were thrown for it.
    pub tried: i64,
    /// How often it was done.
    pub done: i64,
}

const COLUMNS: &str = "person_id, is_on, refusal, definition";

fn read_casting(row: &Row<'_>) -> Result<Casting, Fault> {
    Ok(Casting {
        person: PersonId(row.get(0)?),
        is_on: row.get::<i64>(1)? != 0,
        refusal: row.get(2)?,
        script: read_script(&row.get::<String>(3)?)?,
    })
}

fn read_errand(row: &Row<'_>) -> Result<Errand, Fault> {
    Ok(Errand {
        id: row.get(0)?,
        person: PersonId(row.get(1)?),
        script: row.get(2)?,
        conversation: ConversationId(row.get(3)?),
        due_at: Timestamp(row.get(4)?),
        task: read_task(&row.get::<String>(5)?)?,
    })
}

impl Tx<'_> {
    /// Whether anybody has a script.
    pub fn has_scripts(&mut self) -> Result<bool, Fault> {
        let found = self
            .first("SELECT person_id FROM scripts LIMIT 1", values![], |row| row.get::<i64>(0))?;
        Ok(found.is_some())
    }

    /// A person's scripts in their order.
    pub fn scripts_of(&mut self, person: PersonId) -> Result<Vec<Casting>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM scripts WHERE person_id = $1 ORDER BY position");
        self.all(&sql, values![person.0], read_casting)
    }

    /// The script of a person with this name.
    pub fn script(&mut self, person: PersonId, name: &str) -> Result<Option<Casting>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM scripts WHERE person_id = $1 AND name = $2");
        self.first(&sql, values![person.0, name], read_casting)
    }

    /// Gives a person a script at this place in their order.
    pub fn insert_script(
        &mut self,
        person: PersonId,
        position: i64,
        new: &Script,
        is_on: bool,
    ) -> Result<(), Fault> {
        let definition = script(new);
        self.execute(
            "INSERT INTO scripts (person_id, name, position, is_on, definition)
             VALUES ($1, $2, $3, $4, $5)",
            values![person.0, &new.name, position, i64::from(is_on), &definition],
        )?;
        Ok(())
    }

    /// Takes all scripts away from a person.
    pub fn delete_scripts_of(&mut self, person: PersonId) -> Result<(), Fault> {
        self.execute("DELETE FROM scripts WHERE person_id = $1", values![person.0])?;
        Ok(())
    }

    /// Switches a script on or off, and tells whether there is one.
    pub fn switch_script(
        &mut self,
        person: PersonId,
        name: &str,
        is_on: bool,
    ) -> Result<bool, Fault> {
        let changed = self.execute(
            "UPDATE scripts SET is_on = $1, refusal = NULL WHERE person_id = $2 AND name = $3",
            values![i64::from(is_on), person.0, name],
        )?;
        Ok(changed > 0)
    }

    /// Notes why a step of a script could not be done.
    pub fn note_refusal(
        &mut self,
        person: PersonId,
        name: &str,
        refusal: &str,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE scripts SET refusal = $1 WHERE person_id = $2 AND name = $3",
            values![refusal, person.0, name],
        )?;
        Ok(())
    }

    /// How often a script was done in a conversation; nothing if it was never looked at there.
    pub fn firings(
        &mut self,
        conversation: ConversationId,
        person: PersonId,
        name: &str,
    ) -> Result<Option<Firings>, Fault> {
        self.first(
            "SELECT tried, done FROM script_firings
             WHERE conversation_id = $1 AND person_id = $2 AND script = $3",
            values![conversation.0, person.0, name],
            |row| Ok(Firings { tried: row.get(0)?, done: row.get(1)? }),
        )
    }

    /// How often a person did a script, in all conversations.
    pub fn firings_in_all(&mut self, person: PersonId, name: &str) -> Result<i64, Fault> {
        let found = self.first(
            "SELECT CAST(COALESCE(SUM(done), 0) AS BIGINT) FROM script_firings
             WHERE person_id = $1 AND script = $2",
            values![person.0, name],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or(0))
    }

    /// How often any script was done in a conversation.
    pub fn firings_in(&mut self, conversation: ConversationId) -> Result<i64, Fault> {
        let found = self.first(
            "SELECT CAST(COALESCE(SUM(done), 0) AS BIGINT) FROM script_firings
             WHERE conversation_id = $1",
            values![conversation.0],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or(0))
    }

    /// Adds to how often a script was tried and done in a conversation.
    pub fn count_firings(
        &mut self,
        conversation: ConversationId,
        person: PersonId,
        name: &str,
        more: Firings,
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO script_firings (conversation_id, person_id, script, tried, done)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (conversation_id, person_id, script)
             DO UPDATE SET tried = script_firings.tried + excluded.tried,
             done = script_firings.done + excluded.done",
            values![conversation.0, person.0, name, more.tried, more.done],
        )?;
        Ok(())
    }

    /// Forgets how often a person did a script.
    pub fn forget_firings(&mut self, person: PersonId, name: &str) -> Result<(), Fault> {
        self.execute(
            "DELETE FROM script_firings WHERE person_id = $1 AND script = $2",
            values![person.0, name],
        )?;
        Ok(())
    }

    /// Notes what a person is going to do. The given id is not used.
    pub fn insert_errand(&mut self, new: &Errand) -> Result<(), Fault> {
        let task = task(&new.task);
        self.execute(
            "INSERT INTO errands (person_id, script, conversation_id, due_at, task)
             VALUES ($1, $2, $3, $4, $5)",
            values![new.person.0, &new.script, new.conversation.0, new.due_at.0, &task],
        )?;
        Ok(())
    }

    /// What is due, in its order.
    pub fn due_errands(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Errand>, Fault> {
        self.all(
            "SELECT id, person_id, script, conversation_id, due_at, task FROM errands
             WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2",
            values![now.0, limit],
            read_errand,
        )
    }

    /// When the next errand falls due.
    pub fn next_errand_due(&mut self) -> Result<Option<Timestamp>, Fault> {
        let next = self
            .first("SELECT MIN(due_at) FROM errands", values![], |row| row.get::<Option<i64>>(0))?;
        Ok(next.flatten().map(Timestamp))
    }

    /// How many errands of a script wait.
    pub fn errands_waiting(&mut self, person: PersonId, name: &str) -> Result<i64, Fault> {
        let found = self.first(
            "SELECT COUNT(*) FROM errands WHERE person_id = $1 AND script = $2",
            values![person.0, name],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or(0))
    }

    /// Puts an errand off until then, when this is to be done.
    pub fn postpone_errand(&mut self, id: i64, until: Timestamp, then: &Task) -> Result<(), Fault> {
        self.execute(
            "UPDATE errands SET due_at = $1, task = $2 WHERE id = $3",
            values![until.0, &task(then), id],
        )?;
        Ok(())
    }

    /// Forgets an errand.
    pub fn delete_errand(&mut self, id: i64) -> Result<(), Fault> {
        self.execute("DELETE FROM errands WHERE id = $1", values![id])?;
        Ok(())
    }
}
