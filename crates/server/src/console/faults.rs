//! Faults by forms: rules are written, switched and taken away.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use peyk_engine::faults;
use peyk_model::fault::{Effect, FieldValue, Fitting, Mistake, Tally, read};
use peyk_model::{Fact, FaultRule};
use serde::Deserialize;

use super::form::Filled;
use super::frame::Section;
use super::guard::Trouble;
use super::notice::{Notice, Tone};
use super::sandbox::only_here;
use super::texts::Texts;
use super::visit::Visit;
use crate::Site;
use crate::faults::{Dialect, mistakes, operations};

/// Fields of every rule that are numbers.
const NUMBERS: [&str; 5] = ["chance_percent", "seed", "skip", "count", "business"];
/// Fields of every rule that are words.
const WORDS: [&str; 4] = ["app", "person", "conversation", "name"];
/// Numbers that only some effects have.
const EFFECT_NUMBERS: [&str; 3] = ["code", "milliseconds", "bytes_per_second"];
/// What can go wrong, with what else has to be said about it.
pub const EFFECTS: [(&str, &[&str]); 11] = [
    ("status", &["code"]),
    ("delay", &["milliseconds"]),
    ("cut", &["at"]),
    ("lose_answer", &["milliseconds"]),
    ("truncate", &[]),
    ("drift", &["drift", "field"]),
    ("expired_token", &[]),
    ("trickle", &["bytes_per_second"]),
    ("duplicate", &[]),
    ("drop", &[]),
    ("reorder", &["milliseconds"]),
];

/// A rule as its list shows it.
pub struct Rule {
    pub name: String,
    pub is_on: bool,
    /// What goes wrong.
    pub effect: String,
    /// Where, and how often.
    pub fits: Vec<String>,
    pub tally: Tally,
}

/// A rule in the reader's words.
pub fn shown(t: Texts, (rule, tally): &(FaultRule, Tally)) -> Rule {
    Rule {
        name: rule.name.clone(),
        is_on: rule.is_on,
        effect: effect(t, &rule.effect),
        fits: fits(t, rule),
        tally: *tally,
    }
}

fn effect(t: Texts, effect: &Effect) -> String {
    let key = format!("fault-does-{}", effect.word());
    let milliseconds = |time: &std::time::Duration| {
        t.count(&key, i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
    };
    match effect {
        Effect::Status(code) => t.with(&key, "code", code.to_string()),
        Effect::Delay(delay) => t.count(&key, delay.milliseconds),
        Effect::Cut(moment) => t.say(&format!("{key}-{}", moment.word())),
        Effect::LoseAnswer(time) | Effect::Reorder(time) => milliseconds(time),
        Effect::Drift(drift) => t.say(&format!("fault-drift-{}", drift.kind.word())),
        Effect::Trickle(bytes) => t.count(&key, *bytes),
        Effect::Truncate | Effect::ExpiredToken | Effect::Duplicate | Effect::Drop => t.say(&key),
    }
    .into_owned()
}

fn fits(t: Texts, rule: &FaultRule) -> Vec<String> {
    let Fitting { direction, dialect, operation, app, business, person, conversation } =
        &rule.fitting;
    let mut fits = vec![t.of("fault-way", direction.word()).into_owned()];
    let business = business.map(|id| id.to_string());
    for word in [dialect, operation, app, &business, person, conversation] {
        fits.extend(word.clone());
    }
    if rule.chance_percent < 100 {
        fits.push(t.count("fault-chance-of", i64::from(rule.chance_percent)).into_owned());
    }
    if rule.skip > 0 {
        fits.push(t.count("fault-skips", rule.skip).into_owned());
    }
    if let Some(count) = rule.count {
        fits.push(t.count("fault-times", count).into_owned());
    }
    fits
}

/// What a rule can be about: a way, a dialect and an operation in one value, each with its name.
pub struct Places {
    /// The word of the group.
    pub group: &'static str,
    /// The values and their names.
    pub places: Vec<(String, String)>,
}

/// Everything that a rule can be about.
pub fn places(t: Texts) -> Vec<Places> {
    let mut all = vec![Places {
        group: "all",
        places: vec![
            ("in::".to_owned(), t.say("fault-all-in").into_owned()),
            ("out::".to_owned(), t.say("fault-all-out").into_owned()),
        ],
    }];
    for dialect in Dialect::ALL {
        let word = dialect.word();
        let mut places = vec![(format!("in:{word}:"), t.say("fault-all-of").into_owned())];
        let named = |name: &str| (format!("in:{word}:{name}"), name.to_owned());
        places.extend(operations(dialect).into_iter().map(named));
        all.push(Places { group: word, places });
    }
    let mut letters = vec![
        ("out:kenar:".to_owned(), t.say("fault-out-kenar").into_owned()),
        ("out:market:".to_owned(), t.say("fault-out-market").into_owned()),
    ];
    let told = |word: &str| (format!("out::{word}"), t.of("fact", word).into_owned());
    letters.extend(Fact::WORDS.into_iter().map(told));
    all.push(Places { group: "letters", places: letters });
    all
}

fn field(key: &str, value: &str) -> FieldValue {
    let is_number = NUMBERS.contains(&key) || EFFECT_NUMBERS.contains(&key);
    match value.parse() {
        Ok(number) if is_number => FieldValue::Number(number),
        Ok(_) | Err(_) => value.into(),
    }
}

/// The rule that a form describes; fields that its effect does not have are left alone.
fn written(form: &BTreeMap<String, String>, names: &[String]) -> Result<FaultRule, Vec<Mistake>> {
    let given = |key: &str| form.get(key).map(|value| value.trim()).filter(|v| !v.is_empty());
    let word = given("effect").unwrap_or_default();
    let own = EFFECTS.iter().find(|(effect, _)| *effect == word).map_or(&[][..], |(_, own)| own);
    let mut fields = BTreeMap::new();
    for key in NUMBERS.iter().chain(&WORDS).chain(own) {
        if let Some(value) = given(key) {
            fields.insert((*key).to_owned(), field(key, value));
        }
    }
    fields.insert("effect".to_owned(), word.into());
    let mut place = given("place").unwrap_or_default().splitn(3, ':');
    for key in ["direction", "dialect", "operation"] {
        if let Some(value) = place.next().filter(|value| !value.is_empty()) {
            fields.insert(key.to_owned(), value.into());
        }
    }
    // Who does not care about the name gets one that is free.
    let free = (1..=names.len() + 1).map(|number| format!("{}-{number}", word.replace('_', "-")));
    let free = free.into_iter().find(|name| !names.contains(name)).unwrap_or_default();
    fields.entry("name".to_owned()).or_insert_with(|| free.as_str().into());
    let is_anywhere = !fields.contains_key("dialect") && !fields.contains_key("operation");
    if is_anywhere && read(&fields).is_err() {
        // Some things happen one way only, and that is the way that is meant.
        fields.remove("direction");
    }
    let rule = read(&fields)?;
    let unknown = mistakes(&rule);
    if unknown.is_empty() { Ok(rule) } else { Err(unknown) }
}

/// `POST /console/sandbox/faults/add`: a rule that is not there yet.
pub async fn add(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<BTreeMap<String, String>>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    let home = Section::Sandbox.path();
    let kept = site.engine.read(faults::faults).await?;
    let names: Vec<_> = kept.into_iter().map(|(rule, _)| rule.name).collect();
    let rule = match written(&form, &names) {
        Ok(rule) => rule,
        Err(found) => {
            let line = |Mistake { key, found, expected }: Mistake| {
                format!("{key}: found {found}, expected {expected}")
            };
            let lines: Vec<_> = found.into_iter().map(line).collect();
            let notice = Notice::new(Tone::Refused, visit.texts.say("fault-mistakes"));
            let notice = Notice { quote: Some(lines.join("\n")), ..notice };
            return Ok(visit.go_with(&site, &home, notice));
        }
    };
    let added = site.engine.write(move |context| faults::add_fault(context, &rule)).await;
    faults::follow_faults(&site.engine).await?;
    visit.told(&site, &home, added, "fault-added")
}

/// A rule of faults and how it is to be.
#[derive(Debug, Deserialize)]
pub struct FaultForm {
    name: String,
    to: FaultTo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaultTo {
    On,
    Off,
    Gone,
}

/// `POST /console/sandbox/faults`: switches a rule, or takes it away.
pub async fn change(
    State(site): State<Site>,
    visit: Visit,
    Filled(FaultForm { name, to }): Filled<FaultForm>,
) -> Result<Response, Trouble> {
    only_here(&site)?;
    let changed = site.engine.write(move |context| match to {
        FaultTo::On => faults::switch_fault(context, &name, true),
        FaultTo::Off => faults::switch_fault(context, &name, false),
        FaultTo::Gone => faults::delete_fault(context, &name),
    });
    let changed = changed.await;
    faults::follow_faults(&site.engine).await?;
    let home = Section::Sandbox.path();
    visit.told(&site, &home, changed, "fault-changed")
}

#[cfg(test)]
mod tests {
    use peyk_model::fault::Direction;

    use super::*;

    fn form(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_is_a_rule_without_what_its_effect_does_not_have() {
        let asked = form(&[
            ("effect", "duplicate"),
            ("place", "in::"),
            ("code", "500"),
            ("milliseconds", "10"),
            ("chance_percent", "40"),
            ("count", ""),
        ]);
        let rule = written(&asked, &["duplicate-1".to_owned()]).unwrap();
        assert_eq!((rule.name.as_str(), rule.effect), ("duplicate-2", Effect::Duplicate));
        assert_eq!((rule.fitting.direction, rule.chance_percent), (Direction::Out, 40));
        assert_eq!(rule.count, None);
    }

    #[test]
    fn what_cannot_be_is_told() {
        for wrong in [
            form(&[("effect", "status"), ("place", "in::"), ("code", "many")]),
            form(&[("effect", "status"), ("place", "in:kenar:nothing"), ("code", "500")]),
            form(&[("effect", "duplicate"), ("place", "in:kenar:")]),
            form(&[("effect", "hiccup"), ("place", "in::")]),
            form(&[]),
        ] {
            assert!(written(&wrong, &[]).is_err(), "{wrong:?}");
        }
    }
}
