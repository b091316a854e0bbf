//! A queue of jobs that several threads empty.

use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc::Receiver;

use crate::job::Work;

/// The receiving end, shared by threads that each take the next job.
pub(crate) struct Shared(Mutex<Receiver<Box<dyn Work>>>);

impl Shared {
    pub(crate) fn new(receiver: Receiver<Box<dyn Work>>) -> Self {
        Self(Mutex::new(receiver))
    }

    /// The next job; none when the store is closed and all jobs are done.
    pub(crate) fn next(&self) -> Option<Box<dyn Work>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
    }
}
