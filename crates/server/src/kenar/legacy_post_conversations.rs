//! `POST /v1/open-platform/notify/chat/post-conversations`: the oldest way to hear of one post.

use axum::Json;
use axum::extract::State;
use peyk_engine::subscribe::subscribe_address;
use peyk_model::{Permission, PostToken};
use peyk_wire::kenar::legacy_post_conversations::{
    LegacyPostConversationsRequest, LegacyPostConversationsResponse,
};

use super::asked::Asked;
use super::credentials::{Needs, Token};
use super::error::{Answer, Failure};
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::RegisterSubscription, token: Token::Needed };
/// Longest address, in bytes.
const URL_MAX_BYTES: usize = 2000;

/// Registers an address of its own for one post.
pub async fn answer(
    State(site): State<Site>,
    asked: Asked,
) -> Answer<LegacyPostConversationsResponse> {
    let (post, url, key) = asked.understood(&site, NEEDS, |asked| wanted(asked.parse()?)).await?;
    let registered = site.engine.write(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?;
        subscribe_address(context, &caller.app, caller.grant()?, &post, &url, &key)
    });
    registered.await?;
    Ok(Json(LegacyPostConversationsResponse {}))
}

fn wanted(request: LegacyPostConversationsRequest) -> Result<(PostToken, String, String), Failure> {
    let required = |name: &str, value: Option<String>| {
        value
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Failure::argument(format!("{name} is required")))
    };
    let post = required("post_token", request.post_token)?;
    let url = required("endpoint", request.endpoint)?;
    let key = required("identification_key", request.identification_key.map(|key| key.0))?;
    let is_http = url.parse::<url::Url>().is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !is_http || url.len() > URL_MAX_BYTES {
        return Err(Failure::argument("endpoint must be an http or https address"));
    }
    Ok((PostToken(post), url, key))
}
