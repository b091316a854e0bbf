//! Playing: one scenario after the other, each in a sandbox of its own.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use peyk_engine::Result;
use peyk_engine::rehearsal::mark;
use peyk_model::{Message, MessageId, Timestamp};

use super::{Chat, Deed, Scenario};
use crate::kenar::callback::Clicked;
use crate::rehearsal::{Done, Found, NotDone, Rehearsal, Since, Unmet};

/// Why a scenario did not go as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line of the step.
    pub line: usize,
    /// What was expected, and what was found.
    pub why: String,
    /// What was said.
    pub transcript: String,
    /// What the bot was told and what it called.
    pub wire: String,
}

/// What came of a step.
#[derive(Debug, Default)]
pub struct Stepped {
    /// What was said or heard.
    pub message: Option<Message>,
    /// What a button set off.
    pub clicked: Option<Clicked>,
}

/// A scenario that is being played.
pub struct Play<'p> {
    rehearsal: &'p Rehearsal,
    /// Where the scenario's files lie.
    folder: &'p Path,
    began_at: Timestamp,
    /// The last message when the play began.
    before: MessageId,
    /// The last message of the bot in each chat that was looked at.
    heard: HashMap<Chat, MessageId>,
}

impl<'p> Play<'p> {
    /// Begins to play here and now; files lie in `folder`.
    pub async fn begin(rehearsal: &'p Rehearsal, folder: &'p Path) -> Result<Self> {
        let engine = &rehearsal.site().engine;
        let (began_at, before) = (engine.clock().now(), engine.write(mark).await?);
        rehearsal.begin().await?;
        Ok(Self { rehearsal, folder, began_at, before, heard: HashMap::new() })
    }

    /// Goes on behind a message, as if the play had begun there and then.
    pub fn behind(
        rehearsal: &'p Rehearsal,
        folder: &'p Path,
        before: MessageId,
        began_at: Timestamp,
    ) -> Self {
        Self { rehearsal, folder, began_at, before, heard: HashMap::new() }
    }

    /// Plays a scenario to its end, or to the first step that fails.
    pub async fn play(&mut self, scenario: &Scenario) -> Result<Option<Failure>> {
        for step in &scenario.steps {
            if let Err(why) = self.step(&step.deed).await? {
                let deeds = scenario.steps.iter().map(|step| &step.deed);
                let (transcript, wire) =
                    (self.transcript(deeds).await?, self.rehearsal.wire().await);
                return Ok(Some(Failure { line: step.line, why, transcript, wire }));
            }
        }
        Ok(None)
    }

    /// Does one step; what came of it, or what is wrong.
    pub async fn step(&mut self, deed: &Deed) -> Result<Result<Stepped, String>> {
        let words = |unmet: Unmet| unmet.to_string();
        Ok(match deed {
            Deed::Act(chat, act) => match self.rehearsal.act(chat, act, self.folder).await {
                Ok(Done { message, clicked }) => Ok(Stepped { message, clicked }),
                Err(NotDone::Broken(fault)) => return Err(fault.into()),
                Err(why) => Err(why.to_string()),
            },
            Deed::Expect(chat, expected) => {
                let found = self.rehearsal.expect(chat, self.after(chat), expected).await?;
                found.map_err(words).map(|Found { message, .. }| {
                    self.heard.insert(chat.clone(), message.id);
                    Stepped { message: Some(message), clicked: None }
                })
            }
            Deed::Silence(chat, span) => {
                let silent = self.rehearsal.silence(chat, self.after(chat), *span).await?;
                silent.map_err(words).map(|()| Stepped::default())
            }
            Deed::Pass(span) => {
                self.rehearsal.pass(*span).await?;
                Ok(Stepped::default())
            }
            Deed::Call(call) => {
                self.rehearsal.called(call).await.map_err(words).map(|()| Stepped::default())
            }
        })
    }

    fn after(&self, chat: &Chat) -> MessageId {
        self.heard.get(chat).copied().unwrap_or(self.before)
    }

    /// What was said in all chats of some steps.
    pub async fn transcript(&self, deeds: impl Iterator<Item = &Deed>) -> Result<String> {
        let (mut text, mut told) = (String::new(), HashSet::new());
        let since = Since { time: self.began_at, message: self.before };
        for chat in deeds.filter_map(Deed::chat).filter(|chat| told.insert(*chat)) {
            text += &self.rehearsal.transcript(chat, since).await?;
        }
        Ok(text)
    }
}
