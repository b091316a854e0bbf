//! `POST /v1/open-platform/chat/bot/conversations/{conversation_id}/messages`: the app's bot writes.
//!
//! The key alone is enough. Bots that keep a person's token send it here long after it ended, so
//! nobody looks at it.

use axum::Json;
use axum::extract::State;
use peyk_engine::send_message::send_as_bot;
use peyk_model::Permission;
use peyk_wire::kenar::bot_send_message::{BotSendMessageResponse, OPERATION};

use super::asked::Asked;
use super::convert;
use super::credentials::{Needs, Token};
use super::error::Answer;
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::BotSendMessage, token: Token::Ignored };

/// Sends what the bot says.
pub async fn answer(State(site): State<Site>, asked: Asked) -> Answer<BotSendMessageResponse> {
    let understood = asked.understood(&site, NEEDS, |asked| {
        let key = convert::conversation_key(&asked.target)?;
        Ok((key, convert::bot_draft(asked.parse()?)?, asked.once(&OPERATION)?))
    });
    let (key, draft, once) = understood.await?;
    let sent = site.engine.write(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?.app;
        send_as_bot(context, &caller, &key, &draft, once.as_ref())
    });
    Ok(Json(BotSendMessageResponse { conversation_id: sent.await?.conversation.key.0 }))
}
