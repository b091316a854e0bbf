//! Running a bot: from its sources into lanes, in which the things of one chat follow each other.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{self, Either};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::handlers::Handlers;
use super::kept::Keeper;
use super::source::{Came, Source};
use super::{Press, SessionStore, Talk};
use crate::Result;

/// How many chats are dealt with at once; the things of one chat follow each other.
const LANES: usize = 16;
/// How many things may wait in a lane before the source waits.
const LANE_LENGTH: usize = 32;

/// Something to be dealt with, and who hears of its end.
enum Work<S> {
    Talk(Talk<S>, [Option<oneshot::Sender<()>>; 2]),
    Press(Press<S>, oneshot::Sender<Result<String>>),
}

/// Listens until `stop` is ready or a source fails, then finishes what was begun.
pub(super) async fn run<S: Send + Sync + 'static, F: Future<Output = ()> + Send>(
    handlers: Arc<Handlers<S>>,
    sessions: Arc<dyn SessionStore<S>>,
    patience: Duration,
    mut sources: Vec<Source>,
    stop: F,
) -> Result<()> {
    let (lanes, mut workers) = open_lanes(&handlers);
    let (stopping, stopped) = watch::channel(false);
    let (mut listening, mut beside) = (JoinSet::new(), JoinSet::new());
    for source in &mut sources {
        if let Some(serving) = source.take_serving() {
            beside.spawn(async move { drop(serving.await) });
        }
    }
    for source in sources {
        let keeper = source.kept().map(|path| {
            let (keeper, work) = Keeper::of(path);
            beside.spawn(work);
            keeper
        });
        let desk = Desk { keeper, lanes: lanes.clone(), sessions: Arc::clone(&sessions) };
        listening.spawn(desk.listen(source, stopped.clone()));
    }
    drop(lanes);
    let outcome = {
        let (stop, ended) = (pin!(stop), pin!(ended(&mut listening)));
        match future::select(stop, ended).await {
            Either::Left(((), _)) => Ok(()),
            Either::Right((outcome, _)) => outcome,
        }
    };
    stopping.send_replace(true);
    let finished = async {
        while listening.join_next().await.is_some() {}
        // The lanes are closed now, and each worker ends behind what is in its own.
        while workers.join_next().await.is_some() {}
    };
    if tokio::time::timeout(patience, finished).await.is_err() {
        tracing::warn!("a handler takes too long and is dropped");
    }
    listening.shutdown().await;
    workers.shutdown().await;
    // Places are kept and answers are given once all handlers ended.
    let finished = async { while beside.join_next().await.is_some() {} };
    drop(tokio::time::timeout(patience, finished).await);
    outcome
}

fn open_lanes<S: Send + Sync + 'static>(
    handlers: &Arc<Handlers<S>>,
) -> (Vec<mpsc::Sender<Work<S>>>, JoinSet<()>) {
    let (mut lanes, mut workers) = (Vec::new(), JoinSet::new());
    for _ in 0..LANES {
        let (sender, mut receiver) = mpsc::channel::<Work<S>>(LANE_LENGTH);
        let handlers = Arc::clone(handlers);
        lanes.push(sender);
        workers.spawn(async move {
            while let Some(work) = receiver.recv().await {
                deal_with(&handlers, work).await;
            }
        });
    }
    (lanes, workers)
}

async fn deal_with<S: Send + Sync + 'static>(handlers: &Handlers<S>, work: Work<S>) {
    // Whoever waited for the outcome may have left.
    match work {
        Work::Talk(talk, done) => {
            handlers.hear(talk).await;
            for done in done.into_iter().flatten() {
                let _ = done.send(());
            }
        }
        Work::Press(press, answer) => {
            let _ = answer.send(handlers.answer(press).await);
        }
    }
}

/// Where one source puts what came.
struct Desk<S> {
    keeper: Option<Keeper>,
    lanes: Vec<mpsc::Sender<Work<S>>>,
    sessions: Arc<dyn SessionStore<S>>,
}

impl<S: Send + Sync + 'static> Desk<S> {
    /// Takes what comes to the lanes, until it is told to stop.
    async fn listen(self, mut source: Source, mut stopped: watch::Receiver<bool>) -> Result<()> {
        loop {
            let came = {
                let (stop, next) =
                    (pin!(stopped.wait_for(|stopped| *stopped)), pin!(source.next()));
                match future::select(stop, next).await {
                    Either::Left(_) => None,
                    Either::Right((came, _)) => Some(came?),
                }
            };
            let place = self.keeper.as_ref().and_then(|keeper| Some((keeper, source.place()?)));
            let Some(came) = came else {
                // Nothing may have come since the beginning, and that is a place too.
                if let Some((keeper, place)) = place {
                    keeper.pass(place).await;
                }
                return Ok(());
            };
            self.put(came, place).await;
        }
    }

    async fn put(&self, came: Came, place: Option<(&Keeper, String)>) {
        let work = match came {
            Came::Message(said, done) => {
                let kept = match place {
                    Some((keeper, place)) => Some(keeper.step(place).await),
                    None => None,
                };
                Work::Talk(Talk::new(*said, Arc::clone(&self.sessions)), [done, kept])
            }
            Came::Press(chat, pressed, answer) => {
                Work::Press(Press::new(chat, *pressed, Arc::clone(&self.sessions)), answer)
            }
            Came::Nothing => {
                if let Some((keeper, place)) = place {
                    keeper.pass(place).await;
                }
                return;
            }
        };
        let key = match &work {
            Work::Talk(talk, _) => talk.chat().key(),
            Work::Press(press, _) => press.key().to_owned(),
        };
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let count = u64::try_from(self.lanes.len()).unwrap_or(1).max(1);
        let lane = usize::try_from(hasher.hash_one(key) % count).unwrap_or(0);
        if let Some(lane) = self.lanes.get(lane) {
            // A lane ends with the bot.
            let _ = lane.send(work).await;
        }
    }
}

/// Waits until a source fails, or all have ended.
async fn ended(listening: &mut JoinSet<Result<()>>) -> Result<()> {
    while let Some(outcome) = listening.join_next().await {
        match outcome {
            Ok(outcome) => outcome?,
            Err(error) => tracing::error!(%error, "a source panicked"),
        }
    }
    Ok(())
}

/// Waits for Ctrl-C or, where there is such a thing, SIGTERM; for ever if neither can be heard.
pub(super) async fn interrupted() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            future::pending::<()>().await;
        }
    };
    future::select(pin!(interrupt), pin!(terminated())).await;
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    future::pending().await
}
