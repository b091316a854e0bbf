//! The indexer: the task that keeps what is searched up with what happens.

use std::time::{Duration, Instant};

use peyk_model::{
    Body, Conversation, ConversationId, Fact, Message, MessageId, Party, Subject, search,
};
use peyk_store::{Fault, FeedPosition, Finding, Lock};
use tokio::sync::watch;

use crate::error::Result;
use crate::overview::{Chat, Seller, chat};
use crate::{Context, Engine};

/// The setting that says how far events were followed, or how far what was there before.
const SETTING: &str = "search";
/// Most events that are followed in one transaction.
const EVENTS_AT_ONCE: i64 = 64;
/// Most conversations that are taken up in one transaction when all are.
const CHATS_AT_ONCE: i64 = 20;
/// Most messages of a conversation that are taken up then: the newest.
const MESSAGES_MAX: i64 = 1000;
/// Longest sleep: other servers on the same database cannot ring our bell.
const POLL: Duration = Duration::from_secs(1);
/// How soon what an open transaction hides is looked for again.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// For each moment of work so many of rest while others send, so that these hardly notice.
const REST: u32 = 49;
/// The same once that has left it far behind: those who send can be too many for so little work.
const REST_IF_FAR: u32 = 9;
/// How old the newest that can be found may be before it is far behind.
const FAR: Duration = Duration::from_secs(60);
/// How long nobody may have said anything until nobody is waited for.
const QUIET: Duration = Duration::from_millis(100);

/// Follows what happens. Several may work on one database.
pub struct Indexer {
    engine: Engine,
    done: watch::Sender<u64>,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outlook {
    Ready,
    Hidden,
    Nothing,
}

/// What came of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// There is nothing to do.
    Nothing,
    /// There is, but not before this time.
    Wait(Duration),
    /// It took so long, and what was taken up is so old.
    Work(Duration, Duration),
}

/// How far it is.
enum Stage {
    /// Everything is taken up anew: conversations up to this one are, and events count from there.
    Rebuilding(ConversationId, FeedPosition),
    /// Events are followed from here.
    Following(FeedPosition),
}

impl Stage {
    fn word(&self) -> String {
        match self {
            Self::Rebuilding(last, at) => format!("rebuilding {last} {} {}", at.epoch, at.id),
            Self::Following(at) => format!("following {} {}", at.epoch, at.id),
        }
    }

    fn parse(kept: &str) -> Option<Self> {
        let mut words = kept.split(' ');
        let is_following = match words.next()? {
            "following" => true,
            "rebuilding" => false,
            _ => return None,
        };
        let numbers: Vec<i64> = words.map(str::parse).collect::<Result<_, _>>().ok()?;
        match (is_following, numbers.as_slice()) {
            (true, [epoch, id]) => Some(Self::Following(FeedPosition { epoch: *epoch, id: *id })),
            (false, [last, epoch, id]) => {
                let at = FeedPosition { epoch: *epoch, id: *id };
                Some(Self::Rebuilding(ConversationId(*last), at))
            }
            _ => None,
        }
    }
}

/// Lets everything be taken up anew, because something came without being told of.
pub(crate) fn forget(context: &mut Context<'_, '_>) -> Result<()> {
    context.tx.put_setting(SETTING, "")?;
    context.tx.ring();
    Ok(())
}

impl Indexer {
    /// An indexer of this marketplace, which tells whenever something can be found.
    pub fn new(engine: Engine, done: watch::Sender<u64>) -> Self {
        Self { engine, done }
    }

    /// Follows until nothing is left.
    pub async fn run_once(&self) -> Result<()> {
        loop {
            match self.engine.read(outlook).await? {
                Outlook::Nothing => return Ok(()),
                Outlook::Hidden => tokio::time::sleep(LOOK_AGAIN).await,
                Outlook::Ready => {
                    self.turn().await?;
                }
            }
        }
    }

    /// Follows until `stop` is done.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut bell = self.engine.bell().listen();
        let mut heard = Instant::now();
        tokio::pin!(stop);
        loop {
            if bell.has_changed().unwrap_or_default() {
                heard = Instant::now();
            }
            bell.mark_unchanged();
            let done = match self.act().await {
                Ok(done) => done,
                Err(error) => {
                    tracing::error!(error = %peyk_store::chain(&error), "search is left behind");
                    Done::Wait(POLL)
                }
            };
            let rest = match done {
                Done::Nothing => POLL,
                Done::Wait(rest) => rest,
                Done::Work(took, age) => rest_after(took, age, heard.elapsed()),
            };
            tokio::select! {
                () = &mut stop => break,
                () = tokio::time::sleep(rest) => {}
                _ = bell.changed(), if done == Done::Nothing => heard = Instant::now(),
            }
        }
    }

    /// Does a little, if there is something to do.
    async fn act(&self) -> Result<Done> {
        Ok(match self.engine.read(outlook).await? {
            Outlook::Nothing => Done::Nothing,
            Outlook::Hidden => Done::Wait(LOOK_AGAIN),
            Outlook::Ready => {
                let began = Instant::now();
                let age = self.turn().await?;
                Done::Work(began.elapsed(), age)
            }
        })
    }

    async fn turn(&self) -> Result<Duration> {
        let age = self.engine.write_lightly(turn).await?;
        self.done.send_modify(|count| *count = count.wrapping_add(1));
        Ok(age)
    }
}

/// How long to rest after work that took so long and reached what is so old, when nobody has said
/// anything for so long.
///
/// Whoever says something while there is no rest waits for one turn at most, and is then heard.
fn rest_after(took: Duration, age: Duration, silence: Duration) -> Duration {
    if silence >= QUIET {
        return Duration::ZERO;
    }
    let rest = if age > FAR { REST_IF_FAR } else { REST };
    (took * rest).min(POLL)
}

fn outlook(context: &mut Context<'_, '_>) -> Result<Outlook> {
    let kept = context.tx.setting(SETTING)?;
    let Some(Stage::Following(at)) = kept.as_deref().and_then(Stage::parse) else {
        return Ok(Outlook::Ready);
    };
    Ok(if !context.tx.events_after(at, 1)?.is_empty() {
        Outlook::Ready
    } else if context.tx.has_events_beyond(at)? {
        Outlook::Hidden
    } else {
        Outlook::Nothing
    })
}

/// Takes up some, and tells how old that is. Whoever comes second waits, and sees what was done.
fn turn(context: &mut Context<'_, '_>) -> Result<Duration> {
    let kept = context.tx.locked_setting(SETTING)?;
    let (stage, age) = match kept.as_deref().and_then(Stage::parse) {
        None => {
            context.tx.delete_search_words()?;
            context.tx.delete_search_chats()?;
            (Stage::Rebuilding(ConversationId(0), context.tx.feed_end()?), Duration::MAX)
        }
        Some(Stage::Rebuilding(last, at)) => (rebuild(context, last, at)?, Duration::MAX),
        Some(Stage::Following(at)) => {
            let (at, age) = follow(context, at)?;
            (Stage::Following(at), age)
        }
    };
    context.tx.put_setting(SETTING, &stage.word())?;
    Ok(age)
}

fn rebuild(context: &mut Context<'_, '_>, last: ConversationId, at: FeedPosition) -> Result<Stage> {
    let ids = context.tx.conversation_ids_after(last, CHATS_AT_ONCE)?;
    for id in &ids {
        let chat = chat(context, *id)?;
        let messages = context.tx.messages_before(*id, MessageId(i64::MAX), MESSAGES_MAX)?;
        note_chat(context, &chat, messages.iter().any(is_media))?;
        for message in &messages {
            note_message(context, message)?;
        }
    }
    Ok(match ids.last() {
        Some(last) => Stage::Rebuilding(*last, at),
        None => Stage::Following(at),
    })
}

fn follow(context: &mut Context<'_, '_>, after: FeedPosition) -> Result<(FeedPosition, Duration)> {
    let (mut position, mut age) = (after, Duration::ZERO);
    for (at, event) in context.tx.events_after(after, EVENTS_AT_ONCE)? {
        (position, age) = (at, context.now.since(event.at));
        let (id, message) = match &event.fact {
            Fact::MessageSent(id, message) => (*id, context.tx.message(*id, *message)?),
            Fact::ConversationOpened(id)
            | Fact::ArbitrationStarted(id)
            | Fact::ArbitrationFinished(id)
            | Fact::ConversationFinished(id) => (*id, None),
            Fact::AccessRevoked(_)
            | Fact::PostChanged(..)
            | Fact::QuotaNearlyUsed(_)
            | Fact::ButtonPressed(..)
            | Fact::ButtonAnswered(..)
            | Fact::Blocked(..)
            | Fact::Unblocked(..) => continue,
        };
        let conversation = context.tx.conversation(id, Lock::None)?;
        let missing = || Fault::Corrupt(format!("conversation {id} of an event"));
        let conversation = conversation.ok_or_else(missing)?;
        match &message {
            Some(message) => {
                if message.number == 1 {
                    let chat = chat(context, id)?;
                    note_names(context, &chat)?;
                }
                context.tx.upsert_search_chat(&conversation, is_media(message))?;
                note_message(context, message)?;
            }
            None => {
                let chat = chat(context, id)?;
                note_chat(context, &chat, false)?;
            }
        }
    }
    Ok((position, age))
}

fn is_media(message: &Message) -> bool {
    matches!(message.body, Body::Media(_))
}

fn note_chat(context: &mut Context<'_, '_>, chat: &Chat, has_media: bool) -> Result<()> {
    context.tx.upsert_search_chat(&chat.conversation, has_media)?;
    note_names(context, chat)
}

/// Notes by which names, numbers and titles a conversation is found.
fn note_names(context: &mut Context<'_, '_>, chat: &Chat) -> Result<()> {
    let Conversation { id, key, subject, seller, .. } = &chat.conversation;
    let mut text = format!("{id} {} {} ", chat.buyer.name, chat.buyer.phone);
    let mut whole = vec![key.0.clone(), chat.buyer.handle.clone()];
    text += chat.seller.name();
    match &chat.seller {
        Seller::Person(person) => {
            text += &format!(" {}", person.phone);
            whole.push(person.handle.clone());
        }
        Seller::App(app) => whole.push(app.slug.clone()),
        Seller::Business(_) => {}
    }
    if let Party::Business(business) = seller {
        text += &format!(" {business}");
    }
    match subject {
        Subject::Post(token) => {
            whole.push(token.0.clone());
            text += &format!(" {}", chat.title.as_deref().unwrap_or_default());
        }
        Subject::Order(order) => text += &format!(" {order}"),
        Subject::Return(goods, order) => text += &format!(" {goods} {order}"),
        Subject::Bot(_) | Subject::Direct => {}
    }
    text += &format!(" {}", whole.join(" "));
    let place = Finding { conversation: *id, message: None };
    for word in search::words(&text) {
        context.tx.insert_search_word(&word, place)?;
    }
    Ok(())
}

fn note_message(context: &mut Context<'_, '_>, message: &Message) -> Result<()> {
    let mut text = message.id.to_string();
    match &message.body {
        Body::Text(said) => text += &format!(" {}", said.as_str()),
        Body::Media(media) => text += &format!(" {}", media.file.name),
        Body::Contact(contact) => {
            text += &format!(" {} {}", contact.name.as_deref().unwrap_or_default(), contact.phone);
        }
        Body::Location(_) => {}
    }
    let place = Finding { conversation: message.conversation, message: Some(message.id) };
    for word in search::words(&text) {
        context.tx.insert_search_word(&word, place)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sends_is_left_most_of_the_time_and_silence_is_used() {
        let (took, new, now) = (Duration::from_millis(10), Duration::ZERO, Duration::ZERO);
        assert_eq!(rest_after(took, new, now), Duration::from_millis(490));
        assert_eq!(rest_after(took, new, QUIET), Duration::ZERO);
        assert_eq!(rest_after(Duration::from_secs(5), new, now), POLL);
        let old = Duration::from_secs(61);
        assert_eq!(rest_after(took, old, now), Duration::from_millis(90));
        assert_eq!(rest_after(took, old, QUIET), Duration::ZERO);
    }
}
