//! How far a bot came, kept in a file, so that its next run goes on there.

use std::path::{Path, PathBuf};

use tokio::sync::{mpsc, oneshot};

use crate::file;
use crate::{Error, Result};

/// How many messages may be on their way between reading and keeping.
const WAITING_MAX: usize = 1024;

/// A place, and the message that has to be dealt with before it may be kept.
type Step = (String, Option<oneshot::Receiver<()>>);

/// Keeps places in the order in which they came, each once its message was dealt with.
#[derive(Debug)]
pub(super) struct Keeper(mpsc::Sender<Step>);

impl Keeper {
    /// A keeper, and the work that has to run beside it.
    pub fn of(path: PathBuf) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (Self(sender), keep(path, receiver))
    }

    /// Puts a place behind those before it. It counts once the returned sender was used, and never if that is dropped.
    pub async fn step(&self, place: String) -> oneshot::Sender<()> {
        let (done, outcome) = oneshot::channel();
        self.put((place, Some(outcome))).await;
        done
    }

    /// Puts a place behind those before it, with nothing to be dealt with.
    pub async fn pass(&self, place: String) {
        self.put((place, None)).await;
    }

    async fn put(&self, step: Step) {
        // A keeper that ended said why.
        let _ = self.0.send(step).await;
    }
}

/// The place in this file, if there is one.
pub(super) fn load(path: &Path) -> Result<Option<String>> {
    let bytes = file::read(path);
    let bytes = bytes.map_err(|error| Error::storage("the kept place cannot be read", error))?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()))
}

async fn keep(path: PathBuf, mut steps: mpsc::Receiver<Step>) {
    let mut last = None;
    while let Some((place, outcome)) = steps.recv().await {
        if let Some(outcome) = outcome
            && outcome.await.is_err()
        {
            // Its handler was stopped in the middle: it and all behind it come again.
            tracing::warn!("a message was not dealt with, and comes again in the next run");
            return;
        }
        if last.as_ref() == Some(&place) {
            continue;
        }
        let (path, bytes) = (path.clone(), place.clone().into_bytes());
        let what = "the place cannot be kept";
        match file::blocking(what, move || file::replace(&path, &bytes)).await {
            Ok(()) => last = Some(place),
            Err(error) => tracing::error!(%error, "the place cannot be kept"),
        }
    }
}
