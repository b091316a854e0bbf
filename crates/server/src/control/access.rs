//! Access: who may use the control API.
//!
//! Without an admin token only this machine may. A web page that a person of this machine looks at
//! is no friend: requests of other origins are refused, and so are names that only somebody else's
//! name server leads to us.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use peyk_engine::keyring::{hash_secret, same_hash};

use super::answer::ControlError;
use crate::Site;

/// Lets a request through, or refuses it.
pub async fn check(
    State(site): State<Site>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let host = host(&request).unwrap_or_default();
    let (public_url, token) = (&site.settings.public_url, site.settings.admin_token.as_deref());
    let allowed = check_host(&host, public_url)
        .and_then(|()| check_origin(request.headers(), &host, public_url))
        .and_then(|()| check_caller(request.headers(), peer.ip(), token));
    match allowed {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// Whether a request is made under an address or a name of ours.
pub fn is_own_host(request: &Request, public_url: &str) -> bool {
    check_host(&host(request).unwrap_or_default(), public_url).is_ok()
}

/// Whether no other web site made a request.
pub fn is_own_origin(request: &Request, public_url: &str) -> bool {
    let host = host(request).unwrap_or_default();
    check_origin(request.headers(), &host, public_url).is_ok()
}

/// The host with its port as the client wrote it.
fn host(request: &Request) -> Option<String> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.as_str().to_ascii_lowercase());
    }
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    Some(host.to_ascii_lowercase())
}

/// Host and port as one would write them after `scheme://`.
fn authority(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    Some((scheme, rest.split('/').next().unwrap_or_default()))
}

fn without_port(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// Addresses cannot be rebound to us; of names only `localhost` and our own are known to be ours.
fn check_host(host: &str, public_url: &str) -> Result<(), ControlError> {
    let name = without_port(host);
    let own = authority(public_url).map(|(_, own)| without_port(own).to_ascii_lowercase());
    let is_ours = name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok()
        || own.is_some_and(|own| own == name);
    if is_ours { Ok(()) } else { Err(ControlError::foreign_host()) }
}

/// Whether an address leads to this machine only.
pub fn is_local(url: &str) -> bool {
    let host = authority(url).map(|(_, authority)| without_port(authority).to_ascii_lowercase());
    host.is_some_and(|host| {
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

fn check_origin(headers: &HeaderMap, host: &str, public_url: &str) -> Result<(), ControlError> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or_default().to_ascii_lowercase();
    let is_ours = authority(public_url).is_some_and(|(scheme, own)| {
        let own = own.to_ascii_lowercase();
        origin == format!("{scheme}://{own}") || origin == format!("{scheme}://{host}")
    });
    if is_ours { Ok(()) } else { Err(ControlError::foreign_origin()) }
}

fn check_caller(
    headers: &HeaderMap,
    peer: IpAddr,
    admin_token: Option<&str>,
) -> Result<(), ControlError> {
    let Some(expected) = admin_token else {
        let is_here = peer.to_canonical().is_loopback();
        return if is_here { Ok(()) } else { Err(ControlError::not_from_here()) };
    };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' '));
    let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let is_right = given
        .is_some_and(|(_, token)| same_hash(&hash_secret(token.trim()), &hash_secret(expected)));
    if is_right { Ok(()) } else { Err(ControlError::unauthorized()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_localhost_and_our_own_name_are_us() {
        let ours = ["127.0.0.1:8080", "localhost", "a.localhost:1", "[::1]:80", "chat.example:1"];
        for host in ours {
            assert!(check_host(host, "https://chat.example").is_ok(), "{host}");
        }
        for host in ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil"] {
            assert!(check_host(host, "https://chat.example").is_err(), "{host}");
        }
    }

    #[test]
    fn an_origin_must_be_our_own() {
        let check = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, origin.parse().unwrap());
            check_origin(&headers, "localhost:8080", "http://127.0.0.1:8080").is_ok()
        };
        assert!(check("http://127.0.0.1:8080") && check("http://localhost:8080"));
        for origin in
            ["null", "http://evil.example", "http://localhost:3000", "https://localhost:8080"]
        {
            assert!(!check(origin), "{origin}");
        }
        assert!(check_origin(&HeaderMap::new(), "localhost", "http://x").is_ok());
    }

    #[test]
    fn the_admin_token_replaces_being_here() {
        let (here, there) = ("127.0.0.1".parse().unwrap(), "203.0.113.5".parse().unwrap());
        let none = HeaderMap::new();
        assert!(check_caller(&none, here, None).is_ok());
        assert!(check_caller(&none, "::ffff:127.0.0.1".parse().unwrap(), None).is_ok());
        assert!(check_caller(&none, there, None).is_err());
        assert!(check_caller(&none, here, Some("secret")).is_err());
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            check_caller(&headers, there, Some("secret")).is_ok()
        };
        assert!(with("Bearer secret") && with("bearer secret"));
        assert!(!with("Bearer Secret") && !with("Basic secret") && !with("secret"));
    }
}
