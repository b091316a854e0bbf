//! Following: what happened sets people in motion.

use peyk_model::script::{Errand, Task, Trigger};
use peyk_model::{
    Conversation, ConversationId, Event, Fact, Message, Party, Person, Side, Timestamp,
};
use peyk_store::{Casting, Fault, FeedPosition, Firings, Lock};

use super::matching::{Found, Patterns};
use super::start::{Scene, Start, start};
use crate::Context;
use crate::error::Result;

/// Most events that are followed in one transaction.
const EVENTS_AT_ONCE: i64 = 64;

/// Follows what happened after this place in the feed, and tells how far.
pub(super) fn follow(
    context: &mut Context<'_, '_>,
    patterns: &Patterns,
    after: FeedPosition,
) -> Result<FeedPosition> {
    if !context.tx.has_scripts()? {
        return Ok(after);
    }
    let mut position = after;
    for (at, event) in context.tx.events_after(after, EVENTS_AT_ONCE)? {
        heed(context, patterns, &event)?;
        position = at;
    }
    Ok(position)
}

fn heed(context: &mut Context<'_, '_>, patterns: &Patterns, event: &Event) -> Result<()> {
    let (id, message) = match &event.fact {
        Fact::MessageSent(id, message) => (*id, context.tx.message(*id, *message)?),
        Fact::ConversationOpened(id) => (*id, None),
        Fact::ArbitrationStarted(_)
        | Fact::ArbitrationFinished(_)
        | Fact::ConversationFinished(_)
        | Fact::AccessRevoked(_)
        | Fact::PostChanged(..)
        | Fact::QuotaNearlyUsed(_)
        | Fact::ButtonPressed(..)
        | Fact::ButtonAnswered(..)
        | Fact::Blocked(..)
        | Fact::Unblocked(..) => return Ok(()),
    };
    let conversation = conversation(context, id)?;
    for side in [Side::Buyer, Side::Seller] {
        let Party::Person(person) = conversation.party(side) else { continue };
        let mut scripts = context.tx.scripts_of(person)?;
        scripts.retain(|casting| casting.is_on);
        if scripts.is_empty() {
            continue;
        }
        let person = context.tx.person(person)?;
        let person = person.ok_or_else(|| Fault::Corrupt("person of a script".into()))?;
        let scene = Scene { conversation: &conversation, person: &person, side, at: event.at };
        match &message {
            Some(message) if message.author.side() == Some(side) => {
                said(context, &scene, message, &scripts)?;
            }
            Some(message) => heard(context, patterns, &scene, message, &scripts)?,
            None => opened(context, &scene, &scripts)?,
        }
        tick(context, &scene, &scripts)?;
    }
    Ok(())
}

pub(super) fn conversation(
    context: &mut Context<'_, '_>,
    id: ConversationId,
) -> Result<Conversation> {
    let found = context.tx.conversation(id, Lock::None)?;
    Ok(found.ok_or_else(|| Fault::Corrupt(format!("conversation {id} of an event")))?)
}

/// Somebody wrote to the person: the first script that fits answers.
fn heard(
    context: &mut Context<'_, '_>,
    patterns: &Patterns,
    scene: &Scene<'_>,
    message: &Message,
    scripts: &[Casting],
) -> Result<()> {
    for Casting { script, .. } in scripts {
        let Trigger::Message(pattern) = &script.trigger else { continue };
        if message.author.side().is_none() && script.speaks_for_marketplace() {
            // It would hear itself, or another like it, and never come to an end.
            continue;
        }
        let Some(found) = patterns.found(pattern, message, scene.side) else { continue };
        if start(context, scene, script, &found)? == Start::Done {
            break;
        }
    }
    Ok(())
}

/// The person wrote, and waits for an answer.
fn said(
    context: &mut Context<'_, '_>,
    scene: &Scene<'_>,
    message: &Message,
    scripts: &[Casting],
) -> Result<()> {
    for Casting { script, .. } in scripts {
        if let Trigger::Silence(wait) = script.trigger {
            let task = Task::Silence { number: message.number };
            note(context, scene, &script.name, scene.at.after(wait), task)?;
        }
    }
    Ok(())
}

fn opened(context: &mut Context<'_, '_>, scene: &Scene<'_>, scripts: &[Casting]) -> Result<()> {
    for Casting { script, .. } in scripts {
        if script.trigger == Trigger::Opened {
            start(context, scene, script, &Found::default())?;
        }
    }
    Ok(())
}

/// Begins to count the time in a conversation where that was not begun.
fn tick(context: &mut Context<'_, '_>, scene: &Scene<'_>, scripts: &[Casting]) -> Result<()> {
    for Casting { script, .. } in scripts {
        let Trigger::Time(every) = script.trigger else { continue };
        let (conversation, person) = (scene.conversation.id, scene.person.id);
        if context.tx.firings(conversation, person, &script.name)?.is_none() {
            context.tx.count_firings(conversation, person, &script.name, Firings::default())?;
            let task = Task::Time { count: 0 };
            note(context, scene, &script.name, scene.at.after(every), task)?;
        }
    }
    Ok(())
}

/// Notes what a person is going to do.
pub(super) fn note(
    context: &mut Context<'_, '_>,
    scene: &Scene<'_>,
    script: &str,
    due_at: Timestamp,
    task: Task,
) -> Result<()> {
    let Person { id: person, .. } = *scene.person;
    let conversation = scene.conversation.id;
    let errand = Errand { id: 0, person, script: script.into(), conversation, due_at, task };
    Ok(context.tx.insert_errand(&errand)?)
}
