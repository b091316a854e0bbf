//! What people do on their own, in the reader's words: what each script waits for, and what comes
//! next.

use peyk_engine::read_conversation::Paging;
use peyk_engine::scripts::{self, Standing};
use peyk_engine::{Context, Result, directory};
use peyk_model::Person;
use peyk_model::script::{Errand, Pattern, Script, Trigger};

use super::moment::{Form, Moment};
use super::texts::Texts;
use super::visit::Visit;

/// Most people whose scripts are shown.
const PEOPLE_MAX: i64 = 200;

/// A script as the page shows it.
pub struct Row {
    pub person: Person,
    pub name: String,
    pub is_on: bool,
    /// What has to happen.
    pub trigger: String,
    /// More about it, each with its label.
    pub details: Vec<(String, String)>,
    /// The regular expression of a message that it waits for.
    pub regex: Option<String>,
    pub steps: i64,
    pub firings: i64,
    pub waiting: i64,
    /// When its next step is due, and in which chat.
    pub next: Option<(Moment, i64)>,
    pub refusal: Option<String>,
}

/// The scripts of all people, and what is going to be done.
pub type Found = (Vec<(Person, Vec<Standing>)>, Vec<Errand>);

/// The scripts of all people, and what is going to be done.
pub fn found(context: &mut Context<'_, '_>) -> Result<Found> {
    let paging = Paging { cursor: None, limit: PEOPLE_MAX };
    let mut actors = Vec::new();
    for person in directory::people(context, &paging)?.items {
        let scripts = scripts::scripts_of(context, &person.handle)?;
        if !scripts.is_empty() {
            actors.push((person, scripts));
        }
    }
    Ok((actors, scripts::errands(context)?))
}

/// Scripts as the page shows them.
pub fn rows(visit: &Visit, (actors, errands): Found) -> Vec<Row> {
    let row = |person: &Person, standing: Standing| {
        let Standing { script, is_on, firings, waiting, refusal, .. } = standing;
        let is_own = |each: &&Errand| each.person == person.id && each.script == script.name;
        let next = errands.iter().find(is_own);
        let moment = |next: &Errand| visit.moment(next.due_at, Form::Exact);
        Row {
            person: person.clone(),
            trigger: trigger(visit.texts, &script.trigger),
            details: details(visit.texts, &script),
            regex: match &script.trigger {
                Trigger::Message(pattern) => pattern.regex.clone(),
                Trigger::Opened | Trigger::Silence(_) | Trigger::Time(_) => None,
            },
            steps: i64::try_from(script.steps.len()).unwrap_or(i64::MAX),
            next: next.map(|next| (moment(next), next.conversation.0)),
            name: script.name,
            is_on,
            firings,
            waiting,
            refusal,
        }
    };
    let mut rows = Vec::new();
    for (person, scripts) in actors {
        rows.extend(scripts.into_iter().map(|standing| row(&person, standing)));
    }
    rows
}

fn trigger(t: Texts, trigger: &Trigger) -> String {
    let seconds = |time: &std::time::Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match trigger {
        Trigger::Message(_) => t.say("script-waits-message"),
        Trigger::Opened => t.say("script-waits-opened"),
        Trigger::Silence(time) => t.count("script-waits-silence", seconds(time)),
        Trigger::Time(time) => t.count("script-waits-time", seconds(time)),
    }
    .into_owned()
}

fn details(t: Texts, script: &Script) -> Vec<(String, String)> {
    let mut details = Vec::new();
    let mut tell = |key: &str, value: String| details.push((t.say(key).into_owned(), value));
    if let Trigger::Message(Pattern { text, regex: _, kind, button }) = &script.trigger {
        let words = [("script-with-text", text), ("script-with-button", button)];
        for (key, value) in words {
            if let Some(value) = value {
                tell(key, value.clone());
            }
        }
        if let Some(kind) = kind {
            tell("script-of-kind", t.of("script-kind", kind.word()).into_owned());
        }
    }
    if script.chance_percent < 100 {
        tell("script-chance", t.count("percent", i64::from(script.chance_percent)).into_owned());
    }
    details
}
