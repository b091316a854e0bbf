//! The cast: where a World's programs listen, and what a bot has to know to play one of them.

use std::collections::BTreeMap;
use std::net::TcpListener;

use anyhow::Context as _;
use peyk_engine::world::{Secret, World, WorldKey};
use url::{Host, Url};

use crate::demo_bot;

/// Ports of this machine in a World's addresses, and which ports were taken instead.
pub type Ports = BTreeMap<u16, u16>;

/// Gives every receiver of this machine a free port, so that tests get into nobody's way.
pub fn free_ports(world: &mut World) -> anyhow::Result<Ports> {
    let mut ports = ports_of(world);
    let mut held = Vec::new();
    for free in ports.values_mut() {
        // All are held until all are known, so that none is found twice.
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("there is no free port")?;
        *free = listener.local_addr()?.port();
        held.push(listener);
    }
    for address in addresses(world) {
        if let Some(mut url) = here(address)
            && let Some(free) = url.port_or_known_default().and_then(|port| ports.get(&port))
            && url.set_port(Some(*free)).is_ok()
        {
            *address = url.to_string();
        }
    }
    Ok(ports)
}

/// The ports of this machine on which a World's programs listen, each as it is.
pub fn ports_of(world: &mut World) -> Ports {
    let receivers = receivers(world).filter_map(|address| here(address)?.port_or_known_default());
    receivers.map(|port| (port, port)).collect()
}

fn here(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let is_here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    is_here.then_some(url)
}

/// Where programs are told something or asked for something.
fn receivers(world: &mut World) -> impl Iterator<Item = &mut String> {
    let World { apps, businesses, .. } = world;
    // The demo bot needs no port: it lives in the sandbox.
    let of_apps = apps
        .iter_mut()
        .filter(|app| !demo_bot::is_at_home(app))
        .flat_map(|app| [&mut app.events_url, &mut app.session_url, &mut app.dynamic_action_url]);
    of_apps.chain(businesses.iter_mut().map(|shop| &mut shop.notification_url)).flatten()
}

/// The same, and where people are sent back to.
fn addresses(world: &mut World) -> Vec<&mut String> {
    let World { apps, businesses, .. } = world;
    let mut all = Vec::new();
    for app in apps.iter_mut().filter(|app| !demo_bot::is_at_home(app)) {
        all.extend(&mut app.events_url);
        all.extend(&mut app.session_url);
        all.extend(&mut app.dynamic_action_url);
        all.extend(&mut app.redirect_uris);
    }
    all.extend(businesses.iter_mut().filter_map(|shop| shop.notification_url.as_mut()));
    all
}

/// What a bot finds in its environment: the first app and the first business without more words,
/// and each by its name.
pub fn environment(url: &str, world: &World, ports: &Ports) -> Vec<(String, String)> {
    let mut found = vec![("PEYK_URL".to_owned(), url.to_owned())];
    let mut first = true;
    for app in &world.apps {
        let slug = app.slug.to_uppercase().replace('-', "_");
        let own = [
            ("KEY", first_key(&app.api_keys)),
            ("SECRET", app.client_secret.as_ref().and_then(plain)),
            ("IDENTIFICATION", app.identification_key.clone()),
        ];
        if first {
            found.push(("PEYK_APP".to_owned(), app.slug.clone()));
        }
        for (name, value) in own {
            let Some(value) = value else { continue };
            if first {
                found.push((format!("PEYK_APP_{name}"), value.clone()));
            }
            found.push((format!("PEYK_APP_{name}_{slug}"), value));
        }
        first = false;
    }
    first = true;
    for shop in &world.businesses {
        if first {
            found.push(("PEYK_BUSINESS".to_owned(), shop.id.to_string()));
        }
        if let Some(key) = first_key(&shop.api_keys) {
            if first {
                found.push(("PEYK_BUSINESS_KEY".to_owned(), key.clone()));
            }
            found.push((format!("PEYK_BUSINESS_KEY_{}", shop.id), key));
        }
        first = false;
    }
    if let Some(port) = ports.values().next() {
        found.push(("PORT".to_owned(), port.to_string()));
    }
    found.extend(ports.iter().map(|(old, new)| (format!("PEYK_PORT_{old}"), new.to_string())));
    found
}

/// The first key that works and is known as it is.
fn first_key<P>(keys: &[WorldKey<P>]) -> Option<String> {
    keys.iter().filter(|key| !key.revoked).find_map(|key| plain(&key.secret))
}

fn plain(secret: &Secret) -> Option<String> {
    match secret {
        Secret::Plain(secret) => Some(secret.clone()),
        Secret::Hashed(_) => None,
    }
}
