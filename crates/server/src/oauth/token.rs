//! `POST /oauth2/token`: a code, or a refresh token, becomes tokens.

use axum::Json;
use axum::extract::{MatchedPath, State};
use axum::response::{IntoResponse, Response};
use peyk_engine::oauth::Answer;
use peyk_engine::oauth::token::{CodeShown, Tokens, exchange_code, exchange_code_of_old, refresh};
use peyk_model::OauthRefusal;
use peyk_model::limits::ACCESS_TOKEN_LIFE;
use peyk_model::oauth::scope_text;
use peyk_wire::Secret;
use peyk_wire::oauth::token::{
    GrantType, PATH_OF_OLD, TOKEN_TYPE_BEARER, TokenRequest, TokenResponse,
};

use super::error::{Failure, private};
use super::request::Asked;
use crate::Site;

/// Gives tokens.
pub async fn answer(
    State(site): State<Site>,
    path: MatchedPath,
    asked: Asked<TokenRequest>,
) -> Result<Response, Failure> {
    let is_old = path.as_str() == PATH_OF_OLD;
    let given = site.engine.write(move |context| give(context, &asked, is_old)).await?;
    Ok(private(Json(convert(given?, is_old)).into_response()))
}

fn give(
    context: &mut peyk_engine::Context<'_, '_>,
    Asked { client, body }: &Asked<TokenRequest>,
    is_old: bool,
) -> Answer<Tokens> {
    let exposed = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.0.clone());
    match &body.grant_type {
        Some(GrantType::AuthorizationCode) => {
            let shown = CodeShown {
                code: exposed(&body.code),
                redirect_uri: body.redirect_uri.clone(),
                verifier: exposed(&body.code_verifier),
            };
            match is_old && shown.redirect_uri.is_none() {
                true => exchange_code_of_old(context, client, &shown),
                false => exchange_code(context, client, &shown),
            }
        }
        Some(GrantType::RefreshToken) => {
            let token = exposed(&body.refresh_token);
            refresh(context, client, token.as_deref(), body.scope.as_deref())
        }
        Some(GrantType::Unknown(_)) => Ok(Err(OauthRefusal::GrantTypeUnsupported)),
        None => Ok(Err(OauthRefusal::Missing("grant_type"))),
    }
}

fn convert(tokens: Tokens, is_old: bool) -> TokenResponse {
    let ends_at = tokens.issued_at.after(ACCESS_TOKEN_LIFE);
    TokenResponse {
        access_token: tokens.access_token.into(),
        expires_in: i64::try_from(ACCESS_TOKEN_LIFE.as_secs()).unwrap_or(i64::MAX),
        scope: scope_text(&tokens.scopes),
        token_type: TOKEN_TYPE_BEARER.to_owned(),
        refresh_token: tokens.refresh_token.map(Secret),
        expires: is_old.then(|| ends_at.seconds().to_string()),
    }
}
