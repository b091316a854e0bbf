//! Who: whose visit it is, and what they may do.

use http::{HeaderMap, HeaderValue};
use peyk_engine::{Error, access};
use peyk_model::access::SESSION_LIFE;
use peyk_model::{Account, Doer, Right, SessionId};

use super::visit::cookie;
use crate::Site;

/// Whose visit it is.
#[derive(Debug, Clone)]
pub enum Who {
    /// Whoever sits at the machine of a sandbox.
    Sandbox,
    /// Somebody who signed in, and the session by which they are known.
    Account(Box<Account>, SessionId),
    /// Nobody we know.
    Nobody,
}

impl Who {
    /// The one whose session a request carries. A role counts as it is at this moment.
    pub async fn of(site: &Site, headers: &HeaderMap) -> Result<Self, Error> {
        if site.is_sandbox() {
            return Ok(Self::Sandbox);
        }
        let Some(word) = cookie(headers, cookie_name(site)).map(str::to_owned) else {
            return Ok(Self::Nobody);
        };
        let found = site.engine.look(move |context| access::session(context, &word)).await?;
        let Some((session, account)) = found else { return Ok(Self::Nobody) };
        if session.is_seen_anew(site.engine.clock().now()) {
            site.engine.write_lightly(move |c| access::note_seen(c, session.id)).await?;
        }
        Ok(Self::Account(Box::new(account), session.id))
    }

    /// Whether they may do such things.
    pub fn may(&self, right: Right) -> bool {
        match self {
            Self::Sandbox => true,
            Self::Account(account, _) => account.role.may(right),
            Self::Nobody => false,
        }
    }

    /// The account, of those who have one.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Account(account, _) => Some(account),
            Self::Sandbox | Self::Nobody => None,
        }
    }

    /// The session by which they are known.
    pub fn session(&self) -> Option<SessionId> {
        match self {
            Self::Account(_, session) => Some(*session),
            Self::Sandbox | Self::Nobody => None,
        }
    }

    /// What the audit log calls them.
    pub fn doer(&self) -> Doer {
        match self {
            Self::Sandbox => Doer::Sandbox,
            Self::Account(account, _) => Doer::Account(account.id, account.name.to_string()),
            Self::Nobody => Doer::Stranger(String::new()),
        }
    }
}

/// Over HTTPS the name itself makes browsers refuse the cookie from anybody else.
fn cookie_name(site: &Site) -> &'static str {
    if is_secure(site) { "__Host-peyk-account" } else { "peyk-account" }
}

fn is_secure(site: &Site) -> bool {
    site.settings.public_url.starts_with("https://")
}

/// The cookie that opens a session, or without a word forgets it.
pub fn session_cookie(site: &Site, word: Option<&str>) -> Option<HeaderValue> {
    let seconds = word.map_or(0, |_| SESSION_LIFE.as_secs());
    let secure = if is_secure(site) { "; Secure" } else { "" };
    let (name, word) = (cookie_name(site), word.unwrap_or_default());
    let cookie =
        format!("{name}={word}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&cookie).ok()
}
