//! `GET /control/v1/{people|apps|posts|businesses}`: who and what there is.

use axum::Json;
use axum::extract::State;
use peyk_engine::directory;

use super::answer::Answer;
use super::convert::{self, PageBody};
use super::extract::Page;
use crate::Site;

/// `GET /control/v1/people`.
pub async fn people(State(site): State<Site>, Page(paging): Page) -> Answer<PageBody> {
    let found = site.engine.read(move |context| directory::people(context, &paging)).await?;
    Ok(Json(convert::page(found, convert::person)))
}

/// `GET /control/v1/apps`.
pub async fn apps(State(site): State<Site>, Page(paging): Page) -> Answer<PageBody> {
    let found = site.engine.read(move |context| directory::apps(context, &paging)).await?;
    Ok(Json(convert::page(found, convert::app)))
}

/// `GET /control/v1/posts`.
pub async fn posts(State(site): State<Site>, Page(paging): Page) -> Answer<PageBody> {
    let found = site.engine.read(move |context| directory::posts(context, &paging)).await?;
    Ok(Json(convert::page(found, convert::post)))
}

/// `GET /control/v1/businesses`.
pub async fn businesses(State(site): State<Site>, Page(paging): Page) -> Answer<PageBody> {
    let found = site.engine.read(move |context| directory::businesses(context, &paging)).await?;
    Ok(Json(convert::page(found, convert::business)))
}
