//! `peyk profiles`: where a choice had to be made, what was chosen, and how well it is founded.

/// How well a behaviour is founded.
const SPECIFICATION: &str = "in the specification";
const DOCUMENTS: &str = "in the documents";
const CLIENTS: &str = "seen in clients";
const OURS: &str = "our choice";

/// What happens, how it can be chosen, and how well it is founded.
const BEHAVIOURS: &[(&str, &str, &str)] = &[
    ("Market: calls per hour of today", "[market] profile = \"current\"", SPECIFICATION),
    ("Market: calls per hour of 2025", "[market] profile = \"2025\"", DOCUMENTS),
    (
        "Market: 4 calls of a business at once, named in the text",
        "[market] profile = \"current\"",
        DOCUMENTS,
    ),
    ("Market: 2 calls at once, nobody named", "[market] profile = \"2025\"", DOCUMENTS),
    ("Market: windows are whole hours of UTC", "always", OURS),
    ("Market: refused keys are not counted, all other 2xx and 4xx are", "always", DOCUMENTS),
    ("Market: a page limit above the maximum is cut", "[market] strict = false", CLIENTS),
    ("Market: a page limit above the maximum is refused", "[market] strict = true", SPECIFICATION),
    ("Market: a chat that only the body names is found", "[market] strict = false", CLIENTS),
    ("Market: a chat that only the body names is refused", "[market] strict = true", SPECIFICATION),
    (
        "Market: a shop's message opens a finished chat again",
        "[market] finished = \"reopens\"",
        OURS,
    ),
    (
        "Market: a shop's message in a finished chat is refused",
        "[market] finished = \"refuses\"",
        CLIENTS,
    ),
    (
        "Market: notifications go to the address as it is written",
        "[market] without notification_path",
        DOCUMENTS,
    ),
    (
        "Market: notifications go to the address and /notification",
        "[market] notification_path = \"/notification\"",
        CLIENTS,
    ),
    (
        "Market: notifications name an address of the vendor's in X-Forwarded-For",
        "[market] forwarded_for = \"5.45.207.10\"",
        OURS,
    ),
    ("Kenar: a limit in a minute, for all apps and for one", "[kenar]", DOCUMENTS),
    ("Kenar: a quota in a day, with an event at 80 %", "[kenar]", DOCUMENTS),
    (
        "Kenar: 60000, 6000 and 500000 calls of an operation",
        "[kenar] *_per_minute, app_per_day",
        OURS,
    ),
    ("Kenar: Retry-After beside a 429", "always", OURS),
    ("Kenar: sent_at as RFC 3339 with microseconds", "always in answers", CLIENTS),
    (
        "Kenar: events with sent_at as RFC 3339, size_bytes as text",
        "[kenar] profile = \"current\"",
        CLIENTS,
    ),
    (
        "Kenar: events with sent_at as microseconds, size_bytes as number",
        "[kenar] profile = \"documents\"",
        DOCUMENTS,
    ),
    ("Kenar: user_side of a server link SUPPLY or DEMAND", "[kenar] profile = \"current\"", OURS),
    (
        "Kenar: user_side of a server link Supply or Demand",
        "[kenar] profile = \"documents\"",
        DOCUMENTS,
    ),
    ("Kenar: user_side of a dynamic action SUPPLY or DEMAND", "always", DOCUMENTS),
    ("Kenar: an app hears what it sent for a person", "[kenar] own_echo = true", DOCUMENTS),
    ("Kenar: an app does not hear what it sent itself", "[kenar] own_echo = false", OURS),
    ("Kenar: a bot's send looks at its key only, not at a token beside it", "always", CLIENTS),
    ("Kenar: an address of one post hears CHAT_MESSAGE", "always", DOCUMENTS),
    ("Kenar: a LINK button asks with peer_id, supplier and demand", "always", DOCUMENTS),
    ("Kenar: X-API-Key and Authorization in any case, x-access-token", "always", CLIENTS),
    ("OAuth: tokens for an hour, 30 days, two more minutes", "always", DOCUMENTS),
    ("OAuth: a code for ten minutes, its reuse revokes", "always", OURS),
    ("OAuth: redirect_uri may be left out where an app has only one", "always", OURS),
    ("OAuth: before 2024 a key was as good as the secret", "always", DOCUMENTS),
    ("OAuth: PKCE, revocation, introspection, metadata", "always", OURS),
];

/// Prints every behaviour.
pub fn profiles() {
    let width = |column: fn(&(&str, &str, &str)) -> usize| BEHAVIOURS.iter().map(column).max();
    let first = width(|(what, ..)| what.len()).unwrap_or(0);
    let second = width(|(_, how, _)| how.len()).unwrap_or(0);
    for (what, how, founded) in BEHAVIOURS {
        println!("{what:first$}  {how:second$}  {founded}");
    }
}
