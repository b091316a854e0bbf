//! The audit log's pen: every act is written down before it is done, and its end afterwards.
//!
//! Both doors through which a server is looked after, the control API and the console, use it in
//! one place each, so that no handler can forget it.

use std::net::IpAddr;

use axum::extract::RawPathParams;
use axum::response::Response;
use peyk_engine::timeline::apart;
use peyk_engine::{Error, NewAct, access};
use peyk_model::access::{ACT_TARGET_MAX_CHARS, ActOutcome};
use peyk_model::{Act, Doer};

use crate::Site;

/// What was acted on, where only the handler knows: it leaves this with its answer.
#[derive(Debug, Clone)]
pub struct Target(pub String);

/// How an act ended, where the status of the answer does not tell.
#[derive(Debug, Clone, Copy)]
pub struct Ended(pub ActOutcome);

/// Somebody's act, about to be done.
#[derive(Debug, Clone)]
pub struct Deed {
    /// By whom.
    pub doer: Doer,
    /// From where.
    pub address: IpAddr,
    /// What.
    pub act: Act,
    /// To what.
    pub target: String,
}

/// What the names in a path say: `webhook 3`, `handle ivan, conversation 17`.
pub fn target_of(params: &RawPathParams) -> String {
    let named: Vec<_> = params.iter().map(|(name, value)| format!("{name} {value}")).collect();
    shortened(&named.join(", "))
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(ACT_TARGET_MAX_CHARS).collect()
}

/// Writes a deed down, lets it be done, and writes down how it ended.
pub async fn recorded(
    site: &Site,
    deed: Deed,
    done: impl Future<Output = Response>,
) -> Result<Response, Error> {
    let Deed { doer, address, act, target } = deed;
    let address = Some(address.to_canonical().to_string());
    let new = NewAct { doer, address, act, target, outcome: ActOutcome::Begun };
    let begin = move |context: &mut peyk_engine::Context<'_, '_>| access::begin_act(context, &new);
    // The log is no part of what a restore puts back, so it goes on beside it.
    // Nobody has to answer for a sandbox, so nothing there waits for the disk.
    let id = if site.settings.is_production() {
        apart(site.engine.write(begin)).await?
    } else {
        apart(site.engine.write_lightly(begin)).await?
    };
    let mut response = done.await;
    let status = response.status();
    let ended = response.extensions_mut().remove::<Ended>();
    let outcome = if let Some(Ended(outcome)) = ended {
        outcome
    } else if status.is_server_error() {
        ActOutcome::Failed
    } else if status.is_client_error() {
        ActOutcome::Refused
    } else {
        ActOutcome::Done
    };
    let target = response.extensions_mut().remove::<Target>();
    let target = target.map(|Target(text)| shortened(&text));
    let end = move |context: &mut peyk_engine::Context<'_, '_>| {
        access::settle_act(context, id, outcome, target.as_deref())
    };
    if let Err(error) = apart(site.engine.write_lightly(end)).await {
        // The act was answered for; the log says that it was begun.
        tracing::error!(fault = %peyk_engine::chain(&error), "the end of act {id} is not recorded");
    }
    Ok(response)
}
