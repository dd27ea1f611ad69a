//! The schema, forward only: each file of `migrations/` is applied once, in order, and never edited afterwards.

use rusqlite::{Connection, TransactionBehavior};

use super::error::OpenError;

const STEPS: &[(i64, &str)] = &[
    (1, include_str!("migrations/0001_first.sql")),
    (2, include_str!("migrations/0002_hand_over.sql")),
    (3, include_str!("migrations/0003_curated_answers.sql")),
    (4, include_str!("migrations/0004_documents.sql")),
    (5, include_str!("migrations/0005_order_changes.sql")),
];

/// The newest schema that this program knows.
pub(super) const KNOWN: i64 = STEPS[STEPS.len() - 1].0;

/// The numbers of all schemas.
#[cfg(test)]
pub(super) fn numbers() -> impl Iterator<Item = i64> {
    STEPS.iter().map(|(number, _)| *number)
}

/// Marks a file as Tria's, so that a restore can tell another program's database from ours: "Tria" in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x5472_6961;

/// The schema of this file; 0 for an empty one.
pub(super) fn schema(conn: &Connection) -> Result<i64, OpenError> {
    let found: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let is_ours = if found == 0 { tables == 0 } else { application == APPLICATION_ID };
    if !is_ours {
        return Err(OpenError::Damaged("the file belongs to another program".to_owned()));
    }
    if found > KNOWN {
        return Err(OpenError::NewerSchema { found, known: KNOWN });
    }
    Ok(found)
}

/// Brings the file to [`KNOWN`]: all steps that are missing, or none.
pub(super) fn apply(conn: &mut Connection) -> Result<(), OpenError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read under the lock: another process may have been faster.
    let found = schema(&tx)?;
    for (_, step) in STEPS.iter().filter(|(number, _)| *number > found) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", KNOWN)?;
    Ok(tx.commit()?)
}
