//! The directory: who and what a server knows, by name and in pages.

use peyk_model::{
    App, AppId, Business, BusinessId, Conversation, ConversationId, ConversationKey, DatedGrant,
    GrantId, Noun, Person, PersonId, Post, PostToken, Refusal,
};
use peyk_store::{GrantFilter, Lock};

use crate::Context;
use crate::error::Result;
use crate::read_conversation::{Page, Paging, cursor, read_cursor};

/// The person with this handle.
pub fn person(context: &mut Context<'_, '_>, handle: &str) -> Result<Person> {
    let found = context.tx.person_by_handle(handle)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Person, handle).into())
}

/// The app with this slug.
pub fn app(context: &mut Context<'_, '_>, slug: &str) -> Result<App> {
    let found = context.tx.app_by_slug(slug)?;
    found.ok_or_else(|| Refusal::not_found(Noun::App, slug).into())
}

/// The business with this id.
pub fn business(context: &mut Context<'_, '_>, id: BusinessId) -> Result<Business> {
    let found = context.tx.business(id)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Business, id).into())
}

/// The post with this token.
pub fn post(context: &mut Context<'_, '_>, token: &str) -> Result<Post> {
    let found = match PostToken::parse(token) {
        Some(token) => context.tx.post(&token)?,
        None => None,
    };
    found.ok_or_else(|| Refusal::not_found(Noun::Post, token).into())
}

/// The conversation with this key or number, whosever it is.
pub fn conversation(context: &mut Context<'_, '_>, name: &str) -> Result<Conversation> {
    let mut found = match ConversationKey::parse(name) {
        Some(key) => context.tx.conversation_by_key(&key, Lock::None)?,
        None => None,
    };
    if found.is_none()
        && let Ok(number) = name.parse()
    {
        found = context.tx.conversation(ConversationId(number), Lock::None)?;
    }
    found.ok_or_else(|| Refusal::not_found(Noun::Conversation, name).into())
}

/// Everybody, in the order they came.
pub fn people(context: &mut Context<'_, '_>, paging: &Paging) -> Result<Page<Person>> {
    let last = PersonId(after(context, "people", paging)?);
    let found = context.tx.people_after(last, paging.limit + 1)?;
    Ok(Page::cut(found, paging.limit, |last| cursor(context.keyring, "people", [last.id.0])))
}

/// Every app, in the order they came.
pub fn apps(context: &mut Context<'_, '_>, paging: &Paging) -> Result<Page<App>> {
    let last = AppId(after(context, "apps", paging)?);
    let found = context.tx.apps_after(last, paging.limit + 1)?;
    Ok(Page::cut(found, paging.limit, |last| cursor(context.keyring, "apps", [last.id.0])))
}

/// Every business, by its id.
pub fn businesses(context: &mut Context<'_, '_>, paging: &Paging) -> Result<Page<Business>> {
    let last = BusinessId(after(context, "businesses", paging)?);
    let found = context.tx.businesses_after(last, paging.limit + 1)?;
    Ok(Page::cut(found, paging.limit, |last| cursor(context.keyring, "businesses", [last.id.0])))
}

/// What people allowed apps, in the order they did, with the app and the person.
pub fn grants(
    context: &mut Context<'_, '_>,
    filter: GrantFilter,
    paging: &Paging,
) -> Result<Page<(DatedGrant, App, Person)>> {
    let question = format!("grants of {filter:?}");
    let last = GrantId(after(context, &question, paging)?);
    let mut grants = Vec::new();
    for found in context.tx.grants_after(filter, last, paging.limit + 1)? {
        let missing = || Refusal::not_found(Noun::App, found.grant.app);
        let app = context.tx.app(found.grant.app)?.ok_or_else(missing)?;
        let missing = || Refusal::not_found(Noun::Person, found.grant.person);
        let person = context.tx.person(found.grant.person)?.ok_or_else(missing)?;
        grants.push((found, app, person));
    }
    Ok(Page::cut(grants, paging.limit, |(last, ..)| {
        cursor(context.keyring, &question, [last.grant.id.0])
    }))
}

fn after(context: &mut Context<'_, '_>, question: &str, paging: &Paging) -> Result<i64> {
    let Some(word) = &paging.cursor else { return Ok(0) };
    let [last] = read_cursor(context.keyring, question, word)?;
    Ok(last)
}

/// Every post with the handle of its seller, by its token.
pub fn posts(context: &mut Context<'_, '_>, paging: &Paging) -> Result<Page<(Post, Person)>> {
    let last = match &paging.cursor {
        None => String::new(),
        Some(word) => {
            let token = context.keyring.verify("posts", word).ok_or(Refusal::CursorInvalid)?;
            String::from_utf8(token).map_err(|_| Refusal::CursorInvalid)?
        }
    };
    let mut posts = Vec::new();
    for post in context.tx.posts_after(&last, paging.limit + 1)? {
        let missing = || Refusal::not_found(Noun::Person, post.seller);
        let seller = context.tx.person(post.seller)?.ok_or_else(missing)?;
        posts.push((post, seller));
    }
    Ok(Page::cut(posts, paging.limit, |(last, _)| {
        context.keyring.sign("posts", last.token.0.as_bytes())
    }))
}
