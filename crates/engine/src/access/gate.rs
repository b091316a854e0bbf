//! The gate: signing in, throttled, and hashing a few passwords at a time.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use peyk_model::access::{ACCOUNT_NAME_MAX_CHARS, ActOutcome, PASSWORD_MAX_BYTES};
use peyk_model::throttle::{FREE_TRIES_OF_ADDRESS, FREE_TRIES_OF_NAME, Failures};
use peyk_model::{AccessRefusal, Account, AccountName, Act, Doer, Timestamp};
use peyk_store::{Fault, NewAct};
use tokio::sync::Semaphore;

use super::{Answer, begin_act, begin_session};
use crate::error::Result;
use crate::{Engine, password};

/// Most passwords that are hashed at once; each takes a processor and 20 MiB.
const HASHES_AT_ONCE: usize = 2;
/// Most that wait for their turn.
const HASHES_WAITING: usize = 64;
/// Most names and addresses whose failures are remembered.
const REMEMBERED_MAX: usize = 10_000;
/// What a caller is asked to wait when too many others try.
const BUSY_SECONDS: u64 = 5;

/// Somebody who wants to come in.
#[derive(Clone)]
pub struct Attempt {
    /// The name they give.
    pub name: String,
    /// The password they give.
    pub password: String,
    /// From where.
    pub address: IpAddr,
    /// With which browser.
    pub agent: String,
}

/// Somebody who came in.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// The word that opens their session; only they know it.
    pub word: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Tried {
    Name(String),
    Address(IpAddr),
}

impl Tried {
    fn free(&self) -> u32 {
        match self {
            Self::Name(_) => FREE_TRIES_OF_NAME,
            Self::Address(_) => FREE_TRIES_OF_ADDRESS,
        }
    }
}

/// What stands between strangers and the accounts. A server has one.
pub struct Gate {
    failures: Mutex<HashMap<Tried, Failures>>,
    hashing: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    decoy: OnceLock<String>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            failures: Mutex::default(),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            waiting: Arc::new(Semaphore::new(HASHES_WAITING)),
            decoy: OnceLock::new(),
        }
    }
}

impl Gate {
    /// Lets somebody in who knows an account's password, and remembers that either way.
    ///
    /// A name that nobody has takes as long as a wrong password, and is refused in the same words.
    pub async fn sign_in(&self, engine: &Engine, attempt: Attempt) -> Answer<SignedIn> {
        let Attempt { name, password, address, agent } = attempt;
        let shown_name: String = name.trim().chars().take(ACCOUNT_NAME_MAX_CHARS).collect();
        let tried = [Tried::Name(shown_name.to_ascii_lowercase()), Tried::Address(block(address))];
        if let Err(refusal) = self.begin(&tried, engine.clock().now()) {
            return Ok(Err(refusal));
        }
        let known = match AccountName::parse(&name) {
            Ok(name) => engine.read(move |context| {
                let Some(account) = context.tx.account_by_name(&name)? else { return Ok(None) };
                let hash = context.tx.password_hash(account.id)?;
                Ok(hash.map(|hash| (account, hash)))
            }),
            Err(_) => return self.refuse(engine, shown_name, address, password).await,
        };
        let Some((account, hash)) = known.await? else {
            return self.refuse(engine, shown_name, address, password).await;
        };
        let is_right = match self.is_right(password, hash.clone()).await? {
            Ok(is_right) => is_right,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !is_right {
            return remember_refusal(engine, shown_name, address).await;
        }
        let came_in = engine.write(move |context| {
            // Whoever changed the password meanwhile meant to keep others out.
            if context.tx.password_hash(account.id)?.as_ref() != Some(&hash) {
                return Ok(Err(AccessRefusal::SignInWrong));
            }
            let address = address.to_string();
            let word = begin_session(context, account.id, &address, &agent)?;
            context.tx.note_signed_in(account.id, context.now)?;
            let doer = Doer::Account(account.id, account.name.to_string());
            begin_act(context, &sign_in_act(doer, address, ActOutcome::Done))?;
            Ok(Ok(SignedIn { account: account.clone(), word }))
        });
        let came_in = came_in.await?;
        if came_in.is_ok() {
            self.forgive(&tried);
        }
        Ok(came_in)
    }

    /// Makes sure that somebody who is signed in knows their password, under the same throttle.
    pub async fn confirm(
        &self,
        engine: &Engine,
        account: &Account,
        password: String,
        address: IpAddr,
    ) -> Answer<()> {
        let tried = [Tried::Name(account.name.to_string()), Tried::Address(block(address))];
        if let Err(refusal) = self.begin(&tried, engine.clock().now()) {
            return Ok(Err(refusal));
        }
        let id = account.id;
        let hash = engine.read(move |context| Ok(context.tx.password_hash(id)?)).await?;
        let Some(hash) = hash else { return Ok(Err(AccessRefusal::AccountUnknown)) };
        match self.is_right(password, hash).await? {
            Ok(true) => {
                self.forgive(&tried);
                Ok(Ok(()))
            }
            Ok(false) => Ok(Err(AccessRefusal::PasswordWrong)),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Hashes a password when its turn comes.
    pub async fn hash(&self, engine: &Engine, password: String) -> Answer<String> {
        let salt = engine.dice().bytes();
        self.in_turn(move || password::hash(&password, salt)).await
    }

    async fn is_right(&self, password: String, hash: String) -> Answer<bool> {
        let fits = password.len() <= PASSWORD_MAX_BYTES;
        self.in_turn(move || fits & password::matches(&password, &hash)).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Answer<T> {
        let busy = AccessRefusal::TooManyTries { seconds: BUSY_SECONDS };
        let Ok(_waiting) = self.waiting.try_acquire() else { return Ok(Err(busy)) };
        let turn = self.hashing.clone().acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work is done, even if nobody waits for it any more.
            let _turn = turn;
            work()
        });
        let failed = |_| Fault::Unusable("a password could not be hashed".into());
        Ok(Ok(done.await.map_err(failed)?))
    }

    /// Takes as long as a wrong password would.
    async fn refuse(
        &self,
        engine: &Engine,
        name: String,
        address: IpAddr,
        password: String,
    ) -> Answer<SignedIn> {
        let decoy = || password::hash("nobody has this password", [0; 16]);
        let decoy = match self.decoy.get() {
            Some(decoy) => decoy.clone(),
            None => match self.in_turn(decoy).await? {
                Ok(hash) => self.decoy.get_or_init(|| hash).clone(),
                Err(refusal) => return Ok(Err(refusal)),
            },
        };
        if let Err(refusal) = self.is_right(password, decoy).await? {
            return Ok(Err(refusal));
        }
        remember_refusal(engine, name, address).await
    }

    /// Counts a try as failed until it turns out to be right, so that many at once are no way
    /// around the throttle.
    fn begin(&self, tried: &[Tried; 2], now: Timestamp) -> std::result::Result<(), AccessRefusal> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |each: &Tried| failures.get(each).copied().unwrap_or(Failures::none());
        let wait = tried.iter().filter_map(|each| known(each).wait(each.free(), now)).max();
        if let Some(wait) = wait {
            return Err(AccessRefusal::TooManyTries { seconds: wait.as_secs().max(1) });
        }
        make_room(&mut failures, now);
        for each in tried {
            let before = failures.get(each).copied().unwrap_or(Failures::none());
            failures.insert(each.clone(), before.failed(now));
        }
        Ok(())
    }

    fn forgive(&self, [name, address]: &[Tried; 2]) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(name);
        // Whoever knows one password may still be guessing others from the same address.
        if let Some(found) = failures.get_mut(address) {
            *found = found.forgiven();
        }
    }
}

fn make_room(failures: &mut HashMap<Tried, Failures>, now: Timestamp) {
    if failures.len() + 2 <= REMEMBERED_MAX {
        return;
    }
    failures.retain(|_, found| !found.is_over(now));
    let mut oldest: Vec<_> =
        failures.iter().map(|(tried, found)| (found.last(), tried.clone())).collect();
    oldest.sort_by_key(|(last, _)| *last);
    for (_, tried) in oldest.iter().take(failures.len().saturating_sub(REMEMBERED_MAX / 2)) {
        failures.remove(tried);
    }
}

/// The addresses that one customer of a network has: for IPv6 a whole block.
fn block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

fn sign_in_act(doer: Doer, address: String, outcome: ActOutcome) -> NewAct {
    let target = String::from("console");
    NewAct { doer, address: Some(address), act: Act::SignIn, target, outcome }
}

async fn remember_refusal(engine: &Engine, name: String, address: IpAddr) -> Answer<SignedIn> {
    let act = sign_in_act(Doer::Stranger(name), address.to_string(), ActOutcome::Refused);
    let written: Result<_> = engine.write(move |context| begin_act(context, &act)).await;
    written?;
    Ok(Err(AccessRefusal::SignInWrong))
}
