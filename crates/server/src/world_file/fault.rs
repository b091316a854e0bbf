//! The `[[fault]]` sections: what goes wrong from the start.

use std::collections::BTreeMap;

use peyk_engine::world::World;
use peyk_model::FaultRule;
use peyk_model::fault::{Mistake, read as read_rule};

use super::section::Section;

/// Reads every `[[fault]]`.
pub(super) fn read(top: &Section<'_, '_>, world: &mut World) {
    for section in top.sections("fault") {
        if let Some(rule) = rule(&section) {
            if world.faults.iter().any(|each| each.name == rule.name) {
                let found = format!("`{}` for the second time", rule.name);
                section.refuse(section.key_span("name"), found, "another");
            }
            world.faults.push(rule);
        }
    }
    if world.faults.len() > FaultRule::RULES_MAX {
        let found = format!("{} faults", world.faults.len());
        top.refuse(top.span(), found, format!("at most {}", FaultRule::RULES_MAX));
    }
}

fn rule(section: &Section<'_, '_>) -> Option<FaultRule> {
    let fields: BTreeMap<_, _> = section.plain_values()?.into_iter().collect();
    let rule = read_rule(&fields);
    let mistakes = match &rule {
        Ok(rule) => crate::faults::mistakes(rule),
        Err(mistakes) => mistakes.clone(),
    };
    for Mistake { key, found, expected } in &mistakes {
        section.refuse(section.key_span(key), found, expected);
    }
    rule.ok().filter(|_| mistakes.is_empty())
}
