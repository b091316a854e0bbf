//! Names: what the file has declared so far, so that references and doubles are noticed.

use std::collections::{BTreeMap, HashMap, HashSet};

use peyk_engine::world::{KeyDates, Secret, WorldPerson, WorldSubject};
use peyk_model::Locale;
use peyk_model::limits::HANDLE_MAX_CHARS;
use peyk_model::person::international_phone;

use super::exact;
use super::script::Player;
use super::section::{Found, Section};

/// Everything that has a name.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub people: HashSet<String>,
    phones: HashSet<String>,
    pub apps: HashSet<String>,
    /// Posts with their sellers.
    pub posts: HashMap<String, String>,
    pub businesses: HashSet<i64>,
    /// Orders with their businesses and customers.
    pub orders: HashMap<i64, i64>,
    pub returns: HashSet<i64>,
    pub keys: HashSet<String>,
    pub numbers: HashSet<i64>,
    secrets: HashSet<[u8; 32]>,
    subjects: Vec<WorldSubject>,
    /// The numbers of people whom the file gives one.
    pub person_numbers: BTreeMap<String, i64>,
    /// The numbers of apps that the file gives one.
    pub app_numbers: BTreeMap<String, i64>,
    /// The dates of keys that the file tells.
    pub key_dates: BTreeMap<[u8; 32], KeyDates>,
    /// The links of files that messages can be.
    pub media: HashSet<String>,
    /// The objects of files that scripts can send.
    pub script_files: HashSet<String>,
    /// Who plays a character of the library.
    pub players: Vec<Player>,
}

impl Names {
    /// Notes a secret that somebody has already: nobody could tell whose it is.
    pub fn claim_secret(&mut self, section: &Section<'_, '_>, secret: &Found<Secret>) {
        if !self.secrets.insert(secret.value.hash()) {
            section.refuse(&secret.span, "a secret that is used twice", "another");
        }
    }

    /// Notes a second conversation of the same sides about the same thing.
    pub fn claim_subject(&mut self, section: &Section<'_, '_>, subject: &WorldSubject) {
        if self.subjects.contains(subject) {
            let expected = "one conversation of the same sides about the same thing";
            section.refuse(section.span(), "a second one", expected);
        }
        self.subjects.push(subject.clone());
    }

    /// The handle of a person who was declared.
    pub fn person(&self, section: &Section<'_, '_>, key: &'static str) -> Option<Found<String>> {
        declared(section, key, &self.people, "the id of a [[person]]")
    }

    /// The handle of a person who was declared, which may be left out.
    pub fn optional_person(&self, section: &Section<'_, '_>, key: &'static str) -> Option<String> {
        let found = section.optional_text(key)?;
        known(section, &found, self.people.contains(found.value), "the id of a [[person]]")?;
        Some(found.value.to_owned())
    }

    /// The slug of an app that was declared.
    pub fn app(&self, section: &Section<'_, '_>, key: &'static str) -> Option<String> {
        Some(declared(section, key, &self.apps, "the slug of a [[kenar.app]]")?.value)
    }

    /// The link of a file that is declared somewhere.
    pub fn file(&self, section: &Section<'_, '_>, key: &'static str) -> Option<String> {
        Some(declared(section, key, &self.media, "the link of a [[media]]")?.value)
    }

    /// The number of something that was declared.
    pub fn number(
        section: &Section<'_, '_>,
        key: &'static str,
        exists: impl Fn(&i64) -> bool,
        expected: &str,
    ) -> Option<i64> {
        let found = section.optional_number(key, i64::MAX)?;
        if !exists(&found.value) {
            section.refuse(&found.span, format!("`{}`", found.value), expected);
            return None;
        }
        Some(found.value)
    }
}

/// The text under a key that has to be one of these.
fn declared(
    section: &Section<'_, '_>,
    key: &'static str,
    those: &HashSet<String>,
    expected: &str,
) -> Option<Found<String>> {
    let found = section.text(key)?;
    known(section, &found, those.contains(found.value), expected)?;
    Some(Found { value: found.value.to_owned(), span: found.span })
}

fn known(section: &Section<'_, '_>, found: &Found<&str>, is: bool, expected: &str) -> Option<()> {
    if !is {
        section.refuse(&found.span, format!("`{}`", found.value), expected);
    }
    is.then_some(())
}

/// Notes a name that was taken already.
pub(super) fn claim<T: Eq + std::hash::Hash + std::fmt::Display + Clone>(
    section: &Section<'_, '_>,
    taken: &mut HashSet<T>,
    found: &Found<T>,
) {
    if !taken.insert(found.value.clone()) {
        section.refuse(&found.span, format!("`{}` for the second time", found.value), "another");
    }
}

/// Reads a `[[person]]`.
pub(super) fn person(section: &Section<'_, '_>, names: &mut Names) -> Option<WorldPerson> {
    let handle = section.identifier("id", HANDLE_MAX_CHARS);
    if let Some(handle) = &handle {
        claim(section, &mut names.people, handle);
    }
    let name = section.title("name");
    let phone = section.text("phone").and_then(|found| {
        let phone = international_phone(found.value);
        if phone.is_none() {
            let expected = "a phone like `+989120000001`";
            section.refuse(&found.span, format!("`{}`", found.value), expected);
        }
        Some(Found { value: phone?, span: found.span })
    });
    if let Some(phone) = &phone {
        claim(section, &mut names.phones, phone);
    }
    let locale = section.text("locale");
    let codes = Locale::ALL.map(Locale::code);
    let locale = locale.and_then(|found| section.word(&found, Locale::parse, codes));
    let character = section.optional_identifier("plays", HANDLE_MAX_CHARS);
    if let (Some(handle), Some(locale), Some(character)) = (&handle, locale, character) {
        names.players.push(Player { person: handle.value.clone(), locale, character });
    }
    if let (Some(handle), Some(number)) = (&handle, exact::number(section)) {
        names.person_numbers.insert(handle.value.clone(), number);
    }
    Some(WorldPerson { handle: handle?.value, name: name?, phone: phone?.value, locale: locale? })
}
