//! Webhooks: setting, switching, pausing, and the secrets that sign what is sent.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use peyk_model::webhook::Health;
use peyk_model::{
    Noun, Party, PostToken, Refusal, RetryPlan, Timestamp, Webhook, WebhookId, WebhookState,
};
use peyk_store::WebhookSecrets;

use crate::Context;
use crate::deliver::errand::plan;
use crate::error::Result;

/// How long signatures are made with the old secret too, after a new one was made.
const SECRET_OVERLAP: Duration = Duration::from_secs(24 * 3600);
/// What a signing secret begins with, as Standard Webhooks writes it.
const SECRET_PREFIX: &str = "whsec_";

/// Sets where an owner hears of events; creates the webhook where there was none.
///
/// A business's receiver has to answer a greeting before it hears anything else.
pub fn set_webhook(
    context: &mut Context<'_, '_>,
    owner: Party,
    post: Option<&PostToken>,
    url: Option<&str>,
) -> Result<Webhook> {
    let found = context.tx.webhook_of(owner, post)?;
    if let Some(same) = found.as_ref().filter(|found| found.url.as_deref() == url) {
        return Ok(same.clone());
    }
    let mut webhook = Webhook {
        id: WebhookId(0),
        owner,
        post: post.cloned(),
        url: url.map(str::to_owned),
        state: first_state(owner),
        note: None,
        paused: found.as_ref().is_some_and(|found| found.paused),
        health: Health::default(),
    };
    match found {
        Some(found) => {
            webhook.id = found.id;
            context.tx.update_webhook(&webhook)?;
            context.tx.wake_all_lanes(webhook.id, context.now)?;
        }
        None => {
            let secrets = WebhookSecrets {
                identification_key_sealed: None,
                signing_sealed: context.keyring.seal(&new_secret(context), context.dice),
                old_signing: None,
            };
            webhook.id = context.tx.insert_webhook(&webhook, &secrets)?;
        }
    }
    plan_first_greeting(context, &webhook)?;
    context.tx.ring();
    Ok(webhook)
}

fn first_state(owner: Party) -> WebhookState {
    match owner {
        Party::Business(_) => WebhookState::Unproven,
        Party::App(_) | Party::Person(_) => WebhookState::On,
    }
}

pub(crate) fn plan_first_greeting(context: &mut Context<'_, '_>, webhook: &Webhook) -> Result<()> {
    let needed = webhook.state == WebhookState::Unproven && webhook.url.is_some();
    Ok(context.tx.plan_greeting(webhook.id, needed.then_some(context.now), 0)?)
}

/// Switches a webhook on again: a business's receiver is greeted first.
pub fn switch_on(context: &mut Context<'_, '_>, id: WebhookId) -> Result<Webhook> {
    let mut webhook = locked(context, id)?;
    webhook.state = first_state(webhook.owner);
    webhook.note = None;
    webhook.health = Health::default();
    context.tx.update_webhook(&webhook)?;
    context.tx.wake_all_lanes(id, context.now)?;
    plan_first_greeting(context, &webhook)?;
    context.tx.ring();
    Ok(webhook)
}

/// Switches a webhook off; what waits is cancelled by [`cancel_leftovers`].
pub fn switch_off(context: &mut Context<'_, '_>, id: WebhookId, why: &str) -> Result<Webhook> {
    let mut webhook = locked(context, id)?;
    webhook.state = WebhookState::Off;
    webhook.note = Some(why.to_owned());
    context.tx.update_webhook(&webhook)?;
    context.tx.plan_greeting(id, None, 0)?;
    context.tx.delete_lanes(id)?;
    context.tx.ring();
    Ok(webhook)
}

/// Cancels what waits for a webhook that is off, so many at a time; true when nothing is left.
pub fn cancel_leftovers(context: &mut Context<'_, '_>, id: WebhookId) -> Result<bool> {
    const AT_ONCE: i64 = 1000;
    let webhook = locked(context, id)?;
    if webhook.state != WebhookState::Off {
        return Ok(true);
    }
    context.tx.delete_lanes(id)?;
    Ok(context.tx.cancel_open_deliveries(id, context.now, AT_ONCE)? == 0)
}

/// Gives up what waits for as long as the receiver of an app took nothing, so many at a time; true
/// when nothing is left.
///
/// Letters that were not tried for themselves, since others answered for them, die with those.
pub(crate) fn give_up_leftovers(context: &mut Context<'_, '_>, id: WebhookId) -> Result<bool> {
    const AT_ONCE: i64 = 500;
    let webhook = locked(context, id)?;
    let (now, plan) = (context.now, plan(webhook.owner));
    let is_over = plan == RetryPlan::Backoff && webhook.health.is_out_of_patience(plan, now);
    if webhook.state != WebhookState::On || !is_over {
        return Ok(true);
    }
    let found = context.tx.waiting_since(id, now.before(plan.patience()), AT_ONCE)?;
    if found.is_empty() {
        return Ok(true);
    }
    let (events, mut lanes): (Vec<_>, Vec<_>) = found.iter().copied().unzip();
    context.tx.give_up(id, &events, now)?;
    for (event, lane) in found {
        if lane < 0 {
            // It was held aside in a lane of its own, and belongs to its conversation.
            let told = context.tx.event(event)?;
            let own = told.and_then(|told| told.fact.conversation()).map_or(0, |id| id.0);
            context.tx.move_delivery(id, event, own)?;
        }
    }
    lanes.sort_unstable();
    lanes.dedup();
    context.tx.delete_empty_lanes(id, &lanes)?;
    context.tx.ring();
    Ok(events.len() < AT_ONCE as usize)
}

/// Holds a webhook back, or lets it go on, as if it had never failed: nobody asked it meanwhile.
pub fn pause(context: &mut Context<'_, '_>, id: WebhookId, paused: bool) -> Result<Webhook> {
    let mut webhook = locked(context, id)?;
    if webhook.paused && !paused {
        webhook.health = Health::default();
    }
    webhook.paused = paused;
    context.tx.update_webhook(&webhook)?;
    context.tx.ring();
    Ok(webhook)
}

/// The webhook, which nobody else may change until this transaction ends.
pub(crate) fn locked(context: &mut Context<'_, '_>, id: WebhookId) -> Result<Webhook> {
    let found = context.tx.webhook_locked(id)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Webhook, id).into())
}

/// Makes a new signing secret and shows it once. The old one signs beside it for a day.
pub fn rotate_signing_secret(context: &mut Context<'_, '_>, id: WebhookId) -> Result<String> {
    locked(context, id)?;
    let not_found = || Refusal::not_found(Noun::Webhook, id);
    let before = context.tx.webhook_secrets(id)?.ok_or_else(not_found)?;
    let secret = new_secret(context);
    let secrets = WebhookSecrets {
        signing_sealed: context.keyring.seal(&secret, context.dice),
        old_signing: Some((before.signing_sealed, context.now.after(SECRET_OVERLAP))),
        identification_key_sealed: before.identification_key_sealed,
    };
    context.tx.update_webhook_secrets(id, &secrets)?;
    Ok(secret)
}

/// Sets the word by which the receiver of a one-post webhook knows us.
pub fn set_identification_key(
    context: &mut Context<'_, '_>,
    id: WebhookId,
    key: &str,
) -> Result<()> {
    let not_found = || Refusal::not_found(Noun::Webhook, id);
    let mut secrets = context.tx.webhook_secrets(id)?.ok_or_else(not_found)?;
    secrets.identification_key_sealed = Some(context.keyring.seal(key, context.dice));
    Ok(context.tx.update_webhook_secrets(id, &secrets)?)
}

pub(crate) fn new_secret(context: &Context<'_, '_>) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(context.dice.bytes::<24>()))
}

/// Secrets in the clear, only as long as something is being sent.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenSecrets {
    /// The word by which the receiver knows us.
    pub identification_key: Option<String>,
    /// What signatures are made with, the newest first.
    pub signing: Vec<String>,
}

impl std::fmt::Debug for OpenSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenSecrets(masked)")
    }
}

/// Opens the secrets that a letter to this webhook needs.
pub(crate) fn open_secrets(
    context: &mut Context<'_, '_>,
    webhook: &Webhook,
) -> Result<OpenSecrets> {
    let not_found = || Refusal::not_found(Noun::Webhook, webhook.id);
    let sealed = context.tx.webhook_secrets(webhook.id)?.ok_or_else(not_found)?;
    let keyring = context.keyring;
    let own = sealed.identification_key_sealed.as_deref().and_then(|key| keyring.open(key));
    let identification_key = match (own, webhook.owner) {
        (Some(own), _) => Some(own),
        (None, Party::App(app)) => app_identification_key(context, app)?,
        (None, Party::Business(_) | Party::Person(_)) => None,
    };
    let old = sealed.old_signing.filter(|(_, until)| *until > context.now);
    let secrets = [Some(sealed.signing_sealed), old.map(|(secret, _)| secret)];
    let signing = secrets.into_iter().flatten().filter_map(|each| keyring.open(&each)).collect();
    Ok(OpenSecrets { identification_key, signing })
}

/// The word by which an app's receivers know us.
pub fn app_identification_key(
    context: &mut Context<'_, '_>,
    app: peyk_model::AppId,
) -> Result<Option<String>> {
    let secrets = context.tx.app_secrets(app)?.unwrap_or_default();
    let sealed = secrets.identification_key_sealed;
    Ok(sealed.and_then(|sealed| context.keyring.open(&sealed)))
}

/// The signatures of a letter, as Standard Webhooks writes them.
pub fn signatures(secrets: &OpenSecrets, id: &str, at: Timestamp, body: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let signed = format!("{id}.{}.{body}", at.seconds());
    let sign = |secret: &String| {
        let key = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?;
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).ok()?;
        mac.update(signed.as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    };
    secrets.signing.iter().filter_map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_the_published_example_says() {
        // The example in the Standard Webhooks specification and in its libraries' tests.
        let secrets = OpenSecrets {
            identification_key: None,
            signing: vec!["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into()],
        };
        let signed = signatures(
            &secrets,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Timestamp::from_seconds(1_614_265_330),
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
