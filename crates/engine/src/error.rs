//! The two ways a verb ends without success.

use peyk_model::Refusal;
use peyk_store::Fault;

/// Why a verb did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server works and says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The server is broken.
    #[error(transparent)]
    Broken(#[from] Fault),
}

/// What a verb returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl peyk_store::Failure for Error {
    fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Broken(fault) => Some(fault),
            Self::Refused(_) => None,
        }
    }
}
