//! Subscribing: an app asks to hear of a person's posts while it holds that person's token.

use peyk_model::{
    Grant, Noun, Party, PersonId, PostToken, Refusal, Scope, ScopeName, Subscription, Topic,
};

use crate::Context;
use crate::caller::{AppCaller, require_scope};
use crate::error::Result;
use crate::{keyring, webhooks};

/// What an app asks to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What sort of events.
    pub topic: Topic,
    /// About which post; none means all the person's posts.
    pub post: Option<PostToken>,
    /// What the app wants to see again in each event, as JSON.
    pub metadata: Option<String>,
}

/// Notes what an app asks to hear. It ends with the token it was asked with.
pub fn subscribe(
    context: &mut Context<'_, '_>,
    caller: &AppCaller,
    grant: &Grant,
    access_token: &str,
    asked: &Asked,
) -> Result<()> {
    require_scope(grant, scopes(asked))?;
    if let Some(post) = &asked.post {
        check_post(context, grant.person, post)?;
    }
    let subscription = Subscription {
        app: caller.app.id,
        person: grant.person,
        topic: asked.topic,
        post: asked.post.clone(),
        metadata: asked.metadata.clone(),
    };
    let token_hash = keyring::hash_secret(access_token);
    Ok(context.tx.upsert_subscription(&subscription, &token_hash, context.now)?)
}

fn scopes(asked: &Asked) -> Vec<Scope> {
    match (asked.topic, &asked.post) {
        (Topic::Posts, _) => vec![Scope::plain(ScopeName::UserPostsGet)],
        (Topic::Messages, None) => vec![Scope::plain(ScopeName::AllConversationsRead)],
        (Topic::Messages, Some(post)) => vec![
            Scope::on(ScopeName::PostConversationsRead, &post.0),
            Scope::plain(ScopeName::AllConversationsRead),
        ],
    }
}

fn check_post(context: &mut Context<'_, '_>, person: PersonId, token: &PostToken) -> Result<()> {
    let post = context.tx.post(token)?.filter(|post| post.seller == person);
    post.map(drop).ok_or_else(|| Refusal::not_found(Noun::Post, token).into())
}

/// Registers an address of its own for one post, in the oldest way.
pub fn subscribe_address(
    context: &mut Context<'_, '_>,
    caller: &AppCaller,
    grant: &Grant,
    post: &PostToken,
    url: &str,
    identification_key: &str,
) -> Result<()> {
    let asked = Asked { topic: Topic::Messages, post: Some(post.clone()), metadata: None };
    require_scope(grant, scopes(&asked))?;
    check_post(context, grant.person, post)?;
    let owner = Party::App(caller.app.id);
    let webhook = webhooks::set_webhook(context, owner, Some(post), Some(url))?;
    webhooks::set_identification_key(context, webhook.id, identification_key)
}
