//! Rules of what goes wrong, as JSON.

use std::collections::BTreeMap;

use peyk_model::FaultRule;
use peyk_model::fault::{FieldValue, read};
use serde::{Deserialize, Serialize};

use super::{corrupt, json};
use crate::Fault;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ValueRow {
    Flag(bool),
    Number(i64),
    Text(String),
}

impl From<FieldValue> for ValueRow {
    fn from(value: FieldValue) -> Self {
        match value {
            FieldValue::Flag(flag) => Self::Flag(flag),
            FieldValue::Number(number) => Self::Number(number),
            FieldValue::Text(text) => Self::Text(text),
        }
    }
}

impl From<ValueRow> for FieldValue {
    fn from(row: ValueRow) -> Self {
        match row {
            ValueRow::Flag(flag) => Self::Flag(flag),
            ValueRow::Number(number) => Self::Number(number),
            ValueRow::Text(text) => Self::Text(text),
        }
    }
}

/// A rule as it is stored.
pub(crate) fn fault(rule: &FaultRule) -> String {
    let fields = rule.fields().into_iter();
    json(&fields.map(|(key, value)| (key, value.into())).collect::<BTreeMap<_, ValueRow>>())
}

/// Reads a stored rule.
pub(crate) fn read_fault(text: &str) -> Result<FaultRule, Fault> {
    let fields: BTreeMap<String, ValueRow> =
        serde_json::from_str(text).map_err(|error| corrupt("fault", error))?;
    let fields = fields.into_iter().map(|(key, row)| (key, row.into())).collect();
    read(&fields).map_err(|mistakes| corrupt("fault", format!("{mistakes:?}")))
}
