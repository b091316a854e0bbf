//! `GET /v1/open-platform/chat/conversations/{conversation_id}`: the texts of a conversation.

use axum::Json;
use axum::extract::State;
use peyk_engine::read_conversation::transcript;
use peyk_model::{Noun, Permission, Refusal};
use peyk_wire::kenar::get_conversation::GetConversationResponse;

use super::asked::Asked;
use super::convert;
use super::credentials::{Needs, Token};
use super::error::Answer;
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::ReadConversation, token: Token::Needed };

/// Shows a conversation that its person opened to the app, oldest message first.
pub async fn answer(State(site): State<Site>, asked: Asked) -> Answer<GetConversationResponse> {
    let understood =
        asked.understood(&site, NEEDS, |asked| convert::conversation_key(&asked.target));
    let key = understood.await?;
    let read = site.engine.look(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?;
        transcript(context, &caller.app, caller.grant()?, &key)
    });
    let (found, messages) = read.await?;
    let conversation = convert::conversation(&found)
        .ok_or_else(|| Refusal::not_found(Noun::Conversation, &found.key))?;
    let messages = messages.into_iter().map(|each| convert::message(&site, &conversation, each));
    Ok(Json(GetConversationResponse { messages: messages.collect(), conversation }))
}
