//! Magic: people, chats and orders with fixed names, with which every client can rehearse what
//! rarely happens.
//!
//! Magic people are plain data that a World asks for: nothing else in the server knows them.

use peyk_model::{
    AppId, BusinessId, CampaignId, ConversationKey, Locale, Order, OrderId, Party, Person,
    PersonId, Status,
};

use crate::Context;
use crate::error::Result;
use crate::open_conversation::{ChosenIds, Opened, Opening, open_with};

/// The handle of who has blocked every app and every business.
pub const BLOCKER: &str = "magic-blocks";
/// The phone number of who has blocked everybody.
pub const BLOCKER_PHONE: &str = "+989000000412";
/// Behind a business's id: the order whose customer has blocked the business.
pub const BLOCKED_ORDER: i64 = 412;
/// Behind a business's id: the order whose chat is finished.
pub const FINISHED_ORDER: i64 = 410;
/// Behind a business's id: the order that nobody has.
pub const NO_ORDER: i64 = 404;

/// The key of the bot's conversation with who has blocked it.
pub fn blocked_key(slug: &str) -> ConversationKey {
    ConversationKey(format!("{BLOCKER}-{slug}"))
}

/// The number that has these three digits behind a business's id.
pub fn order(business: BusinessId, digits: i64) -> OrderId {
    OrderId(business.0.saturating_mul(1000).saturating_add(digits))
}

fn blocker(context: &mut Context<'_, '_>) -> Result<PersonId> {
    Ok(context.tx.upsert_person(&Person {
        id: PersonId(0),
        handle: BLOCKER.to_owned(),
        name: "Magic Blocks".to_owned(),
        phone: BLOCKER_PHONE.to_owned(),
        locale: Locale::English,
    })?)
}

/// Gives an app its magic: a conversation with who has blocked it.
pub(crate) fn load_for_app(context: &mut Context<'_, '_>, app: AppId, slug: &str) -> Result<()> {
    let person = blocker(context)?;
    let key = blocked_key(slug);
    if key.0.len() <= ConversationKey::MAX_CHARS {
        let chosen = ChosenIds { id: None, key: Some(key) };
        open_with(context, &Opening::Bot { app, person }, &chosen)?;
    }
    Ok(context.tx.insert_block(Party::Person(person), Party::App(app))?)
}

/// Gives a business its magic: an order of who has blocked it, and one whose chat is finished.
pub(crate) fn load_for_business(context: &mut Context<'_, '_>, business: BusinessId) -> Result<()> {
    let customer = blocker(context)?;
    let campaign = CampaignId(1);
    let finished = order(business, FINISHED_ORDER);
    for id in [order(business, BLOCKED_ORDER), finished] {
        context.tx.upsert_order(&Order { id, business, campaign, customer })?;
    }
    context.tx.insert_block(Party::Person(customer), Party::Business(business))?;
    let opening = Opening::Order(finished);
    let Opened { mut conversation, .. } = open_with(context, &opening, &ChosenIds::default())?;
    conversation.status = Status::Finished;
    Ok(context.tx.update_conversation(&conversation)?)
}
