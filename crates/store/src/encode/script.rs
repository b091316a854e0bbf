//! Scripts and what people are going to do, as JSON.

use std::time::Duration;

use peyk_model::script::{
    Act, BodyKind, Choice, Line, Pattern, Press, Prop, Script, Source, Step, Task, Trigger,
};
use peyk_model::{Contact, Location, MessageId, PostChange};
use serde::{Deserialize, Serialize};

use super::{corrupt, json, word};
use crate::Fault;

#[derive(Serialize, Deserialize)]
struct ScriptRow {
    name: String,
    trigger: TriggerRow,
    chance_percent: u8,
    seed: i64,
    limit: i64,
    steps: Vec<StepRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TriggerRow {
    Message {
        text: Option<String>,
        regex: Option<String>,
        kind: Option<String>,
        button: Option<String>,
    },
    Opened,
    Silence(Duration),
    Time(Duration),
}

#[derive(Serialize, Deserialize)]
struct StepRow {
    after: Duration,
    act: ActRow,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ActRow {
    Say { words: String, length: Option<usize> },
    Send(String),
    SendFile(String),
    SendKept { name: String, object: String },
    Locate { latitude: f64, longitude: f64 },
    Share { name: Option<String>, phone: String },
    Block,
    Unblock,
    Dispute,
    ClickNumber(i64),
    ClickWords(String),
    Decide,
    Close,
    MarketSays { words: String, length: Option<usize> },
    SupportSays { words: String, length: Option<usize> },
    ChangePost(String),
    StaySilent,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TaskRow {
    Act(ActRow),
    Press { id: i64, message: i64, button: usize },
    Silence { number: i64 },
    Time { count: i64 },
}

/// A script as it is stored.
pub(crate) fn script(script: &Script) -> String {
    let trigger = match script.trigger.clone() {
        Trigger::Message(Pattern { text, regex, kind, button }) => {
            let kind = kind.map(|kind| kind.word().to_owned());
            TriggerRow::Message { text, regex, kind, button }
        }
        Trigger::Opened => TriggerRow::Opened,
        Trigger::Silence(time) => TriggerRow::Silence(time),
        Trigger::Time(time) => TriggerRow::Time(time),
    };
    let steps = script.steps.iter();
    json(&ScriptRow {
        name: script.name.clone(),
        trigger,
        chance_percent: script.chance_percent,
        seed: script.seed,
        limit: script.limit,
        steps: steps.map(|step| StepRow { after: step.after, act: act(&step.act) }).collect(),
    })
}

/// Reads a stored script.
pub(crate) fn read_script(text: &str) -> Result<Script, Fault> {
    let row: ScriptRow = serde_json::from_str(text).map_err(|error| corrupt("script", error))?;
    let trigger = match row.trigger {
        TriggerRow::Message { text, regex, kind, button } => {
            let kind = kind.map(|kind| word("body kind", &kind, BodyKind::parse(&kind)));
            Trigger::Message(Pattern { text, regex, kind: kind.transpose()?, button })
        }
        TriggerRow::Opened => Trigger::Opened,
        TriggerRow::Silence(time) => Trigger::Silence(time),
        TriggerRow::Time(time) => Trigger::Time(time),
    };
    let steps = row.steps.into_iter();
    let steps = steps.map(|step| Ok(Step { after: step.after, act: read_act(step.act)? }));
    Ok(Script {
        name: row.name,
        trigger,
        chance_percent: row.chance_percent,
        seed: row.seed,
        limit: row.limit,
        steps: steps.collect::<Result<_, Fault>>()?,
    })
}

/// A task as it is stored.
pub(crate) fn task(task: &Task) -> String {
    json(&match task {
        Task::Act(done) => TaskRow::Act(act(done)),
        Task::Press(Press { id, message, button }) => {
            TaskRow::Press { id: *id, message: message.0, button: *button }
        }
        Task::Silence { number } => TaskRow::Silence { number: *number },
        Task::Time { count } => TaskRow::Time { count: *count },
    })
}

/// Reads a stored task.
pub(crate) fn read_task(text: &str) -> Result<Task, Fault> {
    let row: TaskRow = serde_json::from_str(text).map_err(|error| corrupt("task", error))?;
    Ok(match row {
        TaskRow::Act(done) => Task::Act(read_act(done)?),
        TaskRow::Press { id, message, button } => {
            Task::Press(Press { id, message: MessageId(message), button })
        }
        TaskRow::Silence { number } => Task::Silence { number },
        TaskRow::Time { count } => Task::Time { count },
    })
}

fn act(act: &Act) -> ActRow {
    match act {
        Act::Say(Line { words, length }) => ActRow::Say { words: words.clone(), length: *length },
        Act::Send(Source::Prop(prop)) => ActRow::Send(prop.word().to_owned()),
        Act::Send(Source::Path(path)) => ActRow::SendFile(path.clone()),
        Act::Send(Source::Kept { name, object }) => {
            ActRow::SendKept { name: name.clone(), object: object.clone() }
        }
        Act::Locate(place) => {
            ActRow::Locate { latitude: place.latitude(), longitude: place.longitude() }
        }
        Act::Share(Contact { name, phone }) => {
            ActRow::Share { name: name.clone(), phone: phone.clone() }
        }
        Act::Block => ActRow::Block,
        Act::Unblock => ActRow::Unblock,
        Act::Dispute => ActRow::Dispute,
        Act::Click(Choice::Number(number)) => ActRow::ClickNumber(*number),
        Act::Click(Choice::Words(words)) => ActRow::ClickWords(words.clone()),
        Act::Decide => ActRow::Decide,
        Act::Close => ActRow::Close,
        Act::MarketSays(Line { words, length }) => {
            ActRow::MarketSays { words: words.clone(), length: *length }
        }
        Act::SupportSays(Line { words, length }) => {
            ActRow::SupportSays { words: words.clone(), length: *length }
        }
        Act::ChangePost(change) => ActRow::ChangePost(change.word().to_owned()),
        Act::StaySilent => ActRow::StaySilent,
    }
}

fn read_act(row: ActRow) -> Result<Act, Fault> {
    let malformed = |what: &str| Fault::Corrupt(format!("{what} of a script"));
    Ok(match row {
        ActRow::Say { words, length } => Act::Say(Line { words, length }),
        ActRow::Send(prop) => Act::Send(Source::Prop(word("prop", &prop, Prop::parse(&prop))?)),
        ActRow::SendFile(path) => Act::Send(Source::Path(path)),
        ActRow::SendKept { name, object } => Act::Send(Source::Kept { name, object }),
        ActRow::Locate { latitude, longitude } => {
            let place = Location::new(latitude, longitude);
            Act::Locate(place.map_err(|_| malformed("location"))?)
        }
        ActRow::Share { name, phone } => {
            Act::Share(Contact::new(name, phone).map_err(|_| malformed("contact"))?)
        }
        ActRow::Block => Act::Block,
        ActRow::Unblock => Act::Unblock,
        ActRow::Dispute => Act::Dispute,
        ActRow::ClickNumber(number) => Act::Click(Choice::Number(number)),
        ActRow::ClickWords(words) => Act::Click(Choice::Words(words)),
        ActRow::Decide => Act::Decide,
        ActRow::Close => Act::Close,
        ActRow::MarketSays { words, length } => Act::MarketSays(Line { words, length }),
        ActRow::SupportSays { words, length } => Act::SupportSays(Line { words, length }),
        ActRow::ChangePost(change) => {
            Act::ChangePost(word("post change", &change, PostChange::parse(&change))?)
        }
        ActRow::StaySilent => Act::StaySilent,
    })
}
