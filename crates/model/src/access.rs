//! Access: who may look after a server, what each of them may do, and what is remembered of it.

use std::time::Duration;

use crate::{AccountId, SessionId, Timestamp};

/// Longest name of an account, in characters.
pub const ACCOUNT_NAME_MAX_CHARS: usize = 32;
/// Most accounts of one server.
pub const ACCOUNTS_MAX: i64 = 1000;
/// Most sessions of one account; one more ends the oldest.
pub const SESSIONS_MAX: i64 = 20;
/// Shortest password, in characters: length is what makes one hard to guess.
pub const PASSWORD_MIN_CHARS: usize = 12;
/// Longest password, in bytes: whoever sends more only wants to keep us busy.
pub const PASSWORD_MAX_BYTES: usize = 1024;
/// How long a session lasts that nobody uses.
pub const SESSION_IDLE: Duration = Duration::from_secs(8 * 3600);
/// How long a session lasts however much it is used.
pub const SESSION_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How exactly it is remembered when a session was used last.
pub const SESSION_SEEN_EVERY: Duration = Duration::from_secs(60);
/// How long the audit log remembers an act.
pub const ACTS_KEPT: Duration = Duration::from_secs(365 * 24 * 3600);
/// Longest name of what was acted on, in characters.
pub const ACT_TARGET_MAX_CHARS: usize = 200;
/// Longest description of a browser that is kept, in characters.
pub const AGENT_MAX_CHARS: usize = 200;

crate::permission::words! {
    /// What an account is for.
    Role {
        /// Does everything, and decides who else does what.
        Admin = "admin",
        /// Keeps things going: deliveries, webhooks, conversations.
        Operator = "operator",
        /// Looks, and changes nothing.
        ReadOnly = "read-only",
    }
}

/// A kind of thing that one may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// See everything that the console shows.
    Look,
    /// Speak and act as a person, an app or a business.
    Play,
    /// Look after webhooks, deliveries, grants and disputes.
    Operate,
    /// Move the clock, switch scripts and whatever else only sandboxes do.
    Sandbox,
    /// Make, change and take back keys and secrets.
    Keys,
    /// Decide who may do what.
    Accounts,
}

impl Role {
    /// Whether somebody in this role may do such things.
    pub const fn may(self, right: Right) -> bool {
        match (self, right) {
            (Self::Admin, Right::Look | Right::Play | Right::Operate) => true,
            (Self::Admin, Right::Sandbox | Right::Keys | Right::Accounts) => true,
            (Self::Operator, Right::Look | Right::Play | Right::Operate | Right::Sandbox) => true,
            (Self::Operator, Right::Keys | Right::Accounts) => false,
            (Self::ReadOnly, Right::Look) => true,
            (Self::ReadOnly, Right::Play | Right::Operate | Right::Sandbox) => false,
            (Self::ReadOnly, Right::Keys | Right::Accounts) => false,
        }
    }
}

crate::permission::words! {
    /// Something that changes a server, or shows what only some may see.
    Act {
        /// Somebody came in.
        SignIn = "sign_in",
        /// Somebody left.
        SignOut = "sign_out",
        /// An account was made.
        AddAccount = "add_account",
        /// An account was removed.
        RemoveAccount = "remove_account",
        /// An account got another role.
        ChangeRole = "change_role",
        /// An account got another password.
        ChangePassword = "change_password",
        /// A session was ended.
        EndSession = "end_session",
        /// A key was made.
        CreateKey = "create_key",
        /// A key was renamed or restricted, or its end was moved.
        ChangeKey = "change_key",
        /// A key was replaced.
        RotateKey = "rotate_key",
        /// A key was taken back.
        RevokeKey = "revoke_key",
        /// What a person allowed an app was taken back.
        RevokeGrant = "revoke_grant",
        /// The tokens of a grant stopped working.
        ExpireTokens = "expire_tokens",
        /// The tokens of a grant were replaced.
        RotateTokens = "rotate_tokens",
        /// Somebody looked up whose token it is.
        InspectToken = "inspect_token",
        /// An app was allowed something in a person's name.
        Approve = "approve",
        /// A word was made by which a person is signed in.
        SignInPerson = "sign_in_person",
        /// A conversation was opened.
        OpenConversation = "open_conversation",
        /// A message was written.
        Write = "write",
        /// A file was sent.
        SendFile = "send_file",
        /// A button was pressed.
        Press = "press",
        /// A bot was started.
        StartBot = "start_bot",
        /// A person was blocked.
        Block = "block",
        /// A person was unblocked.
        Unblock = "unblock",
        /// A dispute was started.
        StartArbitration = "start_arbitration",
        /// A dispute was finished.
        FinishArbitration = "finish_arbitration",
        /// A conversation was finished.
        FinishConversation = "finish_conversation",
        /// A post was changed.
        ChangePost = "change_post",
        /// An app's addresses were changed.
        ChangeAppUrls = "change_app_urls",
        /// A webhook's address was changed.
        ChangeWebhookUrl = "change_webhook_url",
        /// A webhook was switched on.
        SwitchWebhookOn = "switch_webhook_on",
        /// A webhook was switched off.
        SwitchWebhookOff = "switch_webhook_off",
        /// A webhook was held back.
        PauseWebhook = "pause_webhook",
        /// A webhook was let go on.
        ResumeWebhook = "resume_webhook",
        /// A receiver was asked whether it answers.
        PingWebhook = "ping_webhook",
        /// A webhook's signing secret was replaced.
        RotateSigningSecret = "rotate_signing_secret",
        /// Deliveries were repeated.
        Replay = "replay",
        /// A delivery was cancelled.
        CancelDelivery = "cancel_delivery",
        /// The clock was moved.
        MoveClock = "move_clock",
        /// A script was switched.
        SwitchScript = "switch_script",
        /// The sandbox was made to fail, or to stop failing.
        ChangeFaults = "change_faults",
        /// What went over the wire was forgotten.
        ClearExchanges = "clear_exchanges",
        /// A scenario was begun, or a step of it done.
        Rehearse = "rehearse",
        /// A World was loaded.
        LoadWorld = "load_world",
        /// A snapshot was taken.
        TakeSnapshot = "take_snapshot",
        /// A snapshot was brought back.
        RestoreSnapshot = "restore_snapshot",
        /// A snapshot was forgotten.
        DeleteSnapshot = "delete_snapshot",
        /// Everything was forgotten.
        Reset = "reset",
        /// What has no name of its own.
        Other = "other",
    }
}

impl Act {
    /// What one must be allowed for it.
    pub const fn right(self) -> Right {
        match self {
            Self::SignIn | Self::SignOut => Right::Look,
            Self::AddAccount | Self::RemoveAccount | Self::ChangeRole => Right::Accounts,
            // Everybody may do these to themselves; whoever does them to others needs more.
            Self::ChangePassword | Self::EndSession => Right::Look,
            Self::CreateKey | Self::ChangeKey | Self::RotateKey | Self::RevokeKey => Right::Keys,
            Self::RotateSigningSecret | Self::RotateTokens => Right::Keys,
            Self::Approve | Self::SignInPerson => Right::Keys,
            Self::RevokeGrant | Self::ExpireTokens | Self::InspectToken => Right::Operate,
            Self::OpenConversation | Self::Write | Self::SendFile => Right::Play,
            Self::Press | Self::StartBot | Self::Block | Self::Unblock => Right::Play,
            Self::StartArbitration | Self::FinishArbitration => Right::Operate,
            Self::FinishConversation | Self::ChangePost => Right::Operate,
            Self::ChangeAppUrls | Self::ChangeWebhookUrl => Right::Operate,
            Self::SwitchWebhookOn | Self::SwitchWebhookOff => Right::Operate,
            Self::PauseWebhook | Self::ResumeWebhook | Self::PingWebhook => Right::Operate,
            Self::Replay | Self::CancelDelivery | Self::ClearExchanges => Right::Operate,
            Self::MoveClock | Self::SwitchScript | Self::ChangeFaults => Right::Sandbox,
            Self::LoadWorld | Self::TakeSnapshot | Self::RestoreSnapshot => Right::Sandbox,
            Self::DeleteSnapshot | Self::Reset | Self::Rehearse => Right::Sandbox,
            // What nobody has named is left to those who may do everything.
            Self::Other => Right::Accounts,
        }
    }
}

crate::permission::words! {
    /// How an act ended.
    ActOutcome {
        /// It was begun, and nobody knows how it ended.
        Begun = "begun",
        /// It was done.
        Done = "done",
        /// It was not allowed, or asked for wrongly.
        Refused = "refused",
        /// The server failed.
        Failed = "failed",
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doer {
    /// Somebody who was signed in; the name outlives the account.
    Account(AccountId, String),
    /// A program with the admin token.
    AdminToken,
    /// Whoever sits at the machine of a sandbox.
    Sandbox,
    /// A command on the server's machine.
    Command,
    /// Somebody who is not signed in, under the name they gave.
    Stranger(String),
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActRecord {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub doer: Doer,
    /// From which address, if it came over the network.
    pub address: Option<String>,
    /// What.
    pub act: Act,
    /// To what, as the path of a request names it.
    pub target: String,
    /// How it ended.
    pub outcome: ActOutcome,
}

/// Somebody who looks after a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The id inside the server.
    pub id: AccountId,
    /// What they sign in with.
    pub name: AccountName,
    /// What they may do.
    pub role: Role,
    /// Since when there is this account.
    pub created_at: Timestamp,
    /// Since when it has its password.
    pub password_at: Timestamp,
    /// When it was last signed in to.
    pub signed_in_at: Option<Timestamp>,
}

/// A name to sign in with: small Latin letters, digits and `._-`, so that no two look alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountName(String);

impl AccountName {
    /// The name, in small letters.
    pub fn parse(text: &str) -> Result<Self, AccessRefusal> {
        let name = text.trim().to_ascii_lowercase();
        let fits = (1..=ACCOUNT_NAME_MAX_CHARS).contains(&name.len());
        let is_plain = name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-@".contains(&byte)
        });
        if fits && is_plain { Ok(Self(name)) } else { Err(AccessRefusal::NameMalformed) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for AccountName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password that may be chosen. It never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The password for this account, if it is one.
    pub fn parse(name: &AccountName, text: &str) -> Result<Self, AccessRefusal> {
        let length = text.chars().count();
        let first = text.chars().next();
        if length < PASSWORD_MIN_CHARS || text.len() > PASSWORD_MAX_BYTES {
            return Err(AccessRefusal::PasswordLength);
        }
        if text.eq_ignore_ascii_case(name.as_str()) || text.chars().all(|c| Some(c) == first) {
            return Err(AccessRefusal::PasswordGuessable);
        }
        Ok(Self(text.to_owned()))
    }

    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(masked)")
    }
}

/// Somebody's stay in the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The number by which it is listed and ended.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// From where it began.
    pub address: String,
    /// With which browser.
    pub agent: String,
}

impl Session {
    /// Whether it still counts.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.seen_at.after(SESSION_IDLE) && now < self.created_at.after(SESSION_LIFE)
    }

    /// Whether it should be remembered that it was used.
    pub fn is_seen_anew(&self, now: Timestamp) -> bool {
        now >= self.seen_at.after(SESSION_SEEN_EVERY)
    }
}

/// A way in which looking after a server is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessRefusal {
    /// A name cannot be one.
    #[error(
        "a name has 1 to {ACCOUNT_NAME_MAX_CHARS} small latin letters, digits or one of . _ - @"
    )]
    NameMalformed,
    /// A name is somebody else's.
    #[error("there is an account with this name already")]
    NameTaken,
    /// A password is too short or far too long.
    #[error("a password needs at least {PASSWORD_MIN_CHARS} characters; a sentence is a good one")]
    PasswordLength,
    /// A password says nothing.
    #[error("this password is too easy to guess; choose another one")]
    PasswordGuessable,
    /// There is no such account.
    #[error("there is no account with this name")]
    AccountUnknown,
    /// One more account would be too many.
    #[error("there can be at most {ACCOUNTS_MAX} accounts")]
    TooManyAccounts,
    /// Nobody would be left who can let others in.
    #[error("this is the last admin: make another one first")]
    LastAdmin,
    /// Name or password is wrong; which one is not told.
    #[error("name or password is wrong")]
    SignInWrong,
    /// The password before is not that.
    #[error("the current password is wrong")]
    PasswordWrong,
    /// Too many tries failed.
    #[error("too many tries failed; try again in {seconds} seconds")]
    TooManyTries {
        /// How long to wait.
        seconds: u64,
    },
    /// There is no such session.
    #[error("there is no such session; it may have ended")]
    SessionUnknown,
    /// The role does not go so far.
    #[error("your role does not allow this")]
    NotAllowed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_role_below_may_and_more() {
        use Right::{Accounts, Keys, Look, Operate, Play, Sandbox};
        let may = |role: Role| {
            [Look, Play, Operate, Sandbox, Keys, Accounts].map(|right| role.may(right))
        };
        assert_eq!(may(Role::ReadOnly), [true, false, false, false, false, false]);
        assert_eq!(may(Role::Operator), [true, true, true, true, false, false]);
        assert_eq!(may(Role::Admin), [true; 6]);
    }

    #[test]
    fn names_are_plain_and_do_not_differ_by_case() {
        assert_eq!(AccountName::parse(" Sara.K ").unwrap().as_str(), "sara.k");
        for wrong in ["", " ", "سارا", "a b", "a/b", &"a".repeat(33)] {
            assert_eq!(AccountName::parse(wrong), Err(AccessRefusal::NameMalformed), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_long_and_not_the_name() {
        let name = AccountName::parse("administrator").unwrap();
        let refused = |text: &str| Password::parse(&name, text).unwrap_err();
        assert_eq!(refused("short"), AccessRefusal::PasswordLength);
        assert_eq!(refused(&"ab".repeat(600)), AccessRefusal::PasswordLength);
        assert_eq!(refused("Administrator"), AccessRefusal::PasswordGuessable);
        assert_eq!(refused("aaaaaaaaaaaa"), AccessRefusal::PasswordGuessable);
        let good = Password::parse(&name, "اسب آبی در باران").unwrap();
        assert_eq!(format!("{good:?}"), "Password(masked)");
    }

    #[test]
    fn a_session_ends_when_nobody_uses_it_and_after_a_week_anyway() {
        let start = Timestamp(0);
        let mut session = Session {
            id: SessionId(1),
            account: AccountId(1),
            created_at: start,
            seen_at: start,
            address: String::new(),
            agent: String::new(),
        };
        assert!(session.is_live(start.after(SESSION_IDLE - Duration::from_secs(1))));
        assert!(!session.is_live(start.after(SESSION_IDLE)));
        session.seen_at = start.after(SESSION_LIFE - Duration::from_secs(1));
        assert!(session.is_live(session.seen_at));
        assert!(!session.is_live(start.after(SESSION_LIFE)));
    }
}
