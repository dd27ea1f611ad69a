//! The one thread that writes. It takes whatever waits and commits it as one transaction, because the
//! `fsync` of the commit is what costs: sixty-four orders at once cost about as much as one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::Receiver;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::StoreError;

/// Most operations in one transaction: bounds how long the first of them waits for its answer.
const MAX_BATCH: usize = 256;

/// Counters that telemetry reads.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) batches: AtomicU64,
    pub(super) operations: AtomicU64,
    pub(super) largest_batch: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) busy: AtomicU64,
    pub(super) reads: AtomicU64,
    pub(super) waiting: AtomicU64,
}

/// One operation: run inside the transaction, answered after it.
pub(super) trait Operation: Send {
    /// Does the work. On an error its changes are rolled back to where it began.
    fn run(&mut self, conn: &Connection) -> Result<(), StoreError>;
    /// Answers: with what [`Operation::run`] made, or with the failure of the whole transaction.
    fn settle(self: Box<Self>, transaction: Result<(), StoreError>);
}

/// An operation made of a closure.
struct Work<T, F, A> {
    to_do: Option<F>,
    after: A,
    made: Result<T, StoreError>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

/// What [`operation`] gives its caller to wait on.
pub(super) type Answer<T> = oneshot::Receiver<Result<T, StoreError>>;

/// Wraps `work`; its value is answered after the commit. `after` runs then too, whether or not anybody still
/// waits for the answer.
pub(super) fn operation<T, F, A>(work: F, after: A) -> (Box<dyn Operation>, Answer<T>)
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    A: FnOnce(&T) + Send + 'static,
{
    let (answer, receiver) = oneshot::channel();
    (Box::new(Work { to_do: Some(work), after, made: Err(StoreError::Closed), answer }), receiver)
}

impl<T, F, A> Operation for Work<T, F, A>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
    A: FnOnce(&T) + Send,
{
    fn run(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let Some(work) = self.to_do.take() else { return Ok(()) };
        // A bug in one operation must not end the thread that all others need.
        self.made = catch_unwind(AssertUnwindSafe(|| work(conn))).unwrap_or_else(|panic| {
            Err(StoreError::Internal(format!("panicked: {}", panic_text(panic.as_ref()))))
        });
        self.made.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    fn settle(self: Box<Self>, transaction: Result<(), StoreError>) {
        let result = match (self.made, transaction) {
            (Ok(_), Err(error)) => Err(error),
            (made, _) => made,
        };
        if let Ok(value) = &result {
            (self.after)(value);
        }
        // The caller may have gone; what is done is done.
        drop(self.answer.send(result));
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Runs until every sender is gone and the queue is drained.
pub(super) fn run(conn: &Connection, queue: &Receiver<Box<dyn Operation>>, counters: &Arc<Counters>) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(MAX_BATCH - 1));
        counters.waiting.fetch_sub(batch.len() as u64, Relaxed);
        commit(conn, batch, counters);
    }
}

fn commit(conn: &Connection, mut batch: Vec<Box<dyn Operation>>, counters: &Counters) {
    let size = batch.len() as u64;
    let result = transaction(conn, &mut batch, counters);
    match &result {
        Ok(()) => {
            counters.batches.fetch_add(1, Relaxed);
            counters.operations.fetch_add(size, Relaxed);
            counters.largest_batch.fetch_max(size, Relaxed);
        }
        Err(error) => {
            counters.failed.fetch_add(size, Relaxed);
            tracing::error!(%error, operations = size, "a write transaction failed");
        }
    }
    for operation in batch {
        operation.settle(result.clone());
    }
}

/// All operations of the batch, each within a savepoint.
fn transaction(
    conn: &Connection,
    batch: &mut [Box<dyn Operation>],
    counters: &Counters,
) -> Result<(), StoreError> {
    // Left open only when an earlier ROLLBACK failed: one bad moment of the disk must not last for ever.
    if !conn.is_autocommit() {
        conn.execute_batch("ROLLBACK")?;
    }
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let work = operations(conn, batch, counters).and_then(|()| Ok(conn.execute_batch("COMMIT")?));
    if work.is_err() && !conn.is_autocommit() {
        conn.execute_batch("ROLLBACK")?;
    }
    work
}

fn operations(
    conn: &Connection,
    batch: &mut [Box<dyn Operation>],
    counters: &Counters,
) -> Result<(), StoreError> {
    for operation in batch {
        conn.execute_batch("SAVEPOINT operation")?;
        let Err(error) = operation.run(conn) else {
            conn.execute_batch("RELEASE operation")?;
            continue;
        };
        // After some faults (a full disk, for one) SQLite has rolled the whole transaction back by itself:
        // then what the operations before this one did is gone too.
        if conn.is_autocommit() {
            return Err(error);
        }
        counters.failed.fetch_add(1, Relaxed);
        conn.execute_batch("ROLLBACK TO operation; RELEASE operation")?;
    }
    Ok(())
}
