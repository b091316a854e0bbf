//! Chats of a scenario: a person and what they talk about, which have to be in the World.

use std::collections::HashMap;

use peyk_engine::world::World;

use super::{Chat, NewConversation};
use crate::world_file::section::{Found, Section};

/// What a step can name.
pub(super) struct Cast<'w> {
    /// The World whose names are known; without one every name is taken, and judged when it is
    /// used.
    pub world: Option<&'w World>,
    /// The chats that have names of their own.
    pub chats: HashMap<String, Chat>,
}

impl Cast<'_> {
    /// Reads the chats of a table, by their names.
    pub fn name_chats(&mut self, chats: &Section<'_, '_>) {
        for (name, section) in chats.named() {
            if let Some(chat) = self.written_out(&section) {
                self.chats.insert(name.value.to_owned(), chat);
                section.finish();
            }
        }
    }

    /// The chat under a key: a name, or a table with a person and what they talk about.
    pub fn chat(&self, section: &Section<'_, '_>, key: &'static str) -> Option<Chat> {
        if !section.has(key) {
            return None;
        }
        if section.is_text(key) {
            let name = section.text(key)?;
            let found = self.chats.get(name.value);
            if found.is_none() {
                let expected = "a name in [chats], or a table like `{ person = …, order = … }`";
                section.refuse(&name.span, format!("`{}`", name.value), expected);
            }
            return found.cloned();
        }
        let inner = section.braces(key)?;
        let chat = self.written_out(&inner)?;
        inner.finish();
        Some(chat)
    }

    /// The handle of somebody in the World.
    pub fn person(&self, section: &Section<'_, '_>, key: &'static str) -> Option<String> {
        let found = section.text(key)?;
        let is_known =
            self.knows(|world| world.people.iter().any(|each| each.handle == found.value));
        known(section, &found, is_known, "the id of a [[person]] of the World")
    }

    fn knows(&self, is_in: impl FnOnce(&World) -> bool) -> bool {
        self.world.is_none_or(is_in)
    }

    fn written_out(&self, section: &Section<'_, '_>) -> Option<Chat> {
        const ABOUT: [&str; 5] = ["bot", "post", "order", "return", "business"];
        let person = self.person(section, "person");
        let given: Vec<_> = ABOUT.into_iter().filter(|key| section.has(key)).collect();
        let about = match given[..] {
            ["bot"] => self.app(section, "bot").map(NewConversation::Bot),
            ["post"] => self.post(section),
            ["order"] => self.order(section),
            ["return"] => self.goods(section),
            ["business"] => self.business(section),
            _ => {
                let found = if given.is_empty() { "none".into() } else { listed(&given, " and ") };
                section.refuse(section.span(), found, format!("one of {}", listed(&ABOUT, ", ")));
                return None;
            }
        };
        Some(Chat { person: person?, about: about? })
    }

    /// The slug of an app of the World.
    pub fn app(&self, section: &Section<'_, '_>, key: &'static str) -> Option<String> {
        let found = section.text(key)?;
        let is_known = self.knows(|world| world.apps.iter().any(|each| each.slug == found.value));
        known(section, &found, is_known, "the slug of a [[kenar.app]] of the World")
    }

    fn post(&self, section: &Section<'_, '_>) -> Option<NewConversation> {
        let found = section.text("post")?;
        let is_known = self.knows(|world| world.posts.iter().any(|it| it.token.0 == found.value));
        let expected = "the token of a [[kenar.post]] of the World";
        known(section, &found, is_known, expected).map(NewConversation::Post)
    }

    fn order(&self, section: &Section<'_, '_>) -> Option<NewConversation> {
        // Magic orders are made when the World is loaded.
        let exists =
            |id| self.knows(|world| world.magic || world.orders.iter().any(|it| it.id.0 == id));
        let expected = "the id of a [[market.order]] of the World";
        number(section, "order", exists, expected).map(NewConversation::Order)
    }

    fn goods(&self, section: &Section<'_, '_>) -> Option<NewConversation> {
        let exists = |id| self.knows(|world| world.returns.iter().any(|it| it.id.0 == id));
        let expected = "the id of a [[market.return]] of the World";
        number(section, "return", exists, expected).map(NewConversation::Return)
    }

    fn business(&self, section: &Section<'_, '_>) -> Option<NewConversation> {
        let exists = |id| self.knows(|world| world.businesses.iter().any(|it| it.id.0 == id));
        let expected = "the id of a [[market.business]] of the World";
        number(section, "business", exists, expected).map(NewConversation::Business)
    }
}

/// Words in their marks, with something between them.
pub(super) fn listed(words: &[&str], between: &str) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(between)
}

fn number(
    section: &Section<'_, '_>,
    key: &'static str,
    exists: impl Fn(i64) -> bool,
    expected: &str,
) -> Option<i64> {
    let found = section.number(key, i64::MAX)?;
    if !exists(found.value) {
        section.refuse(&found.span, format!("`{}`", found.value), expected);
        return None;
    }
    Some(found.value)
}

fn known(
    section: &Section<'_, '_>,
    found: &Found<&str>,
    is_known: bool,
    expected: &str,
) -> Option<String> {
    if !is_known {
        section.refuse(&found.span, format!("`{}`", found.value), expected);
    }
    is_known.then(|| found.value.to_owned())
}
