//! Addresses of an app, changed by hand. Where its events go is a webhook's business.

use peyk_model::{App, AppId, Noun, Refusal};
use peyk_store::NewApp;

use crate::Context;
use crate::error::Result;

/// The addresses of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppUrls {
    /// Where a person may be sent back to after consent.
    pub redirect_uris: Vec<String>,
    /// Where a server-link button asks for an address.
    pub session_url: Option<String>,
    /// Where a dynamic button asks what to do.
    pub dynamic_action_url: Option<String>,
}

/// Gives an app other addresses; they count from the next request on.
pub fn change_urls(context: &mut Context<'_, '_>, id: AppId, urls: &AppUrls) -> Result<App> {
    let missing = || Refusal::not_found(Noun::App, id);
    let found = context.tx.app(id)?.ok_or_else(missing)?;
    let secrets = context.tx.app_secrets(id)?.ok_or_else(missing)?;
    let AppUrls { redirect_uris, session_url, dynamic_action_url } = urls.clone();
    let app = App { redirect_uris, session_url, dynamic_action_url, ..found };
    context.tx.upsert_app(&NewApp { app: &app, secrets: &secrets })?;
    Ok(app)
}
