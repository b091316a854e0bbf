//! Clicking: a person presses a button, which asks an app outside and waits for its answer.
//!
//! Nothing can be asked in a transaction. So the errand becomes this one press, which is put off
//! while it is under way and forgotten when that is over. Whether a killed server had asked nobody
//! can know, so the next one presses the same button once more, under the same id: an app that drops
//! what comes twice is asked once.

use std::time::Duration;

use futures_util::future::BoxFuture;
use peyk_model::script::{Choice, Errand, Press, Task};
use peyk_model::{ConversationId, Message, MessageId, Noun, Party, Refusal, Side};

use super::follow::conversation;
use super::matching::folded;
use crate::error::Result;
use crate::press::{Pressed, press_button};
use crate::{Context, Engine};

/// For how long an errand is put off while its click is under way: longer than any app may take.
const IN_HAND: Duration = Duration::from_secs(30);
/// Among how many messages a button is looked for.
const MESSAGES_MAX: i64 = 100;

/// Those who press buttons for people.
pub trait Hands: Send + Sync {
    /// Presses a button; if the app makes a mistake, it is told in words.
    fn press<'p>(&'p self, pressed: &'p Pressed) -> BoxFuture<'p, Result<(), String>>;
}

/// A click that is under way.
#[derive(Debug, Clone)]
pub(super) struct Click {
    pub(super) errand: Errand,
    pub(super) pressed: Pressed,
}

/// Takes a click in hand.
pub(super) fn take(
    context: &mut Context<'_, '_>,
    errand: Errand,
    choice: &Choice,
) -> Result<Click> {
    let found = conversation(context, errand.conversation)?;
    let side = found.side_of(Party::Person(errand.person)).unwrap_or(Side::Buyer);
    let message = last_with_buttons(context, errand.conversation, side)?;
    let button = number(&message, side, choice)?;
    let id = context.tx.mint().message_id(context.now).0;
    take_again(context, errand, Press { id, message: message.id, button })
}

/// Takes a press in hand, of which nobody knows whether it was done.
pub(super) fn take_again(
    context: &mut Context<'_, '_>,
    errand: Errand,
    press: Press,
) -> Result<Click> {
    let found = conversation(context, errand.conversation)?;
    let message = context.tx.message(found.id, press.message)?;
    let message = message.ok_or_else(|| Refusal::not_found(Noun::Message, press.message))?;
    let mut pressed = press_button(context, errand.person, found, &message, press.button)?;
    pressed.id = Some(format!("press_{}", press.id));
    context.tx.postpone_errand(errand.id, context.now.after(IN_HAND), &Task::Press(press))?;
    Ok(Click { errand, pressed })
}

fn last_with_buttons(
    context: &mut Context<'_, '_>,
    id: ConversationId,
    side: Side,
) -> Result<Message> {
    let found = context.tx.messages_before(id, MessageId(i64::MAX), MESSAGES_MAX)?;
    let found = found.into_iter().find(|message| !message.buttons.seen_by(side).is_empty());
    found.ok_or_else(|| Refusal::not_found(Noun::Button, "of any message").into())
}

fn number(message: &Message, side: Side, choice: &Choice) -> Result<usize, Refusal> {
    match choice {
        Choice::Number(number) => {
            usize::try_from(*number).map_err(|_| Refusal::not_found(Noun::Button, number))
        }
        Choice::Words(words) => {
            let wanted = folded(words);
            let mut buttons = message.buttons.seen_by(side).rows().iter().flatten();
            let place = buttons.position(|button| folded(&button.caption).contains(&wanted));
            Ok(place.ok_or_else(|| Refusal::not_found(Noun::Button, words))? + 1)
        }
    }
}

/// Presses the button and forgets the errand.
pub(super) async fn finish(engine: &Engine, hands: &dyn Hands, click: Click) -> Result<()> {
    let Click { errand, pressed } = click;
    let mistake = hands.press(&pressed).await.err();
    let forget = engine.write(move |context| {
        context.tx.delete_errand(errand.id)?;
        match &mistake {
            Some(words) => Ok(context.tx.note_refusal(errand.person, &errand.script, words)?),
            None => Ok(()),
        }
    });
    forget.await
}
