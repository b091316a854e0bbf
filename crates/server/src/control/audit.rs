//! `GET /control/v1/acts`: the audit log.

use axum::Json;
use axum::extract::{Query, State};
use peyk_engine::{ActFilter, access};
use peyk_model::access::{ActOutcome, ActRecord};
use peyk_model::{Act, Doer};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError};
use super::convert::{self, PageBody};
use super::extract::Page;
use crate::Site;

/// Which acts.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    name: Option<String>,
    act: Option<String>,
    outcome: Option<String>,
}

/// `GET /control/v1/acts`: who did what to what, the newest first.
pub async fn list(
    State(site): State<Site>,
    Page(paging): Page,
    Query(Wanted { name, act, outcome }): Query<Wanted>,
) -> Answer<PageBody> {
    let known =
        |what: &str, word: &str| ControlError::invalid(format!("there is no {what} `{word}`"));
    let act = act.map(|word| Act::parse(&word).ok_or_else(|| known("act", &word)));
    let outcome =
        outcome.map(|word| ActOutcome::parse(&word).ok_or_else(|| known("outcome", &word)));
    let filter = ActFilter { name, act: act.transpose()?, outcome: outcome.transpose()? };
    let found = site.engine.read(move |context| access::acts(context, &filter, &paging)).await?;
    Ok(Json(convert::page(found, shown)))
}

fn shown(record: &ActRecord) -> Value {
    let mut value = json!({
        "id": record.id,
        "at": convert::time(record.at),
        "act": record.act.word(),
        "target": record.target,
        "outcome": record.outcome.word(),
    });
    let (doer, name) = match &record.doer {
        Doer::Account(_, name) => ("account", Some(name)),
        Doer::AdminToken => ("admin_token", None),
        Doer::Sandbox => ("sandbox", None),
        Doer::Command => ("command", None),
        Doer::Stranger(name) => ("stranger", Some(name)),
    };
    value["doer"] = doer.into();
    if let Some(name) = name {
        value["name"] = name.as_str().into();
    }
    if let Some(address) = &record.address {
        value["address"] = address.as_str().into();
    }
    value
}
