//! `GET /control/v1/limits`: how many calls were made, and how many may be.

use axum::Json;
use axum::extract::State;
use peyk_engine::limiter::{CallCount, call_counts};
use peyk_model::rate::Profile;
use serde_json::{Value, json};

use super::answer::Answer;
use super::convert;
use crate::Site;

/// Every count of a window that is not over, of all servers of the database.
pub async fn show(State(site): State<Site>) -> Answer<Value> {
    site.engine.flush().await?;
    let counts = site.engine.read(call_counts).await?;
    let counts: Vec<_> = counts.iter().map(|count| shown(&site, count)).collect();
    let book = site.settings.limits;
    let market = book.market.map(|market| {
        let mut value = json!({ "profile": market.profile.word(), "parallel": market.parallel });
        if let Some(hourly) = market.hourly {
            value["hourly"] = hourly.into();
        }
        value
    });
    let kenar = book.kenar.map(|kenar| {
        json!({
            "global_per_minute": kenar.global_per_minute,
            "app_per_minute": kenar.app_per_minute,
            "app_per_day": kenar.app_per_day,
        })
    });
    let profiles: Vec<_> = Profile::ALL.iter().map(|profile| profile.word()).collect();
    Ok(Json(json!({ "profiles": profiles, "market": market, "kenar": kenar, "counts": counts })))
}

fn shown(site: &Site, CallCount { count, spender }: &CallCount) -> Value {
    let mut value = json!({
        "spender": spender,
        "resource": count.resource,
        "period": count.period.word(),
        "calls": count.calls,
        "until": convert::time(count.window.until),
    });
    if let Some(amount) = site.engine.limiter().amount_of(count) {
        value["limit"] = amount.into();
    }
    value
}
