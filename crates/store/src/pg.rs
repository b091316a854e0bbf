//! PostgreSQL: connections that each run one verb at a time, as often as it takes.

mod snapshots;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::bell::Rung;
use crate::job::{Company, Verdict, Work};
use crate::queue::Shared;
use crate::tx::Session;
use crate::{Bell, Fault, Mint, Tx};

/// How often a verb that met a passing fault is run.
const TRIES_MAX: usize = 10;
/// How long one statement may take, in milliseconds.
const STATEMENT_TIMEOUT_MS: u32 = 10_000;

/// Where and how to connect.
pub(crate) struct Address {
    config: Config,
    tls: bool,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, Fault> {
        let mut config: Config = url.parse()?;
        config.connect_timeout(Duration::from_secs(5)).application_name("peyk");
        let tls = config.get_ssl_mode() == postgres::config::SslMode::Require;
        Ok(Self { config, tls })
    }

    pub(crate) fn connect(&self) -> Result<Session, Fault> {
        let mut client = if self.tls {
            self.config.connect(crate::tls::connector()?)?
        } else {
            self.config.connect(NoTls)?
        };
        client.batch_execute(&format!(
            "SET statement_timeout = {STATEMENT_TIMEOUT_MS}; SET client_min_messages = warning;"
        ))?;
        Ok(Session::new(client))
    }
}

/// Whether a thread's verbs write.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    Write,
    Read,
}

/// Begins a transaction that goes well with this company, and tells which timeline it is on.
///
/// Whoever writes holds the table `timeline` lightly, and whoever has to be alone holds it so that
/// those have to wait. Reads see one picture of the data, so nobody has to wait for them.
fn begin(client: &mut Client, mode: Mode, company: &Company) -> Result<i64, Fault> {
    let begin = match (mode, company) {
        (Mode::Write, Company::Others) => {
            "BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE timeline IN ROW SHARE MODE;"
        }
        (Mode::Write, Company::OthersUnseen) => "BEGIN ISOLATION LEVEL REPEATABLE READ;",
        (Mode::Write, Company::Alone | Company::AfterRestore(_)) => {
            "BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE timeline IN EXCLUSIVE MODE;
             SET LOCAL statement_timeout = 120000;"
        }
        // All statements of a read see the same picture, as they do in SQLite.
        (Mode::Read, _) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;",
    };
    let answers = client.simple_query(&format!("{begin} SELECT number FROM timeline"))?;
    let number = answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
        _ => None,
    });
    number.ok_or_else(|| Fault::Corrupt("timeline".into()))
}

/// Connections that nobody works on, the last used on top: it has its statements prepared, and
/// there are never more than were needed at once.
pub(crate) struct Idle {
    address: Address,
    sessions: Mutex<Vec<Session>>,
}

impl Idle {
    pub(crate) fn new(address: Address) -> Self {
        Self { address, sessions: Mutex::default() }
    }

    fn take(&self) -> Result<Session, Fault> {
        loop {
            let last = self.sessions().pop();
            match last {
                Some(session) if session.client.is_closed() => {}
                Some(session) => return Ok(session),
                None => return self.address.connect(),
            }
        }
    }

    pub(crate) fn put_back(&self, session: Session) {
        self.sessions().push(session);
    }

    fn sessions(&self) -> MutexGuard<'_, Vec<Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs verbs until the store is closed, and connects again whenever a connection is lost.
pub(crate) fn work_loop(idle: &Idle, queue: &Shared, mode: Mode, mint: &Mint, bell: &Bell) {
    while let Some(mut work) = queue.next() {
        let mut live = match idle.take() {
            Ok(live) => live,
            Err(fault) => {
                work.settle(Err(fault));
                continue;
            }
        };
        let end = run(&mut live, work.as_mut(), mode, mint);
        let rung = end.as_ref().copied().unwrap_or_default();
        if end.is_err() {
            // A transaction may be half open: a new connection is the safe way out.
            drop(live);
        } else {
            idle.put_back(live);
        }
        work.settle(end.map(drop));
        bell.ring_for(rung);
    }
}

fn run(session: &mut Session, work: &mut dyn Work, mode: Mode, mint: &Mint) -> Result<Rung, Fault> {
    for _ in 0..TRIES_MAX {
        let timeline = match begin(&mut session.client, mode, work.company()) {
            Ok(timeline) => timeline,
            Err(fault) if fault.is_passing() => {
                session.client.batch_execute("ROLLBACK")?;
                continue;
            }
            Err(fault) => return Err(fault),
        };
        let mut tx = Tx::postgres(session, mint, timeline);
        if let Company::AfterRestore(name) = work.company().clone() {
            match tx.put_back(&name) {
                Ok(()) => {}
                Err(fault) if fault.is_passing() => {
                    session.client.batch_execute("ROLLBACK")?;
                    continue;
                }
                Err(fault) => return Err(fault),
            }
        }
        let verdict = work.run(&mut tx);
        let rung = tx.rung();
        match verdict {
            Verdict::Keep => match commit(&mut session.client) {
                Ok(()) => return Ok(rung),
                Err(fault) if fault.is_passing() => {}
                Err(fault) => return Err(fault),
            },
            Verdict::Undo => {
                session.client.batch_execute("ROLLBACK")?;
                return Ok(Rung::default());
            }
            Verdict::Again => {
                session.client.batch_execute("ROLLBACK")?;
                session.forget_statements();
            }
        }
    }
    Err(Fault::Conflict)
}

fn commit(client: &mut Client) -> Result<(), Fault> {
    Ok(client.batch_execute("COMMIT")?)
}
