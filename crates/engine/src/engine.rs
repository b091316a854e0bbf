//! The engine: verbs handed to the store, with all they need from outside.

use std::sync::Arc;

use peyk_store::objects::Objects;
use peyk_store::{Bell, Store};

use crate::error::Result;
use crate::{Clock, Context, Dice, Keyring};

/// A running marketplace. Clones share it.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Outside>,
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
        Self { inner: Arc::new(outside) }
    }

    /// Runs a verb that writes; its answer comes after the commit is durable.
    pub async fn write<F, T>(&self, mut verb: F) -> Result<T>
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let outside = self.inner.clone();
        self.inner.store.write(move |tx| verb(&mut context(&outside, tx))).await
    }

    /// Runs a verb that writes what nobody would miss after a power cut, such as a lease.
    pub async fn write_lightly<F, T>(&self, mut verb: F) -> Result<T>
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let outside = self.inner.clone();
        self.inner.store.write_lightly(move |tx| verb(&mut context(&outside, tx))).await
    }

    /// Runs a verb that only reads.
    pub async fn read<F, T>(&self, mut verb: F) -> Result<T>
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let outside = self.inner.clone();
        self.inner.store.read(move |tx| verb(&mut context(&outside, tx))).await
    }

    /// Runs a verb that reads a few rows by their keys, on this thread where that is quicker.
    pub async fn look<F, T>(&self, mut verb: F) -> Result<T>
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let outside = self.inner.clone();
        self.inner.store.look(move |tx| verb(&mut context(&outside, tx))).await
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Randomness.
    pub fn dice(&self) -> &Dice {
        &self.inner.dice
    }

    /// Keys.
    pub fn keyring(&self) -> &Keyring {
        &self.inner.keyring
    }

    /// Where bytes of media are kept.
    pub fn objects(&self) -> &Objects {
        &self.inner.objects
    }

    /// The bell that rings when something was said.
    pub fn bell(&self) -> &Bell {
        self.inner.store.bell()
    }

    /// What lies below, for backups and for shutting down.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }
}

fn context<'v, 'c>(outside: &'v Outside, tx: &'v mut peyk_store::Tx<'c>) -> Context<'v, 'c> {
    let now = outside.clock.now();
    Context { tx, now, dice: &outside.dice, keyring: &outside.keyring }
}
