//! Writing: a World as the text of a file that [`super::parse`] reads again.
//!
//! The same World is always the same text, byte for byte.

mod script;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use peyk_engine::world::{
    Exact, KeyDates, Secret, When, World, WorldBody, WorldConversation, WorldKey, WorldMessage,
    WorldParty, WorldSubject,
};
use peyk_model::fault::FieldValue;
use peyk_model::{Action, Author, ButtonGrid, ClockPosition, Kind, Scope, Stage, Timestamp};

use script::script;

use super::market::{AUTHORS, KINDS, STATUSES};
use super::message::MARKETPLACE;
use crate::control::time;
use crate::scenario::span;
use crate::scenario::write::quoted;

/// The text of a file in the making.
#[derive(Default)]
struct Page(String);

impl Page {
    fn section(&mut self, header: &str) {
        let gap = if self.0.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.0, "{gap}{header}");
    }

    /// A section inside the one before.
    fn part(&mut self, header: &str) {
        let _ = writeln!(self.0, "{header}");
    }

    fn raw(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, quoted(value));
    }

    fn maybe(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    fn list<T: std::fmt::Display>(&mut self, key: &str, items: impl IntoIterator<Item = T>) {
        let items: Vec<_> = items.into_iter().map(|item| quoted(&item.to_string())).collect();
        self.raw(key, format_args!("[{}]", items.join(", ")));
    }

    fn time(&mut self, key: &str, at: Timestamp) {
        self.raw(key, time(at));
    }

    fn maybe_time(&mut self, key: &str, at: Option<Timestamp>) {
        if let Some(at) = at {
            self.time(key, at);
        }
    }

    fn bytes(&mut self, key: &str, bytes: &[u8]) {
        self.text(key, &STANDARD.encode(bytes));
    }

    fn hash(&mut self, key: &str, hash: &[u8; 32]) {
        self.text(key, blake3::Hash::from_bytes(*hash).to_hex().as_str());
    }
}

/// The text of a file with this World.
pub fn write(world: &World) -> String {
    let mut page = Page::default();
    if world.magic {
        page.raw("magic", true);
    }
    clock(&mut page, world.exact.clock);
    for person in &world.people {
        page.section("[[person]]");
        page.text("id", &person.handle);
        page.text("name", &person.name);
        page.text("phone", &person.phone);
        page.text("locale", person.locale.code());
        if let Some(number) = world.exact.people.get(&person.handle) {
            page.raw("number", number);
        }
    }
    apps(&mut page, world);
    shops(&mut page, world);
    grants(&mut page, world);
    media(&mut page, &world.exact);
    for conversation in &world.conversations {
        self::conversation(&mut page, world, conversation);
    }
    for (by, of) in &world.exact.blocks {
        page.section("[[block]]");
        page.raw("by", format_args!("{{ {} }}", party(by)));
        page.raw("of", format_args!("{{ {} }}", party(of)));
    }
    webhooks(&mut page, &world.exact);
    world.scripts.iter().for_each(|each| script(&mut page, each));
    for rule in &world.faults {
        page.section("[[fault]]");
        for (name, value) in rule.fields() {
            match value {
                FieldValue::Text(text) => page.text(name, &text),
                FieldValue::Number(number) => page.raw(name, number),
                FieldValue::Flag(flag) => page.raw(name, flag),
            }
        }
    }
    page.0
}

fn clock(page: &mut Page, position: Option<ClockPosition>) {
    let Some(position) = position else { return };
    page.section("[clock]");
    match position {
        ClockPosition::Standing(at) => page.time("stands_at", at),
        ClockPosition::Running { offset_us } => page.raw("ahead_microseconds", offset_us),
    }
}

fn secret(page: &mut Page, plain: &str, hashed: &str, secret: &Secret) {
    match secret {
        Secret::Plain(text) => page.text(plain, text),
        Secret::Hashed(hash) => page.hash(hashed, hash),
    }
}

fn stage(page: &mut Page, stage: Stage) {
    page.text("stage", stage.word());
}

fn apps(page: &mut Page, world: &World) {
    for app in &world.apps {
        page.section("[[kenar.app]]");
        page.text("slug", &app.slug);
        page.text("title", &app.title);
        if let Some(found) = &app.client_secret {
            secret(page, "client_secret", "client_secret_hash", found);
        }
        page.list("redirect_uris", &app.redirect_uris);
        page.maybe("events_url", app.events_url.as_deref());
        page.maybe("identification_key", app.identification_key.as_deref());
        if let Some(sealed) = world.exact.sealed.get(&app.slug) {
            page.bytes("identification_key_sealed", sealed);
        }
        page.maybe("session_url", app.session_url.as_deref());
        page.maybe("dynamic_action_url", app.dynamic_action_url.as_deref());
        stage(page, app.stage);
        if let Some(number) = world.exact.apps.get(&app.slug) {
            page.raw("number", number);
        }
        page.list("scopes", app.scopes.iter().map(Scope::to_string));
        page.list("permissions", app.permissions.iter().map(|each| each.word()));
        for found in &app.api_keys {
            page.part("[[kenar.app.api_key]]");
            key(page, &world.exact, ["key", "key_hash"], found);
            page.list("permissions", found.allows.iter().map(|each| each.word()));
        }
    }
}

fn key<P>(page: &mut Page, exact: &Exact, [plain, hashed]: [&str; 2], key: &WorldKey<P>) {
    page.text("name", &key.name);
    secret(page, plain, hashed, &key.secret);
    let dates = exact.keys.get(&key.secret.hash());
    if key.revoked && dates.is_none() {
        page.raw("revoked", true);
    }
    if let Some(KeyDates { created_at, expires_at, revoked_at, last_used_at }) = dates {
        page.time("created_at", *created_at);
        page.maybe_time("expires_at", *expires_at);
        page.maybe_time("revoked_at", *revoked_at);
        page.maybe_time("last_used_at", *last_used_at);
    }
}

fn shops(page: &mut Page, world: &World) {
    for post in &world.posts {
        page.section("[[kenar.post]]");
        page.text("token", &post.token.0);
        page.text("title", &post.title);
        page.text("seller", &post.seller);
        stage(page, post.stage);
    }
    for shop in &world.businesses {
        page.section("[[market.business]]");
        page.raw("id", shop.id);
        page.text("name", &shop.name);
        page.maybe("notification_url", shop.notification_url.as_deref());
        for (header, names, keys) in [
            ("[[market.business.api_key]]", ["key", "key_hash"], &shop.api_keys),
            ("[[market.business.oauth_token]]", ["token", "token_hash"], &shop.oauth_tokens),
        ] {
            for found in keys {
                page.part(header);
                key(page, &world.exact, names, found);
                page.list("scopes", found.allows.iter().map(|each| each.word()));
            }
        }
    }
    for order in &world.orders {
        page.section("[[market.order]]");
        page.raw("id", order.id);
        page.raw("business", order.business);
        page.raw("campaign", order.campaign);
        page.text("customer", &order.customer);
    }
    for goods in &world.returns {
        page.section("[[market.return]]");
        page.raw("id", goods.id);
        page.raw("order", goods.order);
    }
}

fn grants(page: &mut Page, world: &World) {
    for grant in &world.grants {
        page.section("[[kenar.grant]]");
        page.text("app", &grant.app);
        page.text("person", &grant.person);
        secret(page, "access_token", "access_token_hash", &grant.access_token);
        if let Some(refresh) = &grant.refresh_token {
            secret(page, "refresh_token", "refresh_token_hash", refresh);
        }
        page.list("scopes", grant.scopes.iter().map(Scope::to_string));
    }
    for consent in &world.exact.consents {
        page.section("[[kenar.consent]]");
        page.text("app", &consent.app);
        page.text("person", &consent.person);
        page.list("scopes", consent.scopes.iter().map(Scope::to_string));
        page.time("given_at", consent.given_at);
        page.maybe_time("revoked_at", consent.revoked_at);
        for token in &consent.tokens {
            page.part("[[kenar.consent.token]]");
            page.text("kind", token.kind.word());
            page.hash("hash", &token.hash);
            if token.pair != token.hash {
                page.hash("pair", &token.pair);
            }
            page.time("issued_at", token.issued_at);
            page.maybe_time("expires_at", token.expires_at);
            page.maybe_time("retired_at", token.retired_at);
        }
    }
    for found in &world.exact.subscriptions {
        page.section("[[kenar.subscription]]");
        page.text("app", &found.app);
        page.text("person", &found.person);
        page.text("topic", found.topic.word());
        page.maybe("post", found.post.as_ref().map(|post| post.0.as_str()));
        page.maybe("metadata", found.metadata.as_deref());
        page.hash("token_hash", &found.token_hash);
        page.time("created_at", found.created_at);
    }
}

fn media(page: &mut Page, exact: &Exact) {
    for found in &exact.media {
        page.section("[[media]]");
        page.text("link", &found.link);
        page.text("kind", found.file.kind.word());
        page.text("name", &found.file.name);
        page.text("mime", &found.file.mime);
        page.raw("size_bytes", found.file.size_bytes);
        if let Some((width, height)) = found.file.dimensions {
            page.raw("width", width);
            page.raw("height", height);
        }
        page.text("object", &found.file.object);
        page.time("created_at", found.created_at);
        if let Some((token, app)) = &found.owned {
            page.text("token", token);
            page.text("app", app);
        }
        if let Some(bytes) = &found.bytes {
            page.bytes("bytes", bytes);
        }
    }
    for (object, bytes) in &exact.script_files {
        page.section("[[script_file]]");
        page.text("object", object);
        if let Some(bytes) = bytes {
            page.bytes("bytes", bytes);
        }
    }
}

fn party(party: &WorldParty) -> String {
    match party {
        WorldParty::Person(handle) => format!("person = {}", quoted(handle)),
        WorldParty::App(slug) => format!("app = {}", quoted(slug)),
        WorldParty::Business(id) => format!("business = {id}"),
    }
}

fn webhooks(page: &mut Page, exact: &Exact) {
    for found in &exact.webhooks {
        page.section("[[webhook]]");
        let owner = party(&found.owner);
        page.part(&owner);
        page.maybe("post", found.post.as_ref().map(|post| post.0.as_str()));
        page.maybe("url", found.url.as_deref());
        page.text("state", found.state.word());
        page.maybe("note", found.note.as_deref());
        if found.paused {
            page.raw("paused", true);
        }
        if found.health.failures > 0 {
            page.raw("failures", found.health.failures);
        }
        page.maybe_time("failing_since", found.health.failing_since);
        page.maybe_time("rests_until", found.health.rests_until);
        if let Some(sealed) = &found.identification_key_sealed {
            page.bytes("identification_key_sealed", sealed);
        }
        page.bytes("signing_secret_sealed", &found.signing_secret_sealed);
        if let Some((sealed, until)) = &found.old_signing_secret {
            page.bytes("old_signing_secret_sealed", sealed);
            page.time("old_signing_secret_until", *until);
        }
    }
}

fn conversation(page: &mut Page, world: &World, found: &WorldConversation) {
    let key = found.key.as_ref().map(|key| key.0.as_str());
    let opened = key.and_then(|key| world.exact.conversations.get(key));
    let (table, names) = match &found.about {
        WorldSubject::Post { post, buyer } => {
            page.section("[[kenar.conversation]]");
            page.text("post", &post.0);
            page.text("buyer", buyer);
            let seller = world.posts.iter().find(|each| each.token == *post);
            let seller = seller.map(|post| post.seller.clone()).unwrap_or_default();
            ("kenar.conversation", [buyer.clone(), seller])
        }
        WorldSubject::Bot { app, person } => {
            page.section("[[kenar.bot_conversation]]");
            page.text("app", app);
            page.text("person", person);
            ("kenar.bot_conversation", [person.clone(), "bot".to_owned()])
        }
        about => {
            page.section("[[market.chat]]");
            match about {
                WorldSubject::Order(id) => page.raw("order", id),
                WorldSubject::Return(id) => page.raw("return", id),
                WorldSubject::Direct { business, customer } => {
                    page.text("direct", customer);
                    page.raw("business", business);
                }
                WorldSubject::Post { .. } | WorldSubject::Bot { .. } => {}
            }
            ("market.chat", ["customer".to_owned(), "partner".to_owned()])
        }
    };
    let (number, name) = if table == "market.chat" { ("id", "key") } else { ("number", "id") };
    page.maybe(name, key);
    if let Some(id) = found.id {
        page.raw(number, id);
    }
    if found.kind != Kind::Chat {
        page.maybe("type", word(&KINDS, found.kind));
    }
    page.maybe("status", found.status.and_then(|status| word(&STATUSES, status)));
    if let Some(opened) = opened {
        page.time("created_at", opened.created_at);
        page.time("updated_at", opened.updated_at);
    }
    for said in &found.messages {
        page.part(&format!("[[{table}.message]]"));
        message(page, &names, said);
    }
}

fn word<T: PartialEq>(words: &[(&'static str, T)], value: T) -> Option<&'static str> {
    words.iter().find(|(_, each)| *each == value).map(|(word, _)| *word)
}

fn message(page: &mut Page, [buyer, seller]: &[String; 2], said: &WorldMessage) {
    let from = match said.author {
        Author::Buyer(_) => buyer.as_str(),
        Author::Seller(_) => seller.as_str(),
        Author::Market | Author::Support => {
            word(&MARKETPLACE, said.author).or(word(&AUTHORS, said.author)).unwrap_or_default()
        }
    };
    page.text("from", from);
    page.maybe("app", said.app.as_deref());
    match &said.body {
        WorldBody::Text(text) => page.text("text", text.as_str()),
        WorldBody::File(link) => page.text("file", link),
        WorldBody::Location(place) => {
            page.text("location", &format!("{}, {}", place.latitude(), place.longitude()));
        }
        WorldBody::Contact(contact) => {
            page.text("contact", &contact.phone);
            page.maybe("contact_name", contact.name.as_deref());
        }
    }
    if let Some(id) = said.id {
        page.raw("id", id);
    }
    match said.at {
        Some(When::At(at)) => page.time("at", at),
        Some(When::Ago(ago)) => page.text("ago", &span::show(ago)),
        None => {}
    }
    for (name, grid) in
        [("buyer_buttons", &said.buttons.buyer), ("seller_buttons", &said.buttons.seller)]
    {
        if !grid.is_empty() {
            page.raw(name, self::grid(grid));
        }
    }
}

fn grid(grid: &ButtonGrid) -> String {
    let rows = grid.rows().iter().map(|row| {
        let row = row.iter().map(|button| {
            let mut fields = vec![format!("caption = {}", quoted(&button.caption))];
            for (name, icon) in [("icon", &button.icon), ("icon_name", &button.icon_name)] {
                fields.extend(icon.as_ref().map(|icon| format!("{name} = {}", quoted(icon))));
            }
            let (name, value) = match &button.action {
                Action::OpenDirectLink(link) => ("link", link),
                Action::OpenServerLink(data) => ("server_link", data),
                Action::OpenLegacyServerLink(data) => ("legacy_server_link", data),
                Action::GetDynamicAction(data) => ("dynamic", data),
                Action::OpenPostPage(post) => ("post", &post.0),
                Action::OpenPostManagePage(post) => ("manage_post", &post.0),
            };
            fields.push(format!("{name} = {}", quoted(value)));
            format!("{{ {} }}", fields.join(", "))
        });
        format!("[{}]", row.collect::<Vec<_>>().join(", "))
    });
    format!("[{}]", rows.collect::<Vec<_>>().join(", "))
}
