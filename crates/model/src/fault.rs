//! Faults of a sandbox: what goes wrong, when and how, because somebody asked for it.
//!
//! A rule says what it fits and what it does. What it decides depends on its seed and on how often
//! it fitted before, and on nothing else, so the same calls meet the same faults every time.

mod chance;
mod fields;

use std::time::Duration;

use crate::BusinessId;

pub use fields::{FieldValue, Mistake, read};

crate::permission::words! {
    /// Which way something goes.
    Direction {
        /// A request to this server, and its answer.
        In = "in",
        /// A letter to a receiver, and its answer.
        Out = "out",
    }
}

crate::permission::words! {
    /// On which side of the commit a connection is cut.
    Moment {
        /// Before: nothing has happened.
        Before = "before",
        /// After: it is done, and nobody is told.
        After = "after",
    }
}

crate::permission::words! {
    /// How delays are spread.
    Distribution {
        /// All the same.
        Fixed = "fixed",
        /// Anywhere within the spread, on either side.
        Uniform = "uniform",
        /// Near the middle; the spread is the standard deviation.
        Normal = "normal",
        /// Mostly short and now and then long; the number is the mean.
        Exponential = "exponential",
    }
}

crate::permission::words! {
    /// How a vendor's words change without notice.
    DriftKind {
        /// A word of a closed list becomes one that nobody knows.
        UnknownWord = "unknown_word",
        /// There is a field that nobody knows.
        ExtraField = "extra_field",
        /// A field that may be left out is left out.
        MissingField = "missing_field",
        /// Numbers are written as texts.
        NumbersAsText = "numbers_as_text",
    }
}

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    /// The name, by which attempts, logs and the control API call it.
    pub name: String,
    /// Whether it does anything.
    pub is_on: bool,
    /// What it fits.
    pub fitting: Fitting,
    /// In how many of a hundred cases it happens.
    pub chance_percent: u8,
    /// Which cases those are.
    pub seed: i64,
    /// How many of the first are let through.
    pub skip: i64,
    /// How often it happens; for as long as it is on if none.
    pub count: Option<i64>,
    /// What happens.
    pub effect: Effect,
}

/// What a rule fits; what is left out does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitting {
    /// Requests or letters.
    pub direction: Direction,
    /// In which dialect, by the name that the doors have for it.
    pub dialect: Option<String>,
    /// Which operation, or what kind of event.
    pub operation: Option<String>,
    /// Whose key or receiver: the app's slug.
    pub app: Option<String>,
    /// Whose key or receiver: the business.
    pub business: Option<BusinessId>,
    /// Who takes part or has given the token: the person's handle.
    pub person: Option<String>,
    /// Where: the conversation's key or number.
    pub conversation: Option<String>,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// This status is answered and nothing is done.
    Status(u16),
    /// Everything happens, later.
    Delay(Delay),
    /// The connection is cut without an answer.
    Cut(Moment),
    /// It is done, then there is silence for so long, and then the connection is cut.
    LoseAnswer(Duration),
    /// The body ends in its middle.
    Truncate,
    /// The token that was shown counts as expired.
    ExpiredToken,
    /// The body is spelled in a way that nobody expects.
    Drift(Drift),
    /// The body comes at so many bytes a second.
    Trickle(i64),
    /// A letter is sent twice.
    Duplicate,
    /// A letter is never sent.
    Drop,
    /// A letter is held aside for so long, and later ones overtake it.
    Reorder(Duration),
}

/// How long something takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay {
    /// How it is spread.
    pub distribution: Distribution,
    /// The middle.
    pub milliseconds: i64,
    /// How far from the middle.
    pub spread_milliseconds: i64,
}

/// What changes in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// In which way.
    pub kind: DriftKind,
    /// Which field; fields that the vendors are likely to change if none.
    pub field: Option<String>,
}

/// How often a rule fitted and how often it did something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often it fitted.
    pub matched: i64,
    /// How often it did something.
    pub done: i64,
}

/// A request or a letter, as rules look at it.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'o> {
    /// Request or letter.
    pub direction: Direction,
    /// In which dialect.
    pub dialect: &'o str,
    /// Which operation, or what kind of event.
    pub operation: &'o str,
    /// Who and where, if that is known.
    pub who: &'o Who,
}

/// Who has to do with a request or a letter, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// The slug of the app.
    pub app: Option<String>,
    /// The business.
    pub business: Option<BusinessId>,
    /// The handles of the people.
    pub people: Vec<String>,
    /// The names of the conversation.
    pub conversation: Vec<String>,
    /// Whether a person's token was shown.
    pub has_token: bool,
    /// Whether the letter was held back before, which happens once.
    pub was_held: bool,
}

/// A rule that does something now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The rule.
    pub name: String,
    /// What it does.
    pub effect: Effect,
    /// A number that is the same for the same seed and the same turn.
    pub roll: u64,
}

impl FaultRule {
    /// Most rules of one server.
    pub const RULES_MAX: usize = 100;
    /// Longest time by which a request or its answer is held up.
    pub const IN_DELAY_MAX: Duration = Duration::from_secs(600);
    /// Longest time by which a letter is held up.
    pub const OUT_DELAY_MAX: Duration = Duration::from_secs(366 * 24 * 3600);

    /// Whether it fits a request or a letter, as far as one can tell without knowing whose it is.
    pub fn may_fit(&self, direction: Direction, dialect: &str, operation: &str) -> bool {
        let Fitting { direction: own, dialect: own_dialect, operation: own_operation, .. } =
            &self.fitting;
        self.is_on
            && *own == direction
            && own_dialect.as_deref().is_none_or(|own| own == dialect)
            && own_operation.as_deref().is_none_or(|own| own == operation)
    }

    /// Whether it fits.
    pub fn fits(&self, occasion: &Occasion<'_>) -> bool {
        let Occasion { direction, dialect, operation, who } = *occasion;
        let Fitting { app, business, person, conversation, .. } = &self.fitting;
        self.may_fit(direction, dialect, operation)
            && app.as_ref().is_none_or(|app| who.app.as_ref() == Some(app))
            && business.is_none_or(|business| who.business == Some(business))
            && person.as_ref().is_none_or(|person| who.people.contains(person))
            && conversation.as_ref().is_none_or(|name| who.conversation.contains(name))
            && (self.effect != Effect::ExpiredToken || who.has_token)
            && !(who.was_held && self.effect.holds_back(direction))
    }

    /// What it does when it fits once more than it did before.
    pub fn decide(&self, before: Tally) -> Option<Applied> {
        let turn = before.matched + 1;
        let is_over = self.count.is_some_and(|count| before.done >= count);
        if turn <= self.skip || is_over || !self.falls(turn) {
            return None;
        }
        let roll = self.roll(turn);
        Some(Applied { name: self.name.clone(), effect: self.effect.clone(), roll })
    }
}

impl Effect {
    /// Whether other rules have their turn after it. A letter that waits meets them later.
    pub fn lets_others_follow(&self, direction: Direction) -> bool {
        direction == Direction::In && matches!(self, Self::Delay(_))
    }

    /// Whether a letter waits because of it.
    fn holds_back(&self, direction: Direction) -> bool {
        direction == Direction::Out && matches!(self, Self::Delay(_) | Self::Reorder(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(effect: Effect) -> FaultRule {
        FaultRule {
            name: "it".into(),
            is_on: true,
            fitting: Fitting {
                direction: Direction::In,
                dialect: None,
                operation: None,
                app: None,
                business: None,
                person: None,
                conversation: None,
            },
            chance_percent: 100,
            seed: 0,
            skip: 0,
            count: None,
            effect,
        }
    }

    fn occasion<'o>(operation: &'o str, who: &'o Who) -> Occasion<'o> {
        Occasion { direction: Direction::In, dialect: "market", operation, who }
    }

    #[test]
    fn a_rule_fits_what_it_names_and_nothing_else() {
        let mut it = rule(Effect::Truncate);
        it.fitting.operation = Some("send".into());
        it.fitting.business = Some(BusinessId(7));
        it.fitting.person = Some("ivan".into());
        let who = Who {
            business: Some(BusinessId(7)),
            people: vec!["olga".into(), "ivan".into()],
            ..Who::default()
        };
        assert!(it.fits(&occasion("send", &who)));
        assert!(!it.fits(&occasion("read", &who)));
        assert!(!it.fits(&occasion("send", &Who { business: None, ..who.clone() })));
        assert!(!it.fits(&occasion("send", &Who { people: Vec::new(), ..who.clone() })));
        let out = Occasion { direction: Direction::Out, ..occasion("send", &who) };
        assert!(!it.fits(&out));
        it.is_on = false;
        assert!(!it.fits(&occasion("send", &who)));
    }

    #[test]
    fn only_a_token_that_was_shown_can_have_expired() {
        let it = rule(Effect::ExpiredToken);
        assert!(!it.fits(&occasion("send", &Who::default())));
        assert!(it.fits(&occasion("send", &Who { has_token: true, ..Who::default() })));
    }

    #[test]
    fn a_letter_is_held_back_once() {
        let mut it = rule(Effect::Reorder(Duration::from_secs(1)));
        it.fitting.direction = Direction::Out;
        let (fresh, was_held) = (Who::default(), Who { was_held: true, ..Who::default() });
        let out = |who| Occasion { direction: Direction::Out, ..occasion("x", who) };
        assert!(it.fits(&out(&fresh)) && !it.fits(&out(&was_held)));
        it.effect = Effect::Drop;
        assert!(it.fits(&out(&was_held)));
    }

    /// In which of the first `turns` turns the rule does something.
    fn turns(it: &FaultRule, turns: i64) -> Vec<i64> {
        let mut tally = Tally::default();
        let mut done = Vec::new();
        for turn in 1..=turns {
            if it.decide(tally).is_some() {
                done.push(turn);
                tally.done += 1;
            }
            tally.matched += 1;
        }
        done
    }

    #[test]
    fn the_first_are_let_through_and_then_so_many_are_hit() {
        let it = FaultRule { skip: 2, count: Some(3), ..rule(Effect::Truncate) };
        assert_eq!(turns(&it, 10), [3, 4, 5]);
        assert_eq!(turns(&rule(Effect::Truncate), 3), [1, 2, 3]);
        assert_eq!(turns(&FaultRule { count: Some(0), ..it }, 10), [0_i64; 0]);
    }

    #[test]
    fn the_same_seed_falls_the_same_way_and_about_as_often_as_it_says() {
        let it =
            |seed, chance_percent| FaultRule { seed, chance_percent, ..rule(Effect::Truncate) };
        assert_eq!(turns(&it(7, 30), 1000), turns(&it(7, 30), 1000));
        assert_ne!(turns(&it(7, 30), 1000), turns(&it(8, 30), 1000));
        for percent in [5_u8, 30, 80] {
            let hit = turns(&it(3, percent), 10_000).len();
            let expected = usize::from(percent) * 100;
            assert!(hit.abs_diff(expected) < 300, "{percent} %: {hit}");
        }
        assert_eq!(turns(&it(7, 0), 100), [0_i64; 0]);
    }
}
