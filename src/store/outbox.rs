//! Work for others, written with its cause in one transaction. A worker claims it for a while, does it, and
//! settles it; what it leaves behind when it dies is claimed again after the lease. So work is done at least
//! once: the row's id tells an outside service that it has seen it.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::codec::{count, micros, moment, now};
use super::error::StoreError;
use super::open::Store;
use super::records::{OutboxCounts, OutboxItem, Outcome};
use crate::domain::ids::SessionId;

const DUE: &str = "parked_at IS NULL AND next_at <= ?1 AND (lease_until IS NULL OR lease_until <= ?1)
                   AND (?2 IS NULL OR topic = ?2)";

impl Store {
    /// Claims up to `limit` pieces of work that are due, of one topic or of any, until `lease` from now.
    pub async fn claim_outbox(
        &self,
        topic: Option<&str>,
        limit: u32,
        lease: Duration,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        let topic = topic.map(str::to_owned);
        let asked = topic.clone();
        // Most polls find nothing: those must not cost a transaction of the writer.
        let any: bool = self
            .read(move |conn| {
                let sql = format!("SELECT EXISTS (SELECT 1 FROM outbox WHERE {DUE})");
                Ok(conn.prepare_cached(&sql)?.query_row(params![micros(now()), asked], |row| row.get(0))?)
            })
            .await?;
        if !any {
            return Ok(Vec::new());
        }
        self.write(move |conn| {
            let at = micros(now());
            let until = at.saturating_add(i64::try_from(lease.as_micros()).unwrap_or(i64::MAX));
            let sql = format!(
                "UPDATE outbox SET attempts = attempts + 1, lease_until = ?3
                 WHERE id IN (SELECT id FROM outbox WHERE {DUE} ORDER BY next_at, id LIMIT ?4) RETURNING *"
            );
            let mut claim = conn.prepare_cached(&sql)?;
            let items = claim.query_map(params![at, topic, until, limit], item)?;
            let mut items = items.collect::<Result<Vec<_>, _>>()?;
            items.sort_by_key(|item| item.id);
            Ok(items)
        })
        .await
    }

    /// The work is done: forgets it.
    pub async fn settle_outbox(&self, id: i64) -> Result<(), StoreError> {
        self.write(move |conn| {
            conn.prepare_cached("DELETE FROM outbox WHERE id = ?")?.execute([id])?;
            Ok(())
        })
        .await
    }

    /// The work failed for now: tries it again at `next_at`.
    pub async fn retry_outbox(&self, id: i64, next_at: Timestamp, error: &str) -> Result<(), StoreError> {
        let error = error.to_owned();
        self.change_outbox(move |conn| {
            conn.prepare_cached(
                "UPDATE outbox SET lease_until = NULL, next_at = ?, last_error = ? WHERE id = ?",
            )?
            .execute(params![micros(next_at), error, id])
        })
        .await
    }

    /// The work was refused for good: sets it aside for a person.
    pub async fn park_outbox(&self, id: i64, error: &str) -> Result<(), StoreError> {
        let error = error.to_owned();
        self.change_outbox(move |conn| {
            conn.prepare_cached(
                "UPDATE outbox SET lease_until = NULL, parked_at = ?, last_error = ? WHERE id = ?",
            )?
            .execute(params![micros(now()), error, id])
        })
        .await
    }

    /// A person wants parked work tried again, now and with its tries counted anew.
    pub async fn unpark_outbox(&self, id: i64) -> Result<(), StoreError> {
        self.change_outbox(move |conn| {
            conn.prepare_cached(
                "UPDATE outbox SET parked_at = NULL, attempts = 0, next_at = ? WHERE id = ? AND parked_at IS NOT NULL",
            )?
            .execute(params![micros(now()), id])
        })
        .await
    }

    /// Work that waits for a person, oldest first.
    pub async fn parked_outbox(&self, limit: u32) -> Result<Vec<OutboxItem>, StoreError> {
        self.read(move |conn| {
            let sql = "SELECT * FROM outbox WHERE parked_at IS NOT NULL ORDER BY parked_at, id LIMIT ?";
            Ok(conn.prepare_cached(sql)?.query_map([limit], item)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// How much work waits.
    pub async fn outbox_counts(&self) -> Result<OutboxCounts, StoreError> {
        self.read(|conn| {
            let sql = "SELECT count(*) - count(parked_at), count(parked_at) FROM outbox";
            Ok(conn
                .prepare_cached(sql)?
                .query_row([], |row| Ok(OutboxCounts { waiting: count(row, 0)?, parked: count(row, 1)? }))?)
        })
        .await
    }

    async fn change_outbox<F>(&self, change: F) -> Result<(), StoreError>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<usize> + Send + 'static,
    {
        self.write(move |conn| if change(conn)? == 0 { Err(StoreError::NotFound) } else { Ok(()) }).await
    }
}

/// Adds work, with the numbers of what it is about and nothing personal.
pub(super) fn add(
    conn: &Connection,
    topic: &str,
    outcome: &Outcome,
    session: Option<&SessionId>,
) -> Result<(), StoreError> {
    let payload = serde_json::json!({
        "order_id": outcome.order.as_ref().map(|order| order.id.0),
        "ticket_id": outcome.ticket.as_ref().map(|ticket| ticket.id.0),
        "session_id": session.map(SessionId::as_str),
    });
    let at = micros(now());
    conn.prepare_cached("INSERT INTO outbox (topic, payload_json, created_at, next_at) VALUES (?, ?, ?, ?)")?
        .execute(params![topic, payload.to_string(), at, at])?;
    Ok(())
}

fn item(row: &Row<'_>) -> rusqlite::Result<OutboxItem> {
    Ok(OutboxItem {
        id: row.get("id")?,
        topic: row.get("topic")?,
        payload_json: row.get("payload_json")?,
        created_at: moment(row, "created_at")?,
        attempts: row.get("attempts")?,
        last_error: row.get("last_error")?,
    })
}
