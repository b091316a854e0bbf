//! What an export adds to the sections of a World file: numbers, dates, tokens, files, blocks and
//! webhooks. Nobody has to write any of it by hand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use peyk_engine::world::{
    Exact, KeyDates, Opened, World, WorldConsent, WorldMedia, WorldParty, WorldSubscription,
    WorldToken, WorldWebhook,
};
use peyk_model::limits::{FILE_NAME_MAX_CHARS, NAME_MAX_CHARS};
use peyk_model::media::File;
use peyk_model::webhook::Health;
use peyk_model::{
    BusinessId, ClockPosition, ConversationId, MediaKind, PostToken, Timestamp, TokenKind, Topic,
    WebhookState,
};

use super::kenar::scopes;
use super::names::Names;
use super::section::Section;

/// Numbers that every JavaScript client reads exactly.
const NUMBER_MAX: i64 = peyk_model::limits::MESSAGE_ID_MAX;
/// Longest word, note or piece of metadata, in characters.
const TEXT_MAX_CHARS: usize = 4096;

/// The number of a person or an app.
pub(super) fn number(section: &Section<'_, '_>) -> Option<i64> {
    section.hide(&["number"]);
    section.optional_number("number", NUMBER_MAX).map(|found| found.value)
}

/// The dates of a key, if the section tells when it was made.
pub(super) fn key_dates(section: &Section<'_, '_>, revoked: bool) -> Option<KeyDates> {
    section.hide(&["created_at", "expires_at", "revoked_at", "last_used_at"]);
    let created_at = section.time("created_at");
    let expires_at = section.time("expires_at");
    let revoked_at = section.time("revoked_at");
    let last_used_at = section.time("last_used_at");
    let created_at = created_at?;
    let revoked_at = revoked_at.or(revoked.then_some(created_at));
    Some(KeyDates { created_at, expires_at, revoked_at, last_used_at })
}

/// The dates of a conversation with this number, if the section tells when it was opened.
pub(super) fn opened(section: &Section<'_, '_>, id: Option<i64>) -> Option<Opened> {
    section.hide(&["created_at", "updated_at", "key"]);
    let (created_at, updated_at) = (section.time("created_at"), section.time("updated_at"));
    let created_at = created_at?;
    let id = ConversationId(id?);
    Some(Opened { id, created_at, updated_at: updated_at.unwrap_or(created_at) })
}

/// Reads the sections at the top of the file.
pub(super) fn read(
    top: &Section<'_, '_>,
    files: &[Section<'_, '_>],
    names: &Names,
    world: &mut World,
) {
    if let Some(section) = top.table("clock") {
        world.exact.clock = clock(&section);
        section.finish();
    }
    top.hide(&["media", "script_file", "webhook"]);
    for section in top.sections("script_file") {
        world.exact.script_files.extend(script_file(&section));
        section.finish();
    }
    for section in files {
        world.exact.media.extend(media(section, names));
        section.finish();
    }
    for section in top.sections("block") {
        let (by, of) = (section.table("by"), section.table("of"));
        let read = |party: Option<Section<'_, '_>>| {
            let party = party?;
            let read = self::party(&party, names);
            party.finish();
            read
        };
        world.exact.blocks.extend(read(by).zip(read(of)));
        section.finish();
    }
    for section in top.sections("webhook") {
        world.exact.webhooks.extend(webhook(&section, names));
        section.finish();
    }
}

/// Reads the sections that only the marketplace of apps has.
pub(super) fn read_kenar(kenar: &Section<'_, '_>, names: &Names, exact: &mut Exact) {
    kenar.hide(&["consent", "subscription"]);
    for section in kenar.sections("consent") {
        exact.consents.extend(consent(&section, names));
        section.finish();
    }
    for section in kenar.sections("subscription") {
        exact.subscriptions.extend(subscription(&section, names));
        section.finish();
    }
}

fn clock(section: &Section<'_, '_>) -> Option<ClockPosition> {
    let (stands, ahead) = (section.time("stands_at"), section.integer("ahead_microseconds"));
    if section.has("stands_at") == section.has("ahead_microseconds") {
        let expected = "either `stands_at` or `ahead_microseconds` in [clock]";
        section.refuse(section.span(), "both or none", expected);
        return None;
    }
    stands.map(ClockPosition::Standing).or(ahead.map(|us| ClockPosition::Running { offset_us: us }))
}

/// What a `[[media]]` is called; mistakes in it are told when it is read.
pub(super) fn link(section: &Section<'_, '_>) -> Option<String> {
    let link = section.is_text("link").then(|| section.text("link"))??;
    Some(link.value.to_owned())
}

fn media(section: &Section<'_, '_>, names: &Names) -> Option<WorldMedia> {
    let link = section.identifier("link", NAME_MAX_CHARS);
    let words = MediaKind::ALL.map(MediaKind::word);
    let kind = section.text("kind");
    let kind = kind.and_then(|found| section.word(&found, MediaKind::parse, words));
    let name = section.short_text("name", FILE_NAME_MAX_CHARS);
    let mime = section.short_text("mime", NAME_MAX_CHARS);
    let size = section.number("size_bytes", i64::MAX);
    let width = section.optional_number("width", i64::from(u32::MAX));
    let height = section.optional_number("height", i64::from(u32::MAX));
    let object = section.hash("object");
    let created_at = section.required_time("created_at");
    let token = section.optional_identifier("token", NAME_MAX_CHARS).map(|found| found.value);
    let app = section.has("app").then(|| names.app(section, "app")).flatten();
    let bytes = bytes_of(section, object.as_ref());
    let side = |found: Option<i64>| found.and_then(|side| u32::try_from(side).ok());
    let (width, height) = (width.map(|found| found.value), height.map(|found| found.value));
    let file = File {
        kind: kind?,
        name: name?,
        mime: mime?,
        size_bytes: size?.value,
        dimensions: side(width).zip(side(height)),
        object: blake3::Hash::from_bytes(object?).to_hex().to_string(),
    };
    let (link, owned) = (link?.value, token.zip(app));
    Some(WorldMedia { link, file, owned, created_at: created_at?, bytes })
}

/// The bytes of the object with this hash, if the section has them.
fn bytes_of(section: &Section<'_, '_>, object: Option<&[u8; 32]>) -> Option<Bytes> {
    let bytes = section.bytes("bytes");
    if let (Some(bytes), Some(object)) = (&bytes, object)
        && blake3::hash(bytes).as_bytes() != object
    {
        section.refuse(section.key_span("bytes"), "other bytes", "those whose hash is `object`");
    }
    bytes.map(Into::into)
}

/// A file that a script sends, by the name of its object.
fn script_file(section: &Section<'_, '_>) -> Option<(String, Option<Bytes>)> {
    let object = section.hash("object");
    let bytes = bytes_of(section, object.as_ref());
    Some((blake3::Hash::from_bytes(object?).to_hex().to_string(), bytes))
}

fn party(section: &Section<'_, '_>, names: &Names) -> Option<WorldParty> {
    let given: Vec<_> =
        ["person", "app", "business"].into_iter().filter(|key| section.has(key)).collect();
    match given[..] {
        ["person"] => Some(WorldParty::Person(names.person(section, "person")?.value)),
        ["app"] => Some(WorldParty::App(names.app(section, "app")?)),
        ["business"] => {
            let exists = |id: &i64| names.businesses.contains(id);
            let expected = "the id of a [[market.business]]";
            let id = Names::number(section, "business", exists, expected)?;
            Some(WorldParty::Business(BusinessId(id)))
        }
        _ => {
            let found = if given.is_empty() { "none".to_owned() } else { given.join(" and ") };
            section.refuse(section.span(), found, "one of `person`, `app`, `business`");
            None
        }
    }
}

fn webhook(section: &Section<'_, '_>, names: &Names) -> Option<WorldWebhook> {
    let owner = party(section, names);
    let post = section.optional_identifier("post", PostToken::MAX_CHARS);
    let url = section.url("url");
    let words = [WebhookState::Unproven, WebhookState::On, WebhookState::Off];
    let words = words.map(WebhookState::word);
    let state = section.text("state");
    let state = state.and_then(|found| section.word(&found, WebhookState::parse, words));
    let note = section.optional_short_text("note", TEXT_MAX_CHARS);
    let paused = section.flag("paused");
    let failures = section.optional_number("failures", i64::MAX).map_or(0, |found| found.value);
    let (failing_since, rests_until) = (section.time("failing_since"), section.time("rests_until"));
    let own = section.bytes("identification_key_sealed");
    let signing = section.bytes("signing_secret_sealed");
    let old = section.bytes("old_signing_secret_sealed");
    let old_until = section.time("old_signing_secret_until");
    Some(WorldWebhook {
        owner: owner?,
        post: post.map(|found| PostToken(found.value)),
        url,
        state: state?,
        note,
        paused,
        health: Health { failures, failing_since, rests_until, ..Health::default() },
        identification_key_sealed: own,
        signing_secret_sealed: signing.unwrap_or_default(),
        old_signing_secret: old.zip(old_until),
    })
}

fn consent(section: &Section<'_, '_>, names: &Names) -> Option<WorldConsent> {
    let (app, person) = (names.app(section, "app"), names.person(section, "person"));
    let scopes = scopes(section);
    let (given_at, revoked_at) = (section.required_time("given_at"), section.time("revoked_at"));
    let tokens = section.sections("token");
    let tokens = tokens.iter().filter_map(|section| {
        let token = token(section);
        section.finish();
        token
    });
    let tokens = tokens.collect();
    Some(WorldConsent {
        app: app?,
        person: person?.value,
        scopes,
        given_at: given_at?,
        revoked_at,
        tokens,
    })
}

fn token(section: &Section<'_, '_>) -> Option<WorldToken> {
    let kinds = TokenKind::ALL.iter().map(|kind| kind.word());
    let kind = section.text("kind");
    let kind = kind.and_then(|found| section.word(&found, TokenKind::parse, kinds));
    let hash = section.hash("hash");
    let pair = if section.has("pair") { section.hash("pair") } else { hash };
    let issued_at = section.required_time("issued_at");
    let (expires_at, retired_at) = (section.time("expires_at"), section.time("retired_at"));
    let (hash, pair, issued_at) = (hash?, pair?, issued_at?);
    Some(WorldToken { hash, kind: kind?, pair, issued_at, expires_at, retired_at })
}

fn subscription(section: &Section<'_, '_>, names: &Names) -> Option<WorldSubscription> {
    let (app, person) = (names.app(section, "app"), names.person(section, "person"));
    let topics = Topic::ALL.iter().map(|topic| topic.word());
    let topic = section.text("topic");
    let topic = topic.and_then(|found| section.word(&found, Topic::parse, topics));
    let post = section.optional_identifier("post", PostToken::MAX_CHARS);
    let metadata = section.optional_short_text("metadata", TEXT_MAX_CHARS);
    let token_hash = section.hash("token_hash");
    let created_at = section.required_time("created_at");
    Some(WorldSubscription {
        app: app?,
        person: person?.value,
        topic: topic?,
        post: post.map(|found| PostToken(found.value)),
        metadata,
        token_hash: token_hash?,
        created_at: created_at?,
    })
}

impl Section<'_, '_> {
    /// A time that may be left out.
    pub fn time(&self, key: &'static str) -> Option<Timestamp> {
        let (word, span) = self.datetime(key)?;
        let Ok(time) = word.parse::<jiff::Timestamp>() else {
            self.refuse(&span, format!("`{word}`"), "a time like `2026-11-20T12:00:00Z`");
            return None;
        };
        Some(Timestamp(time.as_microsecond()))
    }

    fn required_time(&self, key: &'static str) -> Option<Timestamp> {
        let time = self.time(key);
        if !self.has(key) {
            self.missing(key);
        }
        time
    }

    /// 64 hexadecimal digits.
    fn hash(&self, key: &'static str) -> Option<[u8; 32]> {
        let found = self.text(key)?;
        let hash = blake3::Hash::from_hex(found.value).ok();
        if hash.is_none() {
            let length = found.value.chars().count();
            self.refuse(&found.span, format!("{length} characters"), "64 hexadecimal digits");
        }
        hash.map(|hash| *hash.as_bytes())
    }

    /// Bytes in base64, which may be left out.
    pub fn bytes(&self, key: &'static str) -> Option<Vec<u8>> {
        let found = self.optional_text(key)?;
        let bytes = STANDARD.decode(found.value).ok();
        if bytes.is_none() {
            self.refuse(&found.span, "another text", format!("base64 as `{key}`"));
        }
        bytes
    }

    fn short_text(&self, key: &'static str, max_chars: usize) -> Option<String> {
        let found = self.optional_short_text(key, max_chars);
        if !self.has(key) {
            self.missing(key);
        }
        found
    }

    fn optional_short_text(&self, key: &'static str, max_chars: usize) -> Option<String> {
        let found = self.optional_text(key)?;
        let length = found.value.chars().count();
        if length > max_chars || found.value.contains('\0') {
            let expected = format!("at most {max_chars} characters and no NUL");
            self.refuse(&found.span, format!("{length} characters"), expected);
            return None;
        }
        Some(found.value.to_owned())
    }
}
