//! What an address of one post is told: messages in the form of the registration that names such
//! addresses, which is older than events.

use peyk_engine::deliver::{Errand, News};
use peyk_model::{Body, Party, Side, Timestamp, uuid};
use peyk_wire::kenar::legacy_post_conversations::{
    LegacyEvent, LegacyMessage, LegacyParty, LegacyPost, LegacyText,
};

use super::convert;
use crate::Site;

/// The event, if this form has words for it: it knows texts of one person to another only.
pub fn event(site: &Site, errand: &Errand, at: Timestamp) -> Option<LegacyEvent> {
    let News::Message(conversation, message) = &errand.news else { return None };
    let (Some(post), Party::App(app)) = (&errand.post, errand.webhook.owner) else { return None };
    let Body::Text(text) = &message.body else { return None };
    let party = |side: Side| {
        let id = convert::user_id(site, app, conversation, side)?;
        Some(LegacyParty { id, is_supply: side == Side::Seller })
    };
    let side = message.author.side()?;
    Some(LegacyEvent {
        kind: "CHAT_MESSAGE".to_owned(),
        timestamp: at.seconds().to_string(),
        payload: LegacyMessage {
            type_url: "type.googleapis.com/notify.ChatMessagePayload".to_owned(),
            id: uuid::of_message(message.id),
            kind: "TEXT".to_owned(),
            data: LegacyText {
                type_url: "type.googleapis.com/notify.ChatMessageTextData".to_owned(),
                text: text.as_str().to_owned(),
            },
            sender: party(side)?,
            receiver: party(side.other())?,
            metadata: LegacyPost {
                category: String::new(),
                post_token: post.token.0.clone(),
                title: post.title.clone(),
            },
            sent_at: message.sent_at.0.to_string(),
        },
    })
}
