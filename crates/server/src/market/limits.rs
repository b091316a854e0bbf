//! Limits of calls: so many of each operation in an hour, and so many at once.
//!
//! Every answer of a limited operation says how its hourly limit stands.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue};
use peyk_engine::limiter::{Running, Spent, Standing};
use peyk_model::rate::{MarketLimits, Profile};
use peyk_model::{BusinessId, Limit, LimitReached, Period, Spender, Timestamp};
use peyk_wire::Operation;
use peyk_wire::market::header::{RATE_LIMIT, RATE_LIMIT_REMAINING, RATE_LIMIT_UNTIL};

use super::error::Rejection;
use crate::Site;

/// A call that was counted and runs, until this is dropped.
pub struct Counted {
    spent: Spent,
    _running: Running,
}

/// The hourly limit of an operation, if calls are limited at all.
fn hourly(numbers: MarketLimits, operation: Operation, business: BusinessId) -> Option<Limit> {
    let published = match numbers.profile {
        Profile::Current => operation.hourly_limit,
        Profile::Seed2025 => operation.hourly_limit_2025,
    }?;
    Some(Limit {
        spender: Spender::Business(business),
        resource: operation.name,
        period: Period::Hour,
        amount: numbers.hourly.unwrap_or(published),
    })
}

/// Counts a call of this business, unless it called too much.
pub fn count(
    site: &Site,
    operation: Operation,
    business: BusinessId,
) -> Result<Option<Counted>, LimitReached> {
    let Some(numbers) = site.settings.limits.market else { return Ok(None) };
    let Some(limit) = hourly(numbers, operation, business) else { return Ok(None) };
    let (limiter, now) = (site.engine.limiter(), site.engine.clock().now());
    let running = limiter.enter(limit.spender, numbers.parallel)?;
    Ok(Some(Counted { spent: limiter.spend(&[limit], now)?, _running: running }))
}

/// The answer to a business that called too much.
pub fn refuse(
    site: &Site,
    operation: Operation,
    business: BusinessId,
    reached: &LimitReached,
) -> Response {
    let numbers = site.settings.limits.market;
    let profile = numbers.map_or(Profile::Current, |numbers| numbers.profile);
    let mut response = Rejection::too_many(reached, profile).into_response();
    if let Some(limit) = numbers.and_then(|numbers| hourly(numbers, operation, business)) {
        let standing = site.engine.limiter().standing(limit, site.engine.clock().now());
        tell(response.headers_mut(), standing);
    }
    response
}

/// The answer to a business that has called too much, whatever it has called.
pub fn refuse_always(site: &Site, operation: Operation, business: BusinessId) -> Response {
    let numbers = site.settings.limits.market.unwrap_or(MarketLimits::of(Profile::Current));
    let spender = Spender::Business(business);
    let Some(limit) = hourly(numbers, operation, business) else {
        let reached = LimitReached::Parallel { spender, amount: numbers.parallel };
        return Rejection::too_many(&reached, numbers.profile).into_response();
    };
    let until = limit.period.window(site.engine.clock().now()).until;
    let reached = LimitReached::Window { limit, until };
    let mut response = Rejection::too_many(&reached, numbers.profile).into_response();
    tell(response.headers_mut(), Standing { limit, remaining: 0, until });
    response
}

impl Counted {
    /// Takes back a call of whoever turned out to be nobody.
    pub fn take_back(self, site: &Site) {
        site.engine.limiter().refund(&self.spent);
    }

    /// Says in an answer how the limit stands. A call that failed because the server is broken was
    /// not the business's fault and does not count.
    pub fn finish(self, site: &Site, response: &mut Response) {
        let limiter = site.engine.limiter();
        if response.status().is_server_error() {
            limiter.refund(&self.spent);
        }
        let now = site.engine.clock().now();
        for standing in self.spent.standings {
            tell(response.headers_mut(), limiter.standing(standing.limit, now));
        }
    }
}

/// Says in an answer to nobody known what the limit is.
pub fn tell_unknown(site: &Site, operation: Operation, response: &mut Response) {
    let Some(numbers) = site.settings.limits.market else { return };
    let Some(limit) = hourly(numbers, operation, BusinessId(0)) else { return };
    let until = limit.period.window(site.engine.clock().now()).until;
    tell(response.headers_mut(), Standing { limit, remaining: limit.amount, until });
}

fn tell(headers: &mut HeaderMap, standing: Standing) {
    let mut set = |name: &'static str, value: HeaderValue| {
        let name = HeaderName::from_bytes(name.as_bytes());
        headers.insert(name.expect("a constant header name"), value);
    };
    set(RATE_LIMIT, standing.limit.amount.into());
    set(RATE_LIMIT_REMAINING, standing.remaining.into());
    if let Ok(until) = HeaderValue::from_str(&date(standing.until)) {
        set(RATE_LIMIT_UNTIL, until);
    }
}

/// `Thu, 10 Jul 2018 00:42:42 GMT`.
fn date(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.0).unwrap_or(jiff::Timestamp::MAX);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
