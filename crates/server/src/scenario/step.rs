//! Steps of a scenario: each does, or checks, one thing.

use peyk_model::limits::NAME_MAX_CHARS;
use peyk_model::script::Prop;

use super::chat::{Cast, listed};
use super::{Act, Attachment, Chat, Click, Deed, PersonAct, expect};
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
        "send" | "file" if step.has("by") => of_marketplace(step, key)?,
        "do" => word(step, who)?,
        "revoke" => Act::Person { act: PersonAct::Revoke(cast.app(step, "revoke")?), who: who? },
        _ => Act::Person { act: person_act(step, key)?, who: who? },
    })
}

type SendsFile = fn(Attachment) -> Act;

/// A file that the marketplace or its support sends.
fn of_marketplace(step: &Section<'_, '_>, key: &str) -> Option<Act> {
    const SENDERS: [(&str, SendsFile); 2] =
        [("market", Act::MarketSends), ("support", Act::SupportSends)];
    if step.has("as") {
        step.refuse(step.key_span("as"), "`as` beside `by`", "either a person or the marketplace");
    }
    let find = |word: &str| SENDERS.into_iter().find(|(name, _)| *name == word).map(|(_, act)| act);
    let by = step.text("by");
    let by = by.and_then(|by| step.word(&by, find, SENDERS.map(|(name, _)| name)));
    let attachment = match key {
        "send" => Attachment::Prop(prop(step)?),
        _ => Attachment::Beside(file(step)?),
    };
    Some(by?(attachment))
}

fn prop(step: &Section<'_, '_>) -> Option<Prop> {
    let words = Prop::ALL.iter().map(|prop| prop.word());
    step.word(&step.text("send")?, Prop::parse, words)
}

fn person_act(step: &Section<'_, '_>, key: &str) -> Option<PersonAct> {
    Some(match key {
        "say" => PersonAct::Say(step.message_text("say")?.as_str().to_owned()),
        "send" => PersonAct::Send(prop(step)?),
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
    /// What the marketplace does; the others are a person's.
    const OF_MARKETPLACE: [(&str, Act); 2] = [("decide", Act::Decide), ("close", Act::Close)];
    const OF_PEOPLE: [(&str, PersonAct); 4] = [
        ("open", PersonAct::Open),
        ("block", PersonAct::Block),
        ("unblock", PersonAct::Unblock),
        ("dispute", PersonAct::Dispute),
    ];
    let words =
        OF_PEOPLE.map(|(name, _)| name).into_iter().chain(OF_MARKETPLACE.map(|(name, _)| name));
    let known: Vec<_> = words.clone().collect();
    let find = |word: &str| known.iter().find(|name| **name == word).copied();
    let word = step.word(&step.text("do")?, find, words)?;
    if let Some((_, act)) = OF_MARKETPLACE.into_iter().find(|(name, _)| *name == word) {
        return Some(act);
    }
    let (_, act) = OF_PEOPLE.into_iter().find(|(name, _)| *name == word)?;
    Some(Act::Person { who: who?, act })
}
