//! Conversations.

use peyk_model::{
    AppId, CampaignId, Conversation, ConversationId, ConversationKey, Kind, OrderId, Party, Person,
    PersonId, PostToken, ReturnId, Status, Subject, Timestamp,
};

use super::person::read_person;
use crate::encode::{party, read_party, word};
use crate::value::{Row, Value, values};
use crate::{Fault, Tx};

/// The first id given to a conversation: of the length people know from the real thing.
const FIRST_ID: i64 = 10_000_001;

/// Whether a read is followed by a change of what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Nothing follows.
    None,
    /// Nobody else may change it until this transaction ends.
    Exclusive,
}

/// A conversation with what a list shows beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The conversation.
    pub conversation: Conversation,
    /// In which shop the purchase was made, if it is about one.
    pub campaign: Option<CampaignId>,
    /// The buyer.
    pub buyer: Person,
}

/// Which conversations of a seller are wanted; an empty list does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedFilter {
    /// About one of these orders or returns.
    pub subjects: Vec<Subject>,
    /// About an order, as plain ids: the older way to ask.
    pub orders: Vec<OrderId>,
    /// About this sort of thing: `order`, `return`, `direct`, `post` or `bot`.
    pub subject_words: Vec<&'static str>,
    /// Plain or disputed.
    pub kinds: Vec<Kind>,
    /// Waiting for one of these.
    pub statuses: Vec<Status>,
}

/// A place in a list of conversations, which begins with the last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// When the conversation at this place was changed.
    pub updated_at: Timestamp,
    /// The conversation at this place.
    pub id: ConversationId,
}

macro_rules! columns {
    () => {
        "c.id, c.key, c.subject, c.post_token, c.order_id, c.return_id, c.buyer_id, c.seller,
         c.kind, c.status, c.created_at, c.updated_at, c.last_number, c.last_id"
    };
}

pub(super) const COLUMNS: &str = columns!();

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM conversations c ", $rest)
    };
}

macro_rules! select_listed {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", o.campaign_id, p.id, p.handle, p.name, p.phone, p.locale
             FROM conversations c JOIN people p ON p.id = c.buyer_id
             LEFT JOIN orders o ON o.id = c.order_id WHERE ",
            $rest
        )
    };
}

pub(super) fn read_conversation(row: &Row<'_>) -> Result<Conversation, Fault> {
    let seller = read_party(&row.get::<String>(7)?)?;
    let (kind, status): (String, String) = (row.get(8)?, row.get(9)?);
    Ok(Conversation {
        id: ConversationId(row.get(0)?),
        key: ConversationKey(row.get(1)?),
        subject: read_subject(row, seller)?,
        buyer: PersonId(row.get(6)?),
        seller,
        kind: word("conversation kind", &kind, Kind::parse(&kind))?,
        status: word("conversation status", &status, Status::parse(&status))?,
        created_at: Timestamp(row.get(10)?),
        updated_at: Timestamp(row.get(11)?),
        last_number: row.get(12)?,
        last_id: row.get(13)?,
    })
}

fn read_subject(row: &Row<'_>, seller: Party) -> Result<Subject, Fault> {
    let subject: String = row.get(2)?;
    match (subject.as_str(), seller) {
        ("post", _) => Ok(Subject::Post(PostToken(row.get(3)?))),
        ("bot", Party::App(app)) => Ok(Subject::Bot(app)),
        ("order", _) => Ok(Subject::Order(OrderId(row.get(4)?))),
        ("return", _) => Ok(Subject::Return(ReturnId(row.get(5)?), OrderId(row.get(4)?))),
        ("direct", _) => Ok(Subject::Direct),
        _ => Err(Fault::Corrupt(format!("conversation subject `{subject}`"))),
    }
}

fn read_listed(row: &Row<'_>) -> Result<Listed, Fault> {
    Ok(Listed {
        conversation: read_conversation(row)?,
        campaign: row.get::<Option<i64>>(14)?.map(CampaignId),
        buyer: read_person(row, 15)?,
    })
}

/// The `subject`, `post_token`, `order_id` and `return_id` columns.
pub(super) fn subject_columns(
    subject: &Subject,
) -> (&'static str, Option<&str>, Option<i64>, Option<i64>) {
    match subject {
        Subject::Post(token) => ("post", Some(&token.0), None, None),
        Subject::Bot(_) => ("bot", None, None, None),
        Subject::Order(order) => ("order", None, Some(order.0), None),
        Subject::Return(goods, order) => ("return", None, Some(order.0), Some(goods.0)),
        Subject::Direct => ("direct", None, None, None),
    }
}

/// What makes opening a conversation twice find the first one.
fn identity(subject: &Subject, buyer: PersonId, seller: Party) -> String {
    match subject {
        Subject::Post(token) => format!("post:{token}:{buyer}"),
        Subject::Bot(AppId(app)) => format!("bot:{app}:{buyer}"),
        Subject::Order(order) => format!("order:{order}"),
        Subject::Return(goods, _) => format!("return:{goods}"),
        Subject::Direct => format!("direct:{}:{buyer}", party(seller)),
    }
}

impl Tx<'_> {
    /// The statement to read with: one that locks, unless nothing follows.
    fn locking(&self, lock: Lock, plain: &'static str, locked: &'static str) -> &'static str {
        match lock {
            Lock::None => plain,
            // SQLite has one writer, which holds everything locked from the beginning.
            Lock::Exclusive => self.pick(plain, locked),
        }
    }

    /// The conversation with this id.
    pub fn conversation(
        &mut self,
        id: ConversationId,
        lock: Lock,
    ) -> Result<Option<Conversation>, Fault> {
        let (plain, locked) = (select!("WHERE c.id = $1"), select!("WHERE c.id = $1 FOR UPDATE"));
        self.first(self.locking(lock, plain, locked), values![id.0], read_conversation)
    }

    /// The conversation with this public key.
    pub fn conversation_by_key(
        &mut self,
        key: &ConversationKey,
        lock: Lock,
    ) -> Result<Option<Conversation>, Fault> {
        let (plain, locked) = (select!("WHERE c.key = $1"), select!("WHERE c.key = $1 FOR UPDATE"));
        self.first(self.locking(lock, plain, locked), values![&key.0], read_conversation)
    }

    /// The conversation of these sides about this.
    pub fn conversation_about(
        &mut self,
        subject: &Subject,
        buyer: PersonId,
        seller: Party,
    ) -> Result<Option<Conversation>, Fault> {
        let identity = identity(subject, buyer, seller);
        self.first(select!("WHERE c.identity = $1"), values![&identity], read_conversation)
    }

    /// An id that no conversation has.
    pub fn fresh_conversation_id(&mut self) -> Result<ConversationId, Fault> {
        Ok(ConversationId(self.next_number("conversations", FIRST_ID)?))
    }

    /// Keeps an id that a World chose from being given out again.
    pub fn skip_conversation_id(&mut self, id: ConversationId) -> Result<(), Fault> {
        self.skip_number("conversations", id.0)
    }

    /// Adds a conversation.
    pub fn insert_conversation(&mut self, new: &Conversation) -> Result<(), Fault> {
        let (subject, post, order, goods) = subject_columns(&new.subject);
        self.execute(
            "INSERT INTO conversations (id, key, identity, subject, post_token, order_id,
             return_id, buyer_id, seller, kind, status, created_at, updated_at, last_number,
             last_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            values![
                new.id.0,
                &new.key.0,
                &identity(&new.subject, new.buyer, new.seller),
                subject,
                post,
                order,
                goods,
                new.buyer.0,
                &party(new.seller),
                new.kind.word(),
                new.status.word(),
                new.created_at.0,
                new.updated_at.0,
                new.last_number,
                new.last_id
            ],
        )?;
        Ok(())
    }

    /// Writes what changes in a conversation's life.
    pub fn update_conversation(&mut self, changed: &Conversation) -> Result<(), Fault> {
        self.execute(
            "UPDATE conversations SET kind = $1, status = $2, updated_at = $3, last_number = $4,
             last_id = $5 WHERE id = $6",
            values![
                changed.kind.word(),
                changed.status.word(),
                changed.updated_at.0,
                changed.last_number,
                changed.last_id,
                changed.id.0
            ],
        )?;
        Ok(())
    }

    /// The conversation with this id and what a list shows beside it.
    pub fn listed(&mut self, id: ConversationId) -> Result<Option<Listed>, Fault> {
        self.first(select_listed!("c.id = $1"), values![id.0], read_listed)
    }

    /// A seller's conversations after a place in the list, the last changed first.
    pub fn listed_of_seller(
        &mut self,
        seller: Party,
        filter: &ListedFilter,
        after: Option<Position>,
        limit: i64,
    ) -> Result<Vec<Listed>, Fault> {
        let seller = party(seller);
        let mut conditions = Conditions::new("c.seller", (&seller).into());
        conditions.filter(filter);
        conditions.page(after, limit);
        self.listed_where(&conditions.sql, &conditions.values)
    }

    /// A buyer's conversations after a place in the list, the last changed first.
    pub fn listed_of_buyer(
        &mut self,
        buyer: PersonId,
        after: Option<Position>,
        limit: i64,
    ) -> Result<Vec<Listed>, Fault> {
        let mut conditions = Conditions::new("c.buyer_id", buyer.0.into());
        conditions.page(after, limit);
        self.listed_where(&conditions.sql, &conditions.values)
    }

    fn listed_where(
        &mut self,
        condition: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Listed>, Fault> {
        let sql = [select_listed!(""), condition].concat();
        self.all(&sql, values, read_listed)
    }
}

/// The conditions of a list, with their values in the order of their numbers.
struct Conditions<'a> {
    sql: String,
    values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    fn new(column: &str, value: Value<'a>) -> Self {
        Self { sql: format!("{column} = $1"), values: vec![value] }
    }

    fn number(&mut self, value: impl Into<Value<'a>>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn one_of<T: Into<Value<'a>>>(&mut self, column: &str, items: impl Iterator<Item = T>) {
        let numbers: Vec<_> = items.map(|item| self.number(item)).collect();
        if !numbers.is_empty() {
            self.sql += &format!(" AND {column} IN ({})", numbers.join(", "));
        }
    }

    fn filter(&mut self, filter: &'a ListedFilter) {
        let subjects: Vec<_> = filter
            .subjects
            .iter()
            .map(|subject| match subject {
                Subject::Order(order) => {
                    format!("c.subject = 'order' AND c.order_id = {}", self.number(order.0))
                }
                Subject::Return(goods, _) => format!("c.return_id = {}", self.number(goods.0)),
                Subject::Post(token) => format!("c.post_token = {}", self.number(&token.0)),
                Subject::Bot(_) => "c.subject = 'bot'".to_owned(),
                Subject::Direct => "c.subject = 'direct'".to_owned(),
            })
            .collect();
        if !subjects.is_empty() {
            self.sql += &format!(" AND (({}))", subjects.join(") OR ("));
        }
        self.one_of("c.order_id", filter.orders.iter().map(|order| order.0));
        self.one_of("c.subject", filter.subject_words.iter().copied());
        self.one_of("c.kind", filter.kinds.iter().map(|kind| kind.word()));
        self.one_of("c.status", filter.statuses.iter().map(|status| status.word()));
    }

    fn page(&mut self, after: Option<Position>, limit: i64) {
        if let Some(Position { updated_at, id }) = after {
            let (updated_at, id) = (self.number(updated_at.0), self.number(id.0));
            self.sql += &format!(" AND (c.updated_at, c.id) < ({updated_at}, {id})");
        }
        let limit = self.number(limit);
        self.sql += &format!(" ORDER BY c.updated_at DESC, c.id DESC LIMIT {limit}");
    }
}
