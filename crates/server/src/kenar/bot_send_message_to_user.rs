//! `POST /v1/open-platform/chat/bot/users/{user_id}/messages`: the app's bot writes to a person.
//!
//! With the person's token the bot may be the first to speak; without one it may only go on.

use axum::Json;
use axum::extract::State;
use peyk_engine::send_message::send_as_bot_to_user;
use peyk_model::Permission;
use peyk_wire::kenar::bot_send_message_to_user::{BotSendMessageResponse, OPERATION};

use super::asked::Asked;
use super::convert;
use super::credentials::{Needs, Token};
use super::error::Answer;
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::BotSendMessage, token: Token::Checked };

/// Sends what the bot says.
pub async fn answer(State(site): State<Site>, asked: Asked) -> Answer<BotSendMessageResponse> {
    let understood = asked.understood(&site, NEEDS, |asked| {
        Ok((convert::bot_draft(asked.parse()?)?, asked.once(&OPERATION)?))
    });
    let (draft, once) = understood.await?;
    let sent = site.engine.write(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?;
        let (app, grant) = (&caller.app, caller.any_grant());
        send_as_bot_to_user(context, app, grant, &asked.target, &draft, once.as_ref())
    });
    Ok(Json(BotSendMessageResponse { conversation_id: sent.await?.conversation.key.0 }))
}
