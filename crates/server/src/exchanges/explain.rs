//! Explanations: what was wrong with a request that was refused, and what to do about it.
//!
//! They start from what was really decided, which travels beside the answer, and from whose
//! secrets were shown. Nothing is guessed from the bodies of answers. The sentences are for the
//! authors of clients, who know their marketplace's words.

mod address;
mod refusal;

use std::time::Duration;

use peyk_engine::who::Who;
use peyk_model::{LimitReached, OauthRefusal, Timestamp};

use super::door::Door;
use super::exchange::Head;
use super::facts::Found;
use super::reason::Why;
use crate::control::time;
use crate::json::JsonMistake;
use crate::multipart::MultipartMistake;

/// A refusal and everything around it.
pub(super) struct Case<'c> {
    pub(super) why: &'c Why,
    pub(super) door: Door,
    pub(super) head: &'c Head,
    pub(super) found: Option<&'c Found>,
    pub(super) who: &'c Who,
    /// When it was refused.
    pub(super) at: Timestamp,
    /// Whether the conversation that was not found is there for others.
    pub(super) is_foreign: bool,
}

impl Case<'_> {
    /// One sentence or two: what was wrong, and what to do.
    pub(super) fn explained(&self) -> String {
        match self.why {
            Why::Refused(refusal) => self.of_refusal(refusal),
            Why::NotAuthorized(refusal) => of_oauth(refusal),
            Why::Limited(reached) => self.of_limit(reached),
            Why::Body(mistake) => self.of_body(mistake),
            Why::Form(mistake) => self.of_form(mistake),
            Why::Argument(message) => self.of_argument(message),
            Why::UnknownPath => address::unknown(&self.head.method, self.head.path()),
            Why::WrongMethod => address::wrong_method(&self.head.method, self.head.path()),
        }
    }

    /// The header in which this dialect expects a key.
    fn key_header(&self) -> &'static str {
        match self.door {
            Door::Market => peyk_wire::market::header::API_KEY,
            Door::Kenar
            | Door::Oauth
            | Door::Media
            | Door::Control
            | Door::Other
            | Door::Nowhere => peyk_wire::kenar::header::API_KEY,
        }
    }

    /// What was done instead of showing a key where it belongs, if anything.
    fn key_elsewhere(&self) -> Option<String> {
        let right = self.key_header();
        let other = match self.door {
            Door::Market => peyk_wire::kenar::header::API_KEY,
            _ => peyk_wire::market::header::API_KEY,
        };
        if self.head.field(&other.to_ascii_lowercase()).is_some() {
            return Some(format!("the key came in `{other}`, and this API reads `{right}`"));
        }
        if self.who.token_is_key {
            return Some(format!(
                "a key came in `Authorization`, which is for tokens: send it as `{right}`"
            ));
        }
        let in_query = self.head.query().to_lowercase();
        let named = ["api_key=", "api-key=", "apikey=", "key="];
        named.iter().any(|name| in_query.contains(name)).then(|| {
            format!("the key stands in the query, where nobody looks: send it as `{right}`")
        })
    }

    fn of_limit(&self, reached: &LimitReached) -> String {
        match reached {
            LimitReached::Parallel { amount, .. } => format!(
                "{amount} requests of this business were running already: wait for an answer \
                 before the next request, and try this one again"
            ),
            LimitReached::Window { limit, until } => format!(
                "all {} calls of {} for this {} are used up: the next ones count from {} on, \
                 {} after this request",
                limit.amount,
                limit.resource,
                limit.period.word(),
                time(*until),
                in_words(until.since(self.at)),
            ),
        }
    }

    fn of_body(&self, mistake: &JsonMistake) -> String {
        let kind = self.head.field("content-type").unwrap_or_default();
        let is_form =
            kind.starts_with("application/x-www-form-urlencoded") || kind.starts_with("multipart/");
        match mistake {
            _ if is_form => {
                format!("the body came as `{kind}`, and this operation takes JSON")
            }
            JsonMistake::Shape { path, message } if path == "." => {
                format!("the body is JSON, but not what this operation takes: {message}")
            }
            JsonMistake::Shape { path, message } => {
                format!("the field `{path}` of the body is wrong: {message}")
            }
            JsonMistake::TooLarge
            | JsonMistake::Cut
            | JsonMistake::Syntax { .. }
            | JsonMistake::EndsEarly => mistake.to_string(),
        }
    }

    fn of_form(&self, mistake: &MultipartMistake) -> String {
        match mistake {
            MultipartMistake::NotMultipart => {
                let kind = self.head.field("content-type").unwrap_or("no content type");
                format!(
                    "the file must come as `multipart/form-data` with a boundary, and this came \
                     as `{kind}`: let the HTTP library write the header"
                )
            }
            MultipartMistake::Malformed => {
                "the form breaks off or is malformed: send it again as a whole".to_owned()
            }
            MultipartMistake::NoFile => {
                "the form has no part called `file`: give the part with the file this name"
                    .to_owned()
            }
        }
    }

    /// The message was written for this case; what the request shows may say more.
    fn of_argument(&self, message: &str) -> String {
        let has_credentials =
            self.head.field("api-key").is_some() || self.head.field("authorization").is_some();
        if self.door == Door::Market && message.starts_with("Credentials") && !has_credentials {
            return self.key_elsewhere().unwrap_or_else(|| {
                "no credentials came: send the key of the cabinet as `Api-Key`".to_owned()
            });
        }
        if self.door == Door::Market && message.starts_with("Api-Key token") {
            if self.who.key_is_token {
                return "`Api-Key` holds an OAuth token: send it as `Authorization: Bearer …`"
                    .to_owned();
            }
            return format!(
                "{message}: a key looks like `ACMA:`, 40 letters and digits, `:` and 8 \
                 hexadecimal digits"
            );
        }
        if message.starts_with("Content type") || message.starts_with("Missing Content-Type") {
            return format!(
                "{message}: send `Content-Type: application/json`, or a form with a \
                            file where the operation takes one"
            );
        }
        message.to_owned()
    }
}

fn of_oauth(refusal: &OauthRefusal) -> String {
    let advice = match refusal {
        OauthRefusal::Missing(_) => "add it to the form",
        OauthRefusal::RedirectNotRegistered => {
            "add the address to the app's redirect_uris, letter by letter"
        }
        OauthRefusal::RedirectDiffers => {
            "repeat the redirect_uri with which the code was asked for"
        }
        OauthRefusal::ChallengeMalformed | OauthRefusal::ChallengeMethodUnsupported => {
            "send the unpadded base64url of the verifier's SHA-256 with code_challenge_method=S256"
        }
        OauthRefusal::ClientUnknown | OauthRefusal::ClientNotAuthenticated => {
            "client_id is the app's slug, and client_secret the one the app was given"
        }
        // These say themselves what is to be done.
        OauthRefusal::ResponseTypeUnsupported | OauthRefusal::GrantTypeUnsupported => {
            return refusal.to_string();
        }
        OauthRefusal::ScopeUnknown(_)
        | OauthRefusal::TooManyScopes
        | OauthRefusal::ResourceMissing(_)
        | OauthRefusal::ResourceUnexpected(_)
        | OauthRefusal::ResourceMalformed(_) => {
            "scopes are divided by spaces, and some end in a dot and the id of a conversation or post"
        }
        OauthRefusal::ScopeNotOfApp(_) => "give the app this scope, or ask for less",
        OauthRefusal::NotInvolved(_) => "ask somebody who takes part in that conversation or post",
        OauthRefusal::StageMismatch(_) => "a development app asks about development posts only",
        OauthRefusal::RefusedByPerson | OauthRefusal::PersonUnknown => {
            "the person decides; ask again when they want something from the app"
        }
        OauthRefusal::TokenOfAnotherApp => "use the client that the token was given to",
        OauthRefusal::VerifierWrong => {
            "send the code_verifier whose challenge came with the request"
        }
        OauthRefusal::CodeInvalid => "codes live shortly and work once: send the person again",
        OauthRefusal::CodeReused => {
            "a code works once, and using it again takes back what it gave: send the person again"
        }
        OauthRefusal::RefreshInvalid => "keep the newest refresh token, or send the person again",
        OauthRefusal::RefreshReused => {
            "each refresh gives a new refresh token, and showing an old one ends the grant: keep \
             the newest, and let only one process refresh"
        }
    };
    format!("{refusal}: {advice}")
}

/// A time span, roughly.
fn in_words(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}
