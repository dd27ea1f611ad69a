//! Deletes conversations that are older than the settings keep them, and the answers kept under idempotency keys when
//! no client repeats a request any more.

use std::time::Duration;

use super::Stop;
use crate::store::Store;

/// How often it looks.
const EVERY: Duration = Duration::from_hours(6);

/// How long the same key gets the same answer: a client that comes back after a weekend still finds it.
const KEYS: jiff::SignedDuration = jiff::SignedDuration::from_hours(72);

/// Deletes messages older than `days`, at the start and then every few hours, until told to stop.
pub async fn run(store: Store, days: u32, mut stop: Stop) {
    loop {
        let age = jiff::SignedDuration::from_hours(24 * i64::from(days));
        if let Ok(before) = jiff::Timestamp::now().checked_sub(age) {
            match store.purge_messages_before(before).await {
                Ok(0) => {}
                Ok(deleted) => tracing::info!(deleted, days, "deleted old conversations"),
                Err(fault) => {
                    tracing::warn!(%fault, "old conversations could not be deleted; trying again later");
                }
            }
        }
        if let Ok(before) = jiff::Timestamp::now().checked_sub(KEYS)
            && let Err(fault) = store.purge_idempotency_before(before).await
        {
            tracing::warn!(%fault, "old idempotency keys could not be deleted; trying again later");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => return,
        }
    }
}
