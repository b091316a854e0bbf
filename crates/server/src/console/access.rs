//! Access: accounts, roles, sessions, and the log of what everybody did.

mod log;

use std::net::SocketAddr;

use askama::Template;
use axum::extract::{ConnectInfo, Path, State};
use axum::response::Response;
use peyk_engine::Context;
use peyk_engine::access::{self, Answer};
use peyk_model::access::{PASSWORD_MIN_CHARS, Password};
use peyk_model::{AccessRefusal, Account, AccountName, Right, Role, Session as Stay, SessionId};
use serde::Deserialize;

use super::form::{Filled, Pressed};
use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::moment::{Form, Moment};
use super::notice::{Notice, Tone};
use super::refusal;
use super::visit::Visit;
use crate::Site;
use crate::audit::Target;

pub use log::show as log;

#[derive(Template)]
#[template(path = "console/access.html")]
struct Page {
    frame: Frame,
    accounts: Vec<AccountRow>,
    sessions: Vec<SessionRow>,
    roles: Vec<(&'static str, String)>,
    /// Whether the reader decides about accounts.
    may_manage: bool,
    password_min: usize,
}

struct AccountRow {
    name: String,
    role: &'static str,
    role_name: String,
    created: Moment,
    signed_in: Option<Moment>,
    is_me: bool,
}

struct SessionRow {
    id: i64,
    name: String,
    began: Moment,
    seen: Moment,
    address: String,
    agent: String,
    is_this: bool,
}

/// `GET /console/access`.
pub async fn show(State(site): State<Site>, visit: Visit) -> Result<Response, Trouble> {
    let may_manage = visit.who.may(Right::Accounts);
    let own = visit.who.account().map(|account| account.id).filter(|_| !may_manage);
    let verb = move |context: &mut Context<'_, '_>| {
        Ok((access::accounts(context)?, access::sessions(context, own)?))
    };
    let (accounts, sessions): (Vec<Account>, Vec<(Stay, Account)>) = site.engine.read(verb).await?;
    let t = visit.texts;
    let role_name = |role: Role| t.of("role", role.word()).into_owned();
    let me = visit.who.account().map(|account| account.id);
    let moment = |time| visit.moment(time, Form::Full);
    let accounts = accounts.iter().map(|account| AccountRow {
        name: account.name.to_string(),
        role: account.role.word(),
        role_name: role_name(account.role),
        created: moment(account.created_at),
        signed_in: account.signed_in_at.map(moment),
        is_me: me == Some(account.id),
    });
    let accounts = accounts.filter(|row| may_manage || row.is_me).collect();
    let sessions = sessions.iter().map(|(session, account)| SessionRow {
        id: session.id.0,
        name: account.name.to_string(),
        began: moment(session.created_at),
        seen: moment(session.seen_at),
        address: session.address.clone(),
        agent: session.agent.clone(),
        is_this: visit.who.session() == Some(session.id),
    });
    let sessions = sessions.collect();
    let roles = Role::ALL.iter().map(|role| (role.word(), role_name(*role))).collect();
    let frame = Frame::new(&visit, Section::Access, t.say("nav-access"));
    page(&Page { frame, accounts, sessions, roles, may_manage, password_min: PASSWORD_MIN_CHARS })
}

/// What became of a form, told on the page of accounts.
fn told<T>(
    site: &Site,
    visit: &Visit,
    done: Result<T, AccessRefusal>,
    key: &str,
    name: &str,
) -> Response {
    let home = Section::Access.path();
    match done {
        Ok(_) => {
            let words = visit.texts.with(key, "name", name.to_owned());
            visit.go_with(site, &home, Notice::new(Tone::Done, words))
        }
        Err(refused) => {
            let words = refusal::access_words(visit.texts, &refused);
            visit.go_with(site, &home, Notice::new(Tone::Refused, words))
        }
    }
}

/// An account to be made.
#[derive(Deserialize)]
pub struct NewAccount {
    name: String,
    role: String,
    password: String,
}

/// `POST /console/access/accounts`.
pub async fn add(
    State(site): State<Site>,
    visit: Visit,
    Filled(new): Filled<NewAccount>,
) -> Result<Response, Trouble> {
    let role = Role::parse(&new.role).ok_or(Trouble::Malformed)?;
    let added = match AccountName::parse(&new.name) {
        Ok(name) => match hashed(&site, &name, new.password).await? {
            Ok(hash) => {
                let verb = move |context: &mut Context<'_, '_>| {
                    access::add_account(context, &name, role, &hash)
                };
                site.engine.write(verb).await?
            }
            Err(refused) => Err(refused),
        },
        Err(refused) => Err(refused),
    };
    let mut response = told(&site, &visit, added, "account-added", &new.name);
    response.extensions_mut().insert(Target(format!("account {}", new.name.trim())));
    Ok(response)
}

async fn hashed(site: &Site, name: &AccountName, text: String) -> Answer<String> {
    match Password::parse(name, &text) {
        Ok(_) => site.gate.hash(&site.engine, text).await,
        Err(refused) => Ok(Err(refused)),
    }
}

async fn account(site: &Site, name: &str) -> Answer<Account> {
    let name = name.to_owned();
    site.engine.read(move |context| access::account_named(context, &name)).await
}

/// Another role.
#[derive(Deserialize)]
pub struct NewRole {
    role: String,
}

/// `POST /console/access/accounts/{account}/role`.
pub async fn change_role(
    State(site): State<Site>,
    visit: Visit,
    Path(name): Path<String>,
    Filled(new): Filled<NewRole>,
) -> Result<Response, Trouble> {
    let role = Role::parse(&new.role).ok_or(Trouble::Malformed)?;
    let changed = match account(&site, &name).await? {
        Ok(found) => {
            let verb =
                move |context: &mut Context<'_, '_>| access::change_role(context, found.id, role);
            site.engine.write(verb).await?
        }
        Err(refused) => Err(refused),
    };
    Ok(told(&site, &visit, changed, "account-role-changed", &name))
}

/// Another password; who changes their own shows the one before.
#[derive(Deserialize)]
pub struct NewPassword {
    current: Option<String>,
    password: String,
}

/// `POST /console/access/accounts/{account}/password`.
pub async fn change_password(
    State(site): State<Site>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    visit: Visit,
    Path(name): Path<String>,
    Filled(new): Filled<NewPassword>,
) -> Result<Response, Trouble> {
    let is_mine = visit.who.account().is_some_and(|me| me.name.as_str() == name);
    if !is_mine && !visit.who.may(Right::Accounts) {
        return Err(Trouble::NotAllowed);
    }
    let NewPassword { current, password } = new;
    let changed = match account(&site, &name).await? {
        Ok(found) if is_mine => {
            let current = current.unwrap_or_default();
            match site.gate.confirm(&site.engine, &found, current, peer.ip()).await? {
                Ok(()) => replace(&site, found, password, visit.who.session()).await?,
                Err(refused) => Err(refused),
            }
        }
        Ok(found) => replace(&site, found, password, None).await?,
        Err(refused) => Err(refused),
    };
    Ok(told(&site, &visit, changed, "account-password-changed", &name))
}

async fn replace(
    site: &Site,
    account: Account,
    text: String,
    except: Option<SessionId>,
) -> Answer<Account> {
    let hash = match hashed(site, &account.name, text).await? {
        Ok(hash) => hash,
        Err(refused) => return Ok(Err(refused)),
    };
    let verb = move |context: &mut Context<'_, '_>| {
        access::change_password(context, account.id, &hash, except)
    };
    site.engine.write(verb).await
}

/// `POST /console/access/accounts/{account}/remove`.
pub async fn remove(
    Pressed { site, visit, id: name }: Pressed<String>,
) -> Result<Response, Trouble> {
    let removed = match account(&site, &name).await? {
        Ok(found) => {
            let verb =
                move |context: &mut Context<'_, '_>| access::remove_account(context, found.id);
            site.engine.write(verb).await?
        }
        Err(refused) => Err(refused),
    };
    Ok(told(&site, &visit, removed, "account-removed", &name))
}

/// `POST /console/access/sessions/{session}/end`.
pub async fn end_session(Pressed { site, visit, id }: Pressed<i64>) -> Result<Response, Trouble> {
    let by = visit.who.account().cloned();
    let verb = move |context: &mut Context<'_, '_>| {
        access::end_session(context, by.as_ref(), SessionId(id))
    };
    let ended = site.engine.write(verb).await?;
    Ok(told(&site, &visit, ended, "session-ended", ""))
}
