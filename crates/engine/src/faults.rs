//! Faults of a sandbox: the rules at hand, and whether one of them has its turn.
//!
//! The rules and how often they fitted are rows, so a restart changes nothing and servers that
//! share a database count together. Every server keeps the rules that are on at hand: where there
//! are none, asking costs one look at one atomic.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::lock::Mutex;
use peyk_model::fault::{Applied, Direction, Occasion, Tally, Who};
use peyk_model::{AppId, BusinessId, Conversation, FaultRule, Noun, Party, Refusal};

use crate::error::{Error, Result};
use crate::{Context, Engine, directory, keyring};

/// The setting that changes whenever a rule does.
const SETTING: &str = "faults";

/// The rules that are on.
#[derive(Debug, Default)]
pub struct Faults {
    any: AtomicBool,
    book: RwLock<Book>,
    /// Held by whoever takes up the rules, so that older ones never come after newer ones.
    following: Mutex<()>,
}

#[derive(Debug, Clone, Default)]
struct Book {
    edition: Option<String>,
    rules: Arc<Vec<FaultRule>>,
}

impl Faults {
    /// Whether nothing can go wrong.
    pub fn is_quiet(&self) -> bool {
        !self.any.load(Ordering::Acquire)
    }

    /// The rules that may fit a request or a letter, in their order.
    pub fn candidates(
        &self,
        direction: Direction,
        dialect: &str,
        operation: &str,
    ) -> Vec<FaultRule> {
        let rules = self.book.read().unwrap_or_else(PoisonError::into_inner).rules.clone();
        let may_fit = |rule: &&FaultRule| rule.may_fit(direction, dialect, operation);
        rules.iter().filter(may_fit).cloned().collect()
    }

    fn edition(&self) -> Option<String> {
        self.book.read().unwrap_or_else(PoisonError::into_inner).edition.clone()
    }

    fn put(&self, edition: Option<String>, rules: Vec<FaultRule>) {
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        self.any.store(!rules.is_empty(), Ordering::Release);
        *book = Book { edition, rules: Arc::new(rules) };
    }
}

/// Takes up the rules as they are in the store, if they are not those at hand.
pub async fn follow_faults(engine: &Engine) -> Result<()> {
    let _turn = engine.faults().following.lock().await;
    let held = engine.faults().edition();
    let read = engine.read(move |context| {
        let edition = context.tx.setting(SETTING)?;
        if edition == held {
            return Ok(None);
        }
        let mut rules = context.tx.fault_rules()?;
        rules.retain(|(rule, _)| rule.is_on);
        Ok(Some((edition, rules)))
    });
    if let Some((edition, rules)) = read.await? {
        engine.faults().put(edition, rules.into_iter().map(|(rule, _)| rule).collect());
    }
    Ok(())
}

/// Which of these rules have their turn now: delays of requests, and one other effect at most.
///
/// The rules must fit; each is counted.
pub fn decide(context: &mut Context<'_, '_>, fitting: &[FaultRule]) -> Result<Vec<Applied>> {
    let mut applied = Vec::new();
    for rule in fitting {
        // What was changed or taken away a moment ago counts as it is now.
        let Some((rule, before)) = context.tx.locked_fault_rule(&rule.name)? else { continue };
        if !rule.is_on {
            continue;
        }
        let decision = rule.decide(before);
        let done = before.done + i64::from(decision.is_some());
        let tally = Tally { matched: before.matched + 1, done };
        context.tx.update_fault_tally(&rule.name, tally)?;
        if let Some(decision) = decision {
            let goes_on = decision.effect.lets_others_follow(rule.fitting.direction);
            applied.push(decision);
            if !goes_on {
                break;
            }
        }
    }
    Ok(applied)
}

/// Which rules do something to a request or a letter.
pub async fn decide_on(
    engine: &Engine,
    candidates: Vec<FaultRule>,
    occasion: &Occasion<'_>,
) -> Result<Vec<Applied>> {
    let fitting: Vec<_> = candidates.into_iter().filter(|rule| rule.fits(occasion)).collect();
    if fitting.is_empty() {
        return Ok(Vec::new());
    }
    engine.write_lightly(move |context| decide(context, &fitting)).await
}

/// What a request shows of who asks, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The app whose key it shows.
    pub app: Option<AppId>,
    /// The business that it names.
    pub business: Option<BusinessId>,
    /// The token of a person.
    pub token: Option<String>,
    /// The name of the conversation.
    pub conversation: Option<String>,
}

/// Who has to do with a request that shows this.
pub fn who(context: &mut Context<'_, '_>, shown: &Shown) -> Result<Who> {
    let mut who =
        Who { business: shown.business, has_token: shown.token.is_some(), ..Who::default() };
    if let Some(app) = shown.app {
        who.app = context.tx.app(app)?.map(|app| app.slug);
    }
    let mut people = Vec::new();
    if let Some(token) = &shown.token {
        let hash = keyring::hash_secret(token);
        let grant = context.tx.grant_by_access_token(&hash, context.now)?;
        people.extend(grant.map(|(grant, _)| grant.person));
    }
    let named = shown.conversation.as_deref();
    match named.map(|name| directory::conversation(context, name)) {
        Some(Ok(Conversation { id, key, buyer, seller, .. })) => {
            who.conversation = vec![key.0, id.to_string()];
            people.push(buyer);
            if let Party::Person(seller) = seller {
                people.push(seller);
            }
        }
        Some(Err(Error::Refused(_))) | None => {}
        Some(Err(broken @ Error::Broken(_))) => return Err(broken),
    }
    for person in people {
        who.people.extend(context.tx.person(person)?.map(|person| person.handle));
    }
    Ok(who)
}

/// Every rule in the order they came, with how often it fitted and did something.
pub fn faults(context: &mut Context<'_, '_>) -> Result<Vec<(FaultRule, Tally)>> {
    Ok(context.tx.fault_rules()?)
}

/// One rule.
pub fn fault(context: &mut Context<'_, '_>, name: &str) -> Result<(FaultRule, Tally)> {
    let found = context.tx.fault_rule(name)?;
    found.ok_or_else(|| Refusal::not_found(Noun::FaultRule, name).into())
}

/// Adds a rule, or puts it in the place of the one with its name.
pub fn put_fault(context: &mut Context<'_, '_>, rule: &FaultRule) -> Result<()> {
    let rules = context.tx.fault_rules()?;
    let is_new = rules.iter().all(|(each, _)| each.name != rule.name);
    if is_new && rules.len() >= FaultRule::RULES_MAX {
        return Err(Refusal::TooManyFaults.into());
    }
    context.tx.upsert_fault_rule(rule)?;
    changed(context)
}

/// Adds a rule that is not there yet.
pub fn add_fault(context: &mut Context<'_, '_>, rule: &FaultRule) -> Result<()> {
    if context.tx.fault_rule(&rule.name)?.is_some() {
        let (noun, id) = (Noun::FaultRule, rule.name.clone());
        return Err(Refusal::AlreadyExists { noun, id }.into());
    }
    put_fault(context, rule)
}

/// Switches a rule on, from when it counts anew, or off.
pub fn switch_fault(context: &mut Context<'_, '_>, name: &str, is_on: bool) -> Result<()> {
    fault(context, name)?;
    context.tx.switch_fault_rule(name, is_on)?;
    changed(context)
}

/// Takes a rule away.
pub fn delete_fault(context: &mut Context<'_, '_>, name: &str) -> Result<()> {
    fault(context, name)?;
    context.tx.delete_fault_rule(name)?;
    changed(context)
}

/// Takes every rule away, and tells how many there were.
pub fn delete_faults(context: &mut Context<'_, '_>) -> Result<u64> {
    let count = context.tx.delete_fault_rules()?;
    changed(context)?;
    Ok(count)
}

fn changed(context: &mut Context<'_, '_>) -> Result<()> {
    let edition = context.dice.word();
    Ok(context.tx.put_setting(SETTING, &edition)?)
}
