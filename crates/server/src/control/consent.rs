//! `/control/v1/people/{handle}/{approve|sign_in}`: consent without a browser, and for a
//! marketplace that has signed its people in itself.

use axum::Json;
use axum::extract::State;
use peyk_engine::Context;
use peyk_engine::oauth::authorize::{Asked, approve};
use peyk_engine::sign_in;
use peyk_wire::oauth::authorize::AuthorizeRequest;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError};
use super::extract::{Body, Names};
use crate::Site;
use crate::oauth::redirect_to;

/// `POST /control/v1/people/{handle}/approve`: the person allows what an app asks for.
pub async fn approve_for(
    State(site): State<Site>,
    Names(handle): Names<String>,
    Body(request): Body<AuthorizeRequest>,
) -> Answer<Value> {
    let state = request.state.clone();
    let asked = asked(request);
    let verb = move |context: &mut Context<'_, '_>| approve(context, &asked, &handle);
    let told = site.engine.write(verb).await?.map_err(ControlError::not_authorized)?;
    let code = told.code.clone().map_err(ControlError::not_authorized)?;
    let state = state.map(|state| url::form_urlencoded::byte_serialize(state.as_bytes()).collect());
    Ok(Json(json!({ "code": code, "redirect_to": redirect_to(state.as_ref(), &told) })))
}

fn asked(request: AuthorizeRequest) -> Asked {
    Asked {
        client_id: request.client_id,
        redirect_uri: request.redirect_uri,
        response_type: request.response_type.or_else(|| Some("code".to_owned())),
        scope: request.scope,
        code_challenge: request.code_challenge,
        code_challenge_method: request.code_challenge_method,
    }
}

/// `POST /control/v1/people/{handle}/sign_in`: the word that tells the consent page who they are.
pub async fn sign_in(State(site): State<Site>, Names(handle): Names<String>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| sign_in::sign_in(context, &handle);
    let word = site.engine.read(verb).await?;
    Ok(Json(json!({ "sign_in": word })))
}
