//! Events: what a marketplace tells by itself.
//!
//! [`KenarReceiver`] and [`MarketReceiver`] take a request apart for any web framework, the module `axum` makes routers of
//! them, [`Seen`] filters what came before, and [`Feed`] follows a Peyk's own stream, for which nobody needs a public address.

#[cfg(feature = "receiver-axum")]
pub mod axum;
mod feed;
mod kenar;
mod market;
mod seen;
mod signature;

pub use feed::{Feed, FeedItem};
pub use kenar::{KenarEvent, KenarLetter, KenarReceiver, Pressed};
pub use market::{MarketAnswer, MarketReceiver, Notification};
pub use peyk_wire::kenar::callback::{
    DynamicActionRequest, DynamicActionResponse, ServerLinkRequest, ServerLinkResponse,
};
pub use peyk_wire::kenar::event::{PaymentTransaction, PostUpdate};
pub use seen::Seen;
pub use signature::{Signature, Signed};
