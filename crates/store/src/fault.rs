//! Faults: what goes wrong when the server itself, its disk or its database is broken.

/// The server cannot do its work; nobody's request is to blame.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// SQLite refused.
    #[error("sqlite failed")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL refused, or cannot be reached.
    #[error("postgresql failed")]
    Postgres(#[from] postgres::Error),
    /// The object store refused, or cannot be reached.
    #[error("object storage failed")]
    Objects(#[from] object_store::Error),
    /// The file system refused.
    #[error("{0}")]
    Io(String, #[source] std::io::Error),
    /// Somebody else did the same at the same moment; doing it again will work.
    #[error("another transaction was first")]
    Conflict,
    /// What is stored cannot be understood.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// The store cannot be used as it is configured.
    #[error("{0}")]
    Unusable(String),
    /// A verb broke one of its own promises.
    #[error("a verb panicked: {0}")]
    Panic(String),
    /// There is no snapshot of this name.
    #[error("there is no such snapshot")]
    NoSnapshot,
    /// Everything was put back to another state while somebody was in the middle of something.
    #[error("the World was put back meanwhile; nothing was done")]
    AnotherTimeline,
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
}

impl Fault {
    /// Whether the same transaction can be expected to succeed when it is run again.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Conflict => true,
            Self::Postgres(error) => {
                use postgres::error::SqlState;
                error.code().is_some_and(|code| {
                    *code == SqlState::T_R_SERIALIZATION_FAILURE
                        || *code == SqlState::T_R_DEADLOCK_DETECTED
                        || *code == SqlState::UNIQUE_VIOLATION
                })
            }
            Self::Sqlite(_)
            | Self::Objects(_)
            | Self::Io(..)
            | Self::Corrupt(_)
            | Self::Unusable(_)
            | Self::Panic(_)
            | Self::NoSnapshot
            | Self::AnotherTimeline
            | Self::Closed => false,
        }
    }
}
