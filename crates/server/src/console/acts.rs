//! What each form of the console does, in the words of the audit log, and who may send it.

use std::net::SocketAddr;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use peyk_model::Act;

use super::guard::Trouble;
use super::visit::Visit;
use crate::Site;
use crate::audit::{Deed, recorded, target_of};

/// What a form of this address does; none where signing in writes its own line.
fn act_of(path: &str) -> Option<Act> {
    Some(match path {
        "/console/sign-in" => return None,
        "/console/sign-out" => Act::SignOut,
        "/console/access/accounts" => Act::AddAccount,
        "/console/access/accounts/{account}/role" => Act::ChangeRole,
        "/console/access/accounts/{account}/password" => Act::ChangePassword,
        "/console/access/accounts/{account}/remove" => Act::RemoveAccount,
        "/console/access/sessions/{session}/end" => Act::EndSession,
        "/console/deliveries/{delivery}/replay" | "/console/webhooks/{webhook}/replay" => {
            Act::Replay
        }
        "/console/apps/{app}/keys" | "/console/businesses/{business}/keys" => Act::CreateKey,
        "/console/apps/{app}/urls" => Act::ChangeAppUrls,
        "/console/keys/{key}/change" => Act::ChangeKey,
        "/console/keys/{key}/rotate" => Act::RotateKey,
        "/console/keys/{key}/revoke" | "/console/businesses/{business}/tokens/revoke" => {
            Act::RevokeKey
        }
        "/console/grants/{grant}/revoke" => Act::RevokeGrant,
        "/console/grants/{grant}/expire" | "/console/businesses/{business}/tokens/expire" => {
            Act::ExpireTokens
        }
        "/console/grants/{grant}/rotate" | "/console/businesses/{business}/tokens/rotate" => {
            Act::RotateTokens
        }
        "/console/tokens/inspect" => Act::InspectToken,
        "/console/deliveries/{delivery}/cancel" => Act::CancelDelivery,
        "/console/webhooks/{webhook}/url" => Act::ChangeWebhookUrl,
        "/console/webhooks/{webhook}/on" => Act::SwitchWebhookOn,
        "/console/webhooks/{webhook}/off" => Act::SwitchWebhookOff,
        "/console/webhooks/{webhook}/pause" => Act::PauseWebhook,
        "/console/webhooks/{webhook}/resume" => Act::ResumeWebhook,
        "/console/webhooks/{webhook}/ping" => Act::PingWebhook,
        "/console/webhooks/{webhook}/rotate-secret" => Act::RotateSigningSecret,
        "/console/chats/{conversation}/dispute" => Act::StartArbitration,
        "/console/chats/{conversation}/decide" => Act::FinishArbitration,
        "/console/chats/{conversation}/close" => Act::FinishConversation,
        "/console/try/open" => Act::OpenConversation,
        "/console/try/say" | "/console/try/location" | "/console/try/contact" => Act::Write,
        "/console/try/file" => Act::SendFile,
        "/console/try/press" => Act::Press,
        "/console/try/block" => Act::Block,
        "/console/try/webhook" => Act::ChangeWebhookUrl,
        "/console/try/delivery" => Act::Replay,
        "/console/sandbox/clock" => Act::MoveClock,
        "/console/sandbox/scripts" => Act::SwitchScript,
        "/console/sandbox/world" => Act::LoadWorld,
        "/console/sandbox/snapshots" => Act::TakeSnapshot,
        "/console/sandbox/snapshots/restore" => Act::RestoreSnapshot,
        "/console/sandbox/snapshots/delete" => Act::DeleteSnapshot,
        "/console/sandbox/reset" => Act::Reset,
        "/console/sandbox/faults" | "/console/sandbox/faults/add" => Act::ChangeFaults,
        _ => Act::Other,
    })
}

/// Lets a form through that its sender may send, and writes down what became of it. Pages that are
/// only looked at leave no trace.
pub async fn perform(
    site: &Site,
    peer: SocketAddr,
    visit: &Visit,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let path = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let Some(act) = act_of(path.as_deref().unwrap_or_default()) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let params = RawPathParams::from_request_parts(&mut parts, &()).await;
    let target = params.as_ref().map(target_of).unwrap_or_default();
    let request = Request::from_parts(parts, body);
    let deed = Deed { doer: visit.who.doer(), address: peer.ip(), act, target };
    let may = visit.who.may(act.right());
    let done =
        async { if may { next.run(request).await } else { Trouble::NotAllowed.into_response() } };
    match recorded(site, deed, done).await {
        Ok(response) => response,
        Err(error) => Trouble::from(error).into_response(),
    }
}
