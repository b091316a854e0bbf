//! The plan: which pushes are posted, and which calls have to come of them.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use anyhow::{anyhow, bail};
use reqwest::Url;

use super::ReplayArguments;
use crate::recording::{Called, Exchange, Recording, Way, is_reading};

/// No pause is longer.
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// What is done, and what is expected.
pub struct Plan<'r> {
    /// The pushes, in the order in which they were begun.
    pub pushes: Vec<Push<'r>>,
    /// The calls that were made meanwhile, with their times.
    pub calls: Vec<(i64, Called)>,
    /// The one conversation that matters, if only one does.
    pub conversation: Option<&'r str>,
}

/// A push with all attempts at it.
pub struct Push<'r> {
    /// The first attempt.
    pub told: &'r Exchange,
    /// The last attempt.
    pub ended: &'r Exchange,
}

impl<'r> Plan<'r> {
    /// What these arguments want of a recording.
    pub fn of(recording: &'r Recording, arguments: &'r ReplayArguments) -> anyhow::Result<Self> {
        let ReplayArguments { app, business, conversation, only, file, .. } = arguments;
        let is_wanted = |exchange: &&Exchange| {
            exchange.is_of(app.as_deref(), *business)
                && conversation.as_ref().is_none_or(|it| exchange.conversation.as_ref() == Some(it))
        };
        let chosen: Vec<&Exchange> = recording.exchanges.iter().filter(is_wanted).collect();
        let is_told = |exchange: &&Exchange| {
            exchange.way == Way::Push
                && (only.is_empty() || only.iter().any(|name| name == exchange.name()))
        };
        let pushes = pushes(chosen.iter().copied().filter(is_told));
        let Some(first) = pushes.first() else {
            let names: BTreeSet<_> = recording.exchanges.iter().filter_map(told_name).collect();
            let file = file.display();
            if names.is_empty() {
                bail!("{file}: nobody was told anything while it was recorded");
            }
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            bail!("{file}: there are no such pushes; it has {names}");
        };
        let told: BTreeSet<_> = pushes.iter().map(|push| owner(push.told)).collect();
        if told.len() > 1 {
            let names = told.into_iter().collect::<Vec<_>>().join(", ");
            bail!("{}: several were told something: choose one of {names}", file.display());
        }
        if pushes.iter().any(|push| push.told.request.is_cut) {
            eprintln!("peyk: pushes that were too long to be recorded as a whole are left out");
        }
        let owner_of_all = owner(first.told);
        let told = chosen.iter().filter(|it| it.way == Way::Push && owner(it) == owner_of_all);
        let told: Vec<&Exchange> = told.copied().collect();
        let made = chosen.iter().filter(|it| it.way == Way::Call && owner(it) == owner_of_all);
        let calls = made.filter(|call| cause(&told, call).is_some_and(|it| is_told(&it)));
        let calls = calls.map(|exchange| (exchange.at_us, Called::of(exchange))).collect();
        let pushes: Vec<_> = pushes.into_iter().filter(|push| !push.told.request.is_cut).collect();
        if pushes.is_empty() {
            return Err(anyhow!("{}: no push was recorded as a whole", file.display()));
        }
        Ok(Self { pushes, calls, conversation: conversation.as_deref() })
    }

    /// How many calls that do something were begun before a time of the recording.
    pub fn written(&self, before_us: i64) -> usize {
        let before = self.calls.iter().filter(|(at_us, _)| *at_us < before_us);
        before.filter(|(_, call)| !is_reading(call)).count()
    }

    /// When each push is due, so many times as fast as it was.
    pub fn times(&self, factor: f64) -> Vec<Duration> {
        let (mut due, mut last_us, mut times) = (Duration::ZERO, None, Vec::new());
        for push in &self.pushes {
            let pause_us = push.told.at_us - last_us.unwrap_or(push.told.at_us);
            let pause = Duration::from_micros(u64::try_from(pause_us).unwrap_or_default());
            due += pause.div_f64(factor).min(PAUSE_MAX);
            last_us = Some(push.told.at_us);
            times.push(due);
        }
        times
    }

    /// The pushes of each conversation, by their places.
    pub fn lanes(&self) -> Vec<Vec<usize>> {
        let (mut lanes, mut places) = (Vec::<Vec<usize>>::new(), HashMap::new());
        for (index, push) in self.pushes.iter().enumerate() {
            let place = *places.entry(&push.told.conversation).or_insert_with(|| {
                lanes.push(Vec::new());
                lanes.len() - 1
            });
            lanes[place].push(index);
        }
        lanes
    }
}

/// The push that a call was made because of: the last one before it in its conversation.
fn cause<'r>(told: &[&'r Exchange], call: &Exchange) -> Option<&'r Exchange> {
    let is_before = |push: &&&Exchange| {
        push.at_us <= call.at_us
            && (call.conversation.is_none() || push.conversation == call.conversation)
    };
    told.iter().rev().find(is_before).copied()
}

/// Pushes with their attempts; each is posted once.
fn pushes<'r>(told: impl Iterator<Item = &'r Exchange>) -> Vec<Push<'r>> {
    let (mut pushes, mut places) = (Vec::<Push<'r>>::new(), HashMap::new());
    for exchange in told {
        let known = exchange.delivery.as_ref().and_then(|delivery| places.get(delivery).copied());
        if let Some(place) = known {
            let push: &mut Push<'r> = &mut pushes[place];
            push.ended = exchange;
            continue;
        }
        if let Some(delivery) = &exchange.delivery {
            places.insert(delivery.clone(), pushes.len());
        }
        pushes.push(Push { told: exchange, ended: exchange });
    }
    pushes
}

fn told_name(exchange: &Exchange) -> Option<String> {
    (exchange.way == Way::Push).then(|| format!("{} ({})", exchange.name(), owner(exchange)))
}

/// Whose bot it is, as an option names it.
fn owner(exchange: &Exchange) -> String {
    match (&exchange.app, exchange.business) {
        (Some(app), _) => format!("--app {app}"),
        (None, Some(business)) => format!("--business {business}"),
        (None, None) => "nobody".to_owned(),
    }
}

impl Push<'_> {
    /// Whether it was sent with a header of this name.
    pub fn has_header(&self, name: &str) -> bool {
        self.told.request.headers.iter().any(|(each, _)| each == name)
    }

    /// What was answered in the end, if all of it is known.
    pub fn answer(&self) -> Option<&str> {
        let answer = self.ended.answer.as_ref().filter(|answer| !answer.is_cut)?;
        // Only what is JSON means something to a marketplace.
        answer.body.as_deref().filter(|body| body.trim_start().starts_with('{'))
    }

    /// Where it goes.
    pub fn address(&self, to: &Url) -> String {
        let has_path = to.path() != "/" || to.query().is_some();
        // Only events have types; questions are asked at addresses of their own.
        if has_path && self.told.event.is_some() {
            return to.to_string();
        }
        to.join(self.told.target()).map_or_else(|_| to.to_string(), |url| url.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Part;

    fn push(at_us: i64, delivery: &str, conversation: &str, status: u16) -> Exchange {
        Exchange {
            at_us,
            time: "2026-11-20T12:00:00Z".into(),
            way: Way::Push,
            dialect: "kenar".into(),
            operation: Some("event".into()),
            event: Some("NEW_MESSAGE".into()),
            app: Some("echo".into()),
            business: None,
            person: None,
            conversation: Some(conversation.into()),
            delivery: Some(delivery.into()),
            attempt: Some(1),
            method: "POST".into(),
            url: "http://127.0.0.1:3000/hook/a?b=1".into(),
            request: Part::default(),
            status: Some(status),
            failure: None,
            answer: None,
            took_us: 1,
        }
    }

    fn plan(exchanges: &[Exchange]) -> Plan<'_> {
        Plan { pushes: pushes(exchanges.iter()), calls: Vec::new(), conversation: None }
    }

    #[test]
    fn a_push_is_posted_once_however_often_it_was_tried() {
        let all = [push(0, "a", "1", 500), push(1_000_000, "b", "2", 200), push(2, "a", "1", 200)];
        let plan = plan(&all);
        let found: Vec<_> =
            plan.pushes.iter().map(|push| (push.told.status, push.ended.status)).collect();
        assert_eq!(found, [(Some(500), Some(200)), (Some(200), Some(200))]);
        assert_eq!(plan.lanes(), [[0], [1]]);
    }

    #[test]
    fn pauses_are_as_they_were_but_no_longer_than_a_minute() {
        let hour_us = 3_600_000_000;
        let all =
            [push(0, "a", "1", 200), push(4_000_000, "b", "1", 200), push(hour_us, "c", "1", 200)];
        let seconds = [0, 4, 64].map(Duration::from_secs);
        assert_eq!(plan(&all).times(1.0), seconds);
        assert_eq!(plan(&all).times(4.0)[1], Duration::from_secs(1));
    }

    #[test]
    fn events_go_to_the_given_path_and_questions_to_their_own() {
        let event = push(0, "a", "1", 200);
        let question = Exchange { event: None, ..event.clone() };
        for (exchange, to, expected) in [
            (&event, "http://b:1/x", "http://b:1/x"),
            (&event, "http://b:1", "http://b:1/hook/a?b=1"),
            (&question, "http://b:1/x", "http://b:1/hook/a?b=1"),
        ] {
            let push = Push { told: exchange, ended: exchange };
            assert_eq!(push.address(&to.parse().unwrap()), expected);
        }
    }
}
