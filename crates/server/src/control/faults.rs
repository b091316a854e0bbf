//! `/control/v1/faults`: what goes wrong in a sandbox because somebody asked for it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use peyk_engine::faults as verbs;
use peyk_model::FaultRule;
use peyk_model::fault::{FieldValue, Mistake, Tally, read};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Answer, ControlError, sandbox_only};
use super::extract::{Body, Names};
use crate::{Site, faults};

/// A field as JSON writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Field {
    Flag(bool),
    Number(i64),
    Text(String),
}

/// A rule as fields.
#[derive(Debug, Clone, Deserialize)]
pub struct NewFault(BTreeMap<String, Field>);

/// Whether a rule does anything.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Switch {
    is_on: bool,
}

impl NewFault {
    fn rule(self) -> Result<FaultRule, ControlError> {
        let fields = self.0.into_iter().map(|(key, field)| {
            let value = match field {
                Field::Flag(flag) => FieldValue::Flag(flag),
                Field::Number(number) => FieldValue::Number(number),
                Field::Text(text) => FieldValue::Text(text),
            };
            (key, value)
        });
        let rule = read(&fields.collect()).map_err(in_words)?;
        let unknown = faults::mistakes(&rule);
        if unknown.is_empty() { Ok(rule) } else { Err(in_words(unknown)) }
    }
}

fn in_words(mistakes: Vec<Mistake>) -> ControlError {
    let words = mistakes.into_iter().map(|Mistake { key, found, expected }| {
        format!("{key}: found {found}, expected {expected}")
    });
    ControlError::invalid(words.collect::<Vec<_>>().join("; "))
}

/// `GET`: every rule, with how often it fitted and did something.
pub async fn list(State(site): State<Site>) -> Answer<Value> {
    sandbox_only(&site)?;
    let found = site.engine.read(verbs::faults).await?;
    let items: Vec<_> = found.iter().map(|(rule, tally)| shown(rule, *tally)).collect();
    Ok(Json(json!({ "items": items })))
}

/// `POST`: adds a rule that is not there yet.
pub async fn add(State(site): State<Site>, Body(new): Body<NewFault>) -> Answer<Value> {
    sandbox_only(&site)?;
    let rule = new.rule()?;
    let name = rule.name.clone();
    site.engine.write(move |context| verbs::add_fault(context, &rule)).await?;
    told(&site, name).await
}

/// `DELETE`: takes every rule away.
pub async fn clear(State(site): State<Site>) -> Answer<Value> {
    sandbox_only(&site)?;
    let count = site.engine.write(verbs::delete_faults).await?;
    verbs::follow_faults(&site.engine).await?;
    Ok(Json(json!({ "deleted": count })))
}

/// `GET /{name}`: one rule.
pub async fn show(State(site): State<Site>, Names(name): Names<String>) -> Answer<Value> {
    sandbox_only(&site)?;
    let (rule, tally) = site.engine.read(move |context| verbs::fault(context, &name)).await?;
    Ok(Json(shown(&rule, tally)))
}

/// `PUT /{name}`: switches a rule off, or on and lets it count anew.
pub async fn switch(
    State(site): State<Site>,
    Names(name): Names<String>,
    Body(Switch { is_on }): Body<Switch>,
) -> Answer<Value> {
    sandbox_only(&site)?;
    let switched = name.clone();
    site.engine.write(move |context| verbs::switch_fault(context, &switched, is_on)).await?;
    told(&site, name).await
}

/// `DELETE /{name}`: takes a rule away.
pub async fn delete(State(site): State<Site>, Names(name): Names<String>) -> Answer<Value> {
    sandbox_only(&site)?;
    site.engine.write(move |context| verbs::delete_fault(context, &name)).await?;
    verbs::follow_faults(&site.engine).await?;
    Ok(Json(json!({ "deleted": 1 })))
}

/// What became of a rule that was changed; from now on it counts.
async fn told(site: &Site, name: String) -> Answer<Value> {
    verbs::follow_faults(&site.engine).await?;
    let (rule, tally) = site.engine.read(move |context| verbs::fault(context, &name)).await?;
    Ok(Json(shown(&rule, tally)))
}

fn shown(rule: &FaultRule, tally: Tally) -> Value {
    let fields = rule.fields().into_iter().map(|(key, value)| {
        let value = match value {
            FieldValue::Flag(flag) => flag.into(),
            FieldValue::Number(number) => number.into(),
            FieldValue::Text(text) => text.into(),
        };
        (key.to_owned(), value)
    });
    let mut shown: Map<String, Value> = fields.collect();
    shown.insert("matched".into(), tally.matched.into());
    shown.insert("done".into(), tally.done.into());
    Value::Object(shown)
}
