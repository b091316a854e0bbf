//! Starting: a script is done, if the dice and its limits allow it.

use peyk_model::script::{Act, Line, Script, Task};
use peyk_model::{Conversation, Party, Person, Side, Timestamp};
use peyk_store::Firings;

use super::follow::note;
use super::matching::Found;
use crate::Context;
use crate::error::Result;

/// Who acts, where and when.
pub(super) struct Scene<'s> {
    pub conversation: &'s Conversation,
    pub person: &'s Person,
    pub side: Side,
    pub at: Timestamp,
}

/// Whether a script was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Done,
    NotDone,
}

/// Notes the steps of a script with the names filled in.
pub(super) fn start(
    context: &mut Context<'_, '_>,
    scene: &Scene<'_>,
    script: &Script,
    found: &Found,
) -> Result<Start> {
    let (conversation, person) = (scene.conversation.id, scene.person.id);
    let before = context.tx.firings(conversation, person, &script.name)?.unwrap_or_default();
    let in_all = context.tx.firings_in(conversation)?;
    if before.done >= script.limit || in_all >= Script::CONVERSATION_LIMIT {
        return Ok(Start::NotDone);
    }
    let is_done = chance(scene, script, before.tried);
    let more = Firings { tried: 1, done: i64::from(is_done) };
    context.tx.count_firings(conversation, person, &script.name, more)?;
    if !is_done {
        return Ok(Start::NotDone);
    }
    note_steps(context, scene, script, found)?;
    Ok(Start::Done)
}

fn note_steps(
    context: &mut Context<'_, '_>,
    scene: &Scene<'_>,
    script: &Script,
    found: &Found,
) -> Result<()> {
    let other = other_name(context, scene)?;
    let mut due_at = scene.at;
    for step in &script.steps {
        due_at = due_at.after(step.after);
        let filled = |line: &Line| Line {
            words: line.filled(|name| match name {
                "me" => Some(scene.person.name.clone()),
                "other" => Some(other.clone()),
                name => found.0.get(name).cloned(),
            }),
            length: None,
        };
        let act = match &step.act {
            Act::Say(line) => Act::Say(filled(line)),
            Act::MarketSays(line) => Act::MarketSays(filled(line)),
            Act::SupportSays(line) => Act::SupportSays(filled(line)),
            same @ (Act::Send(_)
            | Act::Locate(_)
            | Act::Share(_)
            | Act::Click(_)
            | Act::Block
            | Act::Unblock
            | Act::Dispute
            | Act::Decide
            | Act::Close
            | Act::ChangePost(_)
            | Act::StaySilent) => same.clone(),
        };
        note(context, scene, &script.name, due_at, Task::Act(act))?;
    }
    Ok(())
}

/// The same seed, World and conversation fall the same way every time, at every try.
fn chance(scene: &Scene<'_>, script: &Script, tried: i64) -> bool {
    let mut hash = blake3::Hasher::new();
    for number in [script.seed, scene.conversation.id.0, tried] {
        hash.update(&number.to_le_bytes());
    }
    hash.update(scene.person.handle.as_bytes()).update(b"/").update(script.name.as_bytes());
    let [first, second, ..] = *hash.finalize().as_bytes();
    u16::from_le_bytes([first, second]) % 100 < u16::from(script.chance_percent)
}

fn other_name(context: &mut Context<'_, '_>, scene: &Scene<'_>) -> Result<String> {
    Ok(match scene.conversation.party(scene.side.other()) {
        Party::Person(id) => context.tx.person(id)?.map(|person| person.name),
        Party::App(id) => context.tx.app(id)?.map(|app| app.title),
        Party::Business(id) => context.tx.business(id)?.map(|business| business.name),
    }
    .unwrap_or_default())
}
