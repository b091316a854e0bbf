//! Addresses, grants and tokens by forms.

use axum::extract::{Path, State};
use axum::response::Response;
use peyk_engine::app_urls::{self, AppUrls};
use peyk_engine::grant_tokens;
use peyk_engine::oauth::introspect::inspect_token;
use peyk_engine::revoke_grant::revoke_grant_by_id;
use peyk_engine::{Context, directory};
use peyk_model::GrantId;
use serde::Deserialize;

use super::keys::Back;
use crate::Site;
use crate::console::form::{Filled, own_path};
use crate::console::frame::Section;
use crate::console::guard::Trouble;
use crate::console::moment::Form;
use crate::console::notice::{Notice, Tone};
use crate::console::visit::Visit;
use crate::control::is_web_url;

/// Most addresses to go back to.
const REDIRECTS_MAX: usize = 20;

/// An app's addresses; those to go back to are one in each line.
#[derive(Deserialize)]
pub struct Urls {
    redirects: String,
    session_url: String,
    action_url: String,
}

/// `POST /console/apps/{app}/urls`.
pub async fn change_urls(
    State(site): State<Site>,
    visit: Visit,
    Path(slug): Path<String>,
    Filled(urls): Filled<Urls>,
) -> Result<Response, Trouble> {
    let home = format!("/console/apps/{slug}");
    let one = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let urls = AppUrls {
        redirect_uris: urls.redirects.lines().filter_map(one).collect(),
        session_url: one(&urls.session_url),
        dynamic_action_url: one(&urls.action_url),
    };
    let is_wrong = urls.redirect_uris.len() > REDIRECTS_MAX
        || urls.redirect_uris.iter().any(|url| url::Url::parse(url).is_err())
        || [&urls.session_url, &urls.dynamic_action_url]
            .into_iter()
            .flatten()
            .any(|u| !is_web_url(u));
    if is_wrong {
        let notice = Notice::new(Tone::Refused, visit.texts.say("dl-url-wrong"));
        return Ok(visit.go_with(&site, &home, notice));
    }
    let verb = move |context: &mut Context<'_, '_>| {
        let app = directory::app(context, &slug)?.id;
        app_urls::change_urls(context, app, &urls)
    };
    visit.told(&site, &home, site.engine.write(verb).await, "ap-urls-saved")
}

/// `POST /console/grants/{grant}/revoke`.
pub async fn revoke_grant(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
    Filled(Back { back }): Filled<Back>,
) -> Result<Response, Trouble> {
    let home = own_path(Some(&back));
    let verb = move |context: &mut Context<'_, '_>| revoke_grant_by_id(context, GrantId(id));
    visit.told(&site, &home, site.engine.write(verb).await, "ap-grant-revoked")
}

/// `POST /console/grants/{grant}/expire`.
pub async fn expire_tokens(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
    Filled(Back { back }): Filled<Back>,
) -> Result<Response, Trouble> {
    let home = own_path(Some(&back));
    let verb =
        move |context: &mut Context<'_, '_>| grant_tokens::expire_tokens(context, GrantId(id));
    visit.told(&site, &home, site.engine.write(verb).await, "ap-tokens-expired")
}

/// `POST /console/grants/{grant}/rotate`: the new tokens are shown once.
pub async fn replace_tokens(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
    Filled(Back { back }): Filled<Back>,
) -> Result<Response, Trouble> {
    let home = own_path(Some(&back));
    let verb =
        move |context: &mut Context<'_, '_>| grant_tokens::replace_tokens(context, GrantId(id));
    match site.engine.write(verb).await {
        Ok(tokens) => {
            let both = [Some(tokens.access_token), tokens.refresh_token];
            let quote = both.into_iter().flatten().collect::<Vec<_>>().join("\n");
            let notice = Notice::new(Tone::Done, visit.texts.say("ap-tokens-made"));
            Ok(visit.go_with(&site, &home, Notice { quote: Some(quote), ..notice }))
        }
        Err(error) => visit.refused(&site, &home, error),
    }
}

/// A token to be looked up.
#[derive(Deserialize)]
pub struct Shown {
    token: String,
}

/// `POST /console/tokens/inspect`.
pub async fn inspect(
    State(site): State<Site>,
    visit: Visit,
    Filled(Shown { token }): Filled<Shown>,
) -> Result<Response, Trouble> {
    let verb = move |context: &mut Context<'_, '_>| inspect_token(context, token.trim());
    let home = Section::Apps.path();
    let Some(facts) = site.engine.read(verb).await? else {
        let notice = Notice::new(Tone::Refused, visit.texts.say("ap-token-unknown"));
        return Ok(visit.go_with(&site, &home, notice));
    };
    let end = facts.token.ends_at().map(|end| visit.moment(end, Form::Full).text());
    let end = end.unwrap_or_else(|| visit.texts.say("ap-never").into_owned());
    let words = visit.texts.fill(
        "ap-token-facts",
        &[
            ("app", facts.app.slug.into()),
            ("person", facts.person.name.into()),
            ("end", end.into()),
        ],
    );
    let scopes: Vec<_> = facts.grant.scopes.iter().map(ToString::to_string).collect();
    let notice = Notice { quote: Some(scopes.join("\n")), ..Notice::new(Tone::Done, words) };
    Ok(visit.go_with(&site, &home, notice))
}
