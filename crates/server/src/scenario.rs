//! Scenarios: conversations that a bot has to hold, as people write them by hand, in TOML.
//!
//! A scenario is read with every mistake and its place, as a World file is; written again, as "save
//! as test" does; and played against a bot in any language. What is said and done in it goes
//! through the same verbs as everything else.

mod chat;
mod expect;
pub mod play;
pub mod read;
pub mod span;
mod step;
pub mod write;

use std::time::Duration;

use peyk_engine::world::World;
use peyk_model::script::{Pattern, Prop};
use peyk_model::{Contact, Location, Timestamp};

pub use crate::control::NewConversation;

/// How long a bot may take to answer, in the sandbox's time, if a step does not say.
pub const WITHIN: Duration = Duration::from_secs(2);

/// A file of scenarios with the World that each of them begins in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScenarioFile {
    /// The World.
    pub world: World,
    /// The command that starts the bot, if the file has one.
    pub bot: Option<String>,
    /// What time it is when a scenario begins; the machine's time if none.
    pub starts_at: Option<Timestamp>,
    /// What chance is made of.
    pub seed: u64,
    /// The scenarios, in the order of the file.
    pub scenarios: Vec<Scenario>,
}

/// One conversation that has to go as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What it shows.
    pub name: String,
    /// Where it stands in its file, counted from one.
    pub line: usize,
    /// What happens and what has to happen, one after the other.
    pub steps: Vec<Step>,
}

impl Scenario {
    /// Most scenarios of one file.
    pub const PER_FILE_MAX: usize = 1000;
    /// Most steps of one scenario.
    pub const STEPS_MAX: usize = 1000;
}

/// One line of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where it stands in its file, counted from one.
    pub line: usize,
    /// What happens or has to happen.
    pub deed: Deed,
}

/// A person and what they talk about: one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Chat {
    /// The handle of the buyer: who asks, orders or uses a bot.
    pub person: String,
    /// About what.
    pub about: NewConversation,
}

/// What happens or has to happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Somebody acts in a conversation.
    Act(Chat, Act),
    /// The bot has to answer there.
    Expect(Chat, Expected),
    /// The bot must not write there, for so long.
    Silence(Chat, Duration),
    /// So much time passes.
    Pass(Duration),
    /// The bot has to have called.
    Call(ExpectedCall),
}

impl Deed {
    /// The chat in which it is done.
    pub fn chat(&self) -> Option<&Chat> {
        match self {
            Self::Act(chat, _) | Self::Expect(chat, _) | Self::Silence(chat, _) => Some(chat),
            Self::Pass(_) | Self::Call(_) => None,
        }
    }
}

/// What somebody does in a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// A person does something with their own hand.
    Person {
        /// The handle of who does it.
        who: String,
        /// What.
        act: PersonAct,
    },
    /// The marketplace decides a dispute.
    Decide,
    /// The marketplace closes what is no dispute, until somebody writes again.
    Close,
    /// The marketplace writes.
    MarketSays(String),
    /// The marketplace's support writes.
    SupportSays(String),
    /// The marketplace sends a file.
    MarketSends(Attachment),
    /// The marketplace's support sends a file.
    SupportSends(Attachment),
}

/// A file that the marketplace sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// What everybody has at hand.
    Prop(Prop),
    /// A file of the scenario's folder.
    Beside(String),
}

/// What a person does with their own hand.
#[derive(Debug, Clone, PartialEq)]
pub enum PersonAct {
    /// Opens the conversation, or finds it.
    Open,
    /// Writes words.
    Say(String),
    /// Sends what every person has at hand.
    Send(Prop),
    /// Sends a file of the scenario's folder.
    SendFile(String),
    /// Sends a place.
    Locate(Location),
    /// Sends somebody's number.
    Share(Contact),
    /// Presses the button below the newest message that has it.
    Click(Click),
    /// Blocks the other side.
    Block,
    /// No longer blocks the other side.
    Unblock,
    /// Calls the marketplace to decide.
    Dispute,
    /// Takes back all that an app was allowed, by its slug.
    Revoke(String),
}

/// A press of a button, and what has to come of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Click {
    /// The words on the button.
    pub caption: String,
    /// Words of the text that the person is shown.
    pub shows: Option<String>,
    /// A part of the address, or the token of the post, that is opened.
    pub opens: Option<String>,
}

/// A message that the bot has to send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// The whole text.
    pub exact: Option<String>,
    /// Words, an expression, a kind, one of its buttons.
    pub pattern: Pattern,
    /// All buttons that the person sees, along the rows, if anything is said about all.
    pub buttons: Vec<String>,
    /// How long the bot has, in the sandbox's time.
    pub within: Duration,
    /// Whether other messages may come before.
    pub skips: bool,
}

/// Calls that the bot has to have made since the scenario began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedCall {
    /// The method.
    pub method: String,
    /// The path without the query, in which `*` stands for anything.
    pub path: String,
    /// How they were answered.
    pub status: Option<u16>,
    /// Words of the request's body.
    pub body: Option<String>,
    /// How many there have to be; at least one if none.
    pub times: Option<u64>,
}
