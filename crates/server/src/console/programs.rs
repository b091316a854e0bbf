//! Apps and businesses: the programs that call, with their keys, addresses, limits and grants.

mod act;
mod keys;
mod shown;
mod tokens;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use peyk_engine::deliver::operate;
use peyk_engine::grant_tokens::tokens_of;
use peyk_engine::key::keys_of;
use peyk_engine::limiter::{CallCount, call_counts};
use peyk_engine::read_conversation::{Page as Cut, Paging};
use peyk_engine::{Context, GrantFilter, Result as Answer, business_token, directory};
use peyk_model::{
    ApiKey, App, Business, BusinessId, DatedGrant, KeyScope, Party, Person, Right, Spender, Token,
};
use serde::Deserialize;

use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::visit::Visit;
use crate::Site;
use shown::{Allowed, Gauge, GrantRow, Hook, KeyRow, allowed, gauges, grant_row, hook, key_row};

pub use act::{change_urls, expire_tokens, inspect, replace_tokens, revoke_grant};
pub use keys::{Back, change, create_of_app, create_of_business, revoke, rotate};
pub use tokens::{expire_token, replace_token, revoke_token};

/// Apps and businesses on one page, and grants of one app.
const PAGE: i64 = 50;
/// Grants of one app on a page.
const GRANTS: i64 = 20;

#[derive(Template)]
#[template(path = "console/programs.html")]
struct Index {
    frame: Frame,
    apps: Vec<App>,
    businesses: Vec<Business>,
    more_apps: Option<String>,
    more_businesses: Option<String>,
    may_operate: bool,
}

/// Where to go on in both lists.
#[derive(Debug, Deserialize)]
pub struct Places {
    apps: Option<String>,
    businesses: Option<String>,
}

/// `GET /console/apps`.
pub async fn index(
    State(site): State<Site>,
    visit: Visit,
    Query(Places { apps, businesses }): Query<Places>,
) -> Result<Response, Trouble> {
    let (apps, businesses) =
        (Paging { cursor: apps, limit: PAGE }, Paging { cursor: businesses, limit: PAGE });
    let verb = move |context: &mut Context<'_, '_>| -> Answer<(Cut<App>, Cut<Business>)> {
        Ok((directory::apps(context, &apps)?, directory::businesses(context, &businesses)?))
    };
    let (apps, businesses) = site.engine.read(verb).await?;
    let more = |name: &str, next: Option<String>| next.map(|next| visit.address_with(name, &next));
    let frame = Frame::new(&visit, Section::Apps, visit.texts.say("nav-apps"));
    page(&Index {
        more_apps: more("apps", apps.next),
        more_businesses: more("businesses", businesses.next),
        apps: apps.items,
        businesses: businesses.items,
        may_operate: visit.who.may(Right::Operate),
        frame,
    })
}

/// What apps and businesses have in common.
struct Common {
    hooks: Vec<Hook>,
    keys: Vec<KeyRow>,
    /// What a new key may be allowed.
    offered: Vec<Allowed>,
    gauges: Vec<Gauge>,
    /// Where the form for a new key goes.
    keys_path: String,
    /// Where the page is.
    home: String,
    may_operate: bool,
    may_keys: bool,
}

struct Parts {
    hooks: Vec<operate::Standing>,
    keys: Vec<ApiKey>,
    counts: Vec<CallCount>,
}

fn parts(context: &mut Context<'_, '_>, owner: Party) -> Answer<Parts> {
    let mut counts = call_counts(context)?;
    counts.retain(|CallCount { count, .. }| match (count.spender, owner) {
        (Spender::App(id), Party::App(own)) => id == own,
        (Spender::Business(id), Party::Business(own)) => id == own,
        (Spender::AllApps, Party::App(_)) => true,
        (Spender::AllApps | Spender::App(_) | Spender::Business(_), _) => false,
    });
    let hooks = operate::webhooks_of(context, owner)?.items;
    Ok(Parts { hooks, keys: keys_of(context, owner)?, counts })
}

fn common(
    site: &Site,
    visit: &Visit,
    home: String,
    parts: &Parts,
    offered: Vec<Allowed>,
) -> Common {
    Common {
        hooks: parts.hooks.iter().map(hook).collect(),
        keys: parts.keys.iter().rev().map(|key| key_row(visit, key)).collect(),
        gauges: gauges(site, visit, &parts.counts),
        offered,
        keys_path: format!("{home}/keys"),
        home,
        may_operate: visit.who.may(Right::Operate),
        may_keys: visit.who.may(Right::Keys),
    }
}

#[derive(Template)]
#[template(path = "console/app.html")]
struct AppPage {
    frame: Frame,
    app: App,
    redirects: String,
    common: Common,
    permissions: Vec<Allowed>,
    grants: Vec<GrantRow>,
    more_grants: Option<String>,
}

/// Where to go on in the grants.
#[derive(Debug, Deserialize)]
pub struct Place {
    grants: Option<String>,
}

type Given = (DatedGrant, App, Person, Vec<Token>);

fn given(context: &mut Context<'_, '_>, app: &App, paging: &Paging) -> Answer<Cut<Given>> {
    let filter = GrantFilter { app: Some(app.id), person: None };
    let found = directory::grants(context, filter, paging)?;
    let mut items = Vec::new();
    for (grant, app, person) in found.items {
        let tokens = tokens_of(context, grant.grant.id)?;
        items.push((grant, app, person, tokens));
    }
    Ok(Cut { items, next: found.next })
}

/// `GET /console/apps/{app}`.
pub async fn app(
    State(site): State<Site>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(Place { grants }): Query<Place>,
) -> Result<Response, Trouble> {
    site.engine.flush().await?;
    let paging = Paging { cursor: grants, limit: GRANTS };
    let verb = move |context: &mut Context<'_, '_>| -> Answer<(App, Parts, Cut<Given>)> {
        let app = directory::app(context, &slug)?;
        let parts = parts(context, Party::App(app.id))?;
        let given = given(context, &app, &paging)?;
        Ok((app, parts, given))
    };
    let (app, parts, given) = site.engine.read(verb).await?;
    let t = visit.texts;
    let permissions: Vec<_> =
        app.permissions.iter().map(|each| allowed(t, "perm", each.word())).collect();
    let home = format!("/console/apps/{}", app.slug);
    let frame = Frame::new(&visit, Section::Apps, app.title.clone()).live("/console/live");
    page(&AppPage {
        redirects: app.redirect_uris.join("\n"),
        common: common(&site, &visit, home, &parts, permissions.clone()),
        permissions,
        grants: given.items.iter().map(|each| grant_row(&visit, each)).collect(),
        more_grants: given.next.map(|next| visit.address_with("grants", &next)),
        app,
        frame,
    })
}

#[derive(Template)]
#[template(path = "console/business.html")]
struct BusinessPage {
    frame: Frame,
    business: Business,
    common: Common,
    tokens: Vec<KeyRow>,
}

/// `GET /console/businesses/{business}`.
pub async fn business(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
) -> Result<Response, Trouble> {
    site.engine.flush().await?;
    let id = BusinessId(id);
    let verb = move |context: &mut Context<'_, '_>| -> Answer<(Business, Parts, Vec<ApiKey>)> {
        let business = directory::business(context, id)?;
        let parts = parts(context, Party::Business(id))?;
        Ok((business, parts, business_token::tokens_of(context, id)?))
    };
    let (business, parts, tokens) = site.engine.read(verb).await?;
    let tokens = tokens.iter().rev().map(|token| key_row(&visit, token)).collect();
    let t = visit.texts;
    let offered = KeyScope::ALL.iter().map(|each| allowed(t, "perm", each.word())).collect();
    let home = format!("/console/businesses/{id}");
    let frame = Frame::new(&visit, Section::Apps, business.name.clone()).live("/console/live");
    let common = common(&site, &visit, home, &parts, offered);
    page(&BusinessPage { frame, business, common, tokens })
}
