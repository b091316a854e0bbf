//! How keys, limits, grants and receivers look.

use peyk_engine::deliver::operate::Standing;
use peyk_engine::limiter::CallCount;
use peyk_model::{ApiKey, App, DatedGrant, Person, Timestamp, Token};

use crate::Site;
use crate::console::moment::{Form, Moment};
use crate::console::texts::Texts;
use crate::console::visit::Visit;
use crate::oauth::scope_words;

/// Something that is allowed: its published word, and what that means.
#[derive(Clone)]
pub struct Allowed {
    pub word: String,
    pub meaning: String,
}

/// What a published word allows.
pub fn allowed(t: Texts, family: &str, word: &str) -> Allowed {
    let meaning = t.of(family, &word.replace(':', "-")).into_owned();
    Allowed { word: word.to_owned(), meaning }
}

/// A receiver of events.
pub struct Hook {
    pub id: i64,
    pub url: Option<String>,
    pub post: Option<String>,
}

/// A receiver of events.
pub fn hook(standing: &Standing) -> Hook {
    let webhook = &standing.webhook;
    let post = webhook.post.as_ref().map(|post| post.0.clone());
    Hook { id: webhook.id.0, url: webhook.url.clone(), post }
}

/// A key without its secret.
pub struct KeyRow {
    pub id: i64,
    pub name: String,
    /// `live`, `expired` or `revoked`.
    pub state: &'static str,
    pub allows: Vec<Allowed>,
    pub created: Moment,
    pub used: Option<Moment>,
    pub ends: Option<Moment>,
}

impl KeyRow {
    /// Whether it may do what this word stands for.
    pub fn may(&self, word: &str) -> bool {
        self.allows.iter().any(|allowed| allowed.word == word)
    }
}

/// A key without its secret.
pub fn key_row(visit: &Visit, key: &ApiKey) -> KeyRow {
    let moment = |time: Timestamp| visit.moment(time, Form::Full);
    let state = if key.revoked_at.is_some() {
        "revoked"
    } else if key.is_live(visit.now) {
        "live"
    } else {
        "expired"
    };
    let words = key.owner.words();
    KeyRow {
        id: key.id.0,
        name: key.name.clone(),
        state,
        allows: words.iter().map(|word| allowed(visit.texts, "perm", word)).collect(),
        created: moment(key.created_at),
        used: key.last_used_at.map(moment),
        ends: key.expires_at.map(moment),
    }
}

/// A limit: how much of it is used, and when all of it is there again.
pub struct Gauge {
    pub resource: String,
    pub period: String,
    /// Whether all apps share it.
    pub is_shared: bool,
    pub used: i64,
    pub most: Option<i64>,
    /// Both in words.
    pub words: String,
    /// Where it becomes scarce.
    pub high: i64,
    pub until: Moment,
}

/// The limits of which something is used.
pub fn gauges(site: &Site, visit: &Visit, counts: &[CallCount]) -> Vec<Gauge> {
    let gauge = |CallCount { count, .. }: &CallCount| {
        let most = site.engine.limiter().amount_of(count).map(i64::from);
        let words = match most {
            Some(most) => {
                let gaps = [("used", count.calls.into()), ("most", most.into())];
                visit.texts.fill("ap-used-of", &gaps)
            }
            None => visit.texts.count("ap-used", count.calls),
        };
        Gauge {
            words: words.into_owned(),
            resource: count.resource.clone(),
            period: visit.texts.of("ap-period", count.period.word()).into_owned(),
            is_shared: matches!(count.spender, peyk_model::Spender::AllApps),
            used: count.calls,
            most,
            high: most.unwrap_or_default() * peyk_model::rate::WARNING_PERCENT / 100,
            until: visit.moment(count.window.until, Form::Exact),
        }
    };
    counts.iter().map(gauge).collect()
}

/// What a person allowed an app.
pub struct GrantRow {
    pub id: i64,
    pub person: String,
    pub is_live: bool,
    pub scopes: Vec<Allowed>,
    pub given: Moment,
    pub revoked: Option<Moment>,
    /// Each token that works: its kind in words, and its end.
    pub tokens: Vec<(String, Option<Moment>)>,
}

/// What a person allowed an app.
pub fn grant_row(
    visit: &Visit,
    (found, _, person, tokens): &(DatedGrant, App, Person, Vec<Token>),
) -> GrantRow {
    let moment = |time: Timestamp| visit.moment(time, Form::Full);
    let scope = |scope: &peyk_model::Scope| Allowed {
        word: scope.to_string(),
        meaning: scope_words(visit.texts.0, scope.name).to_owned(),
    };
    let token = |token: &Token| {
        let kind = visit.texts.of("ap-token", token.kind.word()).into_owned();
        (kind, token.ends_at().map(moment))
    };
    GrantRow {
        id: found.grant.id.0,
        person: person.name.clone(),
        is_live: found.revoked_at.is_none(),
        scopes: found.grant.scopes.iter().map(scope).collect(),
        given: moment(found.created_at),
        revoked: found.revoked_at.map(moment),
        tokens: tokens.iter().map(token).collect(),
    }
}
