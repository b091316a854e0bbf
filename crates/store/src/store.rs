//! The store: hands verbs to its threads and answers when they are durable.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::commits::{Commits, Sight};
use crate::job::{Company, Durability, Failure, Work, job};
use crate::migrate::{self, Migrated};
use crate::queue::Shared;
use crate::sqlite::Snapshots;
use crate::{Bell, Fault, Mint, Tx, pg, sqlite};

/// Jobs that may wait for a thread before callers have to.
const QUEUE_MAX: usize = 1024;
/// Threads that read SQLite beside the writer.
const SQLITE_READERS: usize = 2;
/// Connections that write to PostgreSQL.
const POSTGRES_WRITERS: usize = 8;
/// Connections that read from PostgreSQL.
const POSTGRES_READERS: usize = 4;

/// The last id that was given out: messages have theirs from their conversations, and what was put
/// back is not forgotten.
pub(crate) const LAST_ID: &str =
    "SELECT COALESCE(MAX(id), 0) FROM (SELECT MAX(id) AS id FROM events
    UNION ALL SELECT MAX(last_id) FROM conversations
    UNION ALL SELECT last FROM counters WHERE name = 'given') AS given";

/// Which database holds the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, by URL.
    Postgres(String),
}

/// The memory of a server. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

type Sender = mpsc::Sender<Box<dyn Work>>;

struct Inner {
    queues: Mutex<Option<Queues>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    bell: Arc<Bell>,
    migrated: Migrated,
    lock: Mutex<Option<File>>,
    /// Where the database is a file, its snapshots.
    snapshots: Option<Arc<Snapshots>>,
    /// Where the database is a file, what was committed here.
    commits: Option<Arc<Commits>>,
}

impl Inner {
    fn new(
        queues: Queues,
        threads: Vec<JoinHandle<()>>,
        bell: Arc<Bell>,
        migrated: Migrated,
    ) -> Self {
        let (queues, threads) = (Mutex::new(Some(queues)), Mutex::new(threads));
        let lock = Mutex::new(None);
        Self { queues, threads, bell, migrated, lock, snapshots: None, commits: None }
    }
}

#[derive(Clone)]
struct Queues {
    write: Sender,
    read: Sender,
    /// Where the database is a file, the means to read it without a change of threads.
    lookers: Option<Arc<sqlite::Lookers>>,
}

impl Store {
    /// Opens a database, brings its schema up to date, and starts the threads that work on it.
    pub fn open(database: &Database) -> Result<Self, Fault> {
        match database {
            Database::Sqlite(file) => Self::open_sqlite(file),
            Database::Postgres(url) => Self::open_postgres(url),
        }
    }

    /// Opens a database that a server may be using, for a few small changes.
    ///
    /// Beside a running server the schema stays as it is, and no messages may be written: their
    /// ids are that server's to give.
    pub fn open_beside(database: &Database) -> Result<Self, Fault> {
        match database {
            Database::Sqlite(file) => Self::on_sqlite(file, lock(file)?),
            Database::Postgres(url) => Self::open_postgres(url),
        }
    }

    fn open_sqlite(file: &Path) -> Result<Self, Fault> {
        let lock = lock(file)?.ok_or_else(|| {
            Fault::Unusable(format!(
                "another peyk is using {}: stop it, or choose another --data folder",
                file.display()
            ))
        })?;
        Self::on_sqlite(file, Some(lock))
    }

    /// Without a lock, somebody else's server is at work on the file.
    fn on_sqlite(file: &Path, lock: Option<File>) -> Result<Self, Fault> {
        let mut writer = sqlite::open_writer(file)?;
        let snapshots = Arc::new(Snapshots::of(file));
        let migrated = match &lock {
            Some(_) => migrate::sqlite(&writer, file)?,
            None => migrate::sqlite_as_it_is(&writer)?,
        };
        let mint = Arc::new(Mint::after(writer.query_row(LAST_ID, [], |row| row.get(0))?));
        let (bell, commits) = (Arc::new(Bell::new()), Arc::new(Commits::default()));
        let (write, write_queue) = mpsc::channel(QUEUE_MAX);
        let (read, read_queue) = mpsc::channel(QUEUE_MAX);
        let mut threads = Vec::new();
        {
            let (mint, snapshots) = (mint.clone(), snapshots.clone());
            let (bell, commits) = (bell.clone(), commits.clone());
            threads.push(spawn("peyk-writer", move || {
                let told = (&*bell, &*commits);
                sqlite::write_loop(&mut writer, write_queue, &snapshots, &mint, told);
            })?);
        }
        let read_queue = Arc::new(Shared::new(read_queue));
        for _ in 0..SQLITE_READERS {
            let reader = sqlite::open_reader(file)?;
            let (queue, mint) = (read_queue.clone(), mint.clone());
            let commits = commits.clone();
            threads.push(spawn("peyk-reader", move || {
                sqlite::read_loop(&reader, &queue, &mint, &commits);
            })?);
        }
        let lookers = Some(Arc::new(sqlite::Lookers::open(file, mint, commits.clone())?));
        let queues = Queues { write, read, lookers };
        let mut inner = Inner::new(queues, threads, bell, migrated);
        (inner.lock, inner.snapshots) = (Mutex::new(lock), Some(snapshots));
        inner.commits = Some(commits);
        Ok(Self { inner: Arc::new(inner) })
    }

    fn open_postgres(url: &str) -> Result<Self, Fault> {
        let address = pg::Address::parse(url)?;
        let mut session = address.connect()?;
        let migrated = migrate::postgres(&mut session)?;
        let row = session.client.query_one(LAST_ID, &[])?;
        let mint = Arc::new(Mint::after(row.try_get(0)?));
        let idle = Arc::new(pg::Idle::new(address));
        idle.put_back(session);
        let bell = Arc::new(Bell::new());
        let (write, write_queue) = mpsc::channel(QUEUE_MAX);
        let (read, read_queue) = mpsc::channel(QUEUE_MAX);
        let mut threads = Vec::new();
        for (count, name, mode, queue) in [
            (POSTGRES_WRITERS, "peyk-writer", pg::Mode::Write, write_queue),
            (POSTGRES_READERS, "peyk-reader", pg::Mode::Read, read_queue),
        ] {
            let queue = Arc::new(Shared::new(queue));
            for _ in 0..count {
                let (idle, queue) = (idle.clone(), queue.clone());
                let (mint, bell) = (mint.clone(), bell.clone());
                threads.push(spawn(name, move || {
                    pg::work_loop(&idle, &queue, mode, &mint, &bell);
                })?);
            }
        }
        let queues = Queues { write, read, lookers: None };
        Ok(Self { inner: Arc::new(Inner::new(queues, threads, bell, migrated)) })
    }

    /// Runs a verb that writes; its answer comes after the commit is durable.
    ///
    /// The verb may be run more than once, each time on what is then the truth.
    pub async fn write<F, T, E>(&self, verb: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        self.submit(self.queues()?.write, job(verb, Durability::Full, Company::Others)).await
    }

    /// Runs a verb that writes what nobody would miss after a power cut, such as a lease.
    ///
    /// All later verbs see it, and the end of this process does not undo it; a file is spared the
    /// wait for the disk. PostgreSQL waits as for any other.
    pub async fn write_lightly<F, T, E>(&self, verb: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        self.submit(self.queues()?.write, job(verb, Durability::Light, Company::Others)).await
    }

    /// Runs a verb that only reads, on one unmoving picture of the data.
    pub async fn read<F, T, E>(&self, verb: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        self.submit(self.queues()?.read, job(verb, Durability::Light, Company::Others)).await
    }

    /// Runs a verb that reads a few rows by their keys: a page at most, never a count or a search.
    ///
    /// Such a read takes less time than waking a thread, so it is done here and now where the
    /// database is a file. Everything else belongs to [`Self::read`].
    pub async fn look<F, T, E>(&self, verb: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let Queues { read, lookers, .. } = self.queues()?;
        let Some(lookers) = lookers else {
            return self.submit(read, job(verb, Durability::Light, Company::Others)).await;
        };
        let (work, answer) = job(verb, Durability::Light, Company::Others);
        if let Err(work) = lookers.run(work) {
            read.send(work).await.map_err(|_| Fault::Closed)?;
        }
        drop((read, lookers));
        answer.await.map_err(|_| Fault::Closed)?
    }

    /// Whether everything that was read at this sight is still so.
    ///
    /// Nothing that anybody was told to be committed here is missed. What another program commits
    /// to the file may be missed for [`crate::OTHERS_UNSEEN_MAX`].
    pub fn is_still(&self, sight: &Sight) -> bool {
        self.inner.commits.as_ref().is_some_and(|commits| commits.none_since(sight))
    }

    /// Runs a verb that writes while nobody else does, on any server of the database.
    pub async fn write_alone<F, T, E>(&self, verb: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        self.submit(self.queues()?.write, job(verb, Durability::Full, Company::Alone)).await
    }

    pub(crate) async fn write_unseen<F, T, E>(&self, verb: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        self.submit(self.queues()?.write, job(verb, Durability::Full, Company::OthersUnseen)).await
    }

    pub(crate) async fn write_after_restore<F, T, E>(&self, name: &str, verb: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let company = Company::AfterRestore(name.to_owned());
        self.submit(self.queues()?.write, job(verb, Durability::Full, company)).await
    }

    async fn submit<T, E: Failure>(
        &self,
        queue: Sender,
        (work, answer): (Box<dyn Work>, oneshot::Receiver<Result<T, E>>),
    ) -> Result<T, E> {
        queue.send(work).await.map_err(|_| Fault::Closed)?;
        drop(queue);
        answer.await.map_err(|_| Fault::Closed)?
    }

    pub(crate) fn snapshot_files(&self) -> Option<Arc<Snapshots>> {
        self.inner.snapshots.clone()
    }

    fn queues(&self) -> Result<Queues, Fault> {
        let queues = self.inner.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.clone().ok_or(Fault::Closed)
    }

    /// The bell that rings after commits which asked for it.
    pub fn bell(&self) -> &Bell {
        &self.inner.bell
    }

    /// What opening the database did to its schema.
    pub fn migrated(&self) -> &Migrated {
        &self.inner.migrated
    }

    /// Finishes all jobs and waits for the threads. Later jobs are refused. Blocks.
    pub fn close(&self) {
        self.inner.queues.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut threads = self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a store thread panicked");
            }
        }
        self.inner.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Copies a SQLite database into a new file while a server may be using it.
pub fn backup(file: &Path, to: &Path) -> Result<(), Fault> {
    migrate::copy_sqlite(&sqlite::open_reader(file)?, to)
}

/// Makes sure that no other server works on the same file; none if one does.
fn lock(file: &Path) -> Result<Option<File>, Fault> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let path = file.with_file_name(name);
    let failed = |error| Fault::Io(format!("{} cannot be locked", path.display()), error);
    let lock =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(run);
    thread.map_err(|error| Fault::Io("a thread cannot be started".into(), error))
}
