//! Signing in: a marketplace tells the consent page who its reader is.

use peyk_model::limits::SIGN_IN_LIFE;
use peyk_model::{Noun, Person, PersonId, Refusal};

use crate::Context;
use crate::error::Result;

const PURPOSE: &str = "sign in";

/// A word that says, for a few minutes, that whoever shows it is this person.
///
/// It carries all it needs, so none is stored.
pub fn sign_in(context: &mut Context<'_, '_>, handle: &str) -> Result<String> {
    let person = context.tx.person_by_handle(handle)?;
    let person = person.ok_or_else(|| Refusal::not_found(Noun::Person, handle))?;
    let mut payload = person.id.0.to_be_bytes().to_vec();
    payload.extend(context.now.after(SIGN_IN_LIFE).0.to_be_bytes());
    Ok(context.keyring.sign(PURPOSE, &payload))
}

/// The person whom a word names, while it is good.
pub fn signed_in(context: &mut Context<'_, '_>, word: &str) -> Result<Option<Person>> {
    let read = || {
        let payload: [u8; 16] = context.keyring.verify(PURPOSE, word)?.try_into().ok()?;
        let (person, end) = payload.split_at(8);
        let end = i64::from_be_bytes(end.try_into().ok()?);
        (end > context.now.0).then_some(PersonId(i64::from_be_bytes(person.try_into().ok()?)))
    };
    match read() {
        Some(person) => Ok(context.tx.person(person)?),
        None => Ok(None),
    }
}
