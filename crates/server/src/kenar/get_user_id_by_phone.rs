//! `POST /v1/open-platform/get-user-id-by-phone`: the id of the person who has a phone.

use axum::Json;
use axum::extract::State;
use peyk_engine::user_id_by_phone::user_id_by_phone;
use peyk_model::Permission;
use peyk_wire::kenar::get_user_id_by_phone::{GetUserIdByPhoneRequest, GetUserIdByPhoneResponse};

use super::asked::Asked;
use super::credentials::{Needs, Token};
use super::error::{Answer, Failure};
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::UserIdByPhone, token: Token::Ignored };

/// Finds the person.
pub async fn answer(State(site): State<Site>, asked: Asked) -> Answer<GetUserIdByPhoneResponse> {
    let understood = asked.understood(&site, NEEDS, |asked| {
        let request: GetUserIdByPhoneRequest = asked.parse()?;
        let phone = request.phone.filter(|phone| !phone.is_empty());
        phone.ok_or_else(|| Failure::argument("phone is required"))
    });
    let phone = understood.await?;
    let user_id = site.engine.look(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?.app;
        user_id_by_phone(context, &caller, &phone)
    });
    Ok(Json(GetUserIdByPhoneResponse { user_id: user_id.await? }))
}
