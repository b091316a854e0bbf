//! The way out: letters over HTTP, and every failure in words.

use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use peyk_engine::deliver::{Letter, Post, PostError, Reply};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;

/// How long a connection may take to come up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an idle connection is kept for the next letter.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Idle connections that are kept for each receiver.
const IDLE_PER_HOST: usize = 4;

/// Where letters may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Anywhere, this machine included: receivers of a sandbox run beside it.
    #[default]
    Anywhere,
    /// Only to addresses that anybody on the internet could reach, so that nobody can make this
    /// server knock at doors inside its own network.
    PublicOnly,
}

/// Posts letters over HTTP.
pub struct Outgoing {
    client: reqwest::Client,
    reach: Reach,
}

impl Outgoing {
    /// A way out that reaches this far.
    pub fn new(reach: Reach) -> anyhow::Result<Self> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("Peyk/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(IDLE_PER_HOST);
        if reach == Reach::PublicOnly {
            builder = builder.dns_resolver(Arc::new(PublicResolver));
        }
        Ok(Self { client: builder.build()?, reach })
    }

    async fn send(&self, letter: Letter) -> Result<Reply, PostError> {
        let url = self.check_url(&letter.url)?;
        let seconds = letter.timeout.as_secs_f64();
        let exchange = async {
            let mut request = self.client.post(url);
            for (name, value) in &letter.headers {
                request = request.header(*name, value);
            }
            let response = request.body(letter.body).send().await.map_err(|e| in_words(&e))?;
            take(response).await
        };
        match tokio::time::timeout(letter.timeout, exchange).await {
            Ok(reply) => reply,
            Err(_) => Err(PostError(format!("timed out after {seconds} s"))),
        }
    }

    fn check_url(&self, url: &str) -> Result<Url, PostError> {
        let url: Url = url.parse().map_err(|error| PostError(format!("bad address: {error}")))?;
        // A resolver is not asked about a literal address.
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(url::Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(url::Host::Domain(_)) | None => None,
        };
        if self.reach == Reach::PublicOnly && literal.is_some_and(|address| !is_public(address)) {
            return Err(PostError("the address is not public".into()));
        }
        Ok(url)
    }
}

impl Post for Outgoing {
    fn post(&self, letter: Letter) -> BoxFuture<'_, Result<Reply, PostError>> {
        self.send(letter).boxed()
    }
}

/// Takes the head of an answer and the beginning of its body.
async fn take(mut response: reqwest::Response) -> Result<Reply, PostError> {
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let headers = response.headers().iter().map(header).collect();
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| in_words(&error))? {
        let room = Letter::REPLY_MAX_BYTES - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == Letter::REPLY_MAX_BYTES {
            break;
        }
    }
    Ok(Reply { status, headers, body })
}

/// Why an exchange failed, in words that help whoever runs the receiver.
fn in_words(error: &reqwest::Error) -> PostError {
    let causes: Vec<_> = std::iter::successors(error.source(), |cause| (*cause).source()).collect();
    let io = causes.iter().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    if let Some(refused) = io.filter(|io| io.kind() == std::io::ErrorKind::ConnectionRefused) {
        return PostError(format!("connection refused: nobody listens there ({refused})"));
    }
    let last = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
    PostError(if error.is_timeout() {
        format!("no connection after {} s", CONNECT_TIMEOUT.as_secs())
    } else if last.contains("certificate") || last.contains("tls") || last.contains("TLS") {
        format!("TLS failed: {last}")
    } else if error.is_connect() {
        format!("no connection: {last}")
    } else {
        format!("the connection broke: {last}")
    })
}

/// Resolves names to public addresses only.
struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the name has no public address".into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether anybody on the internet could reach this address.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, third, _] = address.octets();
            let shared = first == 100 && (64..128).contains(&second);
            let protocol = first == 192 && second == 0 && third == 0;
            let benchmark = first == 198 && (second == 18 || second == 19);
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_multicast()
                || first == 0
                || first >= 240
                || shared
                || protocol
                || benchmark)
        }
        IpAddr::V6(address) => {
            let embedded = address.to_ipv4_mapped().or_else(|| translated(address));
            match embedded {
                Some(inner) => is_public(IpAddr::V4(inner)),
                // Global unicast is 2000::/3; documentation is the only part we know to be none.
                None => {
                    let [first, second, ..] = address.segments();
                    (first & 0xe000) == 0x2000 && !(first == 0x2001 && second == 0x0db8)
                }
            }
        }
    }
}

/// The IPv4 address inside a NAT64 or 6to4 address.
fn translated(address: std::net::Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let join =
        |high: u16, low: u16| std::net::Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match (a, b, c, d, e, f) {
        (0x64, 0xff9b, 0, 0, 0, 0) => Some(join(g, h)),
        (0x2002, high, low, _, _, _) => Some(join(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use peyk_engine::deliver::About;

    #[test]
    fn addresses_inside_a_network_are_not_public_in_any_disguise() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[tokio::test]
    async fn a_literal_inner_address_is_refused_before_a_connection_is_tried() {
        let outgoing = Outgoing::new(Reach::PublicOnly).unwrap();
        let letter = Letter {
            url: "http://127.0.0.1:1/".into(),
            headers: Vec::new(),
            body: String::new(),
            timeout: Duration::from_secs(1),
            about: About::default(),
        };
        let refused = outgoing.post(letter).await.unwrap_err();
        assert_eq!(refused.0, "the address is not public");
    }

    #[tokio::test]
    async fn a_closed_port_is_told_in_words() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let outgoing = Outgoing::new(Reach::Anywhere).unwrap();
        let letter = Letter {
            url: format!("http://{address}/webhook"),
            headers: vec![("content-type", "application/json".into())],
            body: "{}".into(),
            timeout: Duration::from_secs(10),
            about: About::default(),
        };
        let refused = outgoing.post(letter).await.unwrap_err();
        assert!(refused.0.starts_with("connection refused"), "{refused}");
    }
}
