//! `POST /v2/auth/token`: what the caller's own key is called and what it may do.

use axum::response::Response;
use peyk_wire::market::auth_token::{ApiKeyInfo, AuthTokenResult};

use super::call::Call;
use super::convert;
use super::error::Rejection;

/// Tells what the key may do.
pub async fn auth_token(call: Call) -> Result<Response, Rejection> {
    let caller = call.look(|_, caller| Ok(caller.clone())).await?;
    let auth_scopes = caller.scopes.iter().copied().map(convert::auth_scope).collect();
    let api_key = ApiKeyInfo { name: caller.key_name, auth_scopes };
    Ok(convert::ok(AuthTokenResult { api_key }))
}
