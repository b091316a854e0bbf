//! Steps of a scenario: each does, or checks, one thing.

use peyk_model::limits::NAME_MAX_CHARS;
use peyk_model::script::Prop;

use super::chat::{Cast, listed};
use super::{Act, Chat, Click, Deed, PersonAct, expect};
use crate::world_file::script::{contact, location};
use crate::world_file::section::Section;

/// The keys of which a step has exactly one.
const DEEDS: [&str; 14] = [
    "say", "send", "file", "location", "contact", "click", "do", "revoke", "market", "support",
    "expect", "silence", "pass", "call",
];

/// Reads one step.
pub(super) fn deed(step: &Section<'_, '_>, cast: &Cast<'_>, usual: Option<&Chat>) -> Option<Deed> {
    let given: Vec<_> = DEEDS.into_iter().filter(|key| step.has(key)).collect();
    let [key] = given[..] else {
        let found = if given.is_empty() { "nothing to do".into() } else { listed(&given, " and ") };
        step.refuse(step.span(), found, format!("one of {}", listed(&DEEDS, ", ")));
        return None;
    };
    let deed = match key {
        "pass" => expect::span(step, "pass").map(Deed::Pass),
        "call" => expect::call(step).map(Deed::Call),
        _ => in_chat(step, cast, usual, key),
    };
    step.finish();
    deed
}

fn in_chat(
    step: &Section<'_, '_>,
    cast: &Cast<'_>,
    usual: Option<&Chat>,
    key: &str,
) -> Option<Deed> {
    let chat = if step.may_have("in") { cast.chat(step, "in") } else { usual.cloned() };
    if chat.is_none() && !step.has("in") {
        step.refuse(step.span(), "no chat", "`in` here, or `chat` in the [[scenario]]");
    }
    let who = match step.may_have("as") {
        true => cast.person(step, "as"),
        false => chat.as_ref().map(|chat| chat.person.clone()),
    };
    // What is done is read even where the chat is a mistake, so that all mistakes are told at once.
    match key {
        "expect" => {
            let expected = expect::expected(step);
            Some(Deed::Expect(chat?, expected?))
        }
        "silence" => {
            let span = expect::span(step, "silence");
            Some(Deed::Silence(chat?, span?))
        }
        _ => {
            let act = act(step, cast, key, who);
            Some(Deed::Act(chat?, act?))
        }
    }
}

fn act(step: &Section<'_, '_>, cast: &Cast<'_>, key: &str, who: Option<String>) -> Option<Act> {
    Some(match key {
        "market" => Act::MarketSays(step.message_text("market")?.as_str().to_owned()),
        "support" => Act::SupportSays(step.message_text("support")?.as_str().to_owned()),
        "do" => word(step, who)?,
        "revoke" => Act::Person { act: PersonAct::Revoke(cast.app(step, "revoke")?), who: who? },
        _ => Act::Person { act: person_act(step, key)?, who: who? },
    })
}

fn person_act(step: &Section<'_, '_>, key: &str) -> Option<PersonAct> {
    Some(match key {
        "say" => PersonAct::Say(step.message_text("say")?.as_str().to_owned()),
        "send" => {
            let words = Prop::ALL.iter().map(|prop| prop.word());
            PersonAct::Send(step.word(&step.text("send")?, Prop::parse, words)?)
        }
        "file" => PersonAct::SendFile(file(step)?),
        "location" => PersonAct::Locate(location(step)?),
        "contact" => PersonAct::Share(contact(step)?),
        _ => PersonAct::Click(Click {
            shows: step.optional_text("shows").map(|found| found.value.to_owned()),
            opens: step.optional_text("opens").map(|found| found.value.to_owned()),
            caption: step.title("click")?,
        }),
    })
}

/// The name of a file beside the scenario.
fn file(step: &Section<'_, '_>) -> Option<String> {
    let found = step.text("file")?;
    let path = std::path::Path::new(found.value);
    let is_beside = path.is_relative()
        && path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if found.value.is_empty() || !is_beside || found.value.chars().count() > NAME_MAX_CHARS {
        let expected = "the name of a file in the folder of the scenario";
        step.refuse(&found.span, format!("`{}`", found.value), expected);
        return None;
    }
    Some(found.value.to_owned())
}

fn word(step: &Section<'_, '_>, who: Option<String>) -> Option<Act> {
    const DECIDE: &str = "decide";
    const ACTS: [(&str, PersonAct); 4] = [
        ("open", PersonAct::Open),
        ("block", PersonAct::Block),
        ("unblock", PersonAct::Unblock),
        ("dispute", PersonAct::Dispute),
    ];
    let find = |word: &str| match word {
        DECIDE => Some(None),
        word => ACTS.into_iter().find(|(name, _)| *name == word).map(|(_, act)| Some(act)),
    };
    let words = ACTS.map(|(name, _)| name).into_iter().chain([DECIDE]);
    match step.word(&step.text("do")?, find, words)? {
        Some(act) => Some(Act::Person { who: who?, act }),
        None => Some(Act::Decide),
    }
}
