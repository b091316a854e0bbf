//! Parameters: what stands behind the question mark, and every mistake in it.

use http::Uri;
use peyk_engine::read_conversation::Paging;
use peyk_model::ConversationId;

use super::error::Rejection;
use crate::Site;

/// The parameters of a query, in their order; the first of a name counts.
#[derive(Debug, Default)]
pub struct Parameters(Vec<(String, String)>);

/// How long a page may be.
#[derive(Debug, Clone, Copy)]
pub struct PageBounds {
    /// Unless told.
    pub default: i64,
    /// At most.
    pub max: i64,
}

impl Parameters {
    /// The parameters of an address; unknown ones do no harm.
    pub fn of(uri: &Uri) -> Self {
        let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self(pairs.into_owned().collect())
    }

    /// A parameter as it came.
    pub fn first(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim())
    }

    /// A number from 1 on, if there is one.
    pub fn optional_identifier(&self, name: &str) -> Result<Option<i64>, Rejection> {
        let value = self.first(name).filter(|value| !value.is_empty());
        value.map(|value| identifier(name, value)).transpose()
    }

    /// A number from 1 on.
    pub fn identifier(&self, name: &str) -> Result<i64, Rejection> {
        self.optional_identifier(name)?.ok_or_else(|| missing(name))
    }

    /// The conversation that is meant.
    pub fn chat(&self) -> Result<ConversationId, Rejection> {
        self.identifier("chatId").map(ConversationId)
    }

    /// Which page is meant. Clients ask for more than there is on one, so a limit is cut unless
    /// the site is strict.
    pub fn paging(&self, site: &Site, bounds: PageBounds) -> Result<Paging, Rejection> {
        let limit = self.optional_identifier("limit")?.unwrap_or(bounds.default);
        if limit > bounds.max && site.settings.market.is_strict {
            return Err(Rejection::bad_request(format!(
                "Parameter limit must be less than or equal to '{}' (rejected value: '{limit}')",
                bounds.max
            )));
        }
        let cursor = self.first("pageToken").or_else(|| self.first("page_token"));
        let cursor = cursor.filter(|cursor| !cursor.is_empty()).map(str::to_owned);
        Ok(Paging { cursor, limit: limit.min(bounds.max) })
    }
}

/// A number from 1 on, by which things are called.
pub fn identifier(name: &str, value: &str) -> Result<i64, Rejection> {
    let number = value.parse().map_err(|_| Rejection::type_mismatch(value))?;
    at_least_one(name, number)
}

/// The number, unless it is below 1.
pub fn at_least_one(name: &str, number: i64) -> Result<i64, Rejection> {
    if number < 1 {
        return Err(Rejection::bad_request(format!(
            "'{name}' must be greater than or equal to '1' (rejected value: '{number}')"
        )));
    }
    Ok(number)
}

/// The refusal of a request that lacks a parameter.
pub fn missing(name: &str) -> Rejection {
    Rejection::bad_request(format!("Required request parameter '{name}' is not present"))
}
