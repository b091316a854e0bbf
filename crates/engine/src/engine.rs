//! The engine: verbs handed to the store, with all they need from outside.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use futures_util::lock::Mutex;
use peyk_model::{AppId, BusinessId, KeyOwner};
use peyk_store::objects::Objects;
use peyk_store::{Bell, Credential, Fault, Store};

use crate::error::Result;
use crate::faults::Faults;
use crate::keyring::hash_secret;
use crate::limiter::Limiter;
use crate::scripts::Acting;
use crate::timeline::{self, Pinned, Seen};
use crate::usage::Usage;
use crate::{Clock, Context, Dice, Keyring};

/// Most counts of calls that a server takes over when it starts.
pub(crate) const COUNTS_MAX: i64 = 100_000;
/// Most keys whose owner is remembered.
const OWNERS_MAX: usize = 10_000;

/// A running marketplace. Clones share it.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) outside: Outside,
    pub(crate) seen: Seen,
    /// How far seeded dice had been thrown when the server had started.
    dice_at_start: std::sync::Mutex<u128>,
    pub(crate) limiter: Limiter,
    faults: Faults,
    acting: Acting,
    pub(crate) usage: Usage,
    pub(crate) flushing: Mutex<()>,
    /// Whose keys are known, and on which timeline that was so.
    owners: std::sync::Mutex<(i64, HashMap<[u8; 32], Owner>)>,
}

/// Who calls with a secret. What that lets them do is asked for each call.
#[derive(Debug, Clone, Copy)]
enum Owner {
    App(AppId),
    Business(BusinessId),
}

/// Everything that comes from outside.
pub struct Outside {
    /// Where things are remembered.
    pub store: Store,
    /// Where bytes of media are kept.
    pub objects: Objects,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub dice: Dice,
    /// Keys.
    pub keyring: Keyring,
}

impl Engine {
    /// An engine on these foundations.
    pub fn new(outside: Outside) -> Self {
        let inner = Inner {
            outside,
            seen: Seen::default(),
            dice_at_start: std::sync::Mutex::default(),
            limiter: Limiter::default(),
            faults: Faults::default(),
            acting: Acting::default(),
            usage: Usage::default(),
            flushing: Mutex::new(()),
            owners: std::sync::Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Notes that everything is as it is to be after every reset.
    pub fn has_started(&self) {
        let position = self.dice().position().unwrap_or_default();
        *self.inner.dice_at_start.lock().unwrap_or_else(PoisonError::into_inner) = position;
    }

    /// Takes over the counts of calls that servers of this database have written down.
    pub async fn resume(&self) -> Result<()> {
        let now = self.clock().now();
        let read = self.read(move |context| {
            Ok((context.tx.timeline(), context.tx.rate_counts(now, COUNTS_MAX)?))
        });
        let (timeline, counts) = read.await?;
        self.inner.limiter.restart(timeline, counts);
        self.inner.seen.is_at(timeline);
        Ok(())
    }

    /// Runs a verb that writes; its answer comes after the commit is durable.
    pub async fn write<F, T>(&self, mut verb: F) -> Result<T>
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (inner, pin) = (self.inner.clone(), timeline::pin());
        self.store().write(move |tx| verb(&mut inner.enter(&pin, tx)?)).await
    }

    /// Runs a verb that writes what nobody would miss after a power cut, such as a lease.
    pub async fn write_lightly<F, T>(&self, mut verb: F) -> Result<T>
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (inner, pin) = (self.inner.clone(), timeline::pin());
        self.store().write_lightly(move |tx| verb(&mut inner.enter(&pin, tx)?)).await
    }

    /// Runs a verb that only reads.
    pub async fn read<F, T>(&self, mut verb: F) -> Result<T>
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (inner, pin) = (self.inner.clone(), timeline::pin());
        self.store().read(move |tx| verb(&mut inner.enter(&pin, tx)?)).await
    }

    /// Runs a verb that reads a few rows by their keys, on this thread where that is quicker.
    pub async fn look<F, T>(&self, mut verb: F) -> Result<T>
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (inner, pin) = (self.inner.clone(), timeline::pin());
        self.store().look(move |tx| verb(&mut inner.enter(&pin, tx)?)).await
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.inner.outside.clock
    }

    /// Randomness.
    pub fn dice(&self) -> &Dice {
        &self.inner.outside.dice
    }

    /// Keys.
    pub fn keyring(&self) -> &Keyring {
        &self.inner.outside.keyring
    }

    /// Where bytes of media are kept.
    pub fn objects(&self) -> &Objects {
        &self.inner.outside.objects
    }

    /// The bell that rings when something was said.
    pub fn bell(&self) -> &Bell {
        self.inner.outside.store.bell()
    }

    /// The app whose key this is, whether or not it still works.
    pub async fn app_of_key(&self, secret: &str) -> Result<Option<AppId>> {
        Ok(match self.owner(secret, Credential::Key).await? {
            Some(Owner::App(app)) => Some(app),
            Some(Owner::Business(_)) | None => None,
        })
    }

    /// The business whose key or token this is, whether or not it still works.
    pub async fn business_of(
        &self,
        secret: &str,
        credential: Credential,
    ) -> Result<Option<BusinessId>> {
        Ok(match self.owner(secret, credential).await? {
            Some(Owner::Business(business)) => Some(business),
            Some(Owner::App(_)) | None => None,
        })
    }

    /// Secrets do not change hands, so each is looked up once.
    async fn owner(&self, secret: &str, credential: Credential) -> Result<Option<Owner>> {
        let owners = || self.inner.owners.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = hash_secret(secret);
        {
            let (timeline, known) = &*owners();
            if let Some(known) = known.get(&hash).filter(|_| *timeline == self.timeline()) {
                return Ok(Some(*known));
            }
        }
        let looked = self.look(move |context| {
            Ok((context.tx.timeline(), context.tx.key_by_secret(&hash, credential)?))
        });
        let (timeline, Some(key)) = looked.await? else { return Ok(None) };
        let owner = match key.owner {
            KeyOwner::App(app, _) => Owner::App(app),
            KeyOwner::Business(business, _) => Owner::Business(business),
        };
        let mut owners = owners();
        if owners.0 != timeline || owners.1.len() >= OWNERS_MAX {
            *owners = (timeline, HashMap::new());
        }
        owners.1.insert(hash, owner);
        Ok(Some(owner))
    }

    /// How many calls were made.
    pub fn limiter(&self) -> &Limiter {
        &self.inner.limiter
    }

    /// Whether anybody acts on their own at this moment.
    pub(crate) fn acting(&self) -> &Acting {
        &self.inner.acting
    }

    /// What goes wrong because somebody asked for it.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// Takes up what a World or other servers of this database changed: where the clock is, and
    /// what goes wrong. Sandboxes call it about once a second.
    pub async fn follow(&self) -> Result<()> {
        crate::clock::follow_clock(self).await?;
        crate::faults::follow_faults(self).await
    }

    /// Writes down what is counted in memory: calls, and when keys were last shown.
    ///
    /// Call it about once a second, and before the store is closed.
    pub async fn flush(&self) -> Result<()> {
        let _turn = self.inner.flushing.lock().await;
        let (limiter, usage) = (&self.inner.limiter, &self.inner.usage);
        let timeline = self.timeline();
        let (calls, shown) = (limiter.take(self.clock().now()), usage.take(timeline));
        if calls.is_empty() && shown.is_empty() {
            return Ok(());
        }
        let (rows, keys) = (calls.clone(), shown.clone());
        let written = self.write(move |context| {
            let here = context.tx.timeline();
            if here != timeline || rows.iter().any(|row| row.timeline != here) {
                // Everything was put back meanwhile, and what is counted there is another matter.
                return Ok(vec![0; rows.len()]);
            }
            keys.iter().try_for_each(|(id, at)| context.tx.note_key_used(*id, *at))?;
            rows.iter().map(|row| row.write(context)).collect::<Result<Vec<_>>>()
        });
        match written.await {
            Ok(totals) => {
                limiter.settle(&calls, &totals);
                Ok(())
            }
            Err(error) => {
                limiter.give_back(&calls);
                usage.give_back(timeline, shown);
                Err(error)
            }
        }
    }

    /// What lies below, for backups and for shutting down.
    pub fn store(&self) -> &Store {
        &self.inner.outside.store
    }
}

impl Inner {
    /// What a verb is given, if it is on the timeline on which the request began.
    fn enter<'v, 'c>(
        &'v self,
        pin: &Pinned,
        tx: &'v mut peyk_store::Tx<'c>,
    ) -> Result<Context<'v, 'c>, Fault> {
        let is_later = self.seen.met(tx.timeline());
        timeline::hold(pin, tx.timeline())?;
        if is_later {
            // The server that put everything back may have given ids that are larger than ours.
            let last = tx.last_given_id()?;
            tx.mint().skip(last);
        }
        Ok(self.context(tx))
    }

    pub(crate) fn dice_at_start(&self) -> u128 {
        *self.dice_at_start.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn context<'v, 'c>(&'v self, tx: &'v mut peyk_store::Tx<'c>) -> Context<'v, 'c> {
        let Self { outside, usage, .. } = self;
        let now = outside.clock.now();
        let (dice, keyring) = (&outside.dice, &outside.keyring);
        Context { tx, now, dice, keyring, usage, key: None, until: None }
    }
}
