//! Limits of calls: all apps and one app in a minute, and one app in a day, for each operation.

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use peyk_model::{Limit, LimitReached, Period, Spender};
use peyk_wire::Operation;
use peyk_wire::kenar::header::API_KEY;

use super::error::Failure;
use super::fault::too_many;
use crate::{Site, magic};

/// Lets the operation answer, unless the app has called it too often.
///
/// Calls are counted whatever comes of them, but for those whose key does not work: nobody may
/// spend an app's quota with a key that was taken from it.
pub async fn answer<H, T>(
    site: Site,
    operation: Operation,
    request: Request,
    handler: H,
) -> Response
where
    H: Handler<T, Site>,
{
    match over_limit(&site, operation, request.headers()).await {
        Ok(Some(answer)) => return answer,
        Ok(None) => {}
        Err(failure) => return failure.into_response(),
    }
    let limits = match limits(&site, operation, request.headers()).await {
        Ok(Some(limits)) => limits,
        Ok(None) => return handler.call(request, site).await,
        Err(failure) => return failure.into_response(),
    };
    let now = site.engine.clock().now();
    let spent = match site.engine.limiter().spend(&limits, now) {
        Ok(spent) => spent,
        Err(reached) => {
            let wait = match &reached {
                LimitReached::Window { until, .. } => until.since(now),
                LimitReached::Parallel { .. } => std::time::Duration::from_secs(1),
            };
            return Failure::Limited(reached, wait).into_response();
        }
    };
    let engine = site.engine.clone();
    let response = handler.call(request, site).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        engine.limiter().refund(&spent);
    }
    response
}

/// The answer to a key that is always over its limit, if it is somebody's and counts here.
async fn over_limit(
    site: &Site,
    operation: Operation,
    headers: &HeaderMap,
) -> Result<Option<Response>, Failure> {
    let key = key(headers).filter(|key| magic::is_over_limit(site, Some(key)));
    let (Some(_), Some(key)) = (operation.permission, key) else { return Ok(None) };
    let owner = site.engine.app_of_key(key).await?;
    Ok(owner.map(|_| too_many(site, operation)))
}

fn key(headers: &HeaderMap) -> Option<&str> {
    headers.get(API_KEY).and_then(|key| key.to_str().ok()).map(str::trim)
}

/// What counts for this call; nothing if nobody known calls, or nothing is limited.
async fn limits(
    site: &Site,
    operation: Operation,
    headers: &HeaderMap,
) -> Result<Option<[Limit; 3]>, Failure> {
    let (Some(_), Some(key)) = (operation.permission, key(headers)) else { return Ok(None) };
    let Some(numbers) = site.settings.limits.kenar else { return Ok(None) };
    let Some(app) = site.engine.app_of_key(key).await? else { return Ok(None) };
    let limit =
        |spender, period, amount| Limit { spender, resource: operation.name, period, amount };
    let own = Spender::App(app);
    Ok(Some([
        limit(Spender::AllApps, Period::Minute, numbers.global_per_minute),
        limit(own, Period::Minute, numbers.app_per_minute),
        limit(own, Period::Day, numbers.app_per_day),
    ]))
}
