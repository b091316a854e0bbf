//! Exchanges: every request and answer as it went over the wire, in and out.
//!
//! While requests are answered, exchanges are only copied into a bounded record in memory; what
//! they were about, what was wrong with them and how they can be repeated is worked out when
//! somebody reads. Whatever leaves the record has its secrets masked. This module must not change
//! what goes over the wire.

mod compare;
mod copy;
mod door;
mod exchange;
mod explain;
mod facts;
mod filter;
mod inward;
mod letter;
mod lint;
mod mask;
mod outward;
mod reason;
mod recorder;
mod shown;

pub use compare::Differs;
pub use copy::Copies;
pub use door::Door;
pub use exchange::{Exchange, Way};
pub use facts::{Facts, Found};
pub use filter::{Direction, ExchangePage, Filter, Following, StatusFilter};
pub use inward::record;
pub use lint::{Client, Finding, Report, watch};
pub use mask::MASK;
pub use outward::RecordedPost;
pub use reason::{Reason, Why};
pub use recorder::{Bounds, Exchanges, SANDBOX_BYTES};
pub use shown::{Brief, Full, Part, Stream, Text};
