//! Overviews: what somebody sees who looks at a whole marketplace and not through one side's eyes.

use peyk_model::webhook::Wait;
use peyk_model::{
    App, Business, Conversation, ConversationId, EventId, Message, MessageId, Noun, Order, Party,
    Person, PersonId, Post, Refusal, Return, Subject, Webhook, WebhookId,
};
use peyk_store::{DeliveryPlace, Fault, Listed};

use crate::deliver::operate::{Record, record};
use crate::error::Result;
use crate::read_conversation::{Page, Paging};
use crate::{Context, person_view};

/// Most things of a kind that a person is offered to talk about.
const OFFERED_MAX: i64 = 100;

/// Who is on the seller's side, by all that is known of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Seller {
    /// A person.
    Person(Person),
    /// An app, by its bot.
    App(App),
    /// A business.
    Business(Business),
}

impl Seller {
    /// The name that people see.
    pub fn name(&self) -> &str {
        match self {
            Self::Person(person) => &person.name,
            Self::App(app) => &app.title,
            Self::Business(business) => &business.name,
        }
    }
}

/// A conversation with all that a list shows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chat {
    /// The conversation.
    pub conversation: Conversation,
    /// The buyer.
    pub buyer: Person,
    /// The seller's side.
    pub seller: Seller,
    /// The title of the post it is about, if it is about one.
    pub title: Option<String>,
    /// What was said last.
    pub last: Option<Message>,
}

/// The conversation with this number.
pub fn chat(context: &mut Context<'_, '_>, id: ConversationId) -> Result<Chat> {
    let found = context.tx.listed(id)?;
    chat_of(context, found.ok_or_else(|| Refusal::not_found(Noun::Conversation, id))?)
}

/// A person's conversations on either side, the last changed first.
pub fn chats_of_person(
    context: &mut Context<'_, '_>,
    person: PersonId,
    paging: &Paging,
) -> Result<Page<Chat>> {
    let Page { items, next } = person_view::conversations(context, person, paging)?;
    let items = items.into_iter().map(|listed| chat_of(context, listed));
    Ok(Page { items: items.collect::<Result<_>>()?, next })
}

pub(crate) fn chat_of(context: &mut Context<'_, '_>, listed: Listed) -> Result<Chat> {
    let Listed { conversation, buyer, .. } = listed;
    let seller = seller(context, conversation.seller)?;
    let title = match &conversation.subject {
        Subject::Post(token) => context.tx.post(token)?.map(|post| post.title),
        Subject::Bot(_) | Subject::Order(_) | Subject::Return(..) | Subject::Direct => None,
    };
    let last = context.tx.messages_before(conversation.id, MessageId(i64::MAX), 1)?.pop();
    Ok(Chat { conversation, buyer, seller, title, last })
}

fn seller(context: &mut Context<'_, '_>, party: Party) -> Result<Seller> {
    let found = match party {
        Party::Person(id) => context.tx.person(id)?.map(Seller::Person),
        Party::App(id) => context.tx.app(id)?.map(Seller::App),
        Party::Business(id) => context.tx.business(id)?.map(Seller::Business),
    };
    Ok(found.ok_or_else(|| Fault::Corrupt("a conversation without its seller".into()))?)
}

/// The newest messages before a place, oldest first, and whether there are older ones.
pub fn history(
    context: &mut Context<'_, '_>,
    conversation: ConversationId,
    before: Option<MessageId>,
    limit: i64,
) -> Result<(Vec<Message>, bool)> {
    let end = before.unwrap_or(MessageId(i64::MAX));
    let mut found = context.tx.messages_before(conversation, end, limit + 1)?;
    let limit = usize::try_from(limit).unwrap_or(0);
    let has_older = found.len() > limit;
    found.truncate(limit);
    found.reverse();
    Ok((found, has_older))
}

/// Whether the buyer blocked the seller's side, and whether that side blocked the buyer.
pub fn blocks(context: &mut Context<'_, '_>, of: &Conversation) -> Result<(bool, bool)> {
    let (buyer, seller) = (Party::Person(of.buyer), of.seller);
    Ok((context.tx.has_blocked(buyer, seller)?, context.tx.has_blocked(seller, buyer)?))
}

/// One event's way to one webhook.
#[derive(Debug, Clone)]
pub struct Told {
    /// The delivery with all that was tried.
    pub record: Record,
    /// Where it goes.
    pub webhook: Webhook,
    /// Why it is not there yet, while it is not.
    pub wait: Option<Wait>,
}

/// Who was told of an event, and how that went.
pub fn told(context: &mut Context<'_, '_>, event: EventId) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    for webhook in context.tx.webhooks_told(event)? {
        let record = record(context, DeliveryPlace { event, webhook })?;
        let webhook = context.tx.webhook(webhook)?;
        let webhook = webhook.ok_or_else(|| Fault::Corrupt(format!("a delivery of {event}")))?;
        let wait = match record.delivery.state.is_open() {
            true => wait(context, &webhook, record.delivery.lane)?,
            false => None,
        };
        told.push(Told { record, webhook, wait });
    }
    Ok(told)
}

fn wait(context: &mut Context<'_, '_>, webhook: &Webhook, lane: i64) -> Result<Option<Wait>> {
    let found = context.tx.lanes_after(webhook.id, lane - 1, 1)?.pop();
    let Some(lane) = found.filter(|found| found.lane == lane) else { return Ok(None) };
    let next = context.tx.next_due_of(webhook)?;
    Ok(Some(Wait::of(webhook, (lane.due_at, lane.is_leased), next, context.now)))
}

/// The webhook by which a conversation's seller hears of everything, if it has one.
pub fn webhook_of(context: &mut Context<'_, '_>, owner: Party) -> Result<Option<Webhook>> {
    Ok(context.tx.webhook_of(owner, None)?)
}

/// Whose webhook this is.
pub fn owner_of(context: &mut Context<'_, '_>, id: WebhookId) -> Result<Webhook> {
    let found = context.tx.webhook(id)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Webhook, id).into())
}

/// What a person can begin to talk about.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    /// Apps with a bot.
    pub apps: Vec<App>,
    /// Other people's posts.
    pub posts: Vec<Post>,
    /// The person's own posts.
    pub own_posts: Vec<Post>,
    /// What the person bought.
    pub orders: Vec<Order>,
    /// What the person sends back.
    pub returns: Vec<Return>,
    /// Shops.
    pub businesses: Vec<Business>,
}

/// What a person can begin to talk about.
pub fn offers(context: &mut Context<'_, '_>, person: PersonId) -> Result<Offers> {
    let tx = &mut *context.tx;
    let posts = tx.posts_after("", OFFERED_MAX)?;
    let (own_posts, posts) = posts.into_iter().partition(|post| post.seller == person);
    Ok(Offers {
        apps: tx.apps_after(peyk_model::AppId(0), OFFERED_MAX)?,
        posts,
        own_posts,
        orders: tx.orders_of_customer(person, OFFERED_MAX)?,
        returns: tx.returns_of_customer(person, OFFERED_MAX)?,
        businesses: tx.businesses_after(peyk_model::BusinessId(0), OFFERED_MAX)?,
    })
}
