//! Refusals in the reader's language, each with what to do.

use peyk_model::access::{ACCOUNT_NAME_MAX_CHARS, ACCOUNTS_MAX, PASSWORD_MIN_CHARS};
use peyk_model::limits::{
    BUTTON_ROWS_MAX, BUTTONS_PER_ROW_MAX, CAPTION_MAX_CHARS, KEY_NAME_MAX_CHARS, LIVE_KEYS_MAX,
    SNAPSHOTS_MAX, TEXT_MAX,
};
use peyk_model::{AccessRefusal, Contact, Noun, Refusal};

use super::texts::Texts;

/// Why looking after the server is refused, in words.
pub fn access_words(t: Texts, refusal: &AccessRefusal) -> String {
    let most = |key: &str, most: usize| t.count(key, i64::try_from(most).unwrap_or(i64::MAX));
    match refusal {
        AccessRefusal::NameMalformed => most("refusal-account-name", ACCOUNT_NAME_MAX_CHARS),
        AccessRefusal::NameTaken => t.say("refusal-account-taken"),
        AccessRefusal::PasswordLength => most("refusal-password-length", PASSWORD_MIN_CHARS),
        AccessRefusal::PasswordGuessable => t.say("refusal-password-guessable"),
        AccessRefusal::AccountUnknown => t.say("refusal-account-unknown"),
        AccessRefusal::TooManyAccounts => t.count("refusal-accounts", ACCOUNTS_MAX),
        AccessRefusal::LastAdmin => t.say("refusal-last-admin"),
        AccessRefusal::SignInWrong => t.say("refusal-sign-in"),
        AccessRefusal::PasswordWrong => t.say("refusal-password-wrong"),
        AccessRefusal::TooManyTries { seconds } => {
            t.count("refusal-tries", i64::try_from(*seconds).unwrap_or(i64::MAX))
        }
        AccessRefusal::SessionUnknown => t.say("refusal-session"),
        AccessRefusal::NotAllowed => t.say("trouble-not-allowed-text"),
    }
    .into_owned()
}

/// Why the server says no, in words.
pub fn words(t: Texts, refusal: &Refusal) -> String {
    let most = |key: &str, most: usize| t.count(key, i64::try_from(most).unwrap_or(i64::MAX));
    match refusal {
        Refusal::ApiKeyMissing
        | Refusal::ApiKeyInvalid
        | Refusal::ApiKeyRevoked
        | Refusal::ApiKeyExpired => t.say("refusal-key"),
        Refusal::TokenMissing
        | Refusal::TokenInvalid
        | Refusal::TokenOfAnotherApp
        | Refusal::UploadTokenInvalid => t.say("refusal-token"),
        Refusal::PermissionMissing(_)
        | Refusal::ScopeMissing(_)
        | Refusal::KeyScopeMissing(_)
        | Refusal::StageMismatch
        | Refusal::AccessDenied => t.with("refusal-access", "reason", refusal.to_string()),
        Refusal::NotFound { noun, id } => {
            let noun = t.say(noun_key(*noun));
            t.fill("refusal-not-found", &[("noun", noun.into()), ("id", id.as_str().into())])
        }
        Refusal::AlreadyExists { noun, id } => {
            let noun = t.say(noun_key(*noun));
            t.fill("refusal-exists", &[("noun", noun.into()), ("id", id.as_str().into())])
        }
        Refusal::TokenIsNoKey { business, token } => t.fill(
            "refusal-token-no-key",
            &[("business", business.to_string().into()), ("id", token.to_string().into())],
        ),
        Refusal::RecipientBlocked => t.say("refusal-blocked"),
        Refusal::SidesAreTheSame => t.say("refusal-same-sides"),
        Refusal::ArbitrationImpossible => t.say("refusal-no-dispute-possible"),
        Refusal::ArbitrationUnderWay => t.say("refusal-dispute-under-way"),
        Refusal::NoArbitration => t.say("refusal-no-dispute"),
        Refusal::ConversationFinished => t.say("refusal-chat-finished"),
        Refusal::TextEmpty => t.say("refusal-text-empty"),
        Refusal::TextTooLong { .. } => most("refusal-text-long", TEXT_MAX),
        Refusal::TextHasNul => t.say("refusal-text-nul"),
        Refusal::LocationOutOfRange => t.say("refusal-location"),
        Refusal::ContactMalformed => most("refusal-contact", Contact::MAX_CHARS),
        Refusal::TooManyButtonRows { .. } => most("refusal-button-rows", BUTTON_ROWS_MAX),
        Refusal::TooManyButtonsInRow { .. } => most("refusal-button-row", BUTTONS_PER_ROW_MAX),
        Refusal::CaptionEmpty => t.say("refusal-caption-empty"),
        Refusal::CaptionTooLong => most("refusal-caption-long", CAPTION_MAX_CHARS),
        Refusal::NotOneAction { .. } | Refusal::ButtonTooLarge => t.say("refusal-button"),
        Refusal::FileEmpty => t.say("refusal-file-empty"),
        Refusal::FileTooLarge { max_bytes, .. } => {
            most("refusal-file-large", max_bytes / (1024 * 1024))
        }
        Refusal::FileTypeNotAllowed { kind } => {
            t.with("refusal-file-type", "types", kind.extensions().join(", "))
        }
        Refusal::IdempotencyKeyMalformed
        | Refusal::IdempotencyConflict
        | Refusal::CursorInvalid => t.say("refusal-stale"),
        Refusal::TooManyKeys => most("refusal-keys", LIVE_KEYS_MAX),
        Refusal::WorldTooLarge => t.say("refusal-world-large"),
        Refusal::WorldFileMissing(name) => t.with("refusal-world-file", "name", name.clone()),
        Refusal::TooManySnapshots => most("refusal-snapshots", SNAPSHOTS_MAX),
        Refusal::TooManyFaults => most("refusal-faults", peyk_model::FaultRule::RULES_MAX),
        Refusal::KeyNameMalformed => most("refusal-key-name", KEY_NAME_MAX_CHARS),
        Refusal::PermissionNotOfApp(permission) => {
            t.with("refusal-permission", "permission", permission.word())
        }
        Refusal::PermissionUnknown(word) => {
            t.with("refusal-permission", "permission", word.as_str())
        }
    }
    .into_owned()
}

fn noun_key(noun: Noun) -> &'static str {
    match noun {
        Noun::Conversation => "noun-conversation",
        Noun::Message => "noun-message",
        Noun::Person => "noun-person",
        Noun::App => "noun-app",
        Noun::Post => "noun-post",
        Noun::Business => "noun-business",
        Noun::Order => "noun-order",
        Noun::Return => "noun-return",
        Noun::Media => "noun-media",
        Noun::Webhook => "noun-webhook",
        Noun::Delivery => "noun-delivery",
        Noun::Script => "noun-script",
        Noun::FaultRule => "noun-fault",
        Noun::ApiKey => "noun-key",
        Noun::Grant => "noun-grant",
        Noun::Button => "noun-button",
        Noun::Exchange => "noun-exchange",
        Noun::Snapshot => "noun-snapshot",
    }
}
