//! Backups: made while the store is in use, checked before they get their name, and put back.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::codec::count;
use super::error::{OpenError, StoreError};
use super::migrations;
use super::open::{Store, faults, lock, with_suffix};
use super::records::BackupInfo;

impl Store {
    /// Writes a copy as of now to a new file, in one piece and without stopping writers, and checks it. A file
    /// that exists is [`StoreError::Refused`].
    pub async fn backup_to(&self, target: &Path) -> Result<BackupInfo, StoreError> {
        let (source, target) = (self.path().to_owned(), target.to_owned());
        // Its own thread: a large copy must not keep a reader from answering.
        let work = tokio::task::spawn_blocking(move || back_up(&source, &target));
        work.await.map_err(|e| StoreError::Internal(e.to_string()))?
    }
}

fn back_up(source: &Path, target: &Path) -> Result<BackupInfo, StoreError> {
    if target.exists() {
        return Err(StoreError::Refused(format!("{} exists already: choose another name", target.display())));
    }
    // Until it is whole and checked it bears another name: a file called a backup is one.
    let part = with_suffix(target, ".part");
    let made =
        copy(source, &part).and_then(|()| verify(&part).map_err(|e| StoreError::Internal(e.to_string())));
    let made = made.and_then(|info| {
        rename_durably(&part, target).map_err(|e| io_error(target, &e))?;
        Ok(info)
    });
    if made.is_err() {
        // The first fault is the one to report.
        drop(fs::remove_file(&part));
    }
    made
}

fn copy(source: &Path, part: &Path) -> Result<(), StoreError> {
    let made = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part);
    made.map_err(|e| io_error(part, &e))?;
    let from = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut to = Connection::open_with_flags(part, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let step = {
        let backup = Backup::new(&from, &mut to)?;
        // All pages in one step: it reads one snapshot, which writers neither change nor wait for. In several
        // steps each write between two of them would start it over.
        backup.step(-1)?
    };
    if step != StepResult::Done {
        return Err(StoreError::Busy);
    }
    // One file, with no log beside it.
    to.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    to.close().map_err(|(_, e)| StoreError::from(e))
}

/// Checks a backup from end to end: whole, ours, not newer than this program.
pub fn verify(file: &Path) -> Result<BackupInfo, OpenError> {
    let bytes = fs::metadata(file).map_err(|e| OpenError::Io(format!("{}: {e}", file.display())))?.len();
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let schema = migrations::schema(&conn)?;
    if schema == 0 {
        return Err(OpenError::Damaged("the file holds no Tria database".to_owned()));
    }
    if let Some(fault) = faults(&conn, "integrity_check")?.into_iter().next() {
        return Err(OpenError::Damaged(fault));
    }
    if conn.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Err(OpenError::Damaged("a row refers to one that is not there".to_owned()));
    }
    let rows =
        |table: &str| conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| count(row, 0));
    Ok(BackupInfo { schema, bytes, orders: rows("orders")?, messages: rows("messages")? })
}

/// Puts a backup in the place of the database `path`, which nobody may have open. The old files, if any, are kept
/// beside it; returns where. A damaged or newer backup changes nothing.
pub fn restore(file: &Path, path: &Path) -> Result<Option<PathBuf>, OpenError> {
    let _lock = lock(path)?;
    let part = with_suffix(path, ".part");
    let copied = fs::copy(file, &part).map_err(|e| OpenError::Io(format!("{}: {e}", file.display())));
    // The copy is what is checked: it is the one that will be used.
    let checked = copied.and_then(|_| verify(&part));
    if let Err(error) = checked {
        // The first fault is the one to report.
        drop(fs::remove_file(&part));
        return Err(error);
    }
    let kept = keep_aside(path)?;
    rename_durably(&part, path)?;
    Ok(kept)
}

/// Renames `tria.db` and its logs to `tria.db.before-restore-…`, logs first: without its log a database is still
/// whole as of its last checkpoint, while a log beside another database would be taken for that one's.
fn keep_aside(path: &Path) -> Result<Option<PathBuf>, OpenError> {
    if !path.exists() {
        return Ok(None);
    }
    let stamp = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let kept = with_suffix(path, &format!(".before-restore-{stamp}"));
    for suffix in ["-wal", "-shm", ""] {
        let old = with_suffix(path, suffix);
        if old.exists() {
            fs::rename(&old, with_suffix(&kept, suffix))?;
        }
    }
    Ok(Some(kept))
}

fn rename_durably(from: &Path, to: &Path) -> std::io::Result<()> {
    File::open(from)?.sync_all()?;
    fs::rename(from, to)?;
    match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn io_error(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        _ => StoreError::Internal(format!("{}: {error}", path.display())),
    }
}
