//! What can go wrong, by what the caller can do about it.

use std::path::PathBuf;

use crate::domain::document::DocumentKind;
use crate::domain::ids::OrderId;
use crate::domain::order::OrderStatus;

/// Why the database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process serves from this database. Stop it, or open without `exclusive`.
    #[error(
        "another tria (process {pid}) is using {}: stop it first, or give this one its own --data-dir",
        path.display()
    )]
    Locked {
        /// The database.
        path: PathBuf,
        /// The other process, or `?` when it has not written its number yet.
        pid: String,
    },
    /// A later version of Tria wrote this file; this one would misread it.
    #[error(
        "the database has schema {found} but this tria knows only up to {known}: use the newer tria, or restore \
         a backup made by this version"
    )]
    NewerSchema {
        /// The schema of the file.
        found: i64,
        /// The newest schema of this program.
        known: i64,
    },
    /// The file is not a sound Tria database. Restore a backup.
    #[error("the database is damaged ({0}): restore a backup with `tria restore FILE`")]
    Damaged(String),
    /// The file system refused.
    #[error("the database cannot be opened: {0}")]
    Io(String),
}

/// Why an operation was not carried out. Nothing of a failed operation is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// More work waits than may. Try again a little later.
    #[error("the database is busy: try again in a moment")]
    Busy,
    /// A person has taken the conversation: the assistant must not speak in it.
    #[error("a person has taken this conversation")]
    TakenOver,
    /// No such row, or one that belongs to somebody else.
    #[error("not found")]
    NotFound,
    /// An order may not go from the one status to the other.
    #[error("an order that is {} cannot become {}", from.as_str(), to.as_str())]
    IllegalChange {
        /// Its status now.
        from: OrderStatus,
        /// The status asked for.
        to: OrderStatus,
    },
    /// An order that stands here gets no such document. Nothing was changed.
    #[error("{}", kind.refusal(*status))]
    NotIssued {
        /// The document asked for.
        kind: DocumentKind,
        /// The order's status now.
        status: OrderStatus,
    },
    /// An order cannot be confirmed because the warehouse holds less than it asks for. The order is unchanged.
    #[error("not enough stock of {sku}: {wanted} wanted, {available} available")]
    StockShort {
        /// The first line that is short.
        sku: String,
        /// Units that the order asks for.
        wanted: u32,
        /// Units in the warehouse.
        available: u32,
    },
    /// The order is not as it was when its change was told: tell it again.
    #[error("the order has changed meanwhile: look at it again")]
    Moved,
    /// The same order was placed a moment ago. Place it only when that is meant.
    #[error("order {0} with the same lines was placed a moment ago")]
    Duplicate(OrderId),
    /// The idempotency key was used before: answer with [`super::Store::idempotent_reply`].
    #[error("this was done before under the same key")]
    AlreadyDone,
    /// The values do not go together; the sentence says why. Nothing was changed.
    #[error("{0}")]
    Refused(String),
    /// The disk, or the share of it that Tria may use, is full. Nothing was changed.
    #[error("the disk is full")]
    DiskFull,
    /// The store was closed.
    #[error("the database is closed")]
    Closed,
    /// A fault of the program or of the file; the text is for the log, not for customers.
    #[error("database fault: {0}")]
    Internal(String),
}

/// `SQLITE_IOERR_SHMSIZE`: the shared-memory file cannot grow, which is how a full disk shows itself there.
const IOERR_SHMSIZE: i32 = 4874;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull};
        match &error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            rusqlite::Error::SqliteFailure(e, _) => match e.code {
                DiskFull => Self::DiskFull,
                DatabaseBusy | DatabaseLocked => Self::Busy,
                _ if e.extended_code == IOERR_SHMSIZE => Self::DiskFull,
                _ => Self::Internal(error.to_string()),
            },
            _ => Self::Internal(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Io(error.to_string()),
        }
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.to_string())
    }
}
