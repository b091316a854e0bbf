//! How events look.

use std::sync::Arc;

use peyk_engine::deliver::News;
use peyk_engine::feed::{Feed, Name, Told};
use peyk_model::{ButtonGrid, Fact, PressAnswer, Side};
use serde_json::{Value, json};

use super::{grid, plain_conversation, plain_message, time};
use crate::Site;
use crate::control::hub::Item;

/// An event, as everybody who follows the feed of all events is told.
pub fn told_event(site: &Site, told: &Told) -> Item {
    let cursor = Feed::Events.cursor(site.engine.keyring(), told.place);
    let webhooks: Vec<_> = told.webhooks.iter().map(|id| id.0).collect();
    let mut shown = json!({
        "cursor": cursor,
        "id": told.event.id.0,
        "type": told.event.fact.word(),
        "at": time(told.event.at),
        "webhooks": webhooks,
    });
    if let Some(conversation) = told.news.conversation() {
        shown["conversation"] = plain_conversation(conversation);
    }
    if let Some((buyer, seller)) = &told.sides {
        shown["conversation"]["buyer"] = buyer.as_str().into();
        shown["conversation"]["seller"] = name(seller);
    }
    show_news(site, &told.news, &mut shown);
    show_press(&told.event.fact, &mut shown);
    let json = serde_json::value::to_raw_value(&shown).expect("an event is always JSON");
    Item { cursor, json: Arc::from(json) }
}

fn show_news(site: &Site, news: &News, shown: &mut Value) {
    match news {
        News::Message(_, message) => {
            shown["message"] = plain_message(site, message);
            for (name, side) in [("buyer_buttons", Side::Buyer), ("seller_buttons", Side::Seller)] {
                let buttons: &ButtonGrid = message.buttons.seen_by(side);
                if !buttons.is_empty() {
                    shown["message"][name] = grid(buttons);
                }
            }
        }
        News::AccessRevoked { user_id } => shown["user_id"] = user_id.as_str().into(),
        News::PostChanged(post, change) => {
            shown["post"] = post.token.0.as_str().into();
            shown["change"] = change.word().into();
        }
        News::Opened(_)
        | News::ArbitrationStarted(_)
        | News::ArbitrationFinished(_)
        | News::ByHand(_)
        | News::Finished(_)
        | News::Internal => {}
    }
}

fn show_press(fact: &Fact, shown: &mut Value) {
    match fact {
        Fact::ButtonPressed(_, message, press) => {
            shown["press"] = json!({ "message": message.0, "button": press.number });
        }
        Fact::ButtonAnswered(_, message, answer) => {
            let PressAnswer { shows, opens } = &**answer;
            shown["press"] = json!({ "message": message.0, "shows": shows, "opens": opens });
        }
        Fact::ConversationFinished(_)
        | Fact::MessageSent(..)
        | Fact::ConversationOpened(_)
        | Fact::ArbitrationStarted(_)
        | Fact::ArbitrationFinished(_)
        | Fact::AccessRevoked(_)
        | Fact::PostChanged(..)
        | Fact::QuotaNearlyUsed(_)
        | Fact::Blocked(..)
        | Fact::Unblocked(..) => {}
    }
}

fn name(name: &Name) -> Value {
    match name {
        Name::Person(handle) => json!({ "person": handle }),
        Name::App(slug) => json!({ "app": slug }),
        Name::Business(id) => json!({ "business": id.0 }),
    }
}
