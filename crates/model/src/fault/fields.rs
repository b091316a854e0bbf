//! Fields: a rule as names and values, as World files, the control API and the store write it.
//!
//! There is one grammar for all of them, so a rule can be carried from one to the other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Delay, Direction, Distribution, Drift, DriftKind, Effect, FaultRule, Fitting, Moment};
use crate::BusinessId;
use crate::limits::{HANDLE_MAX_CHARS, NAME_MAX_CHARS};

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Which.
    pub key: String,
    /// What is there.
    pub found: String,
    /// What should be there.
    pub expected: String,
}

const EFFECTS: [&str; 11] = [
    "status",
    "delay",
    "cut",
    "lose_answer",
    "truncate",
    "expired_token",
    "drift",
    "trickle",
    "duplicate",
    "drop",
    "reorder",
];
/// Effects that only requests have, and those that only letters have.
const IN_ONLY: [&str; 2] = ["expired_token", "trickle"];
const OUT_ONLY: [&str; 3] = ["duplicate", "drop", "reorder"];
/// For how long an answer is lost, or a letter held aside, if nobody says.
const WAIT_DEFAULT_MS: i64 = 30_000;
const BYTES_PER_SECOND_MAX: i64 = 1 << 30;

/// Reads a rule, or lists every mistake in it.
pub fn read(fields: &BTreeMap<String, FieldValue>) -> Result<FaultRule, Vec<Mistake>> {
    let mut reader = Reader { fields, asked: BTreeSet::new(), mistakes: Vec::new() };
    let rule = rule(&mut reader);
    reader.finish();
    match rule {
        Some(rule) if reader.mistakes.is_empty() => Ok(rule),
        Some(_) | None => Err(reader.mistakes),
    }
}

fn rule(reader: &mut Reader<'_>) -> Option<FaultRule> {
    let name = reader.name();
    let is_on = reader.flag("is_on").unwrap_or(true);
    let chance = reader.number("chance_percent", 0..=100).unwrap_or(100);
    let seed = reader.number("seed", 0..=i64::MAX).unwrap_or(0);
    let skip = reader.number("skip", 0..=i64::MAX).unwrap_or(0);
    let count = reader.number("count", 1..=i64::MAX);
    let word =
        reader.word("effect", |word| EFFECTS.into_iter().find(|each| *each == word), EFFECTS);
    if !reader.has("effect") {
        reader.missing("effect");
    }
    let direction = direction(reader, word);
    let fitting = fitting(reader, direction.unwrap_or(Direction::In));
    let effect = word.and_then(|word| effect(reader, word, fitting.direction));
    let chance_percent = u8::try_from(chance).unwrap_or(100);
    Some(FaultRule {
        name: name?,
        is_on,
        fitting,
        chance_percent,
        seed,
        skip,
        count,
        effect: effect?,
    })
}

/// Letters for what only letters have; requests, if nobody says otherwise.
fn direction(reader: &mut Reader<'_>, effect: Option<&str>) -> Option<Direction> {
    let words = Direction::ALL.iter().map(|each| each.word());
    let asked = reader.word("direction", Direction::parse, words);
    let only = match effect {
        Some(effect) if OUT_ONLY.contains(&effect) => Some(Direction::Out),
        Some(effect) if IN_ONLY.contains(&effect) => Some(Direction::In),
        Some(_) | None => None,
    };
    if let (Some(asked), Some(only)) = (asked, only)
        && asked != only
    {
        let expected = format!("`{}` for this effect", only.word());
        reader.refuse("direction", format!("`{}`", asked.word()), expected);
    }
    only.or(asked)
}

fn fitting(reader: &mut Reader<'_>, direction: Direction) -> Fitting {
    Fitting {
        direction,
        dialect: reader.text("dialect"),
        operation: reader.text("operation"),
        app: reader.text("app"),
        business: reader.number("business", 1..=i64::MAX).map(BusinessId),
        person: reader.text("person"),
        conversation: reader.text("conversation"),
    }
}

fn effect(reader: &mut Reader<'_>, word: &str, direction: Direction) -> Option<Effect> {
    let wait = |reader: &mut Reader<'_>, longest: Duration| {
        let longest = i64::try_from(longest.as_millis()).unwrap_or(i64::MAX);
        let asked = reader.number("milliseconds", 0..=longest).unwrap_or(WAIT_DEFAULT_MS);
        Duration::from_millis(asked.unsigned_abs())
    };
    Some(match word {
        "status" => {
            let code = reader.needed_number("code", 100..=599)?;
            Effect::Status(u16::try_from(code).unwrap_or(500))
        }
        "delay" => Effect::Delay(delay(reader, direction)?),
        "cut" => {
            let words = Moment::ALL.iter().map(|each| each.word());
            let at = reader.word("at", Moment::parse, words);
            Effect::Cut(at.unwrap_or(Moment::Before))
        }
        "lose_answer" => Effect::LoseAnswer(wait(reader, FaultRule::IN_DELAY_MAX)),
        "truncate" => Effect::Truncate,
        "expired_token" => Effect::ExpiredToken,
        "drift" => Effect::Drift(drift(reader)?),
        "trickle" => {
            Effect::Trickle(reader.needed_number("bytes_per_second", 1..=BYTES_PER_SECOND_MAX)?)
        }
        "duplicate" => Effect::Duplicate,
        "drop" => Effect::Drop,
        _ => Effect::Reorder(wait(reader, FaultRule::OUT_DELAY_MAX)),
    })
}

fn delay(reader: &mut Reader<'_>, direction: Direction) -> Option<Delay> {
    let longest = match direction {
        Direction::In => FaultRule::IN_DELAY_MAX,
        Direction::Out => FaultRule::OUT_DELAY_MAX,
    };
    let longest = i64::try_from(longest.as_millis()).unwrap_or(i64::MAX);
    let words = Distribution::ALL.iter().map(|each| each.word());
    let distribution = reader.word("distribution", Distribution::parse, words);
    let milliseconds = reader.needed_number("milliseconds", 0..=longest);
    let distribution = distribution.unwrap_or(Distribution::Fixed);
    let spread = match distribution {
        Distribution::Fixed | Distribution::Exponential => Some(0),
        Distribution::Uniform | Distribution::Normal => {
            reader.needed_number("spread_milliseconds", 0..=longest)
        }
    };
    Some(Delay { distribution, milliseconds: milliseconds?, spread_milliseconds: spread? })
}

fn drift(reader: &mut Reader<'_>) -> Option<Drift> {
    let words = DriftKind::ALL.iter().map(|each| each.word());
    let kind = reader.word("drift", DriftKind::parse, words);
    if !reader.has("drift") {
        reader.missing("drift");
    }
    Some(Drift { field: reader.text("field"), kind: kind? })
}

impl FaultRule {
    /// The keys of all fields, in the order in which they are shown.
    pub const KEYS: [&'static str; 22] = [
        "name",
        "is_on",
        "direction",
        "dialect",
        "operation",
        "app",
        "business",
        "person",
        "conversation",
        "chance_percent",
        "seed",
        "skip",
        "count",
        "effect",
        "code",
        "distribution",
        "milliseconds",
        "spread_milliseconds",
        "at",
        "drift",
        "field",
        "bytes_per_second",
    ];

    /// The rule as fields, from which [`read`] makes it again.
    pub fn fields(&self) -> Vec<(&'static str, FieldValue)> {
        let Fitting { direction, dialect, operation, app, business, person, conversation } =
            &self.fitting;
        let mut fields = vec![
            ("name", FieldValue::from(self.name.as_str())),
            ("is_on", FieldValue::Flag(self.is_on)),
            ("direction", direction.word().into()),
        ];
        let mut text = |key, value: &Option<String>| {
            fields.extend(value.as_ref().map(|value| (key, FieldValue::from(value.as_str()))));
        };
        text("dialect", dialect);
        text("operation", operation);
        text("app", app);
        text("person", person);
        text("conversation", conversation);
        fields.extend(business.map(|id| ("business", FieldValue::Number(id.0))));
        let chance = FieldValue::Number(i64::from(self.chance_percent));
        fields.push(("chance_percent", chance));
        fields.push(("seed", FieldValue::Number(self.seed)));
        fields.push(("skip", FieldValue::Number(self.skip)));
        fields.extend(self.count.map(|count| ("count", FieldValue::Number(count))));
        self.effect.add_fields(&mut fields);
        fields
    }
}

impl Effect {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::Delay(_) => "delay",
            Self::Cut(_) => "cut",
            Self::LoseAnswer(_) => "lose_answer",
            Self::Truncate => "truncate",
            Self::ExpiredToken => "expired_token",
            Self::Drift(_) => "drift",
            Self::Trickle(_) => "trickle",
            Self::Duplicate => "duplicate",
            Self::Drop => "drop",
            Self::Reorder(_) => "reorder",
        }
    }

    fn add_fields(&self, fields: &mut Vec<(&'static str, FieldValue)>) {
        let milliseconds = |time: &Duration| {
            FieldValue::Number(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
        };
        fields.push(("effect", self.word().into()));
        match self {
            Self::Status(code) => fields.push(("code", FieldValue::Number(i64::from(*code)))),
            Self::Delay(delay) => {
                fields.push(("distribution", delay.distribution.word().into()));
                fields.push(("milliseconds", FieldValue::Number(delay.milliseconds)));
                match delay.distribution {
                    Distribution::Fixed | Distribution::Exponential => {}
                    Distribution::Uniform | Distribution::Normal => {
                        let spread = FieldValue::Number(delay.spread_milliseconds);
                        fields.push(("spread_milliseconds", spread));
                    }
                }
            }
            Self::Cut(moment) => fields.push(("at", moment.word().into())),
            Self::LoseAnswer(time) | Self::Reorder(time) => {
                fields.push(("milliseconds", milliseconds(time)));
            }
            Self::Drift(Drift { kind, field }) => {
                fields.push(("drift", kind.word().into()));
                let field = field.as_ref().map(|field| ("field", field.as_str().into()));
                fields.extend(field);
            }
            Self::Trickle(bytes) => fields.push(("bytes_per_second", FieldValue::Number(*bytes))),
            Self::Truncate | Self::ExpiredToken | Self::Duplicate | Self::Drop => {}
        }
    }
}

/// Fields that are asked for one by one.
struct Reader<'f> {
    fields: &'f BTreeMap<String, FieldValue>,
    asked: BTreeSet<&'static str>,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn refuse(&mut self, key: &str, found: impl Into<String>, expected: impl Into<String>) {
        let (found, expected) = (found.into(), expected.into());
        self.mistakes.push(Mistake { key: key.to_owned(), found, expected });
    }

    fn has(&self, key: &str) -> bool {
        self.fields.contains_key(key)
    }

    fn missing(&mut self, key: &'static str) {
        self.refuse(key, format!("no `{key}`"), "one");
    }

    fn field(&mut self, key: &'static str) -> Option<FieldValue> {
        self.asked.insert(key);
        self.fields.get(key).cloned()
    }

    fn name(&mut self) -> Option<String> {
        if !self.has("name") {
            self.missing("name");
        }
        let name = self.field("name")?.to_string();
        if crate::is_identifier(&name, HANDLE_MAX_CHARS) {
            return Some(name);
        }
        let expected =
            format!("1 to {HANDLE_MAX_CHARS} of the characters A-Z, a-z, 0-9, `-` and `_`");
        self.refuse("name", format!("`{name}`"), expected);
        None
    }

    /// A text; numbers are taken as they are written.
    fn text(&mut self, key: &'static str) -> Option<String> {
        let text = match self.field(key)? {
            FieldValue::Text(text) => text,
            FieldValue::Number(number) => number.to_string(),
            FieldValue::Flag(flag) => {
                self.refuse(key, format!("`{flag}`"), "a text");
                return None;
            }
        };
        if text.is_empty() || text.chars().count() > NAME_MAX_CHARS || text.contains('\0') {
            self.refuse(key, "another text", format!("1 to {NAME_MAX_CHARS} characters"));
            return None;
        }
        Some(text)
    }

    fn word<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        words: impl IntoIterator<Item = &'static str>,
    ) -> Option<T> {
        let text = self.text(key)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
            self.refuse(key, format!("`{text}`"), format!("one of {}", words.join(", ")));
        }
        parsed
    }

    fn flag(&mut self, key: &'static str) -> Option<bool> {
        match self.field(key)? {
            FieldValue::Flag(flag) => Some(flag),
            other @ (FieldValue::Text(_) | FieldValue::Number(_)) => {
                self.refuse(key, format!("`{other}`"), "`true` or `false`");
                None
            }
        }
    }

    fn number(&mut self, key: &'static str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        match self.field(key)? {
            FieldValue::Number(number) if range.contains(&number) => Some(number),
            other @ (FieldValue::Number(_) | FieldValue::Text(_) | FieldValue::Flag(_)) => {
                let expected = format!("a number from {} to {}", range.start(), range.end());
                self.refuse(key, format!("`{other}`"), expected);
                None
            }
        }
    }

    fn needed_number(
        &mut self,
        key: &'static str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        if !self.has(key) {
            self.missing(key);
        }
        self.number(key, range)
    }

    /// Notes every field that nobody asked for.
    fn finish(&mut self) {
        // What an effect takes is not known while it is not known itself.
        if self.mistakes.iter().any(|mistake| mistake.key == "effect") {
            return;
        }
        let unknown: Vec<_> =
            self.fields.keys().filter(|key| !self.asked.contains(key.as_str())).cloned().collect();
        for key in unknown {
            let known: Vec<_> = FaultRule::KEYS
                .iter()
                .filter(|key| self.asked.contains(*key))
                .map(|key| format!("`{key}`"))
                .collect();
            self.refuse(&key, format!("`{key}`"), format!("one of {}", known.join(", ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(words: &str) -> BTreeMap<String, FieldValue> {
        let pairs = words.split_whitespace().map(|pair| pair.split_once('=').unwrap());
        let value = |text: &str| match (text.parse(), text.parse()) {
            (Ok(number), _) => FieldValue::Number(number),
            (_, Ok(flag)) => FieldValue::Flag(flag),
            _ => FieldValue::from(text),
        };
        pairs.map(|(key, text)| (key.to_owned(), value(text))).collect()
    }

    #[test]
    fn a_rule_is_read_as_it_was_written() {
        for words in [
            "name=a effect=status code=503 dialect=kenar operation=x app=echo person=ivan",
            "name=a effect=delay milliseconds=20 distribution=normal spread_milliseconds=5",
            "name=a effect=delay milliseconds=20 direction=out chance_percent=30 seed=7",
            "name=a effect=cut at=after skip=2 count=1 is_on=false conversation=5001",
            "name=a effect=lose_answer milliseconds=100 business=7",
            "name=a effect=truncate direction=out",
            "name=a effect=expired_token",
            "name=a effect=drift drift=unknown_word field=status",
            "name=a effect=trickle bytes_per_second=10",
            "name=a effect=duplicate",
            "name=a effect=drop",
            "name=a effect=reorder milliseconds=5000",
        ] {
            let rule = read(&fields(words)).unwrap_or_else(|found| panic!("{words}: {found:?}"));
            let again = rule.fields().into_iter();
            let again = again.map(|(key, value)| (key.to_owned(), value)).collect();
            assert_eq!(read(&again), Ok(rule), "{words}");
        }
    }

    #[test]
    fn every_mistake_is_told() {
        let check = |words: &str, expected: &[(&str, &str)]| {
            let found = read(&fields(words)).unwrap_err();
            let found: Vec<_> =
                found.iter().map(|each| (each.key.as_str(), each.expected.as_str())).collect();
            assert_eq!(found, expected, "{words}");
        };
        check("", &[("name", "one"), ("effect", "one")]);
        check("name=a effect=status", &[("code", "one")]);
        check("name=a effect=status code=7", &[("code", "a number from 100 to 599")]);
        check("name=a effect=delay", &[("milliseconds", "one")]);
        check("name=a effect=drop direction=in", &[("direction", "`out` for this effect")]);
        check("name=a effect=drift", &[("drift", "one")]);
        check(
            "name=a effect=truncate code=500",
            &[(
                "code",
                "one of `name`, `is_on`, `direction`, `dialect`, `operation`, `app`, `business`, \
                 `person`, `conversation`, `chance_percent`, `seed`, `skip`, `count`, `effect`",
            )],
        );
        let found = read(&fields("name=a effect=explode colour=red")).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].expected.contains("`reorder`"));
    }
}
