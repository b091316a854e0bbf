//! Ears: how a replay hears what the bot calls.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::marketplace::Marketplace;
use super::plan::Plan;
use crate::command::client::{Call, ask};
use crate::command::options::Configuration;
use crate::command::record::exchange;
use crate::media::path_segment;
use crate::recording::{Called, is_reading};

/// How often it is looked whether the bot called.
const LOOK: Duration = Duration::from_millis(25);
/// Exchanges of one poll.
const LIMIT: usize = 100;

/// Where calls are heard.
pub enum Ears<'a> {
    /// Nowhere.
    Deaf,
    /// By the replay itself.
    Own(Marketplace),
    /// In the record of a running server.
    Through(Through<'a>),
}

/// The record of a running server, from a place on.
pub struct Through<'a> {
    configuration: &'a Configuration,
    server: &'a str,
    filters: String,
    cursor: String,
    heard: Vec<Called>,
}

impl Ears<'_> {
    /// Everything that was heard so far.
    async fn heard(&mut self) -> anyhow::Result<Vec<Called>> {
        Ok(match self {
            Self::Deaf => Vec::new(),
            Self::Own(marketplace) => marketplace.heard(),
            Self::Through(through) => {
                through.read().await?;
                through.heard.clone()
            }
        })
    }

    /// Waits for so many calls that do something, as long as they keep coming; tells how many there
    /// are.
    pub async fn wait_for(&mut self, wanted: usize, patience: Duration) -> anyhow::Result<usize> {
        let (mut last, mut known) = (Instant::now(), 0);
        loop {
            let heard = self.heard().await?;
            let found = heard.iter().filter(|call| !is_reading(call)).count();
            if heard.len() > known {
                (last, known) = (Instant::now(), heard.len());
            }
            if found >= wanted || last.elapsed() >= patience {
                return Ok(found);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Everything, after so many calls and a while in which more could come.
    pub async fn all(
        &mut self,
        wanted: usize,
        patience: Duration,
        afterwards: Duration,
    ) -> anyhow::Result<Vec<Called>> {
        self.wait_for(wanted, patience).await?;
        tokio::time::sleep(afterwards).await;
        self.heard().await
    }
}

impl<'a> Through<'a> {
    /// Listens from now on.
    pub async fn listen(
        configuration: &'a Configuration,
        server: &'a str,
        plan: &Plan<'_>,
    ) -> anyhow::Result<Self> {
        let mut filters = "&direction=in".to_owned();
        let told = plan.pushes.first().map(|push| push.told);
        let app = told.and_then(|told| told.app.as_deref());
        filters.extend(app.map(|app| format!("&app={}", path_segment(app))));
        let business = told.and_then(|told| told.business);
        filters.extend(business.map(|business| format!("&business={business}")));
        if let Some(conversation) = plan.conversation {
            filters += &format!("&conversation={}", path_segment(conversation));
        }
        let (cursor, heard) = (String::new(), Vec::new());
        let mut through = Self { configuration, server, filters, cursor, heard };
        let first = through.ask(format!("/exchanges/feed?limit=1{}", through.filters)).await?;
        first["next_cursor"].as_str().unwrap_or_default().clone_into(&mut through.cursor);
        Ok(through)
    }

    async fn ask(&self, path: String) -> anyhow::Result<Value> {
        ask(self.configuration, self.server, Call::get(path)).await
    }

    /// Reads what was called since.
    async fn read(&mut self) -> anyhow::Result<()> {
        loop {
            let (filters, cursor) = (&self.filters, &self.cursor);
            let path = format!("/exchanges/feed?limit={LIMIT}&cursor={cursor}{filters}");
            let more = self.ask(path).await?;
            let items = more["items"].as_array().map_or(&[][..], Vec::as_slice);
            for item in items {
                let full = self.ask(format!("/exchanges/{}", item["id"])).await?;
                self.heard.push(Called::of(&exchange(&full, 0)));
            }
            more["next_cursor"].as_str().unwrap_or_default().clone_into(&mut self.cursor);
            if items.is_empty() {
                return Ok(());
            }
        }
    }
}
