//! `POST /v1/open-platform/events/subscriptions`: an app asks to hear of a person's posts.

use axum::Json;
use axum::extract::State;
use peyk_engine::subscribe::{Asked as Wanted, subscribe};
use peyk_model::{Permission, PostToken, Topic};
use peyk_wire::kenar::register_event_subscription::{
    RegisterEventSubscriptionRequest, RegisterEventSubscriptionResponse, SubscribedEventType,
};

use super::asked::Asked;
use super::credentials::{Needs, Token};
use super::error::{Answer, Failure};
use crate::Site;

const NEEDS: Needs = Needs { permission: Permission::RegisterSubscription, token: Token::Needed };
/// Largest metadata of a subscription, in bytes of JSON.
const METADATA_MAX_BYTES: usize = 16 * 1024;

/// Notes what the app asks to hear.
pub async fn answer(
    State(site): State<Site>,
    asked: Asked,
) -> Answer<RegisterEventSubscriptionResponse> {
    let wanted = asked.understood(&site, NEEDS, |asked| wanted(asked.parse()?)).await?;
    let subscribed = site.engine.write(move |context| {
        let caller = asked.credentials.admit(context, NEEDS)?;
        let token = asked.credentials.token().unwrap_or_default();
        subscribe(context, &caller.app, caller.grant()?, token, &wanted)
    });
    subscribed.await?;
    Ok(Json(RegisterEventSubscriptionResponse {}))
}

fn wanted(request: RegisterEventSubscriptionRequest) -> Result<Wanted, Failure> {
    let topic = match request.event_type {
        Some(SubscribedEventType::NewMessageOnPost) => Topic::Messages,
        Some(SubscribedEventType::PostUpdate) => Topic::Posts,
        Some(SubscribedEventType::Unknown(word)) => {
            return Err(Failure::argument(format!("unknown event_type `{word}`")));
        }
        None => return Err(Failure::argument("event_type is required")),
    };
    let post = request.event_resource_id.filter(|id| !id.is_empty()).map(PostToken);
    let metadata = request.metadata.map(|data| serde_json::Value::Object(data).to_string());
    if metadata.as_ref().is_some_and(|data| data.len() > METADATA_MAX_BYTES) {
        return Err(Failure::argument("metadata must not be larger than 16 KiB"));
    }
    Ok(Wanted { topic, post, metadata })
}
