//! Finding: an app knows a phone number and wants the id of the person who has it.

use peyk_model::person::international_phone;
use peyk_model::{Noun, Refusal};

use crate::Context;
use crate::caller::AppCaller;
use crate::error::Result;

/// The id under which this app knows the person with this phone, however it is written.
pub fn user_id_by_phone(
    context: &mut Context<'_, '_>,
    caller: &AppCaller,
    phone: &str,
) -> Result<String> {
    let found = match international_phone(phone) {
        Some(phone) => context.tx.person_by_phone(&phone)?,
        None => None,
    };
    // The number itself stays out of the refusal, which may be logged.
    let person = found.ok_or_else(|| Refusal::not_found(Noun::Person, "with this phone"))?;
    Ok(context.keyring.user_id(caller.app.id, person.id))
}
