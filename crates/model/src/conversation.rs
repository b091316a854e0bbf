//! Conversations: two sides, a subject, a status, and the order of their messages.

use crate::{
    AppId, Author, Body, Buttons, ConversationId, ConversationKey, Message, MessageId, OrderId,
    Party, PersonId, PostToken, Refusal, ReturnId, Side, Timestamp,
};

/// Two sides and what they talk about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// The id inside the server, and for programs that want numbers.
    pub id: ConversationId,
    /// The public name for programs that want text.
    pub key: ConversationKey,
    /// What it is about.
    pub subject: Subject,
    /// The buyer's side: always a person.
    pub buyer: PersonId,
    /// The seller's side.
    pub seller: Party,
    /// Whether it is a plain conversation or a dispute.
    pub kind: Kind,
    /// Who is waited for.
    pub status: Status,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When its last message was sent, or when it was opened.
    pub updated_at: Timestamp,
    /// How many messages it has: the number of the last one.
    pub last_number: i64,
    /// The last id given in it, to a message or to another event; zero if none was.
    pub last_id: i64,
}

/// What a conversation is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A classified post.
    Post(PostToken),
    /// A talk with an app's bot.
    Bot(AppId),
    /// A purchase.
    Order(OrderId),
    /// Goods on their way back, and the purchase they came from.
    Return(ReturnId, OrderId),
    /// A question to a shop about nothing bought yet.
    Direct,
}

/// Whether a conversation is plain or a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Two sides talk.
    Chat,
    /// The marketplace decides between them.
    Arbitration,
}

impl Kind {
    /// The word in the store and in World files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Arbitration => "arbitration",
        }
    }

    /// The kind with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Chat, Self::Arbitration].into_iter().find(|kind| kind.word() == word)
    }
}

crate::permission::words! {
    /// Who is waited for.
    Status {
        /// Nobody has written yet.
        New = "new",
        /// The buyer has to answer.
        WaitingForBuyer = "waiting_for_buyer",
        /// The seller has to answer.
        WaitingForSeller = "waiting_for_seller",
        /// The arbiter has to decide.
        WaitingForArbiter = "waiting_for_arbiter",
        /// The marketplace has to act.
        WaitingForMarket = "waiting_for_market",
        /// It is over, until somebody writes again.
        Finished = "finished",
    }
}

impl Conversation {
    /// The side on which this party is, if it takes part.
    pub fn side_of(&self, party: Party) -> Option<Side> {
        if party == Party::Person(self.buyer) {
            Some(Side::Buyer)
        } else if party == self.seller {
            Some(Side::Seller)
        } else {
            None
        }
    }

    /// Who is on this side.
    pub fn party(&self, side: Side) -> Party {
        match side {
            Side::Buyer => Party::Person(self.buyer),
            Side::Seller => self.seller,
        }
    }

    /// Puts a message at the end and moves the status on.
    ///
    /// Call it under the conversation's lock. `fresh` is an id nobody has; the message gets it, or
    /// the next one after the conversation's last id if a clock was turned back.
    pub fn post(&mut self, post: NewMessage, fresh: MessageId, now: Timestamp) -> Message {
        let id = MessageId(self.next_id(fresh.0));
        self.last_number += 1;
        self.updated_at = self.updated_at.max(now);
        self.status = self.status_after(post.author);
        Message {
            id,
            conversation: self.id,
            number: self.last_number,
            author: post.author,
            app: post.app,
            body: post.body,
            buttons: post.buttons,
            sent_at: self.updated_at,
        }
    }

    /// The next id in the order of this conversation: `fresh`, or one after the last.
    pub fn next_id(&mut self, fresh: i64) -> i64 {
        self.last_id = fresh.max(self.last_id + 1);
        self.last_id
    }

    /// Calls the marketplace to decide. Nothing changes in a conversation that waits for it.
    pub fn start_arbitration(&mut self) -> Result<(), Refusal> {
        if self.subject == Subject::Direct || !matches!(self.seller, Party::Business(_)) {
            return Err(Refusal::ArbitrationImpossible);
        }
        if self.kind == Kind::Arbitration && self.status != Status::Finished {
            return Err(Refusal::ArbitrationUnderWay);
        }
        self.kind = Kind::Arbitration;
        self.status = Status::WaitingForArbiter;
        Ok(())
    }

    /// The marketplace has decided.
    pub fn finish_arbitration(&mut self) -> Result<(), Refusal> {
        if self.kind != Kind::Arbitration || self.status == Status::Finished {
            return Err(Refusal::NoArbitration);
        }
        self.status = Status::Finished;
        Ok(())
    }

    /// The marketplace closes it, if it is no dispute; tells whether it was open.
    pub fn finish(&mut self) -> Result<bool, Refusal> {
        if self.status == Status::Finished {
            return Ok(false);
        }
        if self.kind == Kind::Arbitration {
            return Err(Refusal::ArbitrationUnderWay);
        }
        self.status = Status::Finished;
        Ok(true)
    }

    /// Who is waited for once this author has written.
    pub fn status_after(&self, author: Author) -> Status {
        match (self.kind, author) {
            (Kind::Arbitration, _) if self.status != Status::Finished => self.status,
            (_, Author::Buyer(_)) => Status::WaitingForSeller,
            (_, Author::Seller(_)) => Status::WaitingForBuyer,
            (_, Author::Market | Author::Support) => self.status,
        }
    }
}

/// A message without its place in the conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// Who wrote it.
    pub author: Author,
    /// The app that sent it, if one did.
    pub app: Option<AppId>,
    /// What it says.
    pub body: Body,
    /// What can be tapped below it.
    pub buttons: Buttons,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BusinessId, Hand, Text};

    fn conversation() -> Conversation {
        Conversation {
            id: ConversationId(1),
            key: ConversationKey("k".into()),
            subject: Subject::Order(OrderId(1)),
            buyer: PersonId(1),
            seller: Party::Business(BusinessId(1)),
            kind: Kind::Chat,
            status: Status::New,
            created_at: Timestamp(10),
            updated_at: Timestamp(10),
            last_number: 0,
            last_id: 0,
        }
    }

    fn by(author: Author) -> NewMessage {
        let body = Body::Text(Text::of_chars("hello").unwrap());
        NewMessage { author, app: None, body, buttons: Buttons::none() }
    }

    #[test]
    fn each_side_makes_the_other_waited_for() {
        let mut it = conversation();
        it.post(by(Author::Buyer(Hand::Human)), MessageId(20), Timestamp(20));
        assert_eq!(it.status, Status::WaitingForSeller);
        it.post(by(Author::Seller(Hand::Bot)), MessageId(21), Timestamp(21));
        assert_eq!(it.status, Status::WaitingForBuyer);
        it.post(by(Author::Support), MessageId(22), Timestamp(22));
        assert_eq!(it.status, Status::WaitingForBuyer);
    }

    #[test]
    fn writing_reopens_a_finished_conversation() {
        let mut it = Conversation { status: Status::Finished, ..conversation() };
        it.post(by(Author::Buyer(Hand::Human)), MessageId(20), Timestamp(20));
        assert_eq!(it.status, Status::WaitingForSeller);
    }

    #[test]
    fn a_dispute_waits_for_the_arbiter_whoever_writes() {
        let status = Status::WaitingForArbiter;
        let mut it = Conversation { kind: Kind::Arbitration, status, ..conversation() };
        it.post(by(Author::Buyer(Hand::Human)), MessageId(20), Timestamp(20));
        it.post(by(Author::Seller(Hand::Human)), MessageId(21), Timestamp(21));
        assert_eq!(it.status, Status::WaitingForArbiter);
    }

    #[test]
    fn a_dispute_starts_once_and_finishes_once() {
        let mut it = conversation();
        assert_eq!(it.finish_arbitration(), Err(Refusal::NoArbitration));
        assert_eq!(it.start_arbitration(), Ok(()));
        assert_eq!((it.kind, it.status), (Kind::Arbitration, Status::WaitingForArbiter));
        assert_eq!(it.start_arbitration(), Err(Refusal::ArbitrationUnderWay));
        assert_eq!(it.finish_arbitration(), Ok(()));
        assert_eq!(it.status, Status::Finished);
        let mut direct = Conversation { subject: Subject::Direct, ..conversation() };
        assert_eq!(direct.start_arbitration(), Err(Refusal::ArbitrationImpossible));
    }

    #[test]
    fn a_plain_conversation_is_finished_once_and_a_dispute_by_its_decision() {
        let mut it = conversation();
        assert_eq!(it.finish(), Ok(true));
        assert_eq!(it.status, Status::Finished);
        assert_eq!(it.finish(), Ok(false));
        it.start_arbitration().unwrap();
        assert_eq!(it.finish(), Err(Refusal::ArbitrationUnderWay));
    }

    #[test]
    fn ids_and_times_grow_even_when_the_clock_is_turned_back() {
        let mut it = conversation();
        let first = it.post(by(Author::Support), MessageId(100), Timestamp(100));
        let second = it.post(by(Author::Support), MessageId(50), Timestamp(50));
        assert_eq!((first.number, second.number), (1, 2));
        assert!(second.id > first.id && second.sent_at >= first.sent_at);
    }
}
