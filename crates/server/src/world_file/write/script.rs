//! Writing what people do on their own.

use peyk_engine::world::WorldScript;
use peyk_model::script::{Act, Choice, Line, Source, Step, Trigger};

use super::Page;
use crate::scenario::write::quoted;

/// A `[[script]]` of one person.
pub(super) fn script(page: &mut Page, found: &WorldScript) {
    let script = &found.script;
    page.section("[[script]]");
    page.text("name", &script.name);
    page.text("person", &found.person);
    page.raw("limit", script.limit);
    if script.chance_percent < 100 {
        page.raw("chance_percent", script.chance_percent);
    }
    if script.seed != 0 {
        page.raw("seed", script.seed);
    }
    if !found.is_on {
        page.raw("off", true);
    }
    if let Some(when) = trigger(&script.trigger) {
        page.raw("when", format_args!("{{ {when} }}"));
    }
    for step in &script.steps {
        page.part("[[script.then]]");
        self::step(page, step);
    }
}

fn trigger(trigger: &Trigger) -> Option<String> {
    Some(match trigger {
        Trigger::Opened => "event = \"opened\"".to_owned(),
        Trigger::Silence(wait) => format!("event = \"silence\", seconds = {}", wait.as_secs()),
        Trigger::Time(wait) => format!("event = \"time\", seconds = {}", wait.as_secs()),
        Trigger::Message(pattern) => {
            let kind = pattern.kind.map(|kind| kind.word().to_owned());
            let fields = [
                ("text", &pattern.text),
                ("regex", &pattern.regex),
                ("kind", &kind),
                ("button", &pattern.button),
            ];
            let fields = fields.iter().filter_map(|(name, value)| {
                Some(format!("{name} = {}", quoted(value.as_deref()?)))
            });
            let fields: Vec<_> = fields.collect();
            if fields.is_empty() {
                return None;
            }
            fields.join(", ")
        }
    })
}

fn step(page: &mut Page, step: &Step) {
    if !step.after.is_zero() {
        page.raw("after_seconds", step.after.as_secs());
    }
    match &step.act {
        Act::Say(words) => line(page, "say", words),
        Act::MarketSays(words) => line(page, "market", words),
        Act::SupportSays(words) => line(page, "support", words),
        Act::Send(Source::Prop(prop)) => page.text("send", prop.word()),
        Act::Send(Source::Path(path)) => {
            // It could not be read when the World was exported.
            let name = std::path::Path::new(path).file_name().and_then(|name| name.to_str());
            page.text("file", name.unwrap_or(path));
        }
        Act::Send(Source::Kept { name, object }) => {
            page.text("file", name);
            page.text("object", object);
        }
        Act::Click(Choice::Number(number)) => page.raw("click", number),
        Act::Click(Choice::Words(words)) => page.text("click", words),
        Act::Decide => page.text("do", "decide"),
        Act::Close => page.text("do", "close"),
        Act::ChangePost(change) => page.text("post", change.word()),
        Act::Locate(place) => {
            page.text("location", &format!("{}, {}", place.latitude(), place.longitude()));
        }
        Act::Share(contact) => {
            page.text("contact", &contact.phone);
            page.maybe("contact_name", contact.name.as_deref());
        }
        Act::Block => page.text("do", "block"),
        Act::Unblock => page.text("do", "unblock"),
        Act::Dispute => page.text("do", "dispute"),
        Act::StaySilent => page.text("do", "stay_silent"),
    }
}

fn line(page: &mut Page, key: &str, line: &Line) {
    page.text(key, &line.words);
    if let Some(length) = line.length {
        page.raw("length", length);
    }
}
