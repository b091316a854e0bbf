//! What the marketplace itself does in a chat, by buttons: disputes, and closing what is none.

use axum::extract::{Path, State};
use axum::response::Response;
use peyk_engine::{Context, Result as Answer, arbitration, directory};
use peyk_model::{Conversation, ConversationId};

use super::form::{Filled, own_path};
use super::guard::Trouble;
use super::programs::Back;
use super::visit::Visit;
use crate::Site;

/// What the marketplace can do in a chat as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decisions {
    /// A dispute can be started.
    pub may_dispute: bool,
    /// A dispute is under way and can be ended.
    pub may_decide: bool,
    /// It is no dispute, and open.
    pub may_close: bool,
}

impl Decisions {
    /// What the rules of a chat let through.
    pub fn of(conversation: &Conversation) -> Self {
        Self {
            may_dispute: conversation.clone().start_arbitration().is_ok(),
            may_decide: conversation.clone().finish_arbitration().is_ok(),
            may_close: conversation.clone().finish() == Ok(true),
        }
    }

    /// Whether there is anything to be done.
    pub fn is_any(self) -> bool {
        self.may_dispute || self.may_decide || self.may_close
    }
}

/// `POST /console/chats/{conversation}/dispute`.
pub async fn dispute(
    State(site): State<Site>,
    visit: Visit,
    Path(name): Path<String>,
    Filled(Back { back }): Filled<Back>,
) -> Result<Response, Trouble> {
    decide(&site, &visit, name, &back, (arbitration::start_arbitration, "mp-disputed")).await
}

/// `POST /console/chats/{conversation}/decide`.
pub async fn end_dispute(
    State(site): State<Site>,
    visit: Visit,
    Path(name): Path<String>,
    Filled(Back { back }): Filled<Back>,
) -> Result<Response, Trouble> {
    decide(&site, &visit, name, &back, (arbitration::finish_arbitration, "mp-decided")).await
}

/// `POST /console/chats/{conversation}/close`.
pub async fn close(
    State(site): State<Site>,
    visit: Visit,
    Path(name): Path<String>,
    Filled(Back { back }): Filled<Back>,
) -> Result<Response, Trouble> {
    decide(&site, &visit, name, &back, (arbitration::finish_conversation, "mp-closed")).await
}

type Verb = fn(&mut Context<'_, '_>, ConversationId) -> Answer<Conversation>;

async fn decide(
    site: &Site,
    visit: &Visit,
    name: String,
    back: &str,
    (verb, key): (Verb, &str),
) -> Result<Response, Trouble> {
    let done = site.engine.write(move |context| {
        let id = directory::conversation(context, &name)?.id;
        verb(context, id)
    });
    visit.told(site, &own_path(Some(back)), done.await, key)
}
