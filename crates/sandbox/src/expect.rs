//! Expectations: what a bot's next message has to be like.

use std::fmt::{Debug, Display, Formatter};
use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use peyk_model::script::BodyKind;
use peyk_server::rehearsal::{Found, fits};
use peyk_server::scenario::{Expected, WITHIN};

use crate::{Chat, Result};

type Rule = Arc<dyn Fn(&Found) -> bool + Send + Sync>;

/// What is expected of a bot. Everything that is said of the message has to be true.
#[must_use = "it is looked at when it is awaited"]
pub struct Expect {
    chat: Chat,
    expected: Expected,
    rules: Vec<Rule>,
    place: &'static Location<'static>,
}

impl Expect {
    pub(crate) fn new(chat: Chat, place: &'static Location<'static>) -> Self {
        let expected = Expected { within: WITHIN, ..Expected::default() };
        Self { chat, expected, rules: Vec::new(), place }
    }

    /// It is this text.
    pub fn exact(mut self, text: &str) -> Self {
        self.expected.exact = Some(text.to_owned());
        self
    }

    /// It has these words in it; capitals, half-spaces and ي/ی, ك/ک make no difference.
    pub fn contains(mut self, words: &str) -> Self {
        self.expected.pattern.text = Some(words.to_owned());
        self
    }

    /// Its text matches this regular expression.
    pub fn regex(mut self, regex: &str) -> Self {
        self.expected.pattern.regex = Some(regex.to_owned());
        self
    }

    /// It is of this kind: a text, an image, a place.
    pub fn kind(mut self, kind: BodyKind) -> Self {
        self.expected.pattern.kind = Some(kind);
        self
    }

    /// It has a button with these words.
    pub fn button(mut self, caption: &str) -> Self {
        self.expected.pattern.button = Some(caption.to_owned());
        self
    }

    /// It has these buttons and no others, along the rows.
    pub fn buttons<'a>(mut self, captions: impl IntoIterator<Item = &'a str>) -> Self {
        self.expected.buttons = captions.into_iter().map(str::to_owned).collect();
        self
    }

    /// It is as this says.
    pub fn matching(mut self, rule: impl Fn(&Found) -> bool + Send + Sync + 'static) -> Self {
        self.rules.push(Arc::new(rule));
        self
    }

    /// It comes in this time, by the sandbox's clock; two seconds if nothing is said.
    pub fn within(mut self, span: Duration) -> Self {
        self.expected.within = span;
        self
    }

    /// Others may come before it.
    pub fn skipping_others(mut self) -> Self {
        self.expected.skips = true;
        self
    }

    /// Waits for the message, for tests that do not panic.
    ///
    /// # Errors
    /// If it does not come, or another one comes first.
    pub async fn check(self) -> Result<Found, Failure> {
        let Self { chat, expected, rules, place } = self;
        let after = chat.shared.heard(&chat.chat);
        let wanted = expected.clone();
        let fits =
            move |found: &Found| fits(&wanted, found) && rules.iter().all(|rule| rule(found));
        let waited = chat.shared.rehearsal.wait_for(&chat.chat, after, &expected, fits).await;
        match waited {
            Ok(Ok(found)) => {
                chat.shared.hear(&chat.chat, found.message.id);
                Ok(found)
            }
            Ok(Err(unmet)) => Err(Failure::of(&chat, unmet.to_string(), Some(place)).await),
            Err(error) => Err(Failure::of(&chat, error.to_string(), Some(place)).await),
        }
    }
}

impl IntoFuture for Expect {
    type Output = Found;
    type IntoFuture = Pin<Box<dyn Future<Output = Found> + Send>>;

    /// Waits for the message, and panics with the whole conversation if it does not come.
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.check().await {
                Ok(found) => found,
                Err(failure) => panic!("{failure}"),
            }
        })
    }
}

/// What a bot did not do, with all that explains it.
pub struct Failure {
    why: String,
    place: Option<&'static Location<'static>>,
    transcript: String,
    wire: String,
}

impl Failure {
    pub(crate) async fn of(
        chat: &Chat,
        why: String,
        place: Option<&'static Location<'static>>,
    ) -> Self {
        let shown = |text: Result<String>| text.unwrap_or_else(|error| format!("({error:#})\n"));
        let transcript = shown(chat.transcript().await);
        let wire = chat.shared.rehearsal.wire().await;
        Self { why, place, transcript, wire }
    }

    /// What was expected, and what was found.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { why, place, transcript, wire } = self;
        if let Some(place) = place {
            write!(f, "{place}: ")?;
        }
        writeln!(f, "{why}\n\nwhat was said:\n{transcript}")?;
        write!(f, "the wire:\n{wire}")
    }
}

// Tests that fail with `?` show this.
impl Debug for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(self, f)
    }
}

impl std::error::Error for Failure {}
