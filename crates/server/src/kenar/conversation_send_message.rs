//! `POST /v2/open-platform/conversations/{conversation_id}/messages`: an app writes for a person.

use axum::Json;
use axum::extract::State;
use peyk_engine::send_message::send_for_person;
use peyk_model::{Draft, Permission};
use peyk_wire::kenar::conversation_send_message::{
    ConversationSendMessageRequest, ConversationSendMessageResponse, OPERATION,
};

use super::asked::Asked;
use super::convert;
use super::credentials::{Needs, Token};
use super::error::{Answer, Failure};
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::SendMessage, token: Token::Needed };

/// Sends what the app says for the person.
pub async fn answer(
    State(site): State<Site>,
    asked: Asked,
) -> Answer<ConversationSendMessageResponse> {
    let understood = asked.understood(&site, NEEDS, |asked| {
        let key = convert::conversation_key(&asked.target)?;
        Ok((key, draft(asked.parse()?)?, asked.once(&OPERATION)?))
    });
    let (key, draft, once) = understood.await?;
    let sent = site.engine.write(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?;
        send_for_person(context, &caller.app, caller.grant()?, &key, &draft, once.as_ref())
    });
    sent.await?;
    Ok(Json(receipt()))
}

fn draft(request: ConversationSendMessageRequest) -> Result<Draft, Failure> {
    let sender_buttons = convert::button_grid(request.sender_buttons)?;
    let receiver_buttons = convert::button_grid(request.receiver_buttons)?;
    let has_buttons = !sender_buttons.is_empty() || !receiver_buttons.is_empty();
    let content = convert::content(("message", request.message), request.media_token, has_buttons)?;
    Ok(Draft { content, sender_buttons, receiver_buttons })
}

/// The vendor does not say what the two values may be; clients want both to be there.
pub fn receipt() -> ConversationSendMessageResponse {
    ConversationSendMessageResponse { status: 200, message: "ok".into() }
}
