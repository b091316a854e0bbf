//! Texts: what the console says, in Persian, Russian and English.
//!
//! The words live in `texts/*.ftl`. What fills a gap is isolated from the direction of the sentence
//! around it, and every number is written in the digits of the language.

use std::borrow::{Borrow, Cow};
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use peyk_model::Locale;

use super::digits;

type Bundle = FluentBundle<FluentResource>;

static PERSIAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::Persian));
static RUSSIAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::Russian));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::English));

/// The file with the words of a language.
fn source(locale: Locale) -> &'static str {
    match locale {
        Locale::Persian => concat!(
            include_str!("../../texts/fa.ftl"),
            "\n",
            include_str!("../../texts/operate.fa.ftl"),
            "\n",
            include_str!("../../texts/sandbox.fa.ftl"),
        ),
        Locale::Russian => concat!(
            include_str!("../../texts/ru.ftl"),
            "\n",
            include_str!("../../texts/operate.ru.ftl"),
            "\n",
            include_str!("../../texts/sandbox.ru.ftl"),
        ),
        Locale::English => concat!(
            include_str!("../../texts/en.ftl"),
            "\n",
            include_str!("../../texts/operate.en.ftl"),
            "\n",
            include_str!("../../texts/sandbox.en.ftl"),
        ),
    }
}

fn bundle(locale: Locale) -> Bundle {
    let language = locale.code().parse().expect("our codes are language tags");
    let mut bundle = Bundle::new_concurrent(vec![language]);
    bundle.set_formatter(Some(match locale {
        Locale::Persian => |value, _| number_in(Locale::Persian, value),
        Locale::Russian => |value, _| number_in(Locale::Russian, value),
        Locale::English => |value, _| number_in(Locale::English, value),
    }));
    let resource = FluentResource::try_new(source(locale).to_owned());
    let resource = resource.expect("a test reads every file of texts");
    bundle.add_resource(resource).expect("a test reads every file of texts");
    bundle
}

fn number_in(locale: Locale, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(digits::grouped(locale, number.value as i64)),
        _ => None,
    }
}

/// The texts of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts(pub Locale);

impl Texts {
    /// The language's code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The direction of the whole page.
    pub fn direction(self) -> &'static str {
        match self.0 {
            Locale::Persian => "rtl",
            Locale::Russian | Locale::English => "ltr",
        }
    }

    /// A text without gaps.
    pub fn say(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    /// A text that counts something, called `count` in it.
    pub fn count(self, key: &str, count: impl Borrow<i64>) -> Cow<'static, str> {
        self.with(key, "count", *count.borrow())
    }

    /// The text for one of several words: `status` and `new` find `status-new`.
    pub fn of(self, family: &str, word: &str) -> Cow<'static, str> {
        self.say(&format!("{family}-{word}"))
    }

    /// A text with one gap.
    pub fn with<'v>(
        self,
        key: &str,
        gap: &'static str,
        value: impl Into<FluentValue<'v>>,
    ) -> Cow<'static, str> {
        self.fill(key, &[(gap, value.into())])
    }

    /// A text with gaps.
    pub fn fill(self, key: &str, gaps: &[(&'static str, FluentValue<'_>)]) -> Cow<'static, str> {
        let mut args = FluentArgs::new();
        for (name, value) in gaps {
            args.set(*name, value.clone());
        }
        self.format(key, Some(&args))
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let bundle: &'static Bundle = match self.0 {
            Locale::Persian => &PERSIAN,
            Locale::Russian => &RUSSIAN,
            Locale::English => &ENGLISH,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, "the console has no such text");
            return Cow::Owned(key.to_owned());
        };
        let mut mistakes = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut mistakes).into_owned();
        debug_assert!(mistakes.is_empty(), "the text `{key}`: {mistakes:?}");
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(locale: Locale) -> BTreeSet<&'static str> {
        let lines = source(locale).lines();
        let is_key = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
        lines.filter(is_key).filter_map(|line| Some(line.split_once('=')?.0.trim())).collect()
    }

    #[test]
    fn every_language_has_every_text() {
        let english = keys(Locale::English);
        for locale in [Locale::Persian, Locale::Russian] {
            let theirs = keys(locale);
            let difference: Vec<_> = english.symmetric_difference(&theirs).collect();
            assert!(difference.is_empty(), "{locale:?}: {difference:?}");
        }
    }

    #[test]
    fn every_word_of_a_closed_list_has_a_text() {
        use peyk_model::access::ActOutcome;
        use peyk_model::{Act, DeliveryState, Role};
        let keys = keys(Locale::English);
        let lists = [
            ("act", Act::ALL.iter().map(|each| each.word()).collect::<Vec<_>>()),
            ("outcome", ActOutcome::ALL.iter().map(|each| each.word()).collect()),
            ("role", Role::ALL.iter().map(|each| each.word()).collect()),
            ("role-about", Role::ALL.iter().map(|each| each.word()).collect()),
            ("dl-state", DeliveryState::ALL.iter().map(|each| each.word()).collect()),
        ];
        for (family, words) in lists {
            for word in words {
                assert!(keys.contains(format!("{family}-{word}").as_str()), "{family}-{word}");
            }
        }
    }

    #[test]
    fn russian_counts_in_three_forms_and_persian_in_its_own_digits() {
        let said = |locale, count: i64| {
            let said = Texts(locale).count("count-messages", count);
            said.replace(['\u{2068}', '\u{2069}'], "")
        };
        assert_eq!(said(Locale::Russian, 1), "1 сообщение");
        assert_eq!(said(Locale::Russian, 3), "3 сообщения");
        assert_eq!(said(Locale::Russian, 11), "11 сообщений");
        assert_eq!(said(Locale::Russian, 21), "21 сообщение");
        assert_eq!(said(Locale::Persian, 1234), "۱٬۲۳۴ پیام");
        assert_eq!(said(Locale::English, 1), "1 message");
        assert_eq!(said(Locale::English, 1000), "1,000 messages");
    }
}
