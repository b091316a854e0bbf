//! The `[[kenar.…]]` sections: apps, posts, conversations and grants.

use peyk_engine::world::{
    World, WorldApp, WorldConversation, WorldGrant, WorldKey, WorldPost, WorldSubject,
};
use peyk_model::limits::HANDLE_MAX_CHARS;
use peyk_model::{
    Author, ConversationId, ConversationKey, Hand, Kind, Permission, PostToken, Scope, ScopeName,
    Side, Status,
};

use super::exact;
use super::market::kind_and_status;
use super::message::{MARKETPLACE, messages};
use super::names::{Names, claim};
use super::section::{Found, Section};

/// Reads every `[[kenar.…]]` section.
pub(super) fn read(kenar: &Section<'_, '_>, names: &mut Names, world: &mut World) {
    for section in kenar.sections("app") {
        let app = app(&section, names, world);
        world.apps.extend(app);
        section.finish();
    }
    for section in kenar.sections("post") {
        world.posts.extend(post(&section, names));
        section.finish();
    }
    for section in kenar.sections("conversation") {
        let conversation = conversation(&section, names, world);
        world.conversations.extend(conversation);
        section.finish();
    }
    for section in kenar.sections("bot_conversation") {
        let conversation = bot_conversation(&section, names, world);
        world.conversations.extend(conversation);
        section.finish();
    }
    for section in kenar.sections("grant") {
        world.grants.extend(grant(&section, names));
        section.finish();
    }
    exact::read_kenar(kenar, names, &mut world.exact);
}

fn app(section: &Section<'_, '_>, names: &mut Names, world: &mut World) -> Option<WorldApp> {
    let slug = section.identifier("slug", HANDLE_MAX_CHARS);
    if let Some(slug) = &slug {
        claim(section, &mut names.apps, slug);
    }
    let title = section.title("title");
    let client_secret = section.optional_secret("client_secret", "client_secret_hash");
    let redirect_uris = section.urls("redirect_uris");
    let events_url = section.url("events_url");
    let identification_key = section.optional_title("identification_key");
    section.hide(&["identification_key_sealed"]);
    let sealed = section.bytes("identification_key_sealed");
    let session_url = section.url("session_url");
    let dynamic_action_url = section.url("dynamic_action_url");
    let stage = section.stage();
    if let (Some(slug), Some(number)) = (&slug, exact::number(section)) {
        names.app_numbers.insert(slug.value.clone(), number);
    }
    if let (Some(slug), Some(sealed)) = (&slug, sealed) {
        world.exact.sealed.insert(slug.value.clone(), sealed);
    }
    let scopes = scopes(section);
    let permissions = match section.has("permissions") {
        true => permissions(section),
        false => Permission::ALL.to_vec(),
    };
    let api_keys = section.sections("api_key");
    let api_keys = api_keys.iter().filter_map(|key| api_key(key, names, &permissions)).collect();
    Some(WorldApp {
        slug: slug?.value,
        title: title?,
        client_secret: client_secret.map(|secret| secret.value),
        redirect_uris,
        events_url,
        identification_key,
        session_url,
        dynamic_action_url,
        stage,
        scopes,
        permissions,
        api_keys,
    })
}

fn permissions(section: &Section<'_, '_>) -> Vec<Permission> {
    let words = Permission::ALL.iter().map(|permission| permission.word());
    section.words("permissions", Permission::parse, words)
}

fn api_key(
    section: &Section<'_, '_>,
    names: &mut Names,
    of_app: &[Permission],
) -> Option<WorldKey<Permission>> {
    let secret = section.secret("key", "key_hash");
    if let Some(secret) = &secret {
        names.claim_secret(section, secret);
    }
    let name = section.key_name();
    let allows = permissions(section);
    if let Some(beyond) = allows.iter().find(|permission| !of_app.contains(permission)) {
        let found = format!("`{}`", beyond.word());
        section.refuse(section.key_span("permissions"), found, "permissions of the app itself");
    }
    let revoked = section.flag("revoked");
    let dates = exact::key_dates(section, revoked);
    section.finish();
    let secret = secret?;
    names.key_dates.extend(dates.map(|dates| (secret.value.hash(), dates)));
    Some(WorldKey { secret: secret.value, name: name?, allows, revoked })
}

pub(super) fn scopes(section: &Section<'_, '_>) -> Vec<Scope> {
    let words = ScopeName::ALL.iter().map(|name| name.word());
    section.words("scopes", Scope::parse, words)
}

fn post(section: &Section<'_, '_>, names: &mut Names) -> Option<WorldPost> {
    let token = section.identifier("token", PostToken::MAX_CHARS);
    let title = section.title("title");
    let seller = names.person(section, "seller");
    let stage = section.stage();
    if let Some(Found { value, span }) = &token {
        let seller = seller.as_ref().map(|seller| seller.value.clone()).unwrap_or_default();
        if names.posts.insert(value.clone(), seller).is_some() {
            section.refuse(span, format!("`{value}` for the second time"), "another");
        }
    }
    Some(WorldPost { token: PostToken(token?.value), title: title?, seller: seller?.value, stage })
}

fn key(section: &Section<'_, '_>, names: &mut Names) -> Option<ConversationKey> {
    let key = section.optional_identifier("id", ConversationKey::MAX_CHARS)?;
    claim(section, &mut names.keys, &key);
    Some(ConversationKey(key.value))
}

fn conversation(
    section: &Section<'_, '_>,
    names: &mut Names,
    world: &mut World,
) -> Option<WorldConversation> {
    let key = key(section, names);
    let post = section.text("post");
    let seller = post.as_ref().and_then(|post| {
        let seller = names.posts.get(post.value).cloned();
        if seller.is_none() {
            let expected = "the token of a [[kenar.post]]";
            section.refuse(&post.span, format!("`{}`", post.value), expected);
        }
        seller
    });
    let buyer = names.person(section, "buyer");
    if let (Some(buyer), Some(seller)) = (&buyer, &seller)
        && buyer.value == *seller
    {
        let expected = "somebody else than the post's seller";
        section.refuse(&buyer.span, format!("`{}`", buyer.value), expected);
    }
    let sides = [(buyer.as_ref().map(|buyer| buyer.value.as_str()), Side::Buyer)];
    let sides = sides.into_iter().chain([(seller.as_deref(), Side::Seller)]);
    let authors: Vec<(&str, Author)> =
        sides.filter_map(|(handle, side)| Some((handle?, Author::on(side, Hand::Human)))).collect();
    let messages = messages(section, names, &[&authors[..], &MARKETPLACE].concat());
    let Condition { id, kind, status } = condition(section, key.as_ref(), world);
    seller.as_ref()?;
    let about = WorldSubject::Post {
        post: PostToken(post?.value.to_owned()),
        buyer: buyer.as_ref()?.value.clone(),
    };
    names.claim_subject(section, &about);
    Some(WorldConversation { about, id, key, kind, status, messages })
}

fn bot_conversation(
    section: &Section<'_, '_>,
    names: &mut Names,
    world: &mut World,
) -> Option<WorldConversation> {
    let key = key(section, names);
    let app = names.app(section, "app");
    let person = names.person(section, "person");
    let human = person.as_ref().map(|person| person.value.as_str());
    let authors: Vec<(&str, Author)> = human
        .map(|handle| (handle, Author::Buyer(Hand::Human)))
        .into_iter()
        .chain([("bot", Author::Seller(Hand::Bot))])
        .chain(MARKETPLACE)
        .collect();
    let messages = messages(section, names, &authors);
    let Condition { id, kind, status } = condition(section, key.as_ref(), world);
    let about = WorldSubject::Bot { app: app?, person: person?.value };
    names.claim_subject(section, &about);
    Some(WorldConversation { about, id, key, kind, status, messages })
}

/// How a conversation stands, where the file tells.
struct Condition {
    id: Option<ConversationId>,
    kind: Kind,
    status: Option<Status>,
}

fn condition(
    section: &Section<'_, '_>,
    key: Option<&ConversationKey>,
    world: &mut World,
) -> Condition {
    let number = exact::number(section);
    if let (Some(key), Some(opened)) = (key, exact::opened(section, number)) {
        world.exact.conversations.insert(key.0.clone(), opened);
    }
    let (kind, status) = kind_and_status(section);
    Condition { id: number.map(ConversationId), kind, status }
}

fn grant(section: &Section<'_, '_>, names: &mut Names) -> Option<WorldGrant> {
    let app = names.app(section, "app");
    let person = names.person(section, "person");
    let access = section.secret("access_token", "access_token_hash");
    let refresh = section.optional_secret("refresh_token", "refresh_token_hash");
    for secret in [&access, &refresh].into_iter().flatten() {
        names.claim_secret(section, secret);
    }
    let scopes = scopes(section);
    Some(WorldGrant {
        app: app?,
        person: person?.value,
        access_token: access?.value,
        refresh_token: refresh.map(|secret| secret.value),
        scopes,
    })
}
