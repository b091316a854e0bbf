//! Keys by forms: made, replaced and taken back. A secret is shown once.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Response;
use peyk_engine::key::{
    KeyChange, MadeKey, change_key, create_app_key, create_business_key, revoke_key, rotate_key,
};
use peyk_engine::{Context, Error, directory};
use peyk_model::{ApiKeyId, BusinessId, Timestamp};
use serde::Deserialize;

use crate::Site;
use crate::console::form::{Filled, own_path};
use crate::console::guard::Trouble;
use crate::console::moment::parse_field;
use crate::console::notice::{Notice, Tone};
use crate::console::visit::Visit;

/// What the fields of permissions begin with.
const ALLOW: &str = "allow:";
/// For how long a replaced key can go on working: at most a month.
const OVERLAP_MAX_SECONDS: u64 = 30 * 24 * 3600;

/// A key to be made, as the fields say.
struct Wanted {
    name: String,
    allows: Vec<String>,
    ends: Option<Timestamp>,
}

impl Wanted {
    fn of(fields: &BTreeMap<String, String>) -> Result<Self, Trouble> {
        let name = fields.get("name").cloned().unwrap_or_default();
        let ends = fields.get("ends").map(|text| text.trim()).filter(|text| !text.is_empty());
        let ends = ends.map(|text| parse_field(text).ok_or(Trouble::Malformed)).transpose()?;
        let allows = fields.keys().filter_map(|field| field.strip_prefix(ALLOW));
        Ok(Self { name, allows: allows.map(str::to_owned).collect(), ends })
    }
}

fn told(
    site: &Site,
    visit: &Visit,
    home: &str,
    made: Result<MadeKey, Error>,
) -> Result<Response, Trouble> {
    match made {
        Ok(MadeKey { key, secret }) => {
            let words = visit.texts.with("ap-key-made", "name", key.name);
            let notice = Notice { quote: Some(secret), ..Notice::new(Tone::Done, words) };
            Ok(visit.go_with(site, home, notice))
        }
        Err(error) => visit.refused(site, home, error),
    }
}

/// `POST /console/apps/{app}/keys`.
pub async fn create_of_app(
    State(site): State<Site>,
    visit: Visit,
    Path(slug): Path<String>,
    Filled(fields): Filled<BTreeMap<String, String>>,
) -> Result<Response, Trouble> {
    let Wanted { name, allows, ends } = Wanted::of(&fields)?;
    let home = format!("/console/apps/{slug}");
    let verb = move |context: &mut Context<'_, '_>| {
        let app = directory::app(context, &slug)?.id;
        create_app_key(context, app, &name, Some(&allows), ends)
    };
    told(&site, &visit, &home, site.engine.write(verb).await)
}

/// `POST /console/businesses/{business}/keys`.
pub async fn create_of_business(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
    Filled(fields): Filled<BTreeMap<String, String>>,
) -> Result<Response, Trouble> {
    let Wanted { name, allows, ends } = Wanted::of(&fields)?;
    let home = format!("/console/businesses/{id}");
    let verb = move |context: &mut Context<'_, '_>| {
        create_business_key(context, BusinessId(id), &name, Some(&allows), ends)
    };
    told(&site, &visit, &home, site.engine.write(verb).await)
}

/// `POST /console/keys/{key}/change`: another name, and other rights.
pub async fn change(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
    Filled(fields): Filled<BTreeMap<String, String>>,
) -> Result<Response, Trouble> {
    let Wanted { name, allows, ends: _ } = Wanted::of(&fields)?;
    let home = own_path(fields.get("back").map(String::as_str));
    let change = KeyChange { name: Some(name), allows: Some(allows), expires_at: None };
    let verb = move |context: &mut Context<'_, '_>| change_key(context, ApiKeyId(id), &change);
    visit.told(&site, &home, site.engine.write(verb).await, "ap-key-changed")
}

/// Where to go back to, and how long the old key goes on working.
#[derive(Deserialize)]
pub struct Rotation {
    back: String,
    overlap: u64,
}

/// `POST /console/keys/{key}/rotate`.
pub async fn rotate(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
    Filled(Rotation { back, overlap }): Filled<Rotation>,
) -> Result<Response, Trouble> {
    let overlap = Duration::from_secs(overlap.min(OVERLAP_MAX_SECONDS));
    let verb = move |context: &mut Context<'_, '_>| rotate_key(context, ApiKeyId(id), overlap);
    told(&site, &visit, &own_path(Some(&back)), site.engine.write(verb).await)
}

/// Where to go back to.
#[derive(Deserialize)]
pub struct Back {
    pub back: String,
}

/// `POST /console/keys/{key}/revoke`.
pub async fn revoke(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
    Filled(Back { back }): Filled<Back>,
) -> Result<Response, Trouble> {
    let home = own_path(Some(&back));
    let verb = move |context: &mut Context<'_, '_>| revoke_key(context, ApiKeyId(id));
    visit.told(&site, &home, site.engine.write(verb).await, "ap-key-revoked")
}
