//! Refusals: every way the server says no while working as it should.

use crate::limits::{
    BUTTON_ROWS_MAX, BUTTONS_PER_ROW_MAX, CAPTION_MAX_CHARS, IDEMPOTENCY_KEY_MAX_BYTES,
    KEY_NAME_MAX_CHARS, LIVE_KEYS_MAX, SNAPSHOTS_MAX, TEXT_MAX, WORLD_MESSAGES_MAX,
};
use crate::{KeyScope, MediaKind, Permission, Scope};

/// What can be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Noun {
    /// A conversation.
    Conversation,
    /// A message.
    Message,
    /// A person or an app-specific user id.
    Person,
    /// An app.
    App,
    /// A post.
    Post,
    /// A business.
    Business,
    /// An order.
    Order,
    /// A return.
    Return,
    /// A file.
    Media,
    /// A webhook.
    Webhook,
    /// A delivery.
    Delivery,
    /// What a person does on their own.
    Script,
    /// A rule of what goes wrong.
    FaultRule,
    /// A key of a program.
    ApiKey,
    /// What a person allowed an app.
    Grant,
    /// A button.
    Button,
    /// A request and its answer.
    Exchange,
    /// Everything, as it was kept under a name.
    Snapshot,
}

impl std::fmt::Display for Noun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Conversation => "conversation",
            Self::Message => "message",
            Self::Person => "user",
            Self::App => "app",
            Self::Post => "post",
            Self::Business => "business",
            Self::Order => "order",
            Self::Return => "return",
            Self::Media => "media",
            Self::Webhook => "webhook",
            Self::Delivery => "delivery",
            Self::Script => "script",
            Self::FaultRule => "fault",
            Self::ApiKey => "api key",
            Self::Grant => "grant",
            Self::Button => "button",
            Self::Exchange => "exchange",
            Self::Snapshot => "snapshot",
        })
    }
}

/// A way to say no. The list is closed: each dialect has its own words for every one of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No API key came with the request.
    #[error("api key is missing")]
    ApiKeyMissing,
    /// The API key is nobody's.
    #[error("invalid api key")]
    ApiKeyInvalid,
    /// The API key was taken back.
    #[error("api key is revoked")]
    ApiKeyRevoked,
    /// The API key's time is over.
    #[error("api key has expired")]
    ApiKeyExpired,
    /// The operation needs a person's token and none came.
    #[error("access token is missing")]
    TokenMissing,
    /// The token is nobody's, or its time is over.
    #[error("access token is invalid or expired")]
    TokenInvalid,
    /// The token was given to another app.
    #[error("access token belongs to another app")]
    TokenOfAnotherApp,
    /// The upload token is not one of ours, or its time is over.
    #[error("upload token is invalid or expired")]
    UploadTokenInvalid,
    /// The key lacks a permission.
    #[error("permission denied: {}", .0.word())]
    PermissionMissing(Permission),
    /// The person granted none of these.
    #[error("permission denied: {}", alternatives(.0))]
    ScopeMissing(Vec<Scope>),
    /// The key has none of these.
    #[error("key has none of the scopes {}", key_scopes(.0))]
    KeyScopeMissing(&'static [KeyScope]),
    /// A development app acted on something live.
    #[error("permission denied: a development app acts on development posts only")]
    StageMismatch,
    /// The caller has no part in what it named.
    #[error("access denied")]
    AccessDenied,
    /// There is no such thing, or the caller may not know of it.
    #[error("{noun} not found")]
    NotFound {
        /// What is missing.
        noun: Noun,
        /// The id that was asked for.
        id: String,
    },
    /// Something in this World is already so called.
    #[error("{noun} {id} exists already")]
    AlreadyExists {
        /// What exists.
        noun: Noun,
        /// Its id.
        id: String,
    },
    /// What was named as a key is the OAuth token of a business.
    #[error("{token} is an OAuth token of business {business}, not a key")]
    TokenIsNoKey {
        /// Whose it is.
        business: crate::BusinessId,
        /// Its id.
        token: crate::ApiKeyId,
    },
    /// The other side blocked the sender.
    #[error("message delivery failed due to recipient's restriction")]
    RecipientBlocked,
    /// One cannot open a conversation with oneself.
    #[error("a conversation needs two different sides")]
    SidesAreTheSame,
    /// A dispute about nothing bought.
    #[error("only conversations about orders and returns can be disputed")]
    ArbitrationImpossible,
    /// A second dispute in one conversation.
    #[error("a dispute is under way in this conversation")]
    ArbitrationUnderWay,
    /// The end of a dispute that never began.
    #[error("there is no dispute under way in this conversation")]
    NoArbitration,
    /// A message in a conversation that is over.
    #[error("the conversation is closed")]
    ConversationFinished,
    /// The text says nothing.
    #[error("text must not be empty")]
    TextEmpty,
    /// The text is too long.
    #[error("text must not be longer than {TEXT_MAX} characters")]
    TextTooLong {
        /// How long it is, in the dialect's unit.
        length: usize,
    },
    /// The text has a character that cannot be stored.
    #[error("text must not contain the NUL character")]
    TextHasNul,
    /// A place is not on earth.
    #[error("latitude must be from -90 to 90 and longitude from -180 to 180")]
    LocationOutOfRange,
    /// A contact has no phone, or is too long.
    #[error("a contact needs a phone of at most {} characters", crate::Contact::MAX_CHARS)]
    ContactMalformed,
    /// A button grid has too many rows.
    #[error("buttons must have at most {BUTTON_ROWS_MAX} rows, found {rows}")]
    TooManyButtonRows {
        /// How many it has.
        rows: usize,
    },
    /// A row has too many buttons.
    #[error("a row must have at most {BUTTONS_PER_ROW_MAX} buttons, found {buttons}")]
    TooManyButtonsInRow {
        /// How many it has.
        buttons: usize,
    },
    /// A button says nothing.
    #[error("a button needs a caption")]
    CaptionEmpty,
    /// A button says too much.
    #[error("a caption must not be longer than {CAPTION_MAX_CHARS} characters")]
    CaptionTooLong,
    /// A button does nothing, or more than one thing.
    #[error("a button needs exactly one action, found {actions}")]
    NotOneAction {
        /// How many it has.
        actions: usize,
    },
    /// A button's link, data or picture name is too large.
    #[error("a button's action must not be larger than 8 KiB")]
    ButtonTooLarge,
    /// A file is empty.
    #[error("the file is empty")]
    FileEmpty,
    /// A file is larger than its kind allows.
    #[error("the file must not be larger than {max_bytes} bytes")]
    FileTooLarge {
        /// The bound.
        max_bytes: usize,
        /// What came, as far as it was read.
        size_bytes: usize,
    },
    /// A file is not what its kind allows, by its name or by its content.
    #[error("the type of the {} must be one of: {}", .kind.word(), .kind.extensions().join(", "))]
    FileTypeNotAllowed {
        /// What it should have been.
        kind: MediaKind,
    },
    /// An idempotency key is too long, or cannot be stored.
    #[error("idempotency key must be 1 to {IDEMPOTENCY_KEY_MAX_BYTES} visible ASCII characters")]
    IdempotencyKeyMalformed,
    /// An idempotency key came again with another request.
    #[error("idempotency key was used with another request")]
    IdempotencyConflict,
    /// One more key would be too many.
    #[error("at most {LIVE_KEYS_MAX} keys can work at the same time")]
    TooManyKeys,
    /// There are as many rules of what goes wrong as there may be.
    #[error("at most {} faults at a time; delete one first", crate::FaultRule::RULES_MAX)]
    TooManyFaults,
    /// A key's name is empty or too long.
    #[error("a key needs a name of at most {KEY_NAME_MAX_CHARS} characters")]
    KeyNameMalformed,
    /// A key was to be allowed what its app is not.
    #[error("the app itself does not have permission {}", .0.word())]
    PermissionNotOfApp(Permission),
    /// A key was to be allowed what keys of its kind never are.
    #[error("there is no permission {0} for this key")]
    PermissionUnknown(String),
    /// One more snapshot would be too many.
    #[error("at most {SNAPSHOTS_MAX} snapshots are kept: delete one")]
    TooManySnapshots,
    /// There is more than a World file is good for.
    #[error(
        "a World file takes at most {WORLD_MESSAGES_MAX} messages: make a snapshot or a backup"
    )]
    WorldTooLarge,
    /// A World speaks of a file that is nowhere.
    #[error(
        "the World needs the file {0}, whose bytes are neither in it nor in this server's media"
    )]
    WorldFileMissing(String),
    /// A page token is not one of ours, or belongs to another question.
    #[error("page token is invalid")]
    CursorInvalid,
}

impl Refusal {
    /// There is no such thing.
    pub fn not_found(noun: Noun, id: impl std::fmt::Display) -> Self {
        Self::NotFound { noun, id: id.to_string() }
    }
}

fn alternatives(scopes: &[Scope]) -> String {
    scopes.iter().map(Scope::to_string).collect::<Vec<_>>().join(" or ")
}

fn key_scopes(scopes: &[KeyScope]) -> String {
    scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(", ")
}
