//! A careful client of the Divar Kenar and Yandex Market chat APIs.

#[macro_use]
mod id;

pub mod bot;
mod care;
mod chance;
mod download;
mod error;
pub mod events;
mod extra;
pub mod kenar;
pub mod market;
mod pages;
mod time;
mod transport;
mod upload;

pub use care::Care;
pub use download::Download;
pub use error::{Error, ErrorKind, Result};
pub use extra::Kept;
pub use kenar::Kenar;
pub use market::Market;
pub use peyk_wire as wire;
pub use peyk_wire::Secret;
pub use time::Timestamp;
pub use upload::Upload;
