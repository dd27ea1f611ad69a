//! Opening and closing: the lock, the file, its settings, the threads.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::error::{OpenError, StoreError};
use super::readers::{self, Read};
use super::records::{StoreOptions, StoreStats};
use super::writer::{self, Answer, Counters, Operation, operation};
use super::{catalogue, migrations};

/// How long a connection waits for another process's write before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements kept prepared per connection: a little above the number there are.
const STATEMENTS: usize = 128;

/// The database. Clones share it; the last one dropped ends its threads.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    writer: Mutex<Option<SyncSender<Box<dyn Operation>>>>,
    readers: Mutex<Option<SyncSender<Read>>>,
    /// Resolves when the writer's thread, the last to go, has ended.
    ended: Mutex<Option<oneshot::Receiver<()>>>,
    counters: Arc<Counters>,
    catalogue_version: Arc<AtomicU64>,
}

impl Store {
    /// Opens the database in `data_dir`, makes it if there is none, and brings its schema up to date. Blocks.
    pub fn open(data_dir: &Path, options: StoreOptions) -> Result<Self, OpenError> {
        let path = options.file.unwrap_or_else(|| data_dir.join("tria.db"));
        make_folder(data_dir)?;
        make_folder(path.parent().unwrap_or(data_dir))?;
        let lock = if options.exclusive { Some(lock(&path)?) } else { None };
        let conn = prepare(&path, lock.is_some())?;
        let counters = Arc::new(Counters::default());
        let version = catalogue::stored_version(&conn).map_err(|e| OpenError::Io(e.to_string()))?;

        let (read_sender, read_queue) = sync_channel(options.queue.max(1));
        let reader_threads = start_readers(&path, options.readers.max(1), read_queue)?;
        let (write_sender, write_queue) = sync_channel(options.queue.max(1));
        let (end, ended) = oneshot::channel();
        let counters_of_writer = Arc::clone(&counters);
        thread::Builder::new().name("store-write".to_owned()).spawn(move || {
            writer::run(&conn, &write_queue, &counters_of_writer);
            finish(conn, reader_threads);
            drop(lock);
            drop(end);
        })?;
        Ok(Self {
            inner: Arc::new(Inner {
                path,
                writer: Mutex::new(Some(write_sender)),
                readers: Mutex::new(Some(read_sender)),
                ended: Mutex::new(Some(ended)),
                counters,
                catalogue_version: Arc::new(AtomicU64::new(version)),
            }),
        })
    }

    /// Does what waits, moves the write-ahead log into the file and closes it. Operations that come later, on
    /// any clone, get [`StoreError::Closed`].
    pub async fn close(self) {
        take(&self.inner.readers);
        take(&self.inner.writer);
        if let Some(ended) = take(&self.inner.ended) {
            // An error only says that the thread has ended, which is what is waited for.
            drop(ended.await);
        }
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Bytes on disk, the write-ahead log included.
    pub fn size_bytes(&self) -> u64 {
        let size = |path: &Path| fs::metadata(path).map_or(0, |m| m.len());
        size(&self.inner.path) + size(&with_suffix(&self.inner.path, "-wal"))
    }

    /// Operations that wait for the writer now.
    pub fn queue_depth(&self) -> u64 {
        self.inner.counters.waiting.load(Relaxed)
    }

    /// What was done since the store was opened.
    pub fn stats(&self) -> StoreStats {
        let c = &self.inner.counters;
        StoreStats {
            batches: c.batches.load(Relaxed),
            operations: c.operations.load(Relaxed),
            largest_batch: c.largest_batch.load(Relaxed),
            failed: c.failed.load(Relaxed),
            busy: c.busy.load(Relaxed),
            reads: c.reads.load(Relaxed),
            queue_depth: c.waiting.load(Relaxed),
        }
    }

    /// Whether the database answers, and still takes writes.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if held(&self.inner.writer).is_none() {
            return Err(StoreError::Closed);
        }
        self.read(|conn| Ok(conn.query_row("SELECT 1", [], |_| Ok(()))?)).await
    }

    /// What is wrong with the file, a sentence each; nothing when it is sound. Reads all of it.
    pub async fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        self.read(|conn| Ok(faults(conn, "integrity_check")?)).await
    }

    pub(super) fn catalogue_counter(&self) -> &Arc<AtomicU64> {
        &self.inner.catalogue_version
    }

    /// Runs `work` in the writer's next transaction and waits for its commit.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.write_then(work, |_| ()).await
    }

    /// As [`Store::write`]; `after` runs once the commit has succeeded, even when the caller is gone.
    pub(super) async fn write_then<T, F, A>(&self, work: F, after: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        A: FnOnce(&T) + Send + 'static,
    {
        let answer = self.enqueue(work, after)?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Puts `work` into the writer's queue; the answer comes after the commit, whether or not anybody waits.
    pub(super) fn enqueue<T, F, A>(&self, work: F, after: A) -> Result<Answer<T>, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        A: FnOnce(&T) + Send + 'static,
    {
        let (operation, answer) = operation(work, after);
        let counters = &self.inner.counters;
        counters.waiting.fetch_add(1, Relaxed);
        if let Err(error) = send(&self.inner.writer, operation) {
            counters.waiting.fetch_sub(1, Relaxed);
            if error == StoreError::Busy {
                counters.busy.fetch_add(1, Relaxed);
            }
            return Err(error);
        }
        Ok(answer)
    }

    /// Runs `work` on a connection that only reads; it sees one moment of the database throughout.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        let read: Read = Box::new(move |conn| {
            let result = conn.unchecked_transaction().map_err(StoreError::from).and_then(|tx| work(&tx));
            // The caller may have gone.
            drop(answer.send(result));
        });
        self.inner.counters.reads.fetch_add(1, Relaxed);
        send(&self.inner.readers, read)?;
        receiver.await.unwrap_or(Err(StoreError::Closed))
    }
}

fn held<T>(slot: &Mutex<Option<T>>) -> Option<T>
where
    T: Clone,
{
    slot.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn take<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn send<T>(slot: &Mutex<Option<SyncSender<T>>>, job: T) -> Result<(), StoreError> {
    let guard = slot.lock().unwrap_or_else(PoisonError::into_inner);
    let sender = guard.as_ref().ok_or(StoreError::Closed)?;
    sender.try_send(job).map_err(|e| match e {
        TrySendError::Full(_) => StoreError::Busy,
        TrySendError::Disconnected(_) => StoreError::Closed,
    })
}

/// `tria.db` → `tria.db-wal`.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn start_readers(path: &Path, count: usize, queue: Receiver<Read>) -> Result<Vec<JoinHandle<()>>, OpenError> {
    let queue = Arc::new(Mutex::new(queue));
    let start = |n| {
        let conn = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        set_up(&conn)?;
        conn.pragma_update(None, "query_only", true)?;
        let queue = Arc::clone(&queue);
        Ok(thread::Builder::new()
            .name(format!("store-read-{n}"))
            .spawn(move || readers::run(&conn, &queue))?)
    };
    (0..count).map(start).collect()
}

/// The writer's last act: with the readers gone, the log can be moved into the file and removed.
fn finish(conn: Connection, readers: Vec<JoinHandle<()>>) {
    for reader in readers {
        if reader.join().is_err() {
            tracing::error!("a reading thread of the database ended badly");
        }
    }
    let checkpoint = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    if let Err(error) = checkpoint.and_then(|()| conn.close().map_err(|(_, e)| e)) {
        tracing::error!(%error, "the database was not closed cleanly; it recovers when it is opened next");
    }
}

/// Only its owner may look into a folder with customers' data. One that exists is the operator's affair.
fn make_folder(folder: &Path) -> Result<(), OpenError> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let make = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    make.map_err(|e| OpenError::Io(format!("{}: {e}", folder.display())))
}

/// Takes the lock file beside the database; it is free again when the returned file is dropped, however the
/// process ends.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let lock_path = path.with_extension("lock");
    let open =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&lock_path);
    let mut file = open.map_err(|e| OpenError::Io(format!("{}: {e}", lock_path.display())))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // The number only helps the reader of the sentence.
            drop(file.read_to_string(&mut pid));
            let pid = if pid.trim().is_empty() { "?".to_owned() } else { pid.trim().to_owned() };
            return Err(OpenError::Locked { path: path.to_owned(), pid });
        }
        Err(TryLockError::Error(e)) => return Err(OpenError::Io(format!("{}: {e}", lock_path.display()))),
    }
    file.set_len(0)?;
    file.write_all(format!("{}\n", std::process::id()).as_bytes())?;
    Ok(file)
}

/// The writer's connection, on a sound file of the newest schema.
fn prepare(path: &Path, has_lock: bool) -> Result<Connection, OpenError> {
    // Made here and not by SQLite, for its rights; the log files take theirs from it.
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = file.map_err(|e| OpenError::Io(format!("{}: {e}", path.display())))?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    drop(file);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags)?;
    set_up(&conn)?;
    let schema = migrations::schema(&conn)?;
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::Io(format!(
            "{}: this file system cannot hold a write-ahead log",
            path.display()
        )));
    }
    // FULL: an answered commit survives a power cut, not only the end of the process.
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    // What is erased is overwritten.
    conn.pragma_update(None, "secure_delete", true)?;
    if let Some(fault) = faults(&conn, "quick_check")?.into_iter().next() {
        return Err(OpenError::Damaged(fault));
    }
    if schema < migrations::KNOWN {
        // Not under a running server of the older version.
        let _lock = if has_lock { None } else { Some(lock(path)?) };
        migrations::apply(&mut conn)?;
    }
    Ok(conn)
}

fn set_up(conn: &Connection) -> Result<(), rusqlite::Error> {
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "cache_size", -8000)?; // KiB
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// The sentences of `quick_check` or `integrity_check`; none when the file is sound.
pub(super) fn faults(conn: &Connection, check: &str) -> rusqlite::Result<Vec<String>> {
    let mut faults = Vec::new();
    conn.pragma_query(None, check, |row| {
        faults.push(row.get::<_, String>(0)?);
        Ok(())
    })?;
    faults.retain(|line| line != "ok");
    Ok(faults)
}
