//! Rehearsals: people act, a bot has to answer, and time passes while nothing else happens.
//!
//! The sandbox's clock stands until nothing is under way any more: no request of a bot, no letter
//! to it, no script, and a moment in which a bot that was just told something could begin to
//! answer. So what a rehearsal finds does not depend on how fast the machine is. Nothing here is
//! needed by a server that nobody rehearses with.

mod act;
mod answer;
mod temporary;
mod time;
mod transcript;
mod wire;

use std::time::Duration;

use peyk_engine::open_conversation::Opening;
use peyk_engine::{Context, Result, directory};
use peyk_model::{Conversation, Party, Person, Side};

use crate::Site;
use crate::scenario::Chat;

pub use act::{Done, NotDone};
pub use answer::{Found, Unmet, fits};
pub use temporary::{Beginning, Temporary};
pub use transcript::{Since, words};

/// How long a bot that runs beside the sandbox may take, by the machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long an answer is waited for while nothing happens.
    pub answer: Duration,
    /// How long nothing has to happen until a bot counts as silent.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(5), silence: Duration::from_secs(1) }
    }
}

/// Plays people against a bot. Clones share the sandbox.
#[derive(Clone)]
pub struct Rehearsal {
    site: Site,
    patience: Patience,
}

/// A conversation as one of its people knows it.
#[derive(Debug, Clone)]
struct Seen {
    person: Person,
    conversation: Conversation,
    side: Side,
}

impl Rehearsal {
    /// A rehearsal in this sandbox.
    pub fn new(site: Site, patience: Patience) -> Self {
        Self { site, patience }
    }

    /// The conversation of a chat, opened if it has to be.
    pub async fn conversation(&self, chat: &Chat) -> Result<Conversation> {
        let chat = chat.clone();
        let opened = self.site.engine.write(move |context| open(context, &chat, &chat.person));
        Ok(opened.await?.conversation)
    }

    /// The sandbox.
    pub fn site(&self) -> &Site {
        &self.site
    }
}

/// The conversation, if it was opened already.
fn seen(context: &mut Context<'_, '_>, chat: &Chat, who: &str) -> Result<Option<Seen>> {
    let buyer = directory::person(context, &chat.person)?;
    let opening = chat.about.opening(context, buyer.id)?;
    match opening.find(context)? {
        Some(conversation) => by_eye(context, conversation, who).map(Some),
        None => Ok(None),
    }
}

/// The conversation, opened if it has to be.
fn open(context: &mut Context<'_, '_>, chat: &Chat, who: &str) -> Result<Seen> {
    let buyer = directory::person(context, &chat.person)?;
    let opening: Opening = chat.about.opening(context, buyer.id)?;
    let opened = peyk_engine::open_conversation::open_as_person(context, buyer.id, &opening)?;
    by_eye(context, opened.conversation, who)
}

fn by_eye(context: &mut Context<'_, '_>, conversation: Conversation, who: &str) -> Result<Seen> {
    let person = directory::person(context, who)?;
    let side = conversation.side_of(Party::Person(person.id)).unwrap_or(Side::Buyer);
    Ok(Seen { person, conversation, side })
}
