//! `GET /.well-known/oauth-authorization-server`: where everything is.

use axum::Json;
use axum::extract::State;
use peyk_model::oauth::ChallengeMethod;
use peyk_model::{Locale, Scope, ScopeName};
use peyk_wire::oauth::authorize::RESPONSE_TYPE_CODE;
use peyk_wire::oauth::metadata::Metadata;
use peyk_wire::oauth::token::GrantType;
use peyk_wire::oauth::{authorize, introspect, revoke, token};

use crate::Site;

/// Says where everything is, at the address under which others reach this server.
pub async fn answer(State(site): State<Site>) -> Json<Metadata> {
    let url = &site.settings.public_url;
    let at = |operation: peyk_wire::Operation| format!("{url}{}", operation.canonical_path());
    let methods = || ["client_secret_basic", "client_secret_post"].map(str::to_owned).to_vec();
    Json(Metadata {
        issuer: url.clone(),
        authorization_endpoint: at(authorize::OPERATION),
        token_endpoint: at(token::OPERATION),
        revocation_endpoint: Some(at(revoke::OPERATION)),
        introspection_endpoint: Some(at(introspect::OPERATION)),
        scopes_supported: ScopeName::ALL
            .iter()
            .map(|name| Scope::plain(*name).to_string())
            .collect(),
        response_types_supported: vec![RESPONSE_TYPE_CODE.to_owned()],
        grant_types_supported: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        token_endpoint_auth_methods_supported: methods(),
        revocation_endpoint_auth_methods_supported: methods(),
        introspection_endpoint_auth_methods_supported: methods(),
        code_challenge_methods_supported: ChallengeMethod::ALL
            .iter()
            .map(|method| method.word().to_owned())
            .collect(),
        ui_locales_supported: Locale::ALL.map(|locale| locale.code().to_owned()).to_vec(),
    })
}
