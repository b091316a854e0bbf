//! `POST /experimental/open-platform/chat/upload`: a token with which an app uploads files.

use axum::Json;
use axum::extract::State;
use peyk_engine::upload::upload_token;
use peyk_model::Permission;
use peyk_wire::kenar::generate_upload_token::{
    GenerateUploadTokenRequest, GenerateUploadTokenResponse,
};

use super::asked::Asked;
use super::credentials::{Needs, Token};
use super::error::Answer;
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::UploadMedia, token: Token::Ignored };

/// Gives a token that is good for an hour.
pub async fn answer(State(site): State<Site>, asked: Asked) -> Answer<GenerateUploadTokenResponse> {
    let understood = asked.understood(&site, NEEDS, Asked::parse);
    let GenerateUploadTokenRequest {} = understood.await?;
    let token = site.engine.look(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?.app;
        Ok(upload_token(context.keyring, &caller, context.now))
    });
    Ok(Json(GenerateUploadTokenResponse { token: token.await?.into() }))
}
