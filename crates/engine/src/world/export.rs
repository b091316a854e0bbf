//! Exporting: everything that is here, as a World by whose names it can be made elsewhere.
//!
//! What passes is left out: events and deliveries, codes, idempotency keys, counts of calls, and
//! what scripts have in mind. Snapshots keep those.

use std::collections::HashMap;

use peyk_model::limits::WORLD_MESSAGES_MAX;
use peyk_model::{
    AppId, Author, Body, Conversation, ConversationId, DatedGrant, GrantId, Hand, KeyOwner,
    Message, MessageId, Noun, Party, PersonId, Refusal, Side, Subject, WebhookId,
};
use peyk_store::{Credential, Fault, GrantFilter, KeyDates};

use super::{
    Exact, Opened, Secret, When, World, WorldApp, WorldBody, WorldBusiness, WorldConsent,
    WorldConversation, WorldKey, WorldMedia, WorldMessage, WorldOrder, WorldParty, WorldPerson,
    WorldPost, WorldReturn, WorldScript, WorldSubject, WorldSubscription, WorldToken, WorldWebhook,
};
use crate::Context;
use crate::clock::kept_position;
use crate::error::Result;

/// Most rows that are read at once.
const AT_ONCE: i64 = 1000;

/// Whether secrets that have to be sent again are told in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// As they are kept: only a server with the same secret can open them.
    Sealed,
    /// For everybody who reads the file.
    Open,
}

/// The names of everything, by number.
#[derive(Default)]
struct Names {
    people: HashMap<PersonId, String>,
    apps: HashMap<AppId, String>,
}

impl Names {
    fn person(&self, id: PersonId) -> Result<String> {
        let found = self.people.get(&id).cloned();
        Ok(found.ok_or_else(|| Fault::Corrupt(format!("person {id}")))?)
    }

    fn app(&self, id: AppId) -> Result<String> {
        let found = self.apps.get(&id).cloned();
        Ok(found.ok_or_else(|| Fault::Corrupt(format!("app {id}")))?)
    }

    fn party(&self, party: Party) -> Result<WorldParty> {
        Ok(match party {
            Party::Person(id) => WorldParty::Person(self.person(id)?),
            Party::App(id) => WorldParty::App(self.app(id)?),
            Party::Business(id) => WorldParty::Business(id),
        })
    }
}

/// Everything that is here; too large a history is refused.
pub fn export_world(context: &mut Context<'_, '_>, secrets: Secrets) -> Result<World> {
    if context.tx.count_messages()? > WORLD_MESSAGES_MAX {
        return Err(Refusal::WorldTooLarge.into());
    }
    let mut names = Names::default();
    let mut world = World::default();
    export_people(context, &mut world, &mut names)?;
    export_apps(context, secrets, &mut world, &mut names)?;
    export_shops(context, &mut world, &names)?;
    export_keys(context, &mut world, &names)?;
    world.exact.consents = consents(context, &names)?;
    export_files(context, &mut world.exact, &names)?;
    export_conversations(context, &mut world, &names)?;
    for (blocker, blocked) in context.tx.all_blocks()? {
        world.exact.blocks.push((names.party(blocker)?, names.party(blocked)?));
    }
    world.exact.blocks.sort();
    export_webhooks(context, &mut world.exact, &names)?;
    world.faults = context.tx.fault_rules()?.into_iter().map(|(rule, _)| rule).collect();
    world.exact.clock = kept_position(context)?;
    Ok(world)
}

fn export_people(
    context: &mut Context<'_, '_>,
    world: &mut World,
    names: &mut Names,
) -> Result<()> {
    let mut last = PersonId(0);
    loop {
        let page = context.tx.people_after(last, AT_ONCE)?;
        let Some(end) = page.last() else { break };
        last = end.id;
        for person in page {
            for casting in context.tx.scripts_of(person.id)? {
                let (script, is_on) = (casting.script, casting.is_on);
                let person = person.handle.clone();
                world.scripts.push(WorldScript { person, script, is_on });
            }
            names.people.insert(person.id, person.handle.clone());
            world.exact.people.insert(person.handle.clone(), person.id.0);
            let (handle, name, phone) = (person.handle, person.name, person.phone);
            world.people.push(WorldPerson { handle, name, phone, locale: person.locale });
        }
    }
    Ok(())
}

fn export_apps(
    context: &mut Context<'_, '_>,
    secrets: Secrets,
    world: &mut World,
    names: &mut Names,
) -> Result<()> {
    for app in context.tx.apps_after(AppId(0), i64::MAX)? {
        let kept = context.tx.app_secrets(app.id)?.unwrap_or_default();
        let sealed = kept.identification_key_sealed;
        let open = match secrets {
            Secrets::Open => sealed.as_deref().and_then(|sealed| context.keyring.open(sealed)),
            Secrets::Sealed => None,
        };
        if let (None, Some(sealed)) = (&open, sealed) {
            world.exact.sealed.insert(app.slug.clone(), sealed);
        }
        names.apps.insert(app.id, app.slug.clone());
        world.exact.apps.insert(app.slug.clone(), app.id.0);
        world.apps.push(WorldApp {
            slug: app.slug,
            title: app.title,
            client_secret: kept.client_secret_hash.map(Secret::Hashed),
            redirect_uris: app.redirect_uris,
            events_url: app.events_url,
            identification_key: open,
            session_url: app.session_url,
            dynamic_action_url: app.dynamic_action_url,
            stage: app.stage,
            scopes: app.scopes,
            permissions: app.permissions,
            api_keys: Vec::new(),
        });
    }
    Ok(())
}

fn export_shops(context: &mut Context<'_, '_>, world: &mut World, names: &Names) -> Result<()> {
    for post in context.tx.posts_after("", i64::MAX)? {
        let (token, title, seller) = (post.token, post.title, names.person(post.seller)?);
        world.posts.push(WorldPost { token, title, seller, stage: post.stage });
    }
    for business in context.tx.businesses_after(peyk_model::BusinessId(i64::MIN), i64::MAX)? {
        world.businesses.push(WorldBusiness {
            id: business.id,
            name: business.name,
            notification_url: business.notification_url,
            api_keys: Vec::new(),
            oauth_tokens: Vec::new(),
        });
    }
    for order in context.tx.all_orders()? {
        let customer = names.person(order.customer)?;
        let (id, business, campaign) = (order.id, order.business, order.campaign);
        world.orders.push(WorldOrder { id, business, campaign, customer });
    }
    for goods in context.tx.all_returns()? {
        world.returns.push(WorldReturn { id: goods.id, order: goods.order });
    }
    Ok(())
}

fn export_keys(context: &mut Context<'_, '_>, world: &mut World, names: &Names) -> Result<()> {
    for (credential, hash, key) in context.tx.all_keys()? {
        world.exact.keys.insert(
            hash,
            KeyDates {
                created_at: key.created_at,
                expires_at: key.expires_at,
                revoked_at: key.revoked_at,
                last_used_at: key.last_used_at,
            },
        );
        let (secret, name, revoked) = (Secret::Hashed(hash), key.name, key.revoked_at.is_some());
        match key.owner {
            KeyOwner::App(id, allows) => {
                let slug = names.app(id)?;
                let app = world.apps.iter_mut().find(|app| app.slug == slug);
                let app = app.ok_or_else(|| Fault::Corrupt(format!("app {id} of a key")))?;
                app.api_keys.push(WorldKey { secret, name, allows, revoked });
            }
            KeyOwner::Business(id, allows) => {
                let shop = world.businesses.iter_mut().find(|shop| shop.id == id);
                let shop = shop.ok_or_else(|| Fault::Corrupt(format!("business {id} of a key")))?;
                let keys = match credential {
                    Credential::Key => &mut shop.api_keys,
                    Credential::Token => &mut shop.oauth_tokens,
                };
                keys.push(WorldKey { secret, name, allows, revoked });
            }
        }
    }
    Ok(())
}

fn consents(context: &mut Context<'_, '_>, names: &Names) -> Result<Vec<WorldConsent>> {
    let mut found = Vec::new();
    for given in context.tx.grants_after(GrantFilter::default(), GrantId(0), i64::MAX)? {
        let DatedGrant { grant, created_at, revoked_at } = given;
        let tokens =
            context.tx.all_tokens_of(grant.id)?.into_iter().map(|(hash, token)| WorldToken {
                hash,
                kind: token.kind,
                pair: token.pair,
                issued_at: token.issued_at,
                expires_at: token.expires_at,
                retired_at: token.retired_at,
            });
        found.push(WorldConsent {
            app: names.app(grant.app)?,
            person: names.person(grant.person)?,
            scopes: grant.scopes,
            given_at: created_at,
            revoked_at,
            tokens: tokens.collect(),
        });
    }
    Ok(found)
}

fn export_files(context: &mut Context<'_, '_>, exact: &mut Exact, names: &Names) -> Result<()> {
    for kept in context.tx.all_media()? {
        let owned = kept.owned.map(|(token, app)| Ok::<_, crate::Error>((token, names.app(app)?)));
        exact.media.push(WorldMedia {
            link: kept.media.link,
            file: kept.media.file,
            owned: owned.transpose()?,
            created_at: kept.created_at,
            bytes: None,
        });
    }
    Ok(())
}

fn export_conversations(
    context: &mut Context<'_, '_>,
    world: &mut World,
    names: &Names,
) -> Result<()> {
    let mut last = ConversationId(i64::MIN);
    loop {
        let page = context.tx.conversations_after(last, AT_ONCE)?;
        let Some(end) = page.last() else { return Ok(()) };
        last = end.id;
        for conversation in page {
            let (created_at, updated_at) = (conversation.created_at, conversation.updated_at);
            let opened = Opened { id: conversation.id, created_at, updated_at };
            world.exact.conversations.insert(conversation.key.0.clone(), opened);
            let about = about(&conversation, names)?;
            let messages = messages(context, &conversation, names)?;
            world.conversations.push(WorldConversation {
                about,
                id: Some(conversation.id),
                key: Some(conversation.key),
                kind: conversation.kind,
                status: Some(conversation.status),
                messages,
            });
        }
    }
}

fn about(conversation: &Conversation, names: &Names) -> Result<WorldSubject> {
    let buyer = names.person(conversation.buyer)?;
    Ok(match (&conversation.subject, conversation.seller) {
        (Subject::Post(post), _) => WorldSubject::Post { post: post.clone(), buyer },
        (Subject::Bot(app), _) => WorldSubject::Bot { app: names.app(*app)?, person: buyer },
        (Subject::Order(id), _) => WorldSubject::Order(*id),
        (Subject::Return(id, _), _) => WorldSubject::Return(*id),
        (Subject::Direct, Party::Business(business)) => {
            WorldSubject::Direct { business, customer: buyer }
        }
        (Subject::Direct, Party::Person(_) | Party::App(_)) => {
            return Err(Refusal::not_found(Noun::Business, conversation.id).into());
        }
    })
}

fn messages(
    context: &mut Context<'_, '_>,
    conversation: &Conversation,
    names: &Names,
) -> Result<Vec<WorldMessage>> {
    let (mut found, mut first) = (Vec::new(), MessageId(0));
    loop {
        let page = context.tx.messages_from(conversation.id, first, AT_ONCE)?;
        let Some(end) = page.last() else { return Ok(found) };
        first = MessageId(end.id.0 + 1);
        for message in page {
            found.push(said(message, conversation, names)?);
        }
    }
}

fn said(message: Message, conversation: &Conversation, names: &Names) -> Result<WorldMessage> {
    let is_the_bot = message.author == Author::on(Side::Seller, Hand::Bot)
        && message.app.map(Party::App) == Some(conversation.seller);
    let app = message.app.filter(|_| !is_the_bot).map(|id| names.app(id)).transpose()?;
    Ok(WorldMessage {
        author: message.author,
        body: match message.body {
            Body::Text(text) => WorldBody::Text(text),
            Body::Media(media) => WorldBody::File(media.link),
            Body::Location(place) => WorldBody::Location(place),
            Body::Contact(contact) => WorldBody::Contact(contact),
        },
        app,
        buttons: message.buttons,
        id: Some(message.id),
        at: Some(When::At(message.sent_at)),
    })
}

fn export_webhooks(context: &mut Context<'_, '_>, exact: &mut Exact, names: &Names) -> Result<()> {
    for webhook in context.tx.webhooks_after(WebhookId(0), i64::MAX)? {
        let missing = || Refusal::not_found(Noun::Webhook, webhook.id);
        let secrets = context.tx.webhook_secrets(webhook.id)?.ok_or_else(missing)?;
        exact.webhooks.push(WorldWebhook {
            owner: names.party(webhook.owner)?,
            post: webhook.post,
            url: webhook.url,
            state: webhook.state,
            note: webhook.note,
            paused: webhook.paused,
            health: webhook.health,
            identification_key_sealed: secrets.identification_key_sealed,
            signing_secret_sealed: secrets.signing_sealed,
            old_signing_secret: secrets.old_signing,
        });
    }
    // Their numbers are no part of a World.
    exact
        .webhooks
        .sort_by(|left, right| (&left.owner, &left.post).cmp(&(&right.owner, &right.post)));
    for kept in context.tx.all_subscriptions()? {
        let found = kept.subscription;
        exact.subscriptions.push(WorldSubscription {
            app: names.app(found.app)?,
            person: names.person(found.person)?,
            topic: found.topic,
            post: found.post,
            metadata: found.metadata,
            token_hash: kept.token_hash,
            created_at: kept.created_at,
        });
    }
    Ok(())
}
