//! Letters: requests that go out, and what comes back.

use std::time::Duration;

use futures_util::future::BoxFuture;
use peyk_model::delivery::Outcome;
use peyk_model::fault::Drift;
use peyk_model::{ConversationId, EventId, Party, Timestamp, Webhook, WebhookId};

use super::Errand;
use crate::webhooks::OpenSecrets;

/// A request to a receiver. All letters are POSTs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address, exactly as it was configured.
    pub url: String,
    /// The headers, in the order in which they are sent.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
    /// How long the receiver may take.
    pub timeout: Duration,
    /// Why it is written.
    pub about: About,
}

/// Why a letter is written, for those who keep a record of what goes out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// What kind of letter it is, in the dialect's word.
    pub name: &'static str,
    /// Whose receiver it goes to.
    pub owner: Option<Party>,
    /// The webhook it goes to, if to one.
    pub webhook: Option<WebhookId>,
    /// The event it tells, if it tells one.
    pub event: Option<EventId>,
    /// Which attempt at telling it this is, counted from one; zero where none is counted.
    pub attempt: i64,
    /// The conversation it is about, if about one.
    pub conversation: Option<ConversationId>,
    /// The fault that had a hand in it, if one had.
    pub fault: Option<String>,
}

impl About {
    /// A letter that tells the news.
    pub fn errand(name: &'static str, errand: &Errand) -> Self {
        Self {
            event: Some(errand.event.id),
            attempt: errand.delivery.attempts + 1,
            conversation: errand.news.conversation().map(|conversation| conversation.id),
            ..Self::greeting(name, &errand.webhook)
        }
    }

    /// A letter to a webhook that tells nothing.
    pub fn greeting(name: &'static str, webhook: &Webhook) -> Self {
        let (owner, webhook) = (Some(webhook.owner), Some(webhook.id));
        Self { name, owner, webhook, ..Self::default() }
    }
}

impl Letter {
    /// Most bytes of an answer that are kept.
    pub const REPLY_MAX_BYTES: usize = 16 * 1024;
    /// Headers whose values are never shown.
    const SECRET_HEADERS: [&'static str; 2] = ["authorization", "webhook-signature"];

    /// The headers as lines, secrets masked.
    pub(crate) fn masked_headers(&self) -> String {
        let line = |(name, value): &(&str, String)| {
            let hidden = Self::SECRET_HEADERS.iter().any(|each| name.eq_ignore_ascii_case(each));
            format!("{name}: {}", if hidden { "•••" } else { value })
        };
        self.headers.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, up to [`Letter::REPLY_MAX_BYTES`].
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header with this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(each, _)| each == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Why nothing came back, in words for whoever reads the attempt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PostError(pub String);

/// The way out: how letters are posted.
pub trait Post: Send + Sync {
    /// Posts a letter and takes what comes back.
    fn post(&self, letter: Letter) -> BoxFuture<'_, Result<Reply, PostError>>;

    /// Hears of a letter that a fault kept from being posted, and what it counts as. Whoever takes
    /// down what goes out takes this down too.
    fn kept_back(&self, _letter: &Letter, _counts_as: &Result<Reply, PostError>) {}
}

/// What a reply means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What the attempt came to.
    pub outcome: Outcome,
    /// Why, in words, unless all is well.
    pub reason: Option<String>,
}

impl Judgement {
    /// All is well.
    pub fn accepted() -> Self {
        Self { outcome: Outcome::Accepted, reason: None }
    }

    /// Something is not.
    pub fn because(outcome: Outcome, reason: impl Into<String>) -> Self {
        Self { outcome, reason: Some(reason.into()) }
    }
}

/// The words in which receivers are told, and in which they answer.
pub trait Dialects: Send + Sync {
    /// The name of the dialect that a receiver hears.
    fn dialect(&self, webhook: &Webhook) -> &'static str;

    /// The body of a letter, spelled in a way that nobody expects; `roll` picks the place.
    fn drifted(&self, body: &str, drift: &Drift, roll: u64) -> String;

    /// The letter that tells the news, or none where the receiver's dialect has no words for it.
    fn letter(&self, errand: &Errand, at: Timestamp) -> Option<Letter>;

    /// What the receiver's reply means.
    fn judge(&self, errand: &Errand, reply: &Reply) -> Judgement;

    /// The letter that greets a receiver which has to answer before it hears anything else.
    fn greeting(&self, webhook: &Webhook, secrets: &OpenSecrets, at: Timestamp) -> Letter;

    /// What the receiver's reply to a greeting means.
    fn judge_greeting(&self, webhook: &Webhook, reply: &Reply) -> Judgement;
}
