//! Refusals of rules, in the words of whoever was refused.

use peyk_model::{KeyOwner, KeyScope, Noun, Permission, Refusal, Scope, TokenKind};

use super::Case;
use crate::control::time;
use crate::exchanges::door::Door;

// Refusals that mean the same whoever meets them.
const UPLOAD_TOKEN: &str = "the upload token is none of this server's, or its time is over: ask for a new \
    one and send it as `Authorization: Bearer …`";
const STAGE: &str = "the app is a development app and this post is live: use a development post, or \
    an app in production";
const BLOCKED: &str = "the person blocked the sender, and hears nothing until they unblock: stop \
    writing to them";
const CURSOR: &str = "the page token belongs to another question: it goes on only with the same chat, \
    the same filter and the same server that gave it";
const IDEMPOTENCY: &str = "this Idempotency-Key was used with another request: take a new key for each \
    message, and the same one only to send the very same request again";

impl Case<'_> {
    pub(super) fn of_refusal(&self, refusal: &Refusal) -> String {
        match refusal {
            Refusal::ApiKeyMissing => self.key_elsewhere().unwrap_or_else(|| {
                format!("no key came: send the key of your program as `{}`", self.key_header())
            }),
            Refusal::ApiKeyInvalid => self.of_unknown_key(),
            Refusal::ApiKeyRevoked => self.of_dead_key("was revoked", |key| key.revoked_at),
            Refusal::ApiKeyExpired => self.of_dead_key("expired", |key| key.expires_at),
            Refusal::TokenMissing => self.of_missing_token(),
            Refusal::TokenInvalid => self.of_bad_token(),
            Refusal::TokenOfAnotherApp => {
                let slug = |app: &Option<peyk_model::App>| {
                    app.as_ref().map_or_else(|| "another app".to_owned(), |app| app.slug.clone())
                };
                format!(
                    "the token was given to {}, and the key belongs to {}: use both of one app",
                    slug(&self.who.token_app),
                    slug(&self.who.app)
                )
            }
            Refusal::UploadTokenInvalid => UPLOAD_TOKEN.to_owned(),
            Refusal::PermissionMissing(permission) => self.of_permission(*permission),
            Refusal::ScopeMissing(scopes) => self.of_scopes(scopes),
            Refusal::KeyScopeMissing(scopes) => self.of_key_scopes(scopes),
            Refusal::StageMismatch => STAGE.to_owned(),
            Refusal::AccessDenied => self.of_foreign_business(),
            Refusal::NotFound { noun, id } => self.of_missing(*noun, id),
            Refusal::RecipientBlocked => BLOCKED.to_owned(),
            Refusal::CursorInvalid => CURSOR.to_owned(),
            Refusal::IdempotencyConflict => IDEMPOTENCY.to_owned(),
            // These say themselves what is to be done.
            Refusal::AlreadyExists { .. }
            | Refusal::TokenIsNoKey { .. }
            | Refusal::SidesAreTheSame
            | Refusal::ArbitrationImpossible
            | Refusal::ArbitrationUnderWay
            | Refusal::NoArbitration
            | Refusal::ConversationFinished
            | Refusal::TextEmpty
            | Refusal::TextHasNul
            | Refusal::LocationOutOfRange
            | Refusal::ContactMalformed
            | Refusal::TooManyButtonRows { .. }
            | Refusal::TooManyButtonsInRow { .. }
            | Refusal::CaptionEmpty
            | Refusal::CaptionTooLong
            | Refusal::NotOneAction { .. }
            | Refusal::ButtonTooLarge
            | Refusal::FileEmpty
            | Refusal::FileTypeNotAllowed { .. }
            | Refusal::IdempotencyKeyMalformed
            | Refusal::TooManyKeys
            | Refusal::KeyNameMalformed
            | Refusal::PermissionNotOfApp(_)
            | Refusal::PermissionUnknown(_)
            | Refusal::TooManySnapshots
            | Refusal::TooManyFaults
            | Refusal::WorldTooLarge
            | Refusal::WorldFileMissing(_) => refusal.to_string(),
            Refusal::TextTooLong { length } => format!("{refusal}, and this one has {length}"),
            Refusal::FileTooLarge { size_bytes, .. } => {
                format!("{refusal}, and of this one {size_bytes} came")
            }
        }
    }

    fn of_unknown_key(&self) -> String {
        let header = self.key_header();
        match self.who.key.as_ref().map(|key| &key.owner) {
            Some(KeyOwner::App(..)) => format!(
                "the key belongs to an app of the other marketplace: `{header}` takes the key of \
                 a cabinet here"
            ),
            Some(KeyOwner::Business(id, _)) => format!(
                "the key belongs to business {id} of the other marketplace: `{header}` takes an \
                 app's key here"
            ),
            None if self.who.key_is_token => {
                format!("`{header}` holds a token: send it as `Authorization: Bearer …`")
            }
            None => format!(
                "nobody on this server has the key in `{header}`: look for a misprint, \
                             a space, or the key of another server"
            ),
        }
    }

    fn of_dead_key(
        &self,
        what: &str,
        when: impl Fn(&peyk_model::ApiKey) -> Option<peyk_model::Timestamp>,
    ) -> String {
        let Some(key) = &self.who.key else { return format!("the key {what}") };
        let at = when(key).map_or_else(String::new, |at| format!(" at {}", time(at)));
        format!("the key `{}` {what}{at}: make a new one with `peyk key create`", key.name)
    }

    fn of_missing_token(&self) -> String {
        match self.head.field("authorization") {
            Some(value) if !value.contains(' ') => {
                "`Authorization` names no scheme: write `Authorization: Bearer …`".to_owned()
            }
            Some(_) => "`Authorization` holds no token: write `Authorization: Bearer …`".to_owned(),
            None => "the operation acts for a person and no token of theirs came: send it as \
                     `Authorization: Bearer …`"
                .to_owned(),
        }
    }

    fn of_bad_token(&self) -> String {
        let authorization = self.head.field("authorization").unwrap_or_default();
        let scheme = authorization.split(' ').next().unwrap_or_default();
        let is_bearer = scheme.eq_ignore_ascii_case("bearer");
        let is_known_scheme = is_bearer || (self.door == Door::Market && scheme == "OAuth");
        if !authorization.is_empty() && !is_known_scheme {
            return "`Authorization` must be `Bearer`, a space and the token; a bare token goes \
                    into `x-access-token`"
                .to_owned();
        }
        if self.who.token_is_key {
            return format!(
                "the token is a key: send it as `{}`, and a person's token here",
                self.key_header()
            );
        }
        let Some(token) = &self.who.token else {
            return "nobody on this server has this token: it may be of another server, or have \
                    been forgotten long after its end"
                .to_owned();
        };
        let revoked = self.who.grant.as_ref().and_then(|grant| grant.revoked_at);
        match token.kind {
            _ if revoked.is_some() => {
                let at = revoked.map(time).unwrap_or_default();
                format!("the person took back at {at} what they had allowed: ask them again")
            }
            TokenKind::Refresh => {
                "this is a refresh token: turn it into an access token at /oauth2/token".to_owned()
            }
            TokenKind::Access => {
                let at = token.ends_at().map(time).unwrap_or_default();
                format!("the token's time was over at {at}: refresh it, or ask the person again")
            }
        }
    }

    fn of_permission(&self, permission: Permission) -> String {
        let (Some(key), Some(app)) = (&self.who.key, &self.who.app) else {
            return format!("the key lacks {}", permission.word());
        };
        let KeyOwner::App(_, own) = &key.owner else {
            return format!("the key lacks {}", permission.word());
        };
        let word = permission.word();
        if own.contains(&permission) && !app.permissions.contains(&permission) {
            return format!("the key has {word}, but the app {} itself lacks it", app.slug);
        }
        let has = own.iter().filter(|each| app.permissions.contains(each)).map(|each| each.word());
        let has = listed(has.map(str::to_owned));
        format!(
            "the key `{}` lacks {word}; it has {has}: allow it with `peyk key change {}`",
            key.name, key.id
        )
    }

    fn of_scopes(&self, wanted: &[Scope]) -> String {
        let names = wanted.iter().map(Scope::to_string).collect::<Vec<_>>().join(" or ");
        let Some(grant) = &self.who.grant else {
            return format!("no person allowed {names}: ask them at /oauth2/auth");
        };
        let scopes = &grant.grant.scopes;
        let elsewhere =
            scopes.iter().find(|has| wanted.iter().any(|wanted| wanted.name == has.name));
        if let Some(other) = elsewhere {
            return format!(
                "the scope {other} of the token names another conversation or post, and {names} \
                 is needed: ask the person for it"
            );
        }
        let has = listed(scopes.iter().map(Scope::to_string));
        format!("the token lacks {names}; it has {has}: ask the person for it")
    }

    fn of_key_scopes(&self, wanted: &[KeyScope]) -> String {
        let wanted = wanted.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" or ");
        let has = match self.who.key.as_ref().map(|key| &key.owner) {
            Some(KeyOwner::Business(_, has)) => {
                listed(has.iter().map(|scope| scope.word().to_owned()))
            }
            Some(KeyOwner::App(..)) | None => "none".to_owned(),
        };
        format!("the key lacks {wanted}; it has {has}")
    }

    fn of_foreign_business(&self) -> String {
        let named = self.found.and_then(|found| found.parameter("businessId"));
        match (self.who.business, named) {
            (Some(own), Some(named)) if named != own.0.to_string() => format!(
                "the key belongs to business {own}, and the path names {named}: use the key of \
                 that business"
            ),
            _ if self.door == Door::Market => {
                "this business has no part in what the request names".to_owned()
            }
            _ => "the app, or the person who gave the token, has no part in what the request names"
                .to_owned(),
        }
    }

    fn of_missing(&self, noun: Noun, id: &str) -> String {
        if self.is_foreign {
            let whose = match (&self.who.app, self.who.business) {
                (Some(app), _) => format!("the app {}", app.slug),
                (None, Some(business)) => format!("the business {business}"),
                (None, None) => "the caller".to_owned(),
            };
            return format!("the {noun} `{id}` exists, but {whose} has no part in it");
        }
        match noun {
            Noun::Media => format!(
                "nobody has uploaded the file `{id}`: use the token that the upload answered, of \
                 the same app"
            ),
            Noun::Person => {
                format!("the caller knows nobody by `{id}`: ids of people differ from app to app")
            }
            Noun::Conversation
            | Noun::Message
            | Noun::App
            | Noun::Post
            | Noun::Business
            | Noun::Order
            | Noun::Return
            | Noun::Webhook
            | Noun::Delivery
            | Noun::Script
            | Noun::ApiKey
            | Noun::Grant
            | Noun::Button
            | Noun::Exchange
            | Noun::Snapshot
            | Noun::FaultRule => format!("there is no {noun} `{id}`"),
        }
    }
}

fn listed(words: impl Iterator<Item = String>) -> String {
    let words = words.collect::<Vec<_>>();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}
