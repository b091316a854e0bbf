//! What the doors know of: which dialects and operations a rule can name, and which statuses.

use peyk_model::fault::{Direction, Effect, Mistake};
use peyk_model::{Fact, FaultRule};
use peyk_wire::{kenar as kenar_wire, market as market_wire, oauth as oauth_wire};

use super::Dialect;
use crate::{kenar, market, media, oauth};

/// Dialects in which receivers are told.
const TOLD: [Dialect; 2] = [Dialect::Kenar, Dialect::Market];

/// What a rule names that nobody here knows.
pub fn mistakes(rule: &FaultRule) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let is_out = rule.fitting.direction == Direction::Out;
    let dialects = if is_out { &TOLD[..] } else { &Dialect::ALL[..] };
    let mut chosen = dialects.to_vec();
    if let Some(word) = &rule.fitting.dialect {
        match Dialect::parse(word).filter(|dialect| dialects.contains(dialect)) {
            Some(dialect) => chosen = vec![dialect],
            None => {
                let words = dialects.iter().map(|dialect| dialect.word()).collect();
                mistakes.push(unknown("dialect", word, words));
            }
        }
    }
    if let Some(word) = &rule.fitting.operation {
        let words: Vec<_> = match rule.fitting.direction {
            Direction::In => chosen.iter().flat_map(|dialect| operations(*dialect)).collect(),
            Direction::Out => Fact::WORDS.to_vec(),
        };
        if !words.contains(&word.as_str()) {
            mistakes.push(unknown("operation", word, words));
        }
    }
    if let (Effect::Status(code), Direction::In) = (&rule.effect, rule.fitting.direction) {
        mistakes.extend(unknown_status(*code, rule, &chosen));
    }
    mistakes
}

fn unknown(key: &str, found: &str, words: Vec<&str>) -> Mistake {
    let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    let expected = format!("one of {}", words.join(", "));
    Mistake { key: key.into(), found: format!("`{found}`"), expected }
}

/// A status has to be one that every dialect it could meet answers with.
fn unknown_status(code: u16, rule: &FaultRule, chosen: &[Dialect]) -> Option<Mistake> {
    let met = match (&rule.fitting.dialect, &rule.fitting.operation) {
        (None, None) => &TOLD[..],
        (Some(_), _) | (_, Some(_)) => chosen,
    };
    let asked = rule.fitting.operation.as_deref();
    let is_met =
        |dialect: &&Dialect| asked.is_none_or(|asked| operations(**dialect).contains(&asked));
    let wrong = met.iter().filter(is_met).find(|dialect| !statuses(**dialect).contains(&code))?;
    let words: Vec<_> = statuses(*wrong).iter().map(ToString::to_string).collect();
    let expected = format!("one of {} for `{}`", words.join(", "), wrong.word());
    Some(Mistake { key: "code".into(), found: format!("`{code}`"), expected })
}

/// The names of a dialect's operations.
pub fn operations(dialect: Dialect) -> Vec<&'static str> {
    let operations = match dialect {
        Dialect::Kenar => kenar_wire::OPERATIONS,
        Dialect::Market => market_wire::OPERATIONS,
        Dialect::Oauth => oauth_wire::OPERATIONS,
        Dialect::Media => &[media::OPERATION],
    };
    operations.iter().map(|operation| operation.name).collect()
}

/// The statuses with which a dialect says no.
fn statuses(dialect: Dialect) -> &'static [u16] {
    match dialect {
        Dialect::Kenar => &kenar::FAULT_STATUSES,
        Dialect::Market => &market::FAULT_STATUSES,
        Dialect::Oauth => &oauth::FAULT_STATUSES,
        Dialect::Media => &media::FAULT_STATUSES,
    }
}
