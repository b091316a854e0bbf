//! Loading what an export added: dates, numbers, tokens, files, blocks and webhooks.

use peyk_model::webhook::Health;
use peyk_model::{
    AppId, Author, Body, Conversation, Grant, GrantId, Hand, Message, MessageId, Noun, Party,
    PersonId, Refusal, Subscription, Token, Webhook, WebhookId,
};
use peyk_store::{NewMedia, Owned, WebhookSecrets};

use super::load::{app, person};
use super::{
    Exact, When, WorldBody, WorldConsent, WorldMedia, WorldMessage, WorldParty, WorldSubscription,
    WorldWebhook,
};
use crate::error::Result;
use crate::{Context, clock, webhooks};

/// Makes everything exist that needs nothing but people, apps, posts and shops.
pub(super) fn take_over(context: &mut Context<'_, '_>, exact: &Exact) -> Result<()> {
    exact.media.iter().try_for_each(|media| take_file(context, media))?;
    exact.consents.iter().try_for_each(|consent| take_consent(context, consent))?;
    exact.webhooks.iter().try_for_each(|webhook| take_webhook(context, webhook))?;
    exact.subscriptions.iter().try_for_each(|each| take_subscription(context, each))?;
    for (blocker, blocked) in &exact.blocks {
        let (blocker, blocked) = (party(context, blocker)?, party(context, blocked)?);
        context.tx.insert_block(blocker, blocked)?;
    }
    if let Some(position) = exact.clock {
        clock::keep_position(context, position)?;
    }
    Ok(())
}

/// The number that a World chose for somebody new, unless somebody else has it.
pub(super) fn chosen_person(
    context: &mut Context<'_, '_>,
    exact: &Exact,
    handle: &str,
) -> Result<PersonId> {
    let Some(number) = exact.people.get(handle) else { return Ok(PersonId(0)) };
    let id = PersonId(*number);
    match context.tx.person(id)? {
        Some(other) if other.handle != handle => {
            Err(Refusal::AlreadyExists { noun: Noun::Person, id: format!("number {number}") }
                .into())
        }
        Some(_) | None => Ok(id),
    }
}

/// The number that a World chose for a new app, unless another has it.
pub(super) fn chosen_app(
    context: &mut Context<'_, '_>,
    exact: &Exact,
    slug: &str,
) -> Result<AppId> {
    let Some(number) = exact.apps.get(slug) else { return Ok(AppId(0)) };
    let id = AppId(*number);
    match context.tx.app(id)? {
        Some(other) if other.slug != slug => {
            Err(Refusal::AlreadyExists { noun: Noun::App, id: format!("number {number}") }.into())
        }
        Some(_) | None => Ok(id),
    }
}

fn party(context: &mut Context<'_, '_>, named: &WorldParty) -> Result<Party> {
    Ok(match named {
        WorldParty::Person(handle) => Party::Person(person(context, handle)?),
        WorldParty::App(slug) => Party::App(app(context, slug)?),
        WorldParty::Business(id) => Party::Business(*id),
    })
}

fn take_file(context: &mut Context<'_, '_>, media: &WorldMedia) -> Result<()> {
    if context.tx.media_by_link(&media.link)?.is_some() {
        return Ok(());
    }
    let owned = match &media.owned {
        Some((token, slug)) => Some(Owned { app: app(context, slug)?, token }),
        None => None,
    };
    let new = NewMedia { file: &media.file, link: &media.link, owned };
    context.tx.insert_media(&new, media.created_at)?;
    Ok(())
}

fn take_consent(context: &mut Context<'_, '_>, consent: &WorldConsent) -> Result<()> {
    let known = match consent.tokens.first() {
        Some(token) => context.tx.token_by_secret(&token.hash)?,
        None => None,
    };
    if known.is_some() {
        return Ok(());
    }
    let grant = Grant {
        id: GrantId(0),
        app: app(context, &consent.app)?,
        person: person(context, &consent.person)?,
        scopes: consent.scopes.clone(),
    };
    let id = context.tx.insert_grant(&grant, consent.given_at)?;
    for token in &consent.tokens {
        let new = Token {
            kind: token.kind,
            grant: id,
            pair: token.pair,
            issued_at: token.issued_at,
            expires_at: token.expires_at,
            retired_at: token.retired_at,
        };
        context.tx.insert_token(&token.hash, &new)?;
    }
    if let Some(at) = consent.revoked_at {
        context.tx.update_grant_revoked(id, at)?;
    }
    Ok(())
}

fn take_webhook(context: &mut Context<'_, '_>, world: &WorldWebhook) -> Result<()> {
    let owner = party(context, &world.owner)?;
    let mut webhook = Webhook {
        id: WebhookId(0),
        owner,
        post: world.post.clone(),
        url: world.url.clone(),
        state: world.state,
        note: world.note.clone(),
        paused: world.paused,
        health: Health::default(),
    };
    let fits = |sealed: &Vec<u8>| context.keyring.open(sealed).is_some();
    // A secret that was sealed elsewhere is of no use here: letters are signed with a new one.
    let signing_sealed = match Some(&world.signing_secret_sealed).filter(|sealed| fits(sealed)) {
        Some(sealed) => sealed.clone(),
        None => context.keyring.seal(&webhooks::new_secret(context), context.dice),
    };
    let own = world.identification_key_sealed.clone().filter(&fits);
    let old = world.old_signing_secret.clone().filter(|(sealed, _)| fits(sealed));
    let secrets =
        WebhookSecrets { identification_key_sealed: own, signing_sealed, old_signing: old };
    webhook.id = match context.tx.webhook_of(owner, world.post.as_ref())? {
        Some(found) => found.id,
        None => context.tx.insert_webhook(&webhook, &secrets)?,
    };
    webhook.health = world.health;
    context.tx.update_webhook(&webhook)?;
    context.tx.update_webhook_secrets(webhook.id, &secrets)?;
    webhooks::plan_first_greeting(context, &webhook)
}

fn take_subscription(context: &mut Context<'_, '_>, world: &WorldSubscription) -> Result<()> {
    let subscription = Subscription {
        app: app(context, &world.app)?,
        person: person(context, &world.person)?,
        topic: world.topic,
        post: world.post.clone(),
        metadata: world.metadata.clone(),
    };
    Ok(context.tx.upsert_subscription(&subscription, &world.token_hash, world.created_at)?)
}

/// Puts a message into a conversation that is being made, where and when it was said elsewhere.
/// Blocks do not count: what was said was said.
pub(super) fn place_exactly(
    context: &mut Context<'_, '_>,
    conversation: &mut Conversation,
    world: &WorldMessage,
) -> Result<()> {
    let at = match world.at {
        Some(When::At(at)) => at,
        // Nothing is said before what was said before.
        Some(ago @ When::Ago(_)) => ago.time(context.now).max(conversation.updated_at),
        None => context.now,
    };
    let id = match world.id {
        Some(id) => id,
        None => context.tx.mint().message_id(at.max(context.now)),
    };
    let id = MessageId(conversation.next_id(id.0));
    context.tx.mint().skip(id.0);
    conversation.last_number += 1;
    conversation.updated_at = conversation.updated_at.max(at);
    conversation.status = conversation.status_after(world.author);
    let message = Message {
        id,
        conversation: conversation.id,
        number: conversation.last_number,
        author: world.author,
        app: author_app(context, conversation, world)?,
        body: body(context, &world.body)?,
        buttons: world.buttons.clone(),
        sent_at: at,
    };
    Ok(context.tx.insert_message(&message)?)
}

/// Which app wrote a message: one that is named, or the conversation's own.
pub(super) fn author_app(
    context: &mut Context<'_, '_>,
    conversation: &Conversation,
    world: &WorldMessage,
) -> Result<Option<AppId>> {
    if let Some(slug) = &world.app {
        return Ok(Some(app(context, slug)?));
    }
    Ok(match (conversation.seller, world.author) {
        (Party::App(app), Author::Seller(Hand::Bot)) => Some(app),
        _ => None,
    })
}

fn body(context: &mut Context<'_, '_>, world: &WorldBody) -> Result<Body> {
    Ok(match world {
        WorldBody::Text(text) => Body::Text(text.clone()),
        WorldBody::Location(place) => Body::Location(*place),
        WorldBody::Contact(contact) => Body::Contact(contact.clone()),
        WorldBody::File(link) => {
            let found = context.tx.media_by_link(link)?;
            Body::Media(found.ok_or_else(|| Refusal::WorldFileMissing(link.clone()))?)
        }
    })
}
