//! Filters: which exchanges somebody wants to see, and pages of them.

use std::sync::Arc;

use peyk_model::Timestamp;

use super::door::Door;
use super::exchange::{Exchange, Way};
use super::facts::names_of;
use super::recorder::Exchanges;
use super::shown::Reading;
use crate::Site;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Requests to this server.
    In,
    /// Requests of this server.
    Out,
}

/// Which answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusFilter {
    /// This status.
    Exactly(u16),
    /// Any of these hundred.
    Class(u16),
    /// No answer at all.
    Nothing,
}

impl StatusFilter {
    /// `404`, `4xx` or `none`.
    pub fn parse(word: &str) -> Option<Self> {
        if word == "none" {
            return Some(Self::Nothing);
        }
        match word.strip_suffix("xx") {
            Some(class) => class.parse().ok().filter(|c| (1..=5).contains(c)).map(Self::Class),
            None => word.parse().ok().filter(|s| (100..=599).contains(s)).map(Self::Exactly),
        }
    }

    fn lets(self, status: Option<u16>) -> bool {
        match self {
            Self::Exactly(wanted) => status == Some(wanted),
            Self::Class(class) => status.is_some_and(|status| status / 100 == class),
            Self::Nothing => status.is_none(),
        }
    }
}

/// Which exchanges are wanted; by default all that clients of the marketplaces and their
/// receivers had a part in.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Which way.
    pub direction: Option<Direction>,
    /// By which doors or in which dialects.
    pub doors: Vec<Door>,
    /// By the name of the operation.
    pub operation: Option<String>,
    /// By the app's slug.
    pub app: Option<String>,
    /// By the business.
    pub business: Option<i64>,
    /// By the person's handle.
    pub person: Option<String>,
    /// By either name of the conversation.
    pub conversation: Option<String>,
    /// By the answer: any of these.
    pub statuses: Vec<StatusFilter>,
    /// By a text in any part of it, without regard to case. Secrets are not found.
    pub text: Option<String>,
    /// Begun at this time or later.
    pub since: Option<Timestamp>,
}

/// A filter whose names were looked up.
pub(super) struct Wanted<'f> {
    filter: &'f Filter,
    conversation: Option<Vec<String>>,
    text: Option<String>,
}

/// Exchanges of one page, the newest first.
#[derive(Debug)]
pub struct ExchangePage {
    /// The exchanges.
    pub items: Vec<Arc<Exchange>>,
    /// Where the next page begins, if there is one.
    pub next: Option<u64>,
}

/// What came after a place, the oldest first.
#[derive(Debug)]
pub struct Following {
    /// The exchanges.
    pub items: Vec<Arc<Exchange>>,
    /// The place after them, and after all that was passed over.
    pub position: u64,
    /// Whether some were forgotten before they could be read.
    pub has_gap: bool,
}

impl Filter {
    /// Whether requests that no client made are wanted.
    fn wants_others(&self) -> bool {
        self.doors.iter().any(|door| !door.is_of_clients())
    }

    pub(super) async fn wanted(&self, site: &Site) -> Wanted<'_> {
        let conversation = match &self.conversation {
            Some(name) => Some(names_of(site, name).await),
            None => None,
        };
        let text = self.text.as_ref().map(|text| text.to_lowercase());
        Wanted { filter: self, conversation, text }
    }
}

impl Wanted<'_> {
    /// Whether this exchange is wanted; what is cheap to know is asked first.
    pub(super) async fn lets(&self, site: &Site, exchange: &Exchange) -> bool {
        let filter = self.filter;
        let direction = match exchange.way {
            Way::In(_) => Direction::In,
            Way::Out(_) => Direction::Out,
        };
        let is_cheaply_out = filter.direction.is_some_and(|wanted| wanted != direction)
            || filter.since.is_some_and(|since| exchange.started_at < since)
            || !(filter.statuses.is_empty()
                || filter.statuses.iter().any(|status| status.lets(exchange.status())));
        if is_cheaply_out {
            return false;
        }
        let facts = exchange.facts(site).await;
        let is_other = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_some_and(|wanted| found != Some(wanted))
        };
        let is_out = !(filter.doors.is_empty()
            || filter.doors.iter().any(|door| door.word() == facts.dialect))
            || is_other(&filter.operation, facts.operation)
            || is_other(&filter.app, facts.app.as_deref())
            || is_other(&filter.person, facts.person.as_deref())
            || filter.business.is_some_and(|wanted| facts.business != Some(wanted))
            || self.conversation.as_ref().is_some_and(|names| !facts.is_in(names));
        if is_out {
            return false;
        }
        let text = self.text.as_ref();
        text.is_none_or(|text| Reading::of(exchange).text().to_lowercase().contains(text))
    }
}

impl Exchanges {
    /// The newest exchanges that are wanted, those before a place if one is given.
    pub async fn list(
        &self,
        site: &Site,
        filter: &Filter,
        before: Option<u64>,
        limit: usize,
    ) -> ExchangePage {
        let wanted = filter.wanted(site).await;
        let kept = self.kept(filter.wants_others());
        let earlier = |each: &&Arc<Exchange>| before.is_none_or(|before| each.id() < before);
        let mut items = Vec::new();
        for exchange in kept.iter().rev().filter(earlier) {
            if wanted.lets(site, exchange).await {
                if items.len() == limit {
                    let next = items.last().map(|last: &Arc<Exchange>| last.id());
                    return ExchangePage { items, next };
                }
                items.push(exchange.clone());
            }
        }
        ExchangePage { items, next: None }
    }

    /// The oldest exchanges after a place that are wanted.
    pub async fn after(
        &self,
        site: &Site,
        filter: &Filter,
        position: u64,
        limit: usize,
    ) -> Following {
        let wanted = filter.wanted(site).await;
        let kept = self.kept(filter.wants_others());
        let has_gap = position < self.forgotten_id();
        let mut items = Vec::new();
        for exchange in kept.iter().filter(|each| each.id() > position) {
            if items.len() == limit {
                let position = items.last().map_or(position, |last: &Arc<Exchange>| last.id());
                return Following { items, position, has_gap };
            }
            if wanted.lets(site, exchange).await {
                items.push(exchange.clone());
            }
        }
        // Something may have come since, and is read the next time.
        let position = kept.last().map_or(position, |newest| newest.id().max(position));
        Following { items, position, has_gap }
    }

    /// The word that stands for the place after an exchange.
    pub fn cursor(&self, id: u64) -> String {
        format!("{:x}-{id}", self.run())
    }

    /// The place that a word stands for. A word of an earlier run stands for the beginning, where
    /// everything is missing that is gone.
    pub fn position(&self, cursor: &str) -> Option<u64> {
        let (run, id) = cursor.split_once('-')?;
        let (run, id) = (u64::from_str_radix(run, 16).ok()?, id.parse().ok()?);
        Some(if run == self.run() { id } else { 0 })
    }
}
