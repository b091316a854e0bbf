//! Access: accounts of those who look after a server, their sessions, and the log of their acts.
//!
//! Refusals here are a list of their own: no client of a marketplace ever meets them.

mod gate;

use peyk_model::access::{
    ACCOUNTS_MAX, ACTS_KEPT, ActOutcome, ActRecord, SESSION_IDLE, SESSION_LIFE, SESSIONS_MAX,
};
use peyk_model::{AccessRefusal, Account, AccountId, AccountName, Right, Role, Session, SessionId};
use peyk_store::{ActFilter, NewAccount, NewAct, NewSession};

use crate::Context;
use crate::error::Result;
use crate::keyring::hash_secret;
use crate::read_conversation::{Page, Paging, cursor, read_cursor};

pub use gate::{Attempt, Gate, SignedIn};

/// Most acts that are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: i64 = 1000;
/// Most sessions that are listed.
const SESSIONS_LISTED: i64 = 500;

/// What a verb of this kind returns.
pub type Answer<T> = Result<std::result::Result<T, AccessRefusal>>;

/// Adds an account; the password comes as its hash, since hashing takes too long for a verb.
pub fn add_account(
    context: &mut Context<'_, '_>,
    name: &AccountName,
    role: Role,
    password_hash: &str,
) -> Answer<Account> {
    if context.tx.account_by_name(name)?.is_some() {
        return Ok(Err(AccessRefusal::NameTaken));
    }
    if context.tx.count_accounts()? >= ACCOUNTS_MAX {
        return Ok(Err(AccessRefusal::TooManyAccounts));
    }
    let id = context.tx.insert_account(&NewAccount { name, role, password_hash }, context.now)?;
    found(context, id)
}

fn found(context: &mut Context<'_, '_>, id: AccountId) -> Answer<Account> {
    Ok(context.tx.account(id)?.ok_or(AccessRefusal::AccountUnknown))
}

/// The account with this name.
pub fn account_named(context: &mut Context<'_, '_>, name: &str) -> Answer<Account> {
    let Ok(name) = AccountName::parse(name) else { return Ok(Err(AccessRefusal::AccountUnknown)) };
    Ok(context.tx.account_by_name(&name)?.ok_or(AccessRefusal::AccountUnknown))
}

/// Every account, by name.
pub fn accounts(context: &mut Context<'_, '_>) -> Result<Vec<Account>> {
    Ok(context.tx.accounts(ACCOUNTS_MAX)?)
}

/// Whether anybody can sign in.
pub fn has_accounts(context: &mut Context<'_, '_>) -> Result<bool> {
    Ok(context.tx.count_accounts()? > 0)
}

/// Gives an account another role, which counts from its next request on.
pub fn change_role(context: &mut Context<'_, '_>, id: AccountId, role: Role) -> Answer<Account> {
    if role != Role::Admin && is_last_admin(context, id)? {
        return Ok(Err(AccessRefusal::LastAdmin));
    }
    context.tx.update_role(id, role)?;
    found(context, id)
}

/// Gives an account another password, and ends all its sessions, except perhaps that of the one who
/// changes it and has just shown the password before.
pub fn change_password(
    context: &mut Context<'_, '_>,
    id: AccountId,
    password_hash: &str,
    except: Option<SessionId>,
) -> Answer<Account> {
    context.tx.update_password(id, password_hash, context.now)?;
    context.tx.delete_sessions_of(id, except)?;
    found(context, id)
}

/// Removes an account and ends its sessions; the log keeps its name.
pub fn remove_account(context: &mut Context<'_, '_>, id: AccountId) -> Answer<()> {
    if is_last_admin(context, id)? {
        return Ok(Err(AccessRefusal::LastAdmin));
    }
    if context.tx.account(id)?.is_none() {
        return Ok(Err(AccessRefusal::AccountUnknown));
    }
    context.tx.delete_sessions_of(id, None)?;
    context.tx.delete_account(id)?;
    Ok(Ok(()))
}

/// Without an admin nobody could let anybody in, except from the server's machine.
fn is_last_admin(context: &mut Context<'_, '_>, id: AccountId) -> Result<bool> {
    Ok(context.tx.accounts_in_role(Role::Admin, 2)? == [id])
}

/// Begins a session; the word that opens it is known to nobody else afterwards.
pub fn begin_session(
    context: &mut Context<'_, '_>,
    account: AccountId,
    address: &str,
    agent: &str,
) -> Result<String> {
    let sessions = context.tx.sessions_of(account, SESSIONS_MAX)?;
    if sessions.len() as i64 >= SESSIONS_MAX
        && let Some(oldest) = sessions.last()
    {
        context.tx.delete_session(oldest.id)?;
    }
    let word = context.dice.word();
    let new = NewSession { account, word_hash: &hash_secret(&word), address, agent };
    context.tx.insert_session(&new, context.now)?;
    Ok(word)
}

/// The session that a word opens, and whose, as long as it counts.
pub fn session(context: &mut Context<'_, '_>, word: &str) -> Result<Option<(Session, Account)>> {
    let found = context.tx.session_by_word(&hash_secret(word))?;
    Ok(found.filter(|(session, _)| session.is_live(context.now)))
}

/// Notes that a session is in use, so that it does not end for idleness.
pub fn note_seen(context: &mut Context<'_, '_>, id: SessionId) -> Result<()> {
    Ok(context.tx.note_session_seen(id, context.now)?)
}

/// The sessions that count, the newest first: everybody's for who decides about accounts, and
/// otherwise one's own.
pub fn sessions(
    context: &mut Context<'_, '_>,
    of: Option<AccountId>,
) -> Result<Vec<(Session, Account)>> {
    let mut found = context.tx.sessions(SESSIONS_LISTED)?;
    found.retain(|(session, account)| {
        session.is_live(context.now) && of.is_none_or(|id| account.id == id)
    });
    Ok(found)
}

/// Ends a session: anybody one's own, and only who decides about accounts another's.
pub fn end_session(
    context: &mut Context<'_, '_>,
    by: Option<&Account>,
    id: SessionId,
) -> Answer<()> {
    let Some(session) = context.tx.session(id)? else {
        return Ok(Err(AccessRefusal::SessionUnknown));
    };
    let may = by.is_none_or(|by| by.id == session.account || by.role.may(Right::Accounts));
    if !may {
        return Ok(Err(AccessRefusal::NotAllowed));
    }
    context.tx.delete_session(id)?;
    Ok(Ok(()))
}

/// Remembers an act before it is done, so that none is without a trace.
pub fn begin_act(context: &mut Context<'_, '_>, act: &NewAct) -> Result<i64> {
    Ok(context.tx.insert_act(act, context.now)?)
}

/// Notes how an act ended, and what it was about if only that told.
pub fn settle_act(
    context: &mut Context<'_, '_>,
    id: i64,
    outcome: ActOutcome,
    target: Option<&str>,
) -> Result<()> {
    Ok(context.tx.settle_act(id, outcome, target)?)
}

/// Acts, the newest first.
pub fn acts(
    context: &mut Context<'_, '_>,
    filter: &ActFilter,
    paging: &Paging,
) -> Result<Page<ActRecord>> {
    let question = format!("acts with {filter:?}");
    let before = match &paging.cursor {
        Some(word) => Some(read_cursor::<1>(context.keyring, &question, word)?[0]),
        None => None,
    };
    let found = context.tx.acts_before(filter, before, paging.limit + 1)?;
    Ok(Page::cut(found, paging.limit, |last| cursor(context.keyring, &question, [last.id])))
}

/// Forgets sessions that ended, and acts that are too old; true when none of these is left.
pub fn forget_access(context: &mut Context<'_, '_>) -> Result<bool> {
    let now = context.now;
    context.tx.forget_sessions(now.before(SESSION_IDLE), now.before(SESSION_LIFE))?;
    let forgotten = context.tx.forget_acts_before(now.before(ACTS_KEPT), FORGOTTEN_AT_ONCE)?;
    Ok(forgotten < FORGOTTEN_AT_ONCE as u64)
}
