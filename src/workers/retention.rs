//! Deletes conversations that are older than the settings keep them.

use std::time::Duration;

use super::Stop;
use crate::store::Store;

/// How often it looks.
const EVERY: Duration = Duration::from_hours(6);

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
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => return,
        }
    }
}
