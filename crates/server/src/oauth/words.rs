//! Words of the consent page in each of its languages.
//!
//! `{app}` and the like stand for what the page puts there.

mod english;
mod persian;
mod russian;

use peyk_model::{Locale, ScopeName};

/// Everything the page says in one language.
pub struct Words {
    /// What the page is about.
    pub title: &'static str,
    /// Above the list of what is asked for.
    pub may: &'static str,
    /// In place of the list where it is empty.
    pub nothing: &'static str,
    /// That the app is still being built.
    pub development: &'static str,
    /// A conversation about a post.
    pub conversation: &'static str,
    /// A conversation with a bot.
    pub bot: &'static str,
    /// A post.
    pub post: &'static str,
    /// A post and who would read.
    pub post_and_peer: &'static str,
    /// Above the people to choose from.
    pub who: &'static str,
    /// Why they can be chosen.
    pub sandbox: &'static str,
    /// That there is nobody to choose from.
    pub nobody: &'static str,
    /// Who the person is, where that is known.
    pub signed_in: &'static str,
    /// Where the person goes next.
    pub back: &'static str,
    /// The button that allows it.
    pub approve: &'static str,
    /// The button that does not.
    pub refuse: &'static str,
    /// What the links to other languages are.
    pub languages: &'static str,
    /// The title where nothing can be asked.
    pub failed: &'static str,
    /// Above a text for whoever built the app.
    pub for_builder: &'static str,
    /// That the answer did not come from a page we showed.
    pub too_old: &'static str,
    /// That nobody knows who the person is.
    pub sign_in: &'static str,
    /// That the server is broken.
    pub broken: &'static str,
    /// What a scope allows.
    pub scope: fn(ScopeName) -> &'static str,
}

/// The words of a language.
pub fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::Persian => &persian::WORDS,
        Locale::Russian => &russian::WORDS,
        Locale::English => &english::WORDS,
    }
}

/// What a language calls itself.
pub fn name(locale: Locale) -> &'static str {
    match locale {
        Locale::Persian => "فارسی",
        Locale::Russian => "Русский",
        Locale::English => "English",
    }
}
