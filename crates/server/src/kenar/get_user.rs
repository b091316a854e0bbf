//! `GET /v1/open-platform/users`, and the `POST` of older clients: who gave the token.

use axum::Json;
use axum::extract::State;
use peyk_engine::send_message::retrieve_user;
use peyk_model::Permission;
use peyk_wire::kenar::get_user::GetUserResponse;

use super::asked::Asked;
use super::credentials::{Needs, Token};
use super::error::Answer;
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::RetrieveUser, token: Token::Needed };

/// Tells what the person allowed the app to know.
pub async fn answer(State(site): State<Site>, asked: Asked) -> Answer<GetUserResponse> {
    let user = site.engine.look(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?;
        retrieve_user(context, caller.grant()?)
    });
    let user = user.await?;
    Ok(Json(GetUserResponse {
        // A published client library cannot do without the older list.
        phone_numbers: user.phone.iter().cloned().collect(),
        phone_number: user.phone,
        user_id: user.user_id,
    }))
}
