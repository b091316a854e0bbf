//! `GET /v1/open-platform/chat/conversations/{conversation_id}`: the texts of a conversation.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use peyk_engine::read_conversation::transcript;
use peyk_model::{Noun, Permission, Refusal};
use peyk_wire::kenar::get_conversation::{GetConversationResponse, OPERATION};

use super::asked::Asked;
use super::convert;
use super::credentials::{Needs, Token};
use super::error::Failure;
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::ReadConversation, token: Token::Needed };

/// Shows a conversation that its person opened to the app, oldest message first.
pub async fn answer(State(site): State<Site>, asked: Asked) -> Result<Response, Failure> {
    let understood =
        asked.understood(&site, NEEDS, |asked| convert::conversation_key(&asked.target));
    let key = understood.await?;
    let same = asked.credentials.asked(&OPERATION, &key.0);
    if let Some(body) = site.echoes.proven(&site.engine, &same) {
        return Ok(json(body));
    }
    let read = site.engine.look(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?;
        let (found, messages) = transcript(context, &caller.app, caller.grant()?, &key)?;
        Ok((found, messages, context.proof()))
    });
    let (found, messages, proof) = read.await?;
    let conversation = convert::conversation(&found)
        .ok_or_else(|| Refusal::not_found(Noun::Conversation, &found.key))?;
    let messages = messages.into_iter().map(|each| convert::message(&site, &conversation, each));
    let answer = GetConversationResponse { messages: messages.collect(), conversation };
    let body = Bytes::from(serde_json::to_vec(&answer).map_err(Failure::unwritten)?);
    site.echoes.keep(same, proof, &body);
    Ok(json(body))
}

fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
