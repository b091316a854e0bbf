//! Loading a World.

use peyk_model::person::international_phone;
use peyk_model::{
    App, AppId, Business, Draft, Grant, GrantId, KeyOwner, Noun, Order, Party, Person, PersonId,
    Post, Refusal, Return, Side, Token, TokenKind,
};
use peyk_store::{AppSecrets, Credential, NewApp, NewKey};

use super::take_over::{author_app, chosen_app, chosen_person, place_exactly, take_over};
use super::{
    Exact, World, WorldApp, WorldBody, WorldBusiness, WorldConversation, WorldGrant, WorldKey,
    WorldPerson, WorldScript, WorldSubject,
};
use crate::error::Result;
use crate::open_conversation::{ChosenIds, Opened, Opening, open_with};
use crate::send_message::place;
use crate::webhooks::set_webhook;
use crate::{Context, clock, faults, magic, scripts};

/// Makes everything in the World exist. One transaction: a World is loaded whole or not at all.
pub fn load_world(context: &mut Context<'_, '_>, world: &World) -> Result<()> {
    let exact = &world.exact;
    // The clock is put there afterwards, and what the World says of now means that.
    context.now = clock::now_with(context, exact.clock)?;
    world.people.iter().try_for_each(|person| load_person(context, exact, person))?;
    world.apps.iter().try_for_each(|app| load_app(context, exact, app))?;
    for found in &world.posts {
        let seller = person(context, &found.seller)?;
        let (token, title) = (found.token.clone(), found.title.clone());
        context.tx.upsert_post(&Post { token, title, seller, stage: found.stage })?;
    }
    world.businesses.iter().try_for_each(|business| load_business(context, exact, business))?;
    for order in &world.orders {
        let customer = person(context, &order.customer)?;
        let (id, business, campaign) = (order.id, order.business, order.campaign);
        context.tx.upsert_order(&Order { id, business, campaign, customer })?;
    }
    for goods in &world.returns {
        context.tx.upsert_return(&Return { id: goods.id, order: goods.order })?;
    }
    world.grants.iter().try_for_each(|grant| load_grant(context, grant))?;
    take_over(context, exact)?;
    world.conversations.iter().try_for_each(|each| load_conversation(context, exact, each))?;
    load_scripts(context, world)?;
    world.faults.iter().try_for_each(|rule| faults::put_fault(context, rule))?;
    if world.magic {
        load_magic(context, world)?;
    }
    // What a World brings is no news, so nobody could follow it.
    crate::search::forget(context)
}

fn load_magic(context: &mut Context<'_, '_>, world: &World) -> Result<()> {
    for found in &world.apps {
        let id = app(context, &found.slug)?;
        magic::load_for_app(context, id, &found.slug)?;
    }
    world.businesses.iter().try_for_each(|found| magic::load_for_business(context, found.id))
}

/// The World's people do what it says and nothing else.
fn load_scripts(context: &mut Context<'_, '_>, world: &World) -> Result<()> {
    for found in &world.people {
        let person = person(context, &found.handle)?;
        context.tx.delete_scripts_of(person)?;
    }
    scripts::begin(context)?;
    for (position, WorldScript { person: handle, script, is_on }) in (0..).zip(&world.scripts) {
        let person = person(context, handle)?;
        context.tx.insert_script(person, position, script, *is_on)?;
    }
    Ok(())
}

fn load_person(context: &mut Context<'_, '_>, exact: &Exact, person: &WorldPerson) -> Result<()> {
    let phone = international_phone(&person.phone).unwrap_or(person.phone.clone());
    let owner = context.tx.person_by_phone(&phone)?;
    if owner.is_some_and(|owner| owner.handle != person.handle) {
        return Err(Refusal::AlreadyExists { noun: Noun::Person, id: phone }.into());
    }
    let id = chosen_person(context, exact, &person.handle)?;
    context.tx.upsert_person(&Person {
        id,
        handle: person.handle.clone(),
        name: person.name.clone(),
        phone,
        locale: person.locale,
    })?;
    Ok(())
}

pub(super) fn person(context: &mut Context<'_, '_>, handle: &str) -> Result<PersonId> {
    let found = context.tx.person_by_handle(handle)?;
    Ok(found.ok_or_else(|| Refusal::not_found(Noun::Person, handle))?.id)
}

pub(super) fn app(context: &mut Context<'_, '_>, slug: &str) -> Result<AppId> {
    let found = context.tx.app_by_slug(slug)?;
    Ok(found.ok_or_else(|| Refusal::not_found(Noun::App, slug))?.id)
}

fn load_app(context: &mut Context<'_, '_>, exact: &Exact, app: &WorldApp) -> Result<()> {
    let seal = |key: &String| context.keyring.seal(key, context.dice);
    let secrets = AppSecrets {
        client_secret_hash: app.client_secret.as_ref().map(super::Secret::hash),
        // A key that was sealed elsewhere cannot be sent from here.
        identification_key_sealed: app.identification_key.as_ref().map(seal).or_else(|| {
            let sealed = exact.sealed.get(&app.slug)?;
            context.keyring.open(sealed).map(|_| sealed.clone())
        }),
    };
    let public = App {
        id: chosen_app(context, exact, &app.slug)?,
        slug: app.slug.clone(),
        title: app.title.clone(),
        redirect_uris: app.redirect_uris.clone(),
        events_url: app.events_url.clone(),
        session_url: app.session_url.clone(),
        dynamic_action_url: app.dynamic_action_url.clone(),
        stage: app.stage,
        scopes: app.scopes.clone(),
        permissions: app.permissions.clone(),
    };
    let id = context.tx.upsert_app(&NewApp { app: &public, secrets: &secrets })?;
    set_webhook(context, Party::App(id), None, app.events_url.as_deref())?;
    for key in &app.api_keys {
        load_key(context, exact, key, Credential::Key, KeyOwner::App(id, key.allows.clone()))?;
    }
    Ok(())
}

fn load_business(
    context: &mut Context<'_, '_>,
    exact: &Exact,
    business: &WorldBusiness,
) -> Result<()> {
    let WorldBusiness { id, name, notification_url, .. } = business.clone();
    set_webhook(context, Party::Business(id), None, notification_url.as_deref())?;
    context.tx.upsert_business(&Business { id, name, notification_url })?;
    for (credential, keys) in
        [(Credential::Key, &business.api_keys), (Credential::Token, &business.oauth_tokens)]
    {
        for key in keys {
            let owner = KeyOwner::Business(id, key.allows.clone());
            load_key(context, exact, key, credential, owner)?;
        }
    }
    Ok(())
}

fn load_key<P>(
    context: &mut Context<'_, '_>,
    exact: &Exact,
    key: &WorldKey<P>,
    credential: Credential,
    owner: KeyOwner,
) -> Result<()> {
    let secret_hash = &key.secret.hash();
    let new = NewKey { secret_hash, credential, name: &key.name, owner: &owner, expires_at: None };
    let id = context.tx.upsert_key(&new, context.now)?;
    if let Some(dates) = exact.keys.get(secret_hash) {
        context.tx.update_key_dates(id, dates)?;
    } else if key.revoked {
        context.tx.revoke_key(id, context.now)?;
    }
    Ok(())
}

fn load_grant(context: &mut Context<'_, '_>, world: &WorldGrant) -> Result<()> {
    let mut grant = Grant {
        id: GrantId(0),
        app: app(context, &world.app)?,
        person: person(context, &world.person)?,
        scopes: world.scopes.clone(),
    };
    let access = world.access_token.hash();
    let known = context.tx.token_by_secret(&access)?;
    grant.id = match &known {
        Some(known) => known.grant,
        None => context.tx.insert_grant(&grant, context.now)?,
    };
    let token = |kind| Token {
        kind,
        grant: grant.id,
        pair: access,
        issued_at: context.now,
        expires_at: None,
        retired_at: None,
    };
    if known.is_some() {
        context.tx.update_grant_scopes(&grant)?;
    } else {
        context.tx.insert_token(&access, &token(TokenKind::Access))?;
    }
    if let Some(refresh) = &world.refresh_token {
        context.tx.insert_token(&refresh.hash(), &token(TokenKind::Refresh))?;
    }
    Ok(())
}

fn load_conversation(
    context: &mut Context<'_, '_>,
    exact: &Exact,
    world: &WorldConversation,
) -> Result<()> {
    let opening = opening(context, &world.about)?;
    let opened = world.key.as_ref().and_then(|key| exact.conversations.get(&key.0));
    let id = opened.map(|opened| opened.id).or(world.id);
    let chosen = ChosenIds { id, key: world.key.clone() };
    let Opened { mut conversation, is_new } = open_with(context, &opening, &chosen)?;
    if !is_new {
        return Ok(());
    }
    // What was said before the World is loaded was said in a chat that was open by then.
    let first = world.messages.first().and_then(|first| first.at);
    let first = first.map(|at| at.time(context.now));
    if let Some(at) = opened.map(|opened| opened.created_at).or(first) {
        (conversation.created_at, conversation.updated_at) = (at, at);
        context.tx.update_opened_at(conversation.id, at)?;
    }
    for message in &world.messages {
        match &message.body {
            WorldBody::Text(text) if message.id.is_none() && message.at.is_none() => {
                let app = author_app(context, &conversation, message)?;
                let mut draft = Draft::from(peyk_model::message::Content::Text(text.clone()));
                let (buyer, seller) = (&message.buttons.buyer, &message.buttons.seller);
                (draft.sender_buttons, draft.receiver_buttons) = match message.author.side() {
                    Some(Side::Seller) => (seller.clone(), buyer.clone()),
                    Some(Side::Buyer) | None => (buyer.clone(), seller.clone()),
                };
                let placed = place(context, conversation, message.author, app, &draft)?;
                conversation = placed.conversation;
            }
            _ => place_exactly(context, &mut conversation, message)?,
        }
    }
    conversation.kind = world.kind;
    conversation.status = world.status.unwrap_or(conversation.status);
    if let Some(opened) = opened {
        conversation.updated_at = opened.updated_at;
    }
    Ok(context.tx.update_conversation(&conversation)?)
}

fn opening(context: &mut Context<'_, '_>, about: &WorldSubject) -> Result<Opening> {
    Ok(match about {
        WorldSubject::Post { post, buyer } => {
            Opening::Post { post: post.clone(), buyer: person(context, buyer)? }
        }
        WorldSubject::Bot { app: slug, person: handle } => {
            Opening::Bot { app: app(context, slug)?, person: person(context, handle)? }
        }
        WorldSubject::Order(id) => Opening::Order(*id),
        WorldSubject::Return(id) => Opening::Return(*id),
        WorldSubject::Direct { business, customer } => {
            Opening::Direct { business: *business, customer: person(context, customer)? }
        }
    })
}

/// Whether a World was ever loaded here.
pub fn has_people(context: &mut Context<'_, '_>) -> Result<bool> {
    Ok(!context.tx.people_after(PersonId(0), 1)?.is_empty())
}
