//! Answers: what a bot has to say, and that it says nothing.

use std::time::Duration;

use peyk_engine::rehearsal::said_by_programs;
use peyk_engine::{Context, Result, scripts};
use peyk_model::{Message, MessageId, Side};

use super::{Rehearsal, seen, words};
use crate::scenario::{Chat, Expected, span};

/// What a bot said.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The message.
    pub message: Message,
    /// The side on which the person of the chat is, for the buttons that they see.
    pub side: Side,
}

/// What was waited for and did not come, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// What should have been.
    pub expected: String,
    /// What was instead.
    pub found: String,
}

impl std::fmt::Display for Unmet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl Rehearsal {
    /// Waits for what the bot has to say in a chat after a message.
    pub async fn expect(
        &self,
        chat: &Chat,
        after: MessageId,
        expected: &Expected,
    ) -> Result<Result<Found, Unmet>> {
        let wanted = expected.clone();
        self.wait_for(chat, after, expected, move |found| fits(&wanted, found)).await
    }

    /// The same for messages that fit by a rule of one's own, beside what is expected in words.
    pub async fn wait_for<F>(
        &self,
        chat: &Chat,
        after: MessageId,
        expected: &Expected,
        fits: F,
    ) -> Result<Result<Found, Unmet>>
    where
        F: Fn(&Found) -> bool + Clone + Send + 'static,
    {
        let (place, skips) = (chat.clone(), expected.skips);
        let look = move |context: &mut Context<'_, '_>| {
            let mut said = said(context, &place, after)?.into_iter();
            Ok(if skips { said.find(|found| fits(found)) } else { said.next() }.map(|found| {
                let is_met = fits(&found);
                (found, is_met)
            }))
        };
        let found = self.until(expected.within, self.patience.answer, look).await?;
        let wanted = words::expected(expected);
        Ok(match found {
            Some((found, true)) => Ok(found),
            Some((found, false)) => {
                Err(Unmet { expected: wanted, found: words::message(&found.message, found.side) })
            }
            None => {
                let place = chat.clone();
                let said = self.site.engine.read(move |context| said(context, &place, after));
                let others = said.await?.len();
                let within = span::show(expected.within);
                let found = match others {
                    0 => format!("nothing within {within}"),
                    count => format!("{count} other messages within {within}"),
                };
                Err(Unmet { expected: wanted, found })
            }
        })
    }

    /// Waits for so long, in which the bot must not write in the chat.
    pub async fn silence(
        &self,
        chat: &Chat,
        after: MessageId,
        span: Duration,
    ) -> Result<Result<(), Unmet>> {
        let place = chat.clone();
        let look = move |context: &mut Context<'_, '_>| {
            Ok(said(context, &place, after)?.into_iter().next())
        };
        let found = self.until(span, self.patience.silence, look).await?;
        Ok(match found {
            None => Ok(()),
            Some(found) => Err(Unmet {
                expected: format!("silence for {}", span::show(span)),
                found: words::message(&found.message, found.side),
            }),
        })
    }
}

/// What programs said in a chat after a message; nothing while it is not open.
fn said(context: &mut Context<'_, '_>, chat: &Chat, after: MessageId) -> Result<Vec<Found>> {
    let Some(seen) = seen(context, chat, &chat.person)? else { return Ok(Vec::new()) };
    let messages = said_by_programs(context, &seen.conversation, after)?;
    let found = |message| Found { message, side: seen.side };
    Ok(messages.into_iter().map(found).collect())
}

/// Whether a message is what was expected.
pub fn fits(expected: &Expected, found: &Found) -> bool {
    let Expected { exact, pattern, buttons, .. } = expected;
    let shown = || found.message.buttons.seen_by(found.side).rows().iter().flatten();
    exact.as_ref().is_none_or(|text| words::text(&found.message) == Some(text.as_str()))
        && scripts::fits(pattern, &found.message, found.side)
        && (buttons.is_empty() || shown().map(|button| &button.caption).eq(buttons))
}
