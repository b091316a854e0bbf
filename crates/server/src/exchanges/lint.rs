//! Lint: what production would punish, found in what clients of a sandbox did.
//!
//! It reads the record behind everybody's back and remembers a bounded little of each client.

mod rules;
mod trail;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use peyk_engine::deliver::operate;
use peyk_engine::directory;
use peyk_model::{BusinessId, Party, Webhook, WebhookState};
use serde::Serialize;
use tokio::sync::Mutex;

use super::recorder::Exchanges;
use crate::Site;
use rules::Rule;
use trail::{Seen, Trail};

/// Most clients that are remembered.
const CLIENTS_MAX: usize = 100;
/// How often somebody looks.
const PAUSE: Duration = Duration::from_secs(1);
/// Most exchanges that are read at once, so that nobody waits for it under load.
const AT_ONCE: usize = 500;
/// How long one look may take. Under load it sees a part of what happens, rather than take a
/// processor from those who are answered.
const LOOK_MAX: Duration = Duration::from_millis(10);

/// Whose program it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Client {
    /// An app's, by its slug.
    App(String),
    /// A business's.
    Business(i64),
}

/// Something that production would punish.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Whose program did it.
    pub client: Client,
    /// Which rule it breaks.
    pub rule: &'static str,
    /// How often it was seen.
    pub count: u64,
    /// Where it was seen first.
    pub first_exchange: u64,
    /// Where it was seen last.
    pub last_exchange: u64,
    /// What was done.
    pub sentence: String,
    /// What to do instead.
    pub advice: &'static str,
}

/// What was found so far.
#[derive(Debug, Default)]
pub struct Lint(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    position: u64,
    passed_over: u64,
    trails: HashMap<Client, Trail>,
    findings: BTreeMap<(Client, Rule), Finding>,
}

/// All findings, and how much was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What was found, by client.
    pub items: Vec<Finding>,
    /// The number of the newest exchange that was looked at.
    pub looked_up_to: u64,
    /// Whether exchanges were forgotten before anybody looked at them.
    pub has_gap: bool,
}

impl Exchanges {
    /// Looks at what is new in the record, and tells all that was found.
    pub async fn lint(&self, site: &Site) -> Report {
        let mut state = self.lint.0.lock().await;
        while state.look(self, site, None).await == AT_ONCE {}
        state.find_unfollowed(site);
        Report {
            items: state.findings.values().cloned().collect(),
            looked_up_to: state.position,
            has_gap: state.passed_over > 0,
        }
    }

    /// Looks at a bounded part of what is new, before it is forgotten.
    pub async fn look(&self, site: &Site) {
        let until = Instant::now() + LOOK_MAX;
        self.lint.0.lock().await.look(self, site, Some(until)).await;
    }
}

/// Looks at what happens before it is forgotten, for as long as the server runs.
pub async fn watch(site: Site) {
    while site.exchanges.is_on() {
        tokio::time::sleep(PAUSE).await;
        site.exchanges.look(&site).await;
    }
}

/// How somebody who polls could hear of events, as the end of a sentence.
async fn heard_of(site: &Site, client: &Client) -> &'static str {
    let client = client.clone();
    let webhook = site.engine.read(move |context| {
        let owner = match &client {
            Client::App(slug) => Party::App(directory::app(context, slug)?.id),
            Client::Business(id) => Party::Business(BusinessId(*id)),
        };
        Ok(operate::webhooks_of(context, owner)?.items.pop().map(|standing| standing.webhook))
    });
    match webhook.await {
        Ok(Some(Webhook { url: Some(_), state, .. })) => match state {
            WebhookState::On => ", while every event is sent to the address it has registered",
            WebhookState::Unproven => ", and its address for events never answered a greeting",
            WebhookState::Off => ", and its address for events is switched off",
        },
        Ok(Some(_) | None) => ", and it has no address for events",
        // Who is gone meanwhile is told nothing.
        Err(_) => "",
    }
}

impl State {
    /// Looks at what is new until then, and tells how much there was to be looked at.
    async fn look(&mut self, exchanges: &Exchanges, site: &Site, until: Option<Instant>) -> usize {
        if exchanges.last_id() == self.position {
            return 0;
        }
        if exchanges.forgotten_id() > self.position {
            self.passed_over += 1;
        }
        let kept = exchanges.kept_after(self.position, AT_ONCE);
        for exchange in &kept {
            if until.is_some_and(|until| Instant::now() >= until) {
                break;
            }
            // Whoever waits for this thread comes first.
            tokio::task::yield_now().await;
            self.position = exchange.id();
            let facts = exchange.facts(site).await;
            let client = match (&facts.app, facts.business) {
                (Some(app), _) => Client::App(app.clone()),
                (None, Some(business)) => Client::Business(business),
                (None, None) => continue,
            };
            let seen = Seen::of(exchange, facts);
            if !self.trails.contains_key(&client) && self.trails.len() >= CLIENTS_MAX {
                continue;
            }
            let parallel = site.settings.limits.market.map(|market| market.parallel);
            let trail = self.trails.entry(client.clone()).or_default();
            for (rule, id, mut sentence) in trail.note(&seen, parallel) {
                if rule == Rule::PollsInsteadOfPush {
                    sentence += heard_of(site, &client).await;
                }
                self.find(client.clone(), rule, id, sentence);
            }
        }
        kept.len()
    }

    /// First pages whose rest nobody asked for.
    fn find_unfollowed(&mut self, site: &Site) {
        let now = site.engine.clock().now();
        let found: Vec<_> = self
            .trails
            .iter_mut()
            .flat_map(|(client, trail)| {
                let unfollowed = trail.unfollowed(now);
                unfollowed.into_iter().map(|(id, sentence)| (client.clone(), id, sentence))
            })
            .collect();
        for (client, id, sentence) in found {
            self.find(client, Rule::IgnoresNextPage, id, sentence);
        }
    }

    fn find(&mut self, client: Client, rule: Rule, id: u64, sentence: String) {
        let finding = self.findings.entry((client.clone(), rule)).or_insert_with(|| Finding {
            client,
            rule: rule.word(),
            count: 0,
            first_exchange: id,
            last_exchange: id,
            sentence: String::new(),
            advice: rule.advice(),
        });
        finding.count += 1;
        finding.first_exchange = finding.first_exchange.min(id);
        finding.last_exchange = finding.last_exchange.max(id);
        finding.sentence = sentence;
    }
}
