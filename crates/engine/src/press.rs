//! Pressing: what a person sets off with a button below a message.

use peyk_model::{
    Action, App, Conversation, Fact, Message, MessageId, Noun, Party, PersonId, Press, PressAnswer,
    Refusal, Side,
};

use crate::error::Result;
use crate::{Context, events, person_view, webhooks};

/// A button that a person pressed, with all that its app has to know.
#[derive(Debug, Clone)]
pub struct Pressed {
    /// A name that no other press has, if this one may come again.
    pub id: Option<String>,
    /// Who pressed it.
    pub person: PersonId,
    /// Below which message.
    pub message: MessageId,
    /// Which button, counted from one along the rows.
    pub number: u32,
    /// Where.
    pub conversation: Conversation,
    /// On which side.
    pub side: Side,
    /// What the button does.
    pub action: Action,
    /// The app whose button it is.
    pub app: App,
    /// The word by which the app knows us.
    pub identification_key: Option<String>,
    /// The id under which the app knows the person.
    pub user_id: String,
}

/// The button that a person sees below a message, counted from one along the rows.
pub fn press(
    context: &mut Context<'_, '_>,
    person: PersonId,
    conversation: &str,
    message: MessageId,
    number: usize,
) -> Result<Pressed> {
    let conversation = person_view::conversation(context, person, conversation)?;
    let found = context.tx.message(conversation.id, message)?;
    let found = found.ok_or_else(|| Refusal::not_found(Noun::Message, message))?;
    press_button(context, person, conversation, &found, number)
}

/// The same for a message that is at hand.
pub(crate) fn press_button(
    context: &mut Context<'_, '_>,
    person: PersonId,
    conversation: Conversation,
    message: &Message,
    number: usize,
) -> Result<Pressed> {
    let side = conversation.side_of(Party::Person(person)).unwrap_or(Side::Buyer);
    let button = message.buttons.seen_by(side).nth(number);
    let action = button.ok_or_else(|| Refusal::not_found(Noun::Button, number))?.action.clone();
    let app = app_of(context, message)?;
    let identification_key = webhooks::app_identification_key(context, app.id)?;
    let user_id = context.keyring.user_id(app.id, person);
    let (message, number) = (message.id, u32::try_from(number).unwrap_or(u32::MAX));
    Ok(Pressed {
        id: None,
        person,
        message,
        number,
        conversation,
        side,
        action,
        app,
        identification_key,
        user_id,
    })
}

/// Notes that the button was pressed.
pub fn note_press(context: &mut Context<'_, '_>, pressed: &Pressed) -> Result<()> {
    let press = Press { person: pressed.person, number: pressed.number };
    let fact = Fact::ButtonPressed(pressed.conversation.id, pressed.message, press);
    events::done_by_hand(context, fact)
}

/// Notes what the press came to.
pub fn note_answer(
    context: &mut Context<'_, '_>,
    pressed: &Pressed,
    answer: &PressAnswer,
) -> Result<()> {
    let answer = Box::new(answer.clone());
    let fact = Fact::ButtonAnswered(pressed.conversation.id, pressed.message, answer);
    events::done_by_hand(context, fact)
}

fn app_of(context: &mut Context<'_, '_>, message: &Message) -> Result<App> {
    let app = match message.app {
        Some(id) => context.tx.app(id)?,
        None => None,
    };
    // Only apps send buttons; one that is gone cannot be asked.
    app.ok_or_else(|| Refusal::not_found(Noun::App, message.id).into())
}
