//! Reading: lists, histories and single messages, each page signed to its question.

use peyk_model::limits::TRANSCRIPT_MAX;
use peyk_model::{
    BusinessId, CampaignId, Conversation, ConversationId, ConversationKey, Grant, Message,
    MessageId, Noun, Party, Person, Refusal, Scope, ScopeName, Subject, Timestamp,
};
use peyk_store::{Listed, ListedFilter, Lock, Position};

use crate::caller::{AppCaller, require_scope};
use crate::error::Result;
use crate::send_message::check_stage;
use crate::{Context, Keyring};

/// One page of a list, and the word that asks for the next one.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// How to go on; none on the last page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts what was read, one more than fits, down to a page.
    pub(crate) fn cut(mut items: Vec<T>, limit: i64, next: impl FnOnce(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(next);
        Self { items, next }
    }
}

/// Where a page begins and how long it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Paging {
    /// The word from the page before, if this is not the first.
    pub cursor: Option<String>,
    /// Most items.
    pub limit: i64,
}

/// The texts of a conversation that its person opened to an app.
pub fn transcript(
    context: &mut Context<'_, '_>,
    caller: &AppCaller,
    grant: &Grant,
    key: &ConversationKey,
) -> Result<(Conversation, Vec<Message>)> {
    require_scope(grant, vec![Scope::on(ScopeName::ConversationRead, &key.0)])?;
    let conversation = context.tx.conversation_by_key(key, Lock::None)?;
    let conversation = conversation
        .filter(|found| found.side_of(Party::Person(grant.person)).is_some())
        .filter(|found| match found.subject {
            Subject::Post(_) => true,
            // What people tell another app's bot is no concern of this one.
            Subject::Bot(app) => app == caller.app.id,
            Subject::Order(_) | Subject::Return(..) | Subject::Direct => false,
        })
        .ok_or_else(|| Refusal::not_found(Noun::Conversation, key))?;
    check_stage(context, &caller.app, &conversation)?;
    let messages = context.tx.newest_texts(conversation.id, TRANSCRIPT_MAX)?;
    Ok((conversation, messages))
}

/// A business's conversations, the last changed first.
pub fn conversations_of_business(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    filter: &ListedFilter,
    paging: &Paging,
) -> Result<Page<Listed>> {
    let question = format!("conversations of business {business} with {filter:?}");
    let after = paging.cursor.as_deref().map(|cursor| {
        let [updated_at, id] = read_cursor(context.keyring, &question, cursor)?;
        Ok::<_, Refusal>(Position { updated_at: Timestamp(updated_at), id: ConversationId(id) })
    });
    let after = after.transpose()?;
    let seller = Party::Business(business);
    let found = context.tx.listed_of_seller(seller, filter, after, paging.limit + 1)?;
    Ok(Page::cut(found, paging.limit, |last| {
        let Conversation { updated_at, id, .. } = last.conversation;
        cursor(context.keyring, &question, [updated_at.0, id.0])
    }))
}

/// One conversation of a business.
pub fn conversation_of_business(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    id: ConversationId,
) -> Result<Listed> {
    let found = context.tx.listed(id)?;
    found
        .filter(|found| found.conversation.seller == Party::Business(business))
        .ok_or_else(|| Refusal::not_found(Noun::Conversation, id).into())
}

/// All that an answer with messages was made of, but for the messages themselves: they stay as
/// they are for as long as there is their conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where everything was put back, the same ids may mean something else.
    timeline: i64,
    /// A conversation that takes the place of another has a key or a time of its own.
    key: ConversationKey,
    created_at: Timestamp,
    subject: Subject,
    campaign: Option<CampaignId>,
    buyer: Person,
    /// The newest message where a new one would be on the page; none once others follow it.
    newest: Option<i64>,
}

impl Mark {
    fn of(timeline: i64, listed: &Listed, page: &Page<Message>) -> Self {
        let Listed { conversation, campaign, buyer } = listed;
        Self {
            timeline,
            key: conversation.key.clone(),
            created_at: conversation.created_at,
            subject: conversation.subject.clone(),
            campaign: *campaign,
            buyer: buyer.clone(),
            newest: page.next.is_none().then_some(conversation.last_id),
        }
    }

    /// Whether the same answer would be made again.
    fn holds(&self, timeline: i64, listed: &Listed) -> bool {
        let Listed { conversation, campaign, buyer } = listed;
        self.timeline == timeline
            && self.newest.is_none_or(|newest| newest == conversation.last_id)
            && self.key == conversation.key
            && self.created_at == conversation.created_at
            && self.subject == conversation.subject
            && self.campaign == *campaign
            && self.buyer == *buyer
    }
}

/// A page of a conversation's messages, for whoever may still have the answer of last time.
#[derive(Debug, Clone, PartialEq)]
pub enum History {
    /// The answer is the same as the one with the mark that was shown.
    Same,
    /// The answer, and the mark to show when the same is asked again.
    Read(Box<Read>),
}

/// A conversation with a page of its messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The conversation.
    pub listed: Listed,
    /// The page.
    pub page: Page<Message>,
    /// The mark.
    pub mark: Mark,
}

/// A conversation of a business with a page of its messages, oldest first.
///
/// `mark` is that of the answer to the same question, if it was kept. It is compared with the
/// conversation as it is in this transaction, so nothing that was kept can be out of date.
pub fn history_of_business(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    id: ConversationId,
    from: Option<MessageId>,
    paging: &Paging,
    mark: Option<&Mark>,
) -> Result<History> {
    let listed = conversation_of_business(context, business, id)?;
    if mark.is_some_and(|mark| mark.holds(context.tx.timeline(), &listed)) {
        return Ok(History::Same);
    }
    let question = format!("messages of conversation {id} of business {business} from {from:?}");
    let first = match &paging.cursor {
        Some(cursor) => {
            let [last] = read_cursor(context.keyring, &question, cursor)?;
            MessageId(last.saturating_add(1))
        }
        None => from.unwrap_or(MessageId(0)),
    };
    let found = context.tx.messages_from(id, first, paging.limit + 1)?;
    let page =
        Page::cut(found, paging.limit, |last| cursor(context.keyring, &question, [last.id.0]));
    let mark = Mark::of(context.tx.timeline(), &listed, &page);
    Ok(History::Read(Box::new(Read { listed, page, mark })))
}

/// One message of a business's conversation.
pub fn message_of_business(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    conversation: ConversationId,
    id: MessageId,
) -> Result<Message> {
    let listed = conversation_of_business(context, business, conversation)?;
    let found = context.tx.message(listed.conversation.id, id)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Message, id).into())
}

/// The word that asks for what comes after a place. It is good for the same question only.
pub(crate) fn cursor<const N: usize>(keyring: &Keyring, question: &str, place: [i64; N]) -> String {
    let bytes: Vec<u8> = place.iter().flat_map(|part| part.to_be_bytes()).collect();
    keyring.sign(question, &bytes)
}

pub(crate) fn read_cursor<const N: usize>(
    keyring: &Keyring,
    question: &str,
    cursor: &str,
) -> Result<[i64; N], Refusal> {
    let bytes = keyring.verify(question, cursor).ok_or(Refusal::CursorInvalid)?;
    let (parts, rest) = bytes.as_chunks::<8>();
    let parts: Vec<i64> = parts.iter().map(|part| i64::from_be_bytes(*part)).collect();
    if !rest.is_empty() {
        return Err(Refusal::CursorInvalid);
    }
    parts.try_into().map_err(|_| Refusal::CursorInvalid)
}
