//! Jobs: verbs on their way to a store thread, and their answers on the way back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::{Fault, Tx};

/// The error of a verb, as far as the store has to know it.
pub trait Failure: From<Fault> + Send + 'static {
    /// The fault inside, if it is one.
    fn fault(&self) -> Option<&Fault>;
}

impl Failure for Fault {
    fn fault(&self) -> Option<&Fault> {
        Some(self)
    }
}

/// What is to be done with what a verb wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Commit it.
    Keep,
    /// Roll it back; the answer stands.
    Undo,
    /// Roll it back and run the verb once more.
    Again,
}

/// What a power cut may take back after the answer; the end of this process takes back nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Nothing.
    Full,
    /// Whatever no later durable commit has followed.
    Light,
}

/// Who else may be at work beside a verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Company {
    /// Anybody.
    Others,
    /// Anybody, and it sees one unmoving picture of the data although it writes.
    OthersUnseen,
    /// Nobody who writes, on any server of the database.
    Alone,
    /// Nobody who writes, and the snapshot of this name takes the place of all rows before it.
    AfterRestore(String),
}

/// A verb that waits for a transaction.
pub(crate) trait Work: Send {
    /// Whether what it writes has to be on the disk before it is answered.
    fn durability(&self) -> Durability;
    /// Who else may be at work beside it.
    fn company(&self) -> &Company;
    /// Runs the verb and keeps its outcome.
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict;
    /// Whether it was run and did what it wanted.
    fn is_done(&self) -> bool;
    /// Answers whoever waits, after the transaction ended in this way.
    fn settle(self: Box<Self>, end: Result<(), Fault>);
}

struct Job<F, T, E> {
    verb: F,
    outcome: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
    durability: Durability,
    company: Company,
}

/// Makes a job of a verb, and the receiver of its answer.
pub(crate) fn job<F, T, E>(
    verb: F,
    durability: Durability,
    company: Company,
) -> (Box<dyn Work>, oneshot::Receiver<Result<T, E>>)
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: Failure,
{
    let (answer, waiting) = oneshot::channel();
    (Box::new(Job { verb, outcome: None, answer, durability, company }), waiting)
}

impl<F, T, E> Work for Job<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: Failure,
{
    fn durability(&self) -> Durability {
        self.durability
    }

    fn company(&self) -> &Company {
        &self.company
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.verb)(tx)))
            .unwrap_or_else(|panic| Err(Fault::Panic(panic_text(panic.as_ref())).into()));
        let verdict = match &outcome {
            Ok(_) => Verdict::Keep,
            Err(error) if error.fault().is_some_and(Fault::is_passing) => Verdict::Again,
            Err(_) => Verdict::Undo,
        };
        self.outcome = Some(outcome);
        verdict
    }

    fn is_done(&self) -> bool {
        matches!(self.outcome, Some(Ok(_)))
    }

    fn settle(self: Box<Self>, end: Result<(), Fault>) {
        let outcome = match (self.outcome, end) {
            (Some(Ok(_)) | None, Err(fault)) => Err(fault.into()),
            (Some(outcome), _) => outcome,
            (None, Ok(())) => Err(Fault::Closed.into()),
        };
        // Nobody waiting any more is fine: what was committed stays committed.
        let _ = self.answer.send(outcome);
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
