//! The `[[market.…]]` sections: businesses, orders, returns and chats.

use peyk_engine::world::{
    World, WorldBusiness, WorldConversation, WorldKey, WorldOrder, WorldReturn, WorldSubject,
};
use peyk_model::{
    Author, BusinessId, CampaignId, ConversationId, ConversationKey, Hand, KeyScope, Kind, OrderId,
    ReturnId, Status,
};

use super::exact;
use super::message::messages;
use super::names::{Names, claim};
use super::section::{Found, Section};

/// The largest number that every JavaScript client reads exactly.
const NUMBER_MAX: i64 = peyk_model::limits::MESSAGE_ID_MAX;

pub(super) const STATUSES: [(&str, Status); 6] = [
    ("NEW", Status::New),
    ("WAITING_FOR_CUSTOMER", Status::WaitingForBuyer),
    ("WAITING_FOR_PARTNER", Status::WaitingForSeller),
    ("WAITING_FOR_ARBITER", Status::WaitingForArbiter),
    ("WAITING_FOR_MARKET", Status::WaitingForMarket),
    ("FINISHED", Status::Finished),
];

pub(super) const KINDS: [(&str, Kind); 2] =
    [("CHAT", Kind::Chat), ("ARBITRAGE", Kind::Arbitration)];

pub(super) const AUTHORS: [(&str, Author); 4] = [
    ("customer", Author::Buyer(Hand::Human)),
    ("partner", Author::Seller(Hand::Human)),
    ("market", Author::Market),
    ("support", Author::Support),
];

/// Reads every `[[market.…]]` section.
pub(super) fn read(market: &Section<'_, '_>, names: &mut Names, world: &mut World) {
    for section in market.sections("business") {
        world.businesses.extend(business(&section, names));
        section.finish();
    }
    for section in market.sections("order") {
        world.orders.extend(order(&section, names));
        section.finish();
    }
    for section in market.sections("return") {
        world.returns.extend(goods(&section, names));
        section.finish();
    }
    for section in market.sections("chat") {
        let chat = chat(&section, names, world);
        world.conversations.extend(chat);
        section.finish();
    }
}

fn business(section: &Section<'_, '_>, names: &mut Names) -> Option<WorldBusiness> {
    let id = section.number("id", NUMBER_MAX);
    if let Some(id) = &id {
        claim(section, &mut names.businesses, id);
    }
    let name = section.title("name");
    let notification_url = section.url("notification_url");
    let api_keys = section.sections("api_key");
    let api_keys = api_keys.iter().filter_map(|section| {
        let defaults = [KeyScope::Communication];
        key(section, names, ["key", "key_hash"], &defaults)
    });
    let api_keys = api_keys.collect();
    let oauth_tokens = section.sections("oauth_token");
    let oauth_tokens = oauth_tokens.iter().filter_map(|section| {
        let defaults = [KeyScope::AllMethods];
        key(section, names, ["token", "token_hash"], &defaults)
    });
    let oauth_tokens = oauth_tokens.collect();
    let id = BusinessId(id?.value);
    Some(WorldBusiness { id, name: name?, notification_url, api_keys, oauth_tokens })
}

fn key(
    section: &Section<'_, '_>,
    names: &mut Names,
    [plain, hashed]: [&'static str; 2],
    defaults: &[KeyScope],
) -> Option<WorldKey<KeyScope>> {
    let secret = section.secret(plain, hashed);
    if let Some(secret) = &secret {
        names.claim_secret(section, secret);
    }
    let name = section.key_name();
    let words = KeyScope::ALL.iter().map(|scope| scope.word());
    let scopes = section.words("scopes", KeyScope::parse, words);
    let allows = if section.has("scopes") { scopes } else { defaults.to_vec() };
    let revoked = section.flag("revoked");
    let dates = exact::key_dates(section, revoked);
    section.finish();
    let secret = secret?;
    names.key_dates.extend(dates.map(|dates| (secret.value.hash(), dates)));
    Some(WorldKey { secret: secret.value, name: name?, allows, revoked })
}

fn order(section: &Section<'_, '_>, names: &mut Names) -> Option<WorldOrder> {
    let id = section.number("id", NUMBER_MAX);
    let business = required(section, "business", |id| names.businesses.contains(id), BUSINESS);
    let campaign = section.number("campaign", NUMBER_MAX);
    let customer = names.person(section, "customer");
    if let Some(Found { value, span }) = &id
        && names.orders.insert(*value, business.unwrap_or(0)).is_some()
    {
        section.refuse(span, format!("`{value}` for the second time"), "another");
    }
    Some(WorldOrder {
        id: OrderId(id?.value),
        business: BusinessId(business?),
        campaign: CampaignId(campaign?.value),
        customer: customer?.value,
    })
}

const BUSINESS: &str = "the id of a [[market.business]]";
const ORDER: &str = "the id of a [[market.order]]";
const RETURN: &str = "the id of a [[market.return]]";

fn required(
    section: &Section<'_, '_>,
    key: &'static str,
    exists: impl Fn(&i64) -> bool,
    expected: &str,
) -> Option<i64> {
    let found = Names::number(section, key, exists, expected);
    if !section.has(key) {
        section.missing(key);
    }
    found
}

fn goods(section: &Section<'_, '_>, names: &mut Names) -> Option<WorldReturn> {
    let id = section.number("id", NUMBER_MAX);
    let order = required(section, "order", |id| names.orders.contains_key(id), ORDER);
    if let Some(id) = &id {
        claim(section, &mut names.returns, id);
    }
    Some(WorldReturn { id: ReturnId(id?.value), order: OrderId(order?) })
}

fn chat(
    section: &Section<'_, '_>,
    names: &mut Names,
    world: &mut World,
) -> Option<WorldConversation> {
    let id = section.optional_number("id", NUMBER_MAX);
    if let Some(id) = &id {
        claim(section, &mut names.numbers, id);
    }
    let about = about(section, names);
    let (kind, status) = kind_and_status(section);
    let key = section.optional_identifier("key", ConversationKey::MAX_CHARS);
    if let Some(key) = &key {
        claim(section, &mut names.keys, key);
    }
    let opened = exact::opened(section, id.as_ref().map(|id| id.value));
    if let (Some(key), Some(opened)) = (&key, opened) {
        world.exact.conversations.insert(key.value.clone(), opened);
    }
    let messages = messages(section, names, &AUTHORS);
    let about = about?;
    names.claim_subject(section, &about);
    let id = id.map(|id| ConversationId(id.value));
    let key = key.map(|key| ConversationKey(key.value));
    Some(WorldConversation { about, id, key, kind, status, messages })
}

/// Whether a conversation is disputed, and who is waited for, where the file tells.
pub(super) fn kind_and_status(section: &Section<'_, '_>) -> (Kind, Option<Status>) {
    let status = section.optional_text("status");
    let status = status.and_then(|found| chosen(section, &found, &STATUSES));
    let kind = section.optional_text("type");
    let kind = kind.and_then(|found| chosen(section, &found, &KINDS));
    (kind.unwrap_or(Kind::Chat), status)
}

fn about(section: &Section<'_, '_>, names: &Names) -> Option<WorldSubject> {
    let order = Names::number(section, "order", |id| names.orders.contains_key(id), ORDER);
    let goods = Names::number(section, "return", |id| names.returns.contains(id), RETURN);
    let direct = names.optional_person(section, "direct");
    let exists = |id: &i64| names.businesses.contains(id);
    let business = Names::number(section, "business", exists, BUSINESS);
    let given: Vec<_> =
        ["order", "return", "direct"].into_iter().filter(|key| section.has(key)).collect();
    if given.len() != 1 {
        let found = if given.is_empty() { "none".to_owned() } else { given.join(" and ") };
        let expected = "exactly one of `order`, `return`, `direct` in [[market.chat]]";
        section.refuse(section.span(), found, expected);
        return None;
    }
    if section.has("direct") {
        if !section.has("business") {
            section.missing("business");
        }
        let (business, customer) = (BusinessId(business?), direct?);
        return Some(WorldSubject::Direct { business, customer });
    }
    if section.has("business") {
        let expected = "`business` beside `direct` only";
        section.refuse(section.key_span("business"), "`business`", expected);
        return None;
    }
    order
        .map(|id| WorldSubject::Order(OrderId(id)))
        .or(goods.map(|id| WorldSubject::Return(ReturnId(id))))
}

fn chosen<T: Copy>(
    section: &Section<'_, '_>,
    found: &Found<&str>,
    words: &[(&'static str, T)],
) -> Option<T> {
    let parse = |text: &str| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    section.word(found, parse, words.iter().map(|(word, _)| *word))
}
