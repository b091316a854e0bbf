//! `POST /oauth2/introspect`: an app asks what one of its tokens is worth.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use peyk_engine::Keyring;
use peyk_engine::oauth::introspect::{TokenFacts, introspect};
use peyk_model::oauth::scope_text;
use peyk_model::{Timestamp, TokenKind};
use peyk_wire::Secret;
use peyk_wire::oauth::introspect::{IntrospectRequest, IntrospectResponse};
use peyk_wire::oauth::token::TOKEN_TYPE_BEARER;

use super::error::{Failure, private};
use super::request::Asked;
use crate::Site;

/// Says who, what and until when; of a token that does not work, only that.
pub async fn answer(
    State(site): State<Site>,
    Asked { client, body }: Asked<IntrospectRequest>,
) -> Result<Response, Failure> {
    let facts = site
        .engine
        .read(move |context| introspect(context, &client, body.token.as_ref().map(Secret::expose)));
    let facts = facts.await??.map(|facts| convert(site.engine.keyring(), facts));
    Ok(private(Json(facts.unwrap_or_default()).into_response()))
}

fn convert(keyring: &Keyring, facts: TokenFacts) -> IntrospectResponse {
    let is_access = facts.token.kind == TokenKind::Access;
    IntrospectResponse {
        active: true,
        scope: Some(scope_text(&facts.grant.scopes)),
        client_id: Some(facts.app.slug),
        sub: Some(keyring.user_id(facts.app.id, facts.person.id)),
        exp: facts.token.ends_at().map(Timestamp::seconds),
        iat: Some(facts.token.issued_at.seconds()),
        // A refresh token is never sent as a bearer token.
        token_type: is_access.then(|| TOKEN_TYPE_BEARER.to_owned()),
    }
}
