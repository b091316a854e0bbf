//! Doors: where a request came in, or in whose dialect one goes out.

use crate::guard::Owner;
use crate::{console, control, media};

/// A part of the server that answers requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// Apps of the classifieds marketplace, and their receivers.
    Kenar,
    /// Programs of shops, and their receivers.
    Market,
    /// Consent and tokens.
    Oauth,
    /// The bytes of files.
    Media,
    /// The control API.
    Control,
    /// Pages and probes.
    Other,
    /// An address that nobody has.
    Nowhere,
}

impl Door {
    /// Every door.
    pub const ALL: [Self; 7] = [
        Self::Kenar,
        Self::Market,
        Self::Oauth,
        Self::Media,
        Self::Control,
        Self::Other,
        Self::Nowhere,
    ];

    /// The door a path leads to.
    pub fn of(path: &str) -> Self {
        match Owner::of(path) {
            Owner::Control => Self::Control,
            Owner::Market => Self::Market,
            Owner::Kenar if path.ends_with("/oauth/access_token") => Self::Oauth,
            Owner::Kenar => Self::Kenar,
            Owner::Oauth => Self::Oauth,
            Owner::Nobody if path == "/oauth" || path.starts_with("/.well-known/o") => Self::Oauth,
            Owner::Nobody if media::owns_path(path) => Self::Media,
            Owner::Console | Owner::Nobody => Self::Other,
        }
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kenar => "kenar",
            Self::Market => "market",
            Self::Oauth => "oauth",
            Self::Media => "media",
            Self::Control => "control",
            Self::Other => "other",
            Self::Nowhere => "nowhere",
        }
    }

    /// The door with this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.word() == word)
    }

    /// Whether programs of the two marketplaces use it, or meant to.
    pub fn is_of_clients(self) -> bool {
        match self {
            Self::Kenar | Self::Market | Self::Oauth | Self::Media | Self::Nowhere => true,
            Self::Control | Self::Other => false,
        }
    }
}

/// Whether a path reads this very record, or is a page that does: who looks must not add to it.
pub fn reads_record(path: &str) -> bool {
    if console::owns_path(path) {
        return true;
    }
    let rest = path.strip_prefix(control::ROOT).unwrap_or_default();
    ["/exchanges", "/lint"].iter().any(|each| rest.starts_with(each))
}
