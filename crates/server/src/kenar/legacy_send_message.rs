//! `POST /v2/open-platform/chat/conversation`: the oldest way of an app to write for a person.
//!
//! The body names the post and both people, and each side gets at most one button.

use axum::Json;
use axum::extract::State;
use peyk_engine::send_message::{AboutPost, send_for_person_about_post};
use peyk_model::message::Content;
use peyk_model::{Action, Button, ButtonGrid, Draft, Noun, Permission, PostToken, Refusal, Text};
use peyk_wire::kenar::legacy_send_message::{
    ConversationSendMessageResponse, LegacyButton, LegacyButtonAction, LegacySendMessageRequest,
    OPERATION,
};

use super::asked::Asked;
use super::conversation_send_message::receipt;
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
        let (about, draft) = convert(asked.parse()?)?;
        Ok((about, draft, asked.once(&OPERATION)?))
    });
    let (about, draft, once) = understood.await?;
    let sent = site.engine.write(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?;
        let grant = caller.grant()?;
        send_for_person_about_post(context, &caller.app, grant, &about, &draft, once.as_ref())
    });
    sent.await?;
    Ok(Json(receipt()))
}

fn convert(request: LegacySendMessageRequest) -> Result<(AboutPost, Draft), Failure> {
    let post = required("post_token", request.post_token)?;
    let about = AboutPost {
        user_id: required("user_id", request.user_id)?,
        peer_id: required("peer_id", request.peer_id)?,
        post: PostToken::parse(&post).ok_or_else(|| Refusal::not_found(Noun::Post, &post))?,
    };
    let draft = Draft {
        content: Content::Text(Text::of_chars(&required("message", request.message)?)?),
        sender_buttons: button(request.sender_btn)?,
        receiver_buttons: button(request.receiver_btn)?,
    };
    Ok((about, draft))
}

fn required(name: &str, value: Option<String>) -> Result<String, Failure> {
    let value = value.filter(|value| !value.is_empty());
    value.ok_or_else(|| Failure::argument(format!("{name} is required")))
}

fn button(button: Option<LegacyButton>) -> Result<ButtonGrid, Failure> {
    let Some(LegacyButton { action, data }) = button else { return Ok(ButtonGrid::default()) };
    let data = data.unwrap_or_default();
    let action = match action {
        Some(LegacyButtonAction::Link) => {
            Action::OpenLegacyServerLink(convert::json(data.extra_data.as_ref()))
        }
        Some(LegacyButtonAction::DirectLink) => {
            Action::OpenDirectLink(required("direct_link", data.direct_link)?)
        }
        Some(LegacyButtonAction::Unknown(_)) => {
            return Err(Failure::argument("a button's action must be LINK or DIRECT_LINK"));
        }
        None => return Err(Refusal::NotOneAction { actions: 0 }.into()),
    };
    let caption = data.caption.unwrap_or_default();
    let button = Button { caption, icon: None, icon_name: data.icon_name, action };
    Ok(ButtonGrid::new(vec![vec![button]])?)
}
