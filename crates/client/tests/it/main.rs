//! The client against the real server, with and without faults between them.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod bot;
mod buttons;
mod drift;
mod faults;
mod feed;
mod guidelines;
mod kenar;
mod lasting;
mod live_feed;
mod market;
mod processes;
mod proxy;
mod readme;
mod receive;
mod session;
mod since;

#[path = "../../../store/tests/support/database.rs"]
mod database;
#[path = "../../../server/tests/it/harness.rs"]
#[allow(dead_code, reason = "the server's own tests use all of it")]
mod harness;

use std::time::Duration;

use peyk_client::market::Credential;
use peyk_client::{Care, Kenar, Market};

use harness::{APP_KEY, BUSINESS, MARKET_KEY};

/// Careful as ever, but in a hurry.
fn care() -> Care {
    Care::default()
        .timeout(Duration::from_secs(5))
        .first_pause(Duration::from_millis(1))
        .longest_pause(Duration::from_millis(5))
        .settle_pause(Duration::from_millis(1))
}

/// A client that takes the address for a marketplace's.
fn market(url: &str) -> Market {
    let key = Credential::api_key(MARKET_KEY);
    Market::builder(BUSINESS, key).base_url(url).care(care()).build().unwrap()
}

/// A client that knows that the address is a Peyk's.
fn market_at_peyk(url: &str) -> Market {
    let key = Credential::api_key(MARKET_KEY);
    Market::builder(BUSINESS, key).peyk(url).care(care()).build().unwrap()
}

fn kenar(url: &str) -> Kenar {
    Kenar::builder(APP_KEY).peyk(url).care(care()).build().unwrap()
}
