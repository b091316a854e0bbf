//! The tables of `peyk.toml` that choose how the two dialects behave.

use std::net::IpAddr;

use anyhow::bail;
use peyk_engine::send_message::Finished;
use peyk_model::LimitBook;
use peyk_model::rate::{KenarLimits, MarketLimits, Profile};
use serde::Deserialize;

use crate::{KenarWords, MarketManners};

/// `[market]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Market {
    profile: Option<String>,
    strict: bool,
    finished: Option<String>,
    notification_path: Option<String>,
    forwarded_for: Option<IpAddr>,
    limits: Option<bool>,
    hourly: Option<u32>,
    parallel: Option<u32>,
}

/// `[kenar]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kenar {
    profile: Option<String>,
    own_echo: Option<bool>,
    limits: Option<bool>,
    global_per_minute: Option<u32>,
    app_per_minute: Option<u32>,
    app_per_day: Option<u32>,
}

impl Market {
    /// How it behaves where more than one way was seen.
    pub fn manners(&self) -> anyhow::Result<MarketManners> {
        let finished = match self.finished.as_deref() {
            None | Some("reopens") => Finished::Reopens,
            Some("refuses") => Finished::Refuses,
            Some(word) => bail!("[market] finished must be reopens or refuses, found {word}"),
        };
        let path = self.notification_path.clone();
        if path.as_ref().is_some_and(|path| !path.starts_with('/')) {
            bail!(
                "[market] notification_path must begin with /, found {}",
                path.unwrap_or_default()
            );
        }
        Ok(MarketManners {
            is_strict: self.strict,
            finished,
            notification_path: path,
            forwarded_for: self.forwarded_for,
        })
    }

    fn limits(&self) -> anyhow::Result<Option<MarketLimits>> {
        let word = self.profile.as_deref().unwrap_or(Profile::Current.word());
        let Some(profile) = Profile::parse(word) else {
            let words: Vec<_> = Profile::ALL.iter().map(|profile| profile.word()).collect();
            bail!("[market] profile must be {}, found {word}", words.join(" or "));
        };
        let mut numbers = MarketLimits::of(profile);
        numbers.hourly = self.hourly;
        numbers.parallel = self.parallel.unwrap_or(numbers.parallel);
        Ok(self.limits.unwrap_or(true).then_some(numbers))
    }
}

impl Kenar {
    /// How what apps are sent is spelled.
    pub fn words(&self) -> anyhow::Result<KenarWords> {
        let profiles = KenarWords::PROFILES;
        let word = self.profile.as_deref().unwrap_or(profiles[0].0);
        let Some((_, words)) = profiles.iter().find(|(name, _)| *name == word) else {
            bail!(
                "[kenar] profile must be {}, found {word}",
                profiles.map(|(name, _)| name).join(" or ")
            );
        };
        Ok(KenarWords { own_echo: self.own_echo.unwrap_or(words.own_echo), ..*words })
    }

    fn limits(&self) -> Option<KenarLimits> {
        let published = KenarLimits::default();
        let numbers = KenarLimits {
            global_per_minute: self.global_per_minute.unwrap_or(published.global_per_minute),
            app_per_minute: self.app_per_minute.unwrap_or(published.app_per_minute),
            app_per_day: self.app_per_day.unwrap_or(published.app_per_day),
        };
        self.limits.unwrap_or(true).then_some(numbers)
    }
}

/// How much programs may call.
pub fn limits(market: &Market, kenar: &Kenar, are_on: bool) -> anyhow::Result<LimitBook> {
    let book = LimitBook { market: market.limits()?, kenar: kenar.limits() };
    Ok(if are_on { book } else { LimitBook::NONE })
}
