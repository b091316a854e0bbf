//! People.

use peyk_model::{Locale, Person, PersonId};

use crate::encode::word;
use crate::value::{Row, values};
use crate::{Fault, Tx};

pub(super) fn read_person(row: &Row<'_>, at: usize) -> Result<Person, Fault> {
    let locale: String = row.get(at + 4)?;
    Ok(Person {
        id: PersonId(row.get(at)?),
        handle: row.get(at + 1)?,
        name: row.get(at + 2)?,
        phone: row.get(at + 3)?,
        locale: word("locale", &locale, Locale::parse(&locale))?,
    })
}

impl Tx<'_> {
    /// The person with this id.
    pub fn person(&mut self, id: PersonId) -> Result<Option<Person>, Fault> {
        self.first(
            "SELECT id, handle, name, phone, locale FROM people WHERE id = $1",
            values![id.0],
            |row| read_person(row, 0),
        )
    }

    /// The person with this handle.
    pub fn person_by_handle(&mut self, handle: &str) -> Result<Option<Person>, Fault> {
        self.first(
            "SELECT id, handle, name, phone, locale FROM people WHERE handle = $1",
            values![handle],
            |row| read_person(row, 0),
        )
    }

    /// The person with this phone number.
    pub fn person_by_phone(&mut self, phone: &str) -> Result<Option<Person>, Fault> {
        self.first(
            "SELECT id, handle, name, phone, locale FROM people WHERE phone = $1",
            values![phone],
            |row| read_person(row, 0),
        )
    }

    /// People in the order they came, after this one.
    pub fn people_after(&mut self, last: PersonId, limit: i64) -> Result<Vec<Person>, Fault> {
        self.all(
            "SELECT id, handle, name, phone, locale FROM people WHERE id > $1
             ORDER BY id LIMIT $2",
            values![last.0, limit],
            |row| read_person(row, 0),
        )
    }

    /// Adds a person, or changes the one with this handle. A given id is used for a new one.
    pub fn upsert_person(&mut self, person: &Person) -> Result<PersonId, Fault> {
        if let Some(found) = self.person_by_handle(&person.handle)? {
            self.execute(
                "UPDATE people SET name = $1, phone = $2, locale = $3 WHERE id = $4",
                values![&person.name, &person.phone, person.locale.code(), found.id.0],
            )?;
            return Ok(found.id);
        }
        let id = match person.id {
            PersonId(0) => PersonId(self.next_number("people", 1)?),
            chosen => {
                self.skip_number("people", chosen.0)?;
                chosen
            }
        };
        self.execute(
            "INSERT INTO people (id, handle, name, phone, locale) VALUES ($1, $2, $3, $4, $5)",
            values![id.0, &person.handle, &person.name, &person.phone, person.locale.code()],
        )?;
        Ok(id)
    }
}
