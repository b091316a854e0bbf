//! `POST /oauth2/revoke`: an app gives a token back.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use peyk_engine::oauth::introspect::revoke_token;
use peyk_wire::Secret;
use peyk_wire::oauth::revoke::{RevokeRequest, RevokeResponse};

use super::error::{Failure, private};
use super::request::Asked;
use crate::Site;

/// Makes a token worthless; the hint of its kind is not needed.
pub async fn answer(
    State(site): State<Site>,
    Asked { client, body }: Asked<RevokeRequest>,
) -> Result<Response, Failure> {
    let revoked = site.engine.write(move |context| {
        revoke_token(context, &client, body.token.as_ref().map(Secret::expose))
    });
    revoked.await??;
    Ok(private(Json(RevokeResponse {}).into_response()))
}
