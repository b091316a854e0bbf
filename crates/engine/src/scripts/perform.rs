//! Performing: people do what they were going to do, through the verbs that everybody uses.

use peyk_model::message::Content;
use peyk_model::script::{Act, Errand, Line, Source, Task, Trigger};
use peyk_model::{
    Author, ConversationId, Draft, Noun, Party, PostChange, Refusal, Side, Subject, Text,
};
use peyk_store::Fault;

use super::click::{self, Click};
use super::follow::{conversation, note};
use super::matching::Found;
use super::props::Props;
use super::start::{Scene, start};
use crate::error::{Error, Result};
use crate::{Context, arbitration, block, events, send_message};

/// Most errands that are done in one transaction.
const ERRANDS_AT_ONCE: i64 = 16;

/// The files of what is due.
pub(super) fn wanted(context: &mut Context<'_, '_>) -> Result<Vec<Source>> {
    let due = context.tx.due_errands(context.now, ERRANDS_AT_ONCE)?;
    let files = due.into_iter().filter_map(|errand| match errand.task {
        Task::Act(Act::Send(source)) => Some(source),
        Task::Act(_) | Task::Press(_) | Task::Silence { .. } | Task::Time { .. } => None,
    });
    Ok(files.collect())
}

/// Does what is due, in its order, up to the first click, which is taken in hand.
pub(super) fn perform_due(context: &mut Context<'_, '_>, props: &Props) -> Result<Option<Click>> {
    for errand in context.tx.due_errands(context.now, ERRANDS_AT_ONCE)? {
        if let Task::Act(Act::Send(source)) = &errand.task
            && !props.contains_key(source)
        {
            // It fell due a moment ago; the next turn has the file at hand.
            break;
        }
        let done = match &errand.task {
            Task::Act(Act::Click(choice)) => click::take(context, errand.clone(), choice).map(Some),
            Task::Press(press) => click::take_again(context, errand.clone(), *press).map(Some),
            Task::Act(_) | Task::Silence { .. } | Task::Time { .. } => {
                perform(context, &errand, props).map(|()| None)
            }
        };
        match done {
            Ok(Some(click)) => return Ok(Some(click)),
            Ok(None) => {}
            Err(Error::Refused(refusal)) => refused(context, &errand, &refusal.to_string())?,
            Err(broken @ Error::Broken(_)) => return Err(broken),
        }
        if let Task::Act(Act::Send(source)) = &errand.task
            && let Some(Err(why)) = props.get(source)
        {
            refused(context, &errand, why)?;
        }
        context.tx.delete_errand(errand.id)?;
    }
    Ok(None)
}

fn refused(context: &mut Context<'_, '_>, errand: &Errand, why: &str) -> Result<()> {
    let Errand { script, conversation, person, .. } = errand;
    tracing::info!(script, %conversation, refusal = why, "script `{script}` was refused");
    Ok(context.tx.note_refusal(*person, script, why)?)
}

fn perform(context: &mut Context<'_, '_>, errand: &Errand, props: &Props) -> Result<()> {
    match &errand.task {
        Task::Act(act) => do_act(context, errand, act, props),
        // It is taken in hand by the caller.
        Task::Press(_) => Ok(()),
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
    let by_market = |context: &mut Context<'_, '_>, author: Author, line: &Line| {
        let draft = Content::Text(Text::of_chars(&line.words)?).into();
        send_message::send_as_marketplace(context, author, id, &draft).map(drop)
    };
    let content = match act {
        Act::Say(Line { words, .. }) => Content::Text(Text::of_chars(words)?),
        Act::Send(source) => match props.get(source) {
            Some(Ok(file)) => Content::File(file.clone()),
            // Why it is not there is told by the caller.
            Some(Err(_)) | None => return Ok(()),
        },
        Act::Locate(place) => Content::Location(*place),
        Act::Share(contact) => Content::Contact(contact.clone()),
        Act::Block => return block::block(context, person, id),
        Act::Unblock => return block::unblock(context, person, id),
        Act::Dispute => return arbitration::start_arbitration(context, id).map(drop),
        Act::Decide => return arbitration::finish_arbitration(context, id).map(drop),
        Act::Close => return arbitration::finish_conversation(context, id).map(drop),
        Act::MarketSays(line) => return by_market(context, Author::Market, line),
        Act::SupportSays(line) => return by_market(context, Author::Support, line),
        Act::ChangePost(change) => return change_post(context, id, *change),
        Act::Click(_) | Act::StaySilent => return Ok(()),
    };
    send_message::send_as_person(context, person, id, &Draft::from(content)).map(drop)
}

fn change_post(
    context: &mut Context<'_, '_>,
    id: ConversationId,
    change: PostChange,
) -> Result<()> {
    let missing = || Refusal::not_found(Noun::Post, format!("of conversation {id}"));
    let Subject::Post(token) = conversation(context, id)?.subject else {
        return Err(missing().into());
    };
    let post = context.tx.post(&token)?.ok_or_else(missing)?;
    events::post_changed(context, &post, change)
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
