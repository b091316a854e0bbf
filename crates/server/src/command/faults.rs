//! `peyk faults …`: what goes wrong in a running sandbox.

use anyhow::Context as _;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::client::{Call, print};
use super::options::Configuration;
use crate::media::path_segment;

/// What can be done with faults.
#[derive(Debug, Subcommand)]
pub enum FaultsCommand {
    /// List every rule, with how often it fitted and did something.
    List,
    /// Add a rule, as in `peyk faults add calm dialect=market effect=status code=420 count=1`.
    Add {
        /// What the rule is called.
        name: String,
        /// Its fields: what it fits, how often it happens, and the effect.
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Switch a rule on; it counts anew.
    On {
        /// The rule.
        name: String,
    },
    /// Switch a rule off.
    Off {
        /// The rule.
        name: String,
    },
    /// Take a rule away.
    Delete {
        /// The rule.
        name: String,
    },
    /// Take every rule away.
    Clear,
}

/// Does it, and prints what the server answers.
pub fn faults(
    configuration: &Configuration,
    server: &str,
    command: FaultsCommand,
) -> anyhow::Result<()> {
    let all = || "/faults".to_owned();
    let one = |name: &str| format!("/faults/{}", path_segment(name));
    let switch = |name: &str, is_on: bool| {
        let body = Some(json!({ "is_on": is_on }));
        Call { method: Method::PUT, path: one(name), body }
    };
    let call = match command {
        FaultsCommand::List => Call { method: Method::GET, path: all(), body: None },
        FaultsCommand::Add { name, fields } => {
            Call { method: Method::POST, path: all(), body: Some(body(name, &fields)?) }
        }
        FaultsCommand::On { name } => switch(&name, true),
        FaultsCommand::Off { name } => switch(&name, false),
        FaultsCommand::Delete { name } => {
            Call { method: Method::DELETE, path: one(&name), body: None }
        }
        FaultsCommand::Clear => Call { method: Method::DELETE, path: all(), body: None },
    };
    print(configuration, server, call)
}

fn body(name: String, fields: &[String]) -> anyhow::Result<Value> {
    let mut body = Map::from_iter([("name".to_owned(), name.into())]);
    for field in fields {
        let (key, text) = field
            .split_once('=')
            .with_context(|| format!("`{field}` is no field like `effect=status`"))?;
        let value = match (text.parse::<i64>(), text.parse::<bool>()) {
            (Ok(number), _) => number.into(),
            (_, Ok(flag)) => flag.into(),
            (Err(_), Err(_)) => text.into(),
        };
        body.insert(key.to_owned(), value);
    }
    Ok(Value::Object(body))
}
