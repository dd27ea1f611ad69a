//! The threads that read, each with its own connection; every read sees one moment of the database.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

/// A read and its answer in one.
pub(super) type Read = Box<dyn FnOnce(&Connection) + Send>;

/// Runs until every sender is gone and the queue is drained.
pub(super) fn run(conn: &Connection, queue: &Mutex<Receiver<Read>>) {
    loop {
        // Held while waiting: one idle thread waits for work, the others for the lock.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(read) = next else { return };
        // A panic drops the answer's sender, and the caller is told; the thread lives on.
        if catch_unwind(AssertUnwindSafe(|| read(conn))).is_err() {
            tracing::error!("a read of the database panicked");
        }
    }
}
