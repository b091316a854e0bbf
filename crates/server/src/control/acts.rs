//! What each request of the control API does, in the words of the audit log.

use axum::extract::{ConnectInfo, MatchedPath, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use peyk_model::{Act, Doer};
use std::net::SocketAddr;

use super::answer::ControlError;
use crate::Site;
use crate::audit::{Deed, recorded, target_of};

/// Writes down what a request is about to change. Whoever comes here was let in.
pub async fn record(
    State(site): State<Site>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    path: MatchedPath,
    params: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return next.run(request).await;
    }
    let path = path.as_str().strip_prefix(super::ROOT).unwrap_or_default();
    let act = act_of(request.method(), path);
    let doer = if site.is_sandbox() { Doer::Sandbox } else { Doer::AdminToken };
    let deed = Deed { doer, address: peer.ip(), act, target: target_of(&params) };
    match recorded(&site, deed, next.run(request)).await {
        Ok(response) => response,
        Err(error) => ControlError::from(error).into_response(),
    }
}

fn act_of(method: &Method, path: &str) -> Act {
    match (method.as_str(), path) {
        ("POST", "/apps/{app}/keys" | "/businesses/{business}/keys") => Act::CreateKey,
        ("PATCH", "/keys/{key}") => Act::ChangeKey,
        ("DELETE", "/keys/{key}" | "/businesses/{business}/tokens/{token}") => Act::RevokeKey,
        ("POST", "/keys/{key}/rotate") => Act::RotateKey,
        ("DELETE", "/grants/{grant}" | "/people/{handle}/apps/{app}") => Act::RevokeGrant,
        ("POST", "/grants/{grant}/expire" | "/businesses/{business}/tokens/{token}/expire") => {
            Act::ExpireTokens
        }
        ("POST", "/grants/{grant}/rotate" | "/businesses/{business}/tokens/{token}/rotate") => {
            Act::RotateTokens
        }
        ("POST", "/tokens/inspect") => Act::InspectToken,
        ("POST", "/people/{handle}/approve") => Act::Approve,
        ("POST", "/people/{handle}/sign_in") => Act::SignInPerson,
        ("POST", path) if path.starts_with("/people/") => match path.rsplit('/').next() {
            Some("conversations") => Act::OpenConversation,
            Some("messages") => Act::Write,
            Some("clicks") => Act::Press,
            Some("start") => Act::StartBot,
            Some("files") => Act::SendFile,
            _ => Act::Other,
        },
        ("PUT", "/people/{handle}/conversations/{conversation}/block") => Act::Block,
        ("DELETE", "/people/{handle}/conversations/{conversation}/block") => Act::Unblock,
        ("PUT", "/people/{handle}/scripts/{name}") => Act::SwitchScript,
        ("POST" | "PUT" | "DELETE", "/faults" | "/faults/{name}") => Act::ChangeFaults,
        ("POST", "/clock") => Act::MoveClock,
        ("POST", "/rehearsal" | "/rehearsal/steps") => Act::Rehearse,
        ("POST", "/reset") => Act::Reset,
        ("POST", "/world") => Act::LoadWorld,
        ("PUT", "/snapshots/{name}") => Act::TakeSnapshot,
        ("DELETE", "/snapshots/{name}") => Act::DeleteSnapshot,
        ("POST", "/snapshots/{name}/restore") => Act::RestoreSnapshot,
        ("POST", "/conversations/{conversation}/arbitration/start") => Act::StartArbitration,
        ("POST", "/conversations/{conversation}/arbitration/finish") => Act::FinishArbitration,
        ("POST", "/conversations/{conversation}/finish") => Act::FinishConversation,
        ("POST", "/conversations/{conversation}/messages") => Act::Write,
        ("POST", "/conversations/{conversation}/files") => Act::SendFile,
        ("POST", "/posts/{post}/changes") => Act::ChangePost,
        ("PUT", "/webhooks/{webhook}/url") => Act::ChangeWebhookUrl,
        ("POST", "/webhooks/{webhook}/on") => Act::SwitchWebhookOn,
        ("POST", "/webhooks/{webhook}/off") => Act::SwitchWebhookOff,
        ("POST", "/webhooks/{webhook}/pause") => Act::PauseWebhook,
        ("POST", "/webhooks/{webhook}/resume") => Act::ResumeWebhook,
        ("POST", "/webhooks/{webhook}/ping") => Act::PingWebhook,
        ("POST", "/webhooks/{webhook}/rotate-secret") => Act::RotateSigningSecret,
        ("POST", "/deliveries/replay" | "/deliveries/{delivery}/replay") => Act::Replay,
        ("POST", "/deliveries/{delivery}/cancel") => Act::CancelDelivery,
        ("DELETE", "/exchanges") => Act::ClearExchanges,
        _ => Act::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_write_of_the_document_has_a_name() {
        let document: serde_json::Value =
            serde_json::from_str(include_str!("openapi.json")).unwrap();
        let mut nameless = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let is_there = methods.get(method.to_lowercase()).is_some();
                let short = path.strip_prefix(super::super::ROOT).unwrap();
                let act = act_of(&method.parse().unwrap(), short);
                if is_there && act == Act::Other {
                    nameless.push(format!("{method} {short}"));
                }
            }
        }
        assert!(nameless.is_empty(), "name these in act_of: {nameless:?}");
    }
}
