//! `GET /v2/businesses/{businessId}/chats/message`: one message.

use axum::response::Response;
use peyk_engine::Error;
use peyk_engine::read_conversation::message_of_business;
use peyk_model::{MessageId, Noun, Refusal};
use peyk_wire::market::get_chat_message::OPERATION;

use super::call::Call;
use super::convert;
use super::error::Rejection;

/// Reads a message.
pub async fn message(call: Call) -> Result<Response, Rejection> {
    let chat = call.parameters.chat()?;
    let id = MessageId(call.parameters.identifier("messageId")?);
    let numbers = [chat.0, id.0].map(i64::to_be_bytes);
    let asked = call.asked(&OPERATION, &[numbers.as_flattened()]);
    if let Some(body) = call.echo(&asked) {
        return Ok(convert::json(body));
    }
    let found = call.look(move |context, caller| {
        match message_of_business(context, caller.business, chat, id) {
            Ok(found) => Ok(Some((found, context.proof()))),
            Err(Error::Refused(Refusal::NotFound { noun: Noun::Message, .. })) => Ok(None),
            Err(other) => Err(other),
        }
    });
    let (found, proof) = found.await?.ok_or_else(|| Rejection::no_message(id, chat))?;
    let body = convert::written(convert::message(&call.site, &found))?;
    call.site.echoes.keep(asked, proof, &body);
    Ok(convert::json(body))
}
