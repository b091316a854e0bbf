//! Taking requests apart: paths, pages and bodies, with every mistake in our own words.

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use peyk_engine::read_conversation::Paging;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::answer::ControlError;
use crate::json;

/// Items of a page when nobody asked for a number.
const PAGE_DEFAULT: i64 = 50;
/// Most items of a page.
const PAGE_MAX: i64 = 200;

/// The names in a path.
pub struct Names<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Names<T> {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ControlError> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(names)| Self(names)).map_err(|rejection| {
            ControlError::invalid(format!("the path cannot be read: {rejection}"))
        })
    }
}

/// `?limit=…&cursor=…`.
pub struct Page(pub Paging);

#[derive(Deserialize)]
struct PageQuery {
    limit: Option<i64>,
    cursor: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ControlError> {
        let query = Query::<PageQuery>::from_request_parts(parts, state).await;
        let Query(PageQuery { limit, cursor }) = query.map_err(|rejection| {
            ControlError::invalid(format!("the query cannot be read: {rejection}"))
        })?;
        let limit = limit.unwrap_or(PAGE_DEFAULT);
        if !(1..=PAGE_MAX).contains(&limit) {
            return Err(ControlError::invalid(format!("limit must be 1 to {PAGE_MAX}")));
        }
        Ok(Self(Paging { cursor, limit }))
    }
}

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ControlError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ControlError> {
        let bytes = json::read_body(request.into_body()).await?;
        Ok(Self(json::parse(&bytes)?))
    }
}
