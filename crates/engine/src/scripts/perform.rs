//! Performing: people do what they were going to do, through the verbs that everybody uses.

use peyk_model::message::Content;
use peyk_model::script::{Act, Errand, Line, Prop, Task, Trigger};
use peyk_model::{Draft, Party, Side, Text};
use peyk_store::Fault;

use super::follow::{conversation, note};
use super::matching::Found;
use super::props::Props;
use super::start::{Scene, start};
use crate::error::{Error, Result};
use crate::{Context, arbitration, block, send_message};

/// Most errands that are done in one transaction.
const ERRANDS_AT_ONCE: i64 = 16;

/// The props of what is due.
pub(super) fn wanted(context: &mut Context<'_, '_>) -> Result<Vec<Prop>> {
    let due = context.tx.due_errands(context.now, ERRANDS_AT_ONCE)?;
    let props = due.into_iter().filter_map(|errand| match errand.task {
        Task::Act(Act::Send(prop)) => Some(prop),
        Task::Act(_) | Task::Silence { .. } | Task::Time { .. } => None,
    });
    Ok(props.collect())
}

/// Does what is due, in its order.
pub(super) fn perform_due(context: &mut Context<'_, '_>, props: &Props) -> Result<()> {
    for errand in context.tx.due_errands(context.now, ERRANDS_AT_ONCE)? {
        if let Task::Act(Act::Send(prop)) = &errand.task
            && !props.contains_key(prop)
        {
            // It fell due a moment ago; the next turn has the file at hand.
            break;
        }
        context.tx.delete_errand(errand.id)?;
        match perform(context, &errand, props) {
            Ok(()) => {}
            Err(Error::Refused(refusal)) => {
                let Errand { script, conversation, .. } = &errand;
                tracing::info!(script, %conversation, %refusal, "script `{script}` was refused");
                let refusal = refusal.to_string();
                context.tx.note_refusal(errand.person, &errand.script, &refusal)?;
            }
            Err(broken @ Error::Broken(_)) => return Err(broken),
        }
    }
    Ok(())
}

fn perform(context: &mut Context<'_, '_>, errand: &Errand, props: &Props) -> Result<()> {
    match &errand.task {
        Task::Act(act) => do_act(context, errand, act, props),
        Task::Silence { number } => {
            let last = conversation(context, errand.conversation)?.last_number;
            if last == *number {
                start_again(context, errand)?;
            }
            Ok(())
        }
        Task::Time { .. } => start_again(context, errand),
    }
}

fn do_act(context: &mut Context<'_, '_>, errand: &Errand, act: &Act, props: &Props) -> Result<()> {
    let (person, id) = (errand.person, errand.conversation);
    let content = match act {
        Act::Say(Line { words, .. }) => Content::Text(Text::of_chars(words)?),
        Act::Send(prop) => match props.get(prop) {
            Some(file) => Content::File(file.clone()),
            None => return Ok(()),
        },
        Act::Locate(place) => Content::Location(*place),
        Act::Share(contact) => Content::Contact(contact.clone()),
        Act::Block => return block::block(context, person, id),
        Act::Unblock => return block::unblock(context, person, id),
        Act::Dispute => return arbitration::start_arbitration(context, id).map(drop),
        Act::StaySilent => return Ok(()),
    };
    send_message::send_as_person(context, person, id, &Draft::from(content)).map(drop)
}

/// The time of a script has come, if it is still there and on.
fn start_again(context: &mut Context<'_, '_>, errand: &Errand) -> Result<()> {
    let Some(casting) = context.tx.script(errand.person, &errand.script)? else { return Ok(()) };
    if !casting.is_on {
        return Ok(());
    }
    let person = context.tx.person(errand.person)?;
    let person = person.ok_or_else(|| Fault::Corrupt("person of an errand".into()))?;
    let conversation = conversation(context, errand.conversation)?;
    let side = conversation.side_of(Party::Person(person.id)).unwrap_or(Side::Buyer);
    let scene = Scene { conversation: &conversation, person: &person, side, at: errand.due_at };
    let script = &casting.script;
    start(context, &scene, script, &Found::default())?;
    if let (Trigger::Time(every), Task::Time { count }) = (&script.trigger, &errand.task)
        && count + 1 < script.limit
    {
        let task = Task::Time { count: count + 1 };
        note(context, &scene, &script.name, errand.due_at.after(*every), task)?;
    }
    Ok(())
}
